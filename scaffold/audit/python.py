"""What the names in a Python file mean by its imports, and the nodes of a file with the scope each is in."""

import ast
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from scaffold.fields import Fields
from scaffold.flask_code.module import Binding, Module, Scope, dotted

if TYPE_CHECKING:
    from scaffold.audit.subject import Subject

RENDER = ("flask.render_template", "flask.stream_template", "flask.templating.render_template")
RENDER_TEXT = (
    "flask.render_template_string",
    "flask.stream_template_string",
    "flask.templating.render_template_string",
    "jinja2.Template",
)
URL_FOR = ("flask.url_for", "flask.helpers.url_for")
REDIRECT = ("flask.redirect", "flask.helpers.redirect", "werkzeug.utils.redirect")
MARKUP = ("flask.Markup", "markupsafe.Markup", "jinja2.Markup")
# What `from flask import *` brings that matters here.
STARRED = frozenset(
    [
        *("Markup", "abort", "current_app", "flash", "jsonify", "make_response", "redirect", "render_template"),
        *("render_template_string", "request", "send_file", "session", "stream_template", "url_for"),
    ]
)
REQUEST = ("flask.request", "flask.globals.request")
WANTED = frozenset([*RENDER, *RENDER_TEXT, *URL_FOR, *REDIRECT, *MARKUP])
SAME = (RENDER[:1] + RENDER[2:], URL_FOR, REDIRECT, MARKUP, REQUEST)


class Placed:
    """A node, what is directly around it, and the scope whose names it uses."""

    __slots__ = ("node", "parent", "scope")

    def __init__(self, node: ast.AST, parent: ast.AST | None, scope: Scope) -> None:
        self.node = node
        self.parent = parent
        self.scope = scope


class Called(Fields):
    """A call of a function that is imported from elsewhere."""

    module: Module
    call: ast.Call
    scope: Scope


def placed(module: Module) -> Iterator[Placed]:
    """Yield every node of a file."""
    inner = {id(scope.node): scope for scope in module.scopes}
    waiting = [Placed(module.source.tree, None, module.scope)]
    while waiting:
        one = waiting.pop()
        yield one
        scope = inner.get(id(one.node), one.scope)
        waiting += [Placed(child, one.node, scope) for child in ast.iter_child_nodes(one.node)]


def calls(subject: "Subject", *origins: str) -> list[Called]:
    """Return the calls of what has one of these origins, in the order of their files and lines."""
    every = _calls(subject)
    found = [one for name in dict.fromkeys(origins) for one in every.get(name, ())]
    return sorted(found, key=lambda one: (one.module.path, one.call.lineno, one.call.col_offset))


@lru_cache(maxsize=1)
def _calls(subject: "Subject") -> dict[str, list[Called]]:
    """Return all calls that a rule asks for, by their origins: every file is walked through once."""
    found: dict[str, list[Called]] = {}
    words = {name.rpartition(".")[2] for name in WANTED}
    for module in subject.modules:
        for one in placed(module) if any(word in module.source.text for word in words) else ():
            if isinstance(one.node, ast.Call) and (name := origin(one.scope, one.node.func)) in WANTED:
                found.setdefault(name, []).append(Called(module, one.node, one.scope))
    return found


def origin(scope: Scope, node: ast.expr) -> str:
    """Return what an expression is called where it comes from, `flask.redirect`; '' for a name of the project's own."""
    text = dotted(node)
    head, _, rest = text.partition(".")
    bindings = bound(scope, head) if head else ()
    if not bindings:
        return f"flask.{text}" if head in STARRED and _is_starred(scope.root) else ""
    found = {_of_alias(one, head, rest) for one in bindings}
    return found.pop() if len(found) == 1 else ""


def _of_alias(binding: Binding, head: str, rest: str) -> str:
    """Return what an import calls it, by the first name of those that are the same."""
    node, statement = binding.node, binding.statement
    if not isinstance(node, ast.alias) or (isinstance(statement, ast.ImportFrom) and statement.level):
        return ""
    if isinstance(statement, ast.ImportFrom):
        base = f"{statement.module}.{node.name}"
    else:
        base = node.name if node.asname else head
    full = f"{base}.{rest}" if rest else base
    return next((group[0] for group in SAME if full in group), full)


def bound(scope: Scope, name: str) -> list[Binding]:
    """Return what gives the name its values, in the innermost scope that has it."""
    current: Scope | None = scope
    while current is not None:
        # A class is no scope for the functions in it.
        if (current is scope or not isinstance(current.node, ast.ClassDef)) and name in current.names:
            return current.names[name]
        current = current.parent
    return []


def _is_starred(scope: Scope) -> bool:
    statements = [one.statement for one in scope.names.get("*", ())]
    return any(isinstance(one, ast.ImportFrom) and one.module == "flask" for one in statements)
