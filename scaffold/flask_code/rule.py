"""A URL rule: what it is made of, whether it can work, and the values that its variables take."""

import re
from collections.abc import Collection, Iterator
from itertools import pairwise
from keyword import iskeyword

from scaffold.errors import BadRule
from scaffold.fields import Fields
from scaffold.flask_code import converters
from scaffold.flask_code.arguments import Arguments, Malformed, arguments

WORD = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789")
# A view that takes one of these can no longer use what Flask and Jinja call by that name.
SHADOWED = frozenset(
    [
        *("self", "request", "session", "g", "config", "url_for", "get_flashed_messages", "current_app"),
        *("caller", "super", "true", "false", "none", "template_name_or_list"),
    ]
)
SAFE = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~!$&'()*+,/:;=@")


class Variable(Fields):
    """A variable of a rule: `<converter(arguments):name>`, and values it takes (None: we know of none)."""

    name: str
    converter: str
    arguments: Arguments
    type: str
    sample: str | None
    value: str | None
    rejected: tuple[str, ...]
    hostile: str | None


class Rule(Fields):
    """A rule that Flask takes and that can match."""

    text: str
    parts: tuple[str | Variable, ...]

    @property
    def variables(self) -> list[Variable]:
        """Return the variables in their order."""
        return [part for part in self.parts if isinstance(part, Variable)]

    @property
    def names(self) -> list[str]:
        """Return the names of the variables."""
        return [variable.name for variable in self.variables]

    @property
    def shape(self) -> tuple[object, ...]:
        """Return what decides which URLs match: names do not."""
        return tuple(
            part if isinstance(part, str) else converters.shape(part.converter, part.arguments) for part in self.parts
        )

    @property
    def words(self) -> list[str]:
        """Return the static texts between slashes and variables."""
        return [word for part in self.parts if isinstance(part, str) for word in part.split("/") if word]

    @property
    def sample_url(self) -> str | None:
        """Return a path that matches; None when a converter of the project's own is in it."""
        return self._url(lambda variable: variable.sample)

    @property
    def rejected_urls(self) -> list[str]:
        """Return paths that one converter rejects, the others taking theirs."""
        urls = []
        for index, part in enumerate(self.parts):
            if isinstance(part, Variable):
                # Beside another text, what one converter rejects may be divided otherwise, and taken.
                texts = part.rejected if self._fills_segment(index) else part.rejected[:1]
                urls += [self._url_with(part, text) for text in texts]
        return [url for url in urls if url is not None]

    def _url_with(self, variable: Variable, text: str) -> str | None:
        return self._url(lambda one: text if one is variable else one.sample)

    def _fills_segment(self, index: int) -> bool:
        before, after = self.parts[index - 1], self.parts[index + 1 : index + 2]
        return str(before).endswith("/") and all(isinstance(one, str) and one.startswith("/") for one in after)

    def reads(self, url: str) -> bool:
        """Tell whether a URL that is rejected is so for the size of a number alone: Flask looks at that last."""
        pieces = [part if isinstance(part, str) else part.sample or "" for part in self.parts]
        for index, part in enumerate(self.parts):
            pattern = None if isinstance(part, str) else converters.number(part.converter, part.arguments)
            pieces[index] = pattern or re.escape(quoted(pieces[index]))
        return re.fullmatch("".join(pieces), url) is not None

    @property
    def hostile_url(self) -> str | None:
        """Return a path with HTML in each variable that can hold it; None when none can."""
        if not any(variable.hostile for variable in self.variables):
            return None
        return self._url(lambda variable: variable.hostile or variable.sample)

    def _url(self, choose: "converters.Choose") -> str | None:
        pieces = [part if isinstance(part, str) else choose(part) for part in self.parts]
        # Where two variables touch, nobody can tell where the one ends.
        touch = any(isinstance(one, Variable) and isinstance(other, Variable) for one, other in pairwise(self.parts))
        return None if touch or None in pieces else quoted("".join(piece for piece in pieces if piece is not None))


def quoted(path: str) -> str:
    """Return the path as it is written in a URL."""
    return "".join(chr(byte) if byte in SAFE else f"%{byte:02X}" for byte in path.encode())


def may_take(text: str, path: str) -> bool:
    """Tell whether a rule could match a path, whatever its converters say."""
    try:
        parts = list(scan(text))
    except Malformed:
        return True
    patterns = {"path": ".+", "int": r"-?\d+", "float": r"-?\d+\.\d+"}
    pattern = "".join(re.escape(part) if isinstance(part, str) else patterns.get(part[1], "[^/]+") for part in parts)
    return re.fullmatch(pattern.removesuffix("/") + "/?", path) is not None


def parse(text: str, custom: Collection[str] = (), reserved: Collection[str] = ()) -> Rule:
    """Return the rule; raise `BadRule` when Flask refuses it, or takes it and never matches it.

    `custom` names the converters the project registers, `reserved` what a parameter must not be called.
    """
    if not text.startswith("/"):
        raise BadRule(text, "it does not start with '/'")
    try:
        parts = _parts(text, custom)
    except Malformed as reason:
        raise BadRule(text, str(reason)) from None
    _check_static(text, parts)
    _check_names(text, [part.name for part in parts if isinstance(part, Variable)], reserved)
    return Rule(text, _told_apart(parts))


def _parts(text: str, custom: Collection[str]) -> tuple[str | Variable, ...]:
    found: list[str | Variable] = []
    for part in scan(text):
        index = sum(isinstance(one, Variable) for one in found)
        found.append(part if isinstance(part, str) else _variable(*part, custom, index))
    return tuple(found)


def _told_apart(parts: tuple[str | Variable, ...]) -> tuple[str | Variable, ...]:
    """Return the parts with values that no other variable could take a piece of: of two paths, none has a slash."""
    paths = [part for part in parts if isinstance(part, Variable) and part.converter == "path"]
    if len(paths) < 2:
        return parts
    words = {id(path): converters.WORDS[index % len(converters.WORDS)] for index, path in enumerate(paths)}
    return tuple(
        part.changed(sample=words[id(part)], value=words[id(part)], hostile=None)
        if isinstance(part, Variable) and id(part) in words
        else part
        for part in parts
    )


def scan(text: str) -> Iterator[str | tuple[str, str, Arguments]]:
    """Yield the static texts, and name, converter and arguments of each variable, as Werkzeug reads them."""
    position = 0
    while position < len(text):
        end = text.find("<", position)
        if end != position:
            end = len(text) if end < 0 else end
            yield text[position:end]
            position = end
            continue
        position, name, converter, given = _bracket(text, position + 1)
        yield name, converter or "default", arguments(given)


def _bracket(text: str, start: int) -> tuple[int, str, str, str]:
    """Return where a variable ends, its name, its converter and the text of the arguments."""
    end = _word_end(text, start)
    first = text[start:end]
    if first and text[end : end + 1] == ">":
        return end + 1, first, "", ""
    closings = [end] if text[end : end + 1] == ":" else _closings(text, end)
    for closing in closings if first else ():
        name_end = _word_end(text, closing + 1)
        if name_end > closing + 1 and text[name_end : name_end + 1] == ">":
            return name_end + 1, text[closing + 1 : name_end], first, text[end + 1 : max(closing - 1, end + 1)]
    raise Malformed(f"'{text[start - 1 : start + 20]}' is no variable such as <name> or <int:name>")


def _closings(text: str, opening: int) -> Iterator[int]:
    """Yield the positions of the colons that may follow the arguments: `):` on the same line, the nearest first."""
    if text[opening : opening + 1] != "(":
        return
    line_end = text.find("\n", opening)
    position = opening
    while (position := text.find("):", position + 1, None if line_end < 0 else line_end)) >= 0:
        yield position + 1


def _word_end(text: str, start: int) -> int:
    end = start
    while end < len(text) and text[end] in WORD:
        end += 1
    return start if end > start and text[start].isdigit() else end


def _variable(name: str, converter: str, given: Arguments, custom: Collection[str], index: int) -> Variable:
    if converter in custom:
        return Variable(name, converter, given, "str", None, None, (), None)
    converters.check(converter, given)
    return Variable(name, converter, given, *converters.samples(converter, given, index))


def _check_static(text: str, parts: tuple[str | Variable, ...]) -> None:
    if "//" in text:
        raise BadRule(text, "Flask merges the slashes of a URL, so '//' never matches")
    for part in parts:
        if isinstance(part, Variable):
            continue
        for character in part:
            if character in "?#":
                raise BadRule(text, f"what follows '{character}' is not part of a URL's path, so it never matches")
            if not character.isprintable():
                raise BadRule(text, f"it has the character {character!a}, which no address bar shows")
        if "%" in part:
            raise BadRule(text, "a URL is decoded before it is matched: write the character itself, not its '%' code")
    if any(word in (".", "..") for word in text.split("/")):
        raise BadRule(text, "browsers resolve '.' and '..' before they ask, so it never matches")


def _check_names(text: str, names: list[str], reserved: Collection[str]) -> None:
    for name in names:
        if names.count(name) > 1:
            raise BadRule(text, f"the variable '{name}' is in it twice")
        if iskeyword(name) or name == "__debug__":
            raise BadRule(text, f"'{name}' is a word of Python; call the variable '{name.lower()}_' instead")
        if name in SHADOWED or name in reserved:
            raise BadRule(text, hides(name))


def hides(name: str) -> str:
    """Return the reason for which a variable cannot have the name of something that views use."""
    return f"the variable '{name}' would hide '{name}', which the view needs; give it another name"
