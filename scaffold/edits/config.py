"""A setting, beside the one that every Flask project has: SECRET_KEY."""

import ast
from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any

from scaffold import render
from scaffold.changes import Changes
from scaffold.edits import Context, Fragment
from scaffold.errors import BadResult, Edited, NoPlace, Unreadable
from scaffold.flask_code import settings
from scaffold.flask_code.files import Files
from scaffold.flask_code.source import Source


def target(edit: Mapping[str, Any], context: Context) -> str:
    """Return the file that sets SECRET_KEY; raise `NoPlace` when none does."""
    return _found(context.changes, edit).source.path


def _found(changes: Changes, edit: Mapping[str, Any]) -> settings.Settings:
    found = settings.find(Files(changes))
    if found is None:
        advice = f"Set SECRET_KEY where the app is configured; '{edit['name']}' goes beside it."
        raise NoPlace("This project does not say where it sets SECRET_KEY.", advice)
    return found


def apply(edit: Mapping[str, Any], target: str, context: Context) -> list[Fragment]:
    """Plan the setting, unless the file names it already, or its value needs the fallback keys and there are none."""
    found = _found(context.changes, edit)
    needed = "fallbacks" in str(edit["value"])
    if edit["name"] in found.source.text or (needed and not found.fallbacks):
        return []
    known = {**context.answers, "secret_key": found.key, "fallbacks": found.fallbacks}
    value = render.source(str(edit["value"]), known, context.template)
    splice = settings.splice(found, str(edit["name"]), value, str(edit.get("comment", "")))
    data = found.source.spliced([splice])
    _check(found.source, data, str(edit["name"]))
    context.changes.put(found.source.path, data)
    return [Fragment(found.source.path, splice.text, "config", {"name": edit["name"]})]


def _check(source: Source, data: bytes, name: str) -> None:
    """Raise `BadResult` unless the file differs by this one setting."""
    try:
        # A tree of its own: that of a source is shared with whoever reads the same text.
        new = deepcopy(Source(source.path, data).tree)
    except Unreadable as problem:
        raise BadResult(source.path, problem.message) from None
    if ast.dump(_Without(name).visit(new)) != ast.dump(source.tree):
        raise BadResult(source.path, "it would change more than was planned, or less")


class _Without(ast.NodeTransformer):
    """Takes a setting out of a tree, however it is written."""

    def __init__(self, name: str) -> None:
        self.name = name

    def visit_Dict(self, node: ast.Dict) -> ast.AST:
        """Take the entry out."""
        pairs = [pair for pair in zip(node.keys, node.values, strict=True) if not self._is_name(pair[0])]
        node.keys, node.values = [key for key, _ in pairs], [value for _, value in pairs]
        return self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """Take the keyword out."""
        node.keywords = [one for one in node.keywords if one.arg != self.name]
        return self.generic_visit(node)

    def visit_Assign(self, node: ast.Assign) -> ast.AST | None:
        """Take the statement out."""
        target = node.targets[0]
        plain = isinstance(target, ast.Name) and target.id == self.name
        item = isinstance(target, ast.Subscript) and self._is_name(target.slice)
        return None if plain or item else self.generic_visit(node)

    def _is_name(self, node: ast.expr | None) -> bool:
        return isinstance(node, ast.Constant) and node.value == self.name


def revert(
    path: str, fragments: Sequence[Mapping[str, Any]], ever: Sequence[Mapping[str, Any]], changes: Changes
) -> None:
    """Plan the file without these settings; raise `Edited` when somebody has changed one."""
    held = changes.read(path)
    if held is None:
        return
    for one in fragments:
        text, name = str(one["text"]).encode(), str(one.get("name", "")).encode()
        start = held.rfind(text)
        if start >= 0:
            held = held[:start] + held[start + len(text) :]
        elif name and name in held:
            raise Edited(path, held.count(b"\n", 0, held.index(name)) + 1, name.decode())
    changes.put(path, held)
