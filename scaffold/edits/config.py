"""A setting, beside the one that every Flask project has: SECRET_KEY."""

import ast
from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any

from scaffold import render
from scaffold.changes import Changes
from scaffold.edits import Context, Fragment
from scaffold.errors import BadResult, Edited, NoPlace, Unreadable
from scaffold.flask_code import paragraph, settings
from scaffold.flask_code.files import Files
from scaffold.flask_code.source import Source, Splice


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
    """Plan the setting, unless the file has it already, or its value needs the fallback keys and there are none."""
    found, name, value = _found(context.changes, edit), str(edit["name"]), str(edit["value"])
    path = found.source.path
    if _line_of(found.source, name):
        return [Fragment(path, "", "config", {"name": name, "shared": True})]
    if "fallbacks" in value and not found.fallbacks:
        return []
    known = {**context.answers, "secret_key": found.key, "fallbacks": found.fallbacks}
    value = render.source(value, known, context.template)
    splices = settings.splices(found, name, value, str(edit.get("comment", "")))
    data = found.source.spliced(splices)
    _check(found.source, data, name)
    context.changes.put(path, data)
    return [_fragment(found.source, splice, name) for splice in splices]


def _fragment(source: Source, splice: Splice, name: str) -> Fragment:
    at_end = splice.start == len(source.text) and splice.text.startswith(("\r", "\n"))
    whole = {"lines": True} if at_end or splice.start in source.starts else {}
    return Fragment(source.path, splice.text, "config", {"name": name, **whole})


def _line_of(source: Source, name: str) -> int | None:
    """Return the line on which a setting of this name is, None when there is none."""
    for node in ast.walk(source.tree):
        named = isinstance(node, ast.Constant) and node.value == name
        stored = isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Store)
        if named or stored or (isinstance(node, ast.keyword) and node.arg == name):
            return int(getattr(node, "lineno", 1))
    return None


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
        # One statement sets one thing; a chain of targets is none of ours.
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
    source = Source(path, held)
    for one in fragments:
        splice = _cut(source, str(one["text"]), whole=bool(one.get("lines")))
        if splice is not None:
            source = Source(path, source.spliced([splice]))
        elif line := _line_of(source, str(one.get("name", ""))):
            raise Edited(path, line, str(one["name"]))
    changes.put(path, source.raw)


def _cut(source: Source, text: str, *, whole: bool) -> Splice | None:
    """Return what takes the text out, None when it is not there; of whole lines the ends may have changed."""
    wanted = text.strip("\r\n") if whole else text
    start = source.text.rfind(wanted) if wanted else -1
    while start >= 0:
        end = start + len(wanted)
        first, last = source.line_of(start), source.line_of(end - 1)
        if not whole:
            return Splice(start, end, "")
        if start == source.starts[first - 1] and end == source.starts[last - 1] + len(source.line(last)):
            return paragraph.lines_out(source, first, last)
        start = source.text.rfind(wanted, 0, start)
    return None
