"""A value of the query, asked for as `NAME[:type][=default]`: how it is read, and what tests give it."""

import ast
import re
from collections.abc import Collection, Sequence
from keyword import iskeyword

from scaffold.errors import BadAnswer
from scaffold.fields import Fields
from scaffold.flask_code.converters import HOSTILE_PATH, WORDS
from scaffold.flask_code.module import Module
from scaffold.flask_code.rule import SHADOWED

FLAG = "--query"
# What each type cannot read; float() alone would take the last two.
MALFORMED = {"str": (), "int": ("other",), "float": ("other", "nan", "inf"), "bool": ("other",)}
# The code that reads a value calls these by name.
READERS = frozenset(["int", "float"])
# Numbers that are written as they are meant; compiled when one is asked for.
INTEGER = r"-?[0-9]{1,18}"
DECIMAL = r"-?[0-9]{1,18}(\.[0-9]{1,18})?(e-?[0-9]{1,2})?"
UNRESERVED = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~")


class Query(Fields):
    """One value of the query: `default` as Python shows it (None: it must be given), and what tests give it."""

    word: str
    name: str
    type: str
    default: str | None
    sample: str
    value: str

    @property
    def form(self) -> str:
        """Return which code reads it: the type, and what becomes of a value that is absent."""
        if self.type == "bool" and self.default is not None:
            return f"bool_{self.default.lower()}"
        return f"{self.type}_{'needed' if self.default is None else 'default'}"

    @property
    def malformed(self) -> tuple[str, ...]:
        """Return texts that cannot be read as its type."""
        return MALFORMED[self.type]

    @property
    def hostile(self) -> str | None:
        """Return a text with HTML in it, None when the type has no such values."""
        return HOSTILE_PATH if self.type == "str" else None


def parse(words: Sequence[str], index: int = 0) -> list[Query]:
    """Return the values that were asked for; raise `BadAnswer` for a word that says none, or one said before."""
    found: list[Query] = []
    for word in words:
        one = _parsed(word, index + len(found))
        if any(one.name == other.name for other in found):
            raise BadAnswer(FLAG, word, f"'{one.name}' was asked for already")
        found.append(one)
    return found


def of_view(words: Sequence[str], variables: Collection[str], module: Module) -> list[Query]:
    """Return what a view takes from the query; raise `BadAnswer` where a name means something else there."""
    queries = parse(words, len(variables))
    for one in queries:
        bindings = module.scope.names.get(one.name, ())
        if one.name in variables:
            raise refused(one, f"the rule has a variable '{one.name}' already")
        if any(isinstance(binding.node, ast.alias) for binding in bindings):
            raise refused(one, f"'{one.name}' is imported in '{module.path}'; give it another name")
    if queries and (hidden := READERS.intersection(variables)):
        raise refused(queries[0], f"the rule's variable '{min(hidden)}' hides what may read it")
    return queries


def refused(query: Query, reason: str) -> BadAnswer:
    """Return the error that says why a view cannot have this one."""
    return BadAnswer(FLAG, query.word, reason)


def _parsed(word: str, index: int) -> Query:
    head, given, text = word.partition("=")
    name, _, kind = head.partition(":")
    kind = kind or ("str" if ":" not in head else "")
    if not name.isascii() or not name.isidentifier():
        raise BadAnswer(FLAG, word, "write NAME, NAME:type or NAME:type=default, with a Python name")
    if kind not in MALFORMED:
        raise BadAnswer(FLAG, word, f"there is no type '{kind}'; there are {', '.join(MALFORMED)}")
    if iskeyword(name) or name == "__debug__":
        raise BadAnswer(FLAG, word, f"'{name}' is a word of Python, and a view cannot keep a value under it")
    if name in SHADOWED | READERS:
        raise BadAnswer(FLAG, word, hides(name))
    default = _default(word, kind, text) if given else None
    sample = _sample(kind, default, index)
    return Query(word, name, kind, default, sample, sample.capitalize() if kind == "bool" else sample)


def hides(name: str) -> str:
    """Return the reason for which a value cannot have the name of something that views use."""
    return f"it would hide '{name}', which the view needs; give it another name"


def _default(word: str, kind: str, text: str) -> str:
    """Return the default as Python shows it."""
    if kind == "int" and re.fullmatch(INTEGER, text):
        return str(int(text))
    if kind == "float" and re.fullmatch(DECIMAL, text):
        return str(float(text))
    if kind == "bool" and text.lower() in ("true", "false"):
        return text.capitalize()
    if kind != "str":
        wanted = {"int": "a whole number", "float": "a number", "bool": "true or false"}[kind]
        raise BadAnswer(FLAG, word, f"the default of '{kind}' must be {wanted}")
    return text


def _sample(kind: str, default: str | None, index: int) -> str:
    """Return a text for the URL that is no default, and none that another value has."""
    if kind == "bool":
        return "false" if default == "True" else "true"
    if kind == "str":
        word = WORDS[index % len(WORDS)]
        return f"{word}s" if word == default else word
    number = 7 + index if kind == "int" else 1.5 + index
    return str(number if str(number) != default else number + 100)


def encoded(text: str) -> str:
    """Return the text as a value in a URL's query."""
    return "".join(chr(byte) if byte in UNRESERVED else f"%{byte:02X}" for byte in text.encode())
