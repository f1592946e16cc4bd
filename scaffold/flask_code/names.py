"""The name of a new view: made from its rule, and never one that means something already."""

import ast
import builtins
import re
from collections.abc import Collection, Iterable, Sequence
from itertools import chain, count
from keyword import iskeyword

from scaffold.flask_code.module import Module
from scaffold.flask_code.rule import Rule

# What a view module binds sooner or later.
USUAL = frozenset(
    [
        *("app", "bp", "config", "current_app", "flash", "flask", "g", "jsonify"),
        *("redirect", "render_template", "request", "session", "static", "url_for"),
        *("abort", "chain", "escape", "isfinite", "send_from_directory", "stream_with_context"),
    ]
)
# `post_post` says nothing; what a method does says it better.
DOES = {"GET": "show", "POST": "create", "PUT": "replace", "PATCH": "update", "DELETE": "remove"}
# A longer one would make the first line of its tests too long.
LONGEST = 40
WORD = re.compile(r"[a-z0-9]+")


def suggested(rule: Rule) -> str:
    """Return a name made of the rule's static words, else of its variables, else `index`."""
    words = [part for word in rule.words for part in WORD.findall(_ascii(word))]
    words = words or [variable.name.lower() for variable in rule.variables] or ["index"]
    while len("_".join(words)) > LONGEST and len(words) > 1:
        words.pop()
    name = "_".join(words)
    return f"view_{name}" if name[0].isdigit() or iskeyword(name) else name


def _ascii(word: str) -> str:
    if word.isascii():
        return word.lower()
    import unicodedata

    return unicodedata.normalize("NFKD", word.lower()).encode("ascii", "ignore").decode()


def of_methods(name: str, methods: Sequence[str], together: bool) -> dict[str, str]:
    """Return the view of each method: the first has the name, the others say their method as well."""
    names = {methods[0]: name}
    for method in () if together else methods[1:]:
        names[method] = of_method(name, method)
    return names


def of_method(name: str, method: str) -> str:
    """Return the name with its method; with what the method does where the name ends in the method's word already."""
    word = method.lower()
    return f"{name}_{DOES[method] if name == word or name.endswith(f'_{word}') else word}"


def free(base: str, methods: Sequence[str], together: bool, taken: "Taken") -> dict[str, str]:
    """Return the view of each method, named after the base or like it, such that all names are free."""
    candidates = chain([base, f"{base}_view"], (f"{base}_{number}" for number in count(3)))
    every = (of_methods(name, methods, together) for name in candidates)
    return next(names for names in every if not any(name in taken for name in names.values()))


class Taken:
    """The names that a new view must not have."""

    def __init__(self, module: Module, endpoints: Collection[str], parameters: Collection[str]) -> None:
        self._module = module
        self._text = module.source.text
        self._given = {*endpoints, *parameters, *USUAL}
        self._used: set[str] | None = None

    def __contains__(self, name: str) -> bool:
        return name in self._given or hasattr(builtins, name) or iskeyword(name) or self.in_module(name)

    def in_module(self, name: str) -> bool:
        """Tell whether the module binds or reads the name anywhere."""
        if name not in self._text:
            return False
        if self._used is None:
            self._used = set(_names(self._module.source.tree))
        return name in self._used


def _names(tree: ast.Module) -> Iterable[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield node.name
        elif isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.alias):
            yield node.asname or node.name.partition(".")[0]
        elif isinstance(node, (ast.Global, ast.Nonlocal)):
            yield from node.names
