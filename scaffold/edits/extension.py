"""An extension's object in the module where a project keeps them, and its `init_app` in the wiring."""

import ast
import posixpath
from collections.abc import Mapping, Sequence
from typing import Any

from scaffold.changes import Changes
from scaffold.edits import Context, Fragment, wiring
from scaffold.errors import Clash, Edited, Unreadable
from scaffold.flask_code import check
from scaffold.flask_code.module import dotted
from scaffold.flask_code.source import Source, Splice

MODULE = "extensions"


def target(edit: Mapping[str, Any], context: Context) -> str:
    """Return the module's path; raise `Clash` when the project makes such an object elsewhere."""
    path = posixpath.normpath(posixpath.join(context.answers["package_dir"], f"{MODULE}.py"))
    made = str(edit["value"]).partition("(")[0]
    for other in context.changes.paths():
        held = context.changes.read(other) if other.endswith(".py") and other != path else None
        if held and f"{made}(".encode() in held and (line := _line_of_call(Source(other, held), made)):
            raise Clash(
                f"'{made}' is made already in '{other}:{line}'.",
                f"Move it to '{path}' as '{edit['name']} = {edit['value']}', then run the command again.",
                other,
                line,
            )
    return path


def _line_of_call(source: Source, name: str) -> int | None:
    try:
        calls = (node for node in ast.walk(source.tree) if isinstance(node, ast.Call))
        return next((call.lineno for call in calls if dotted(call.func).rpartition(".")[2] == name), None)
    except Unreadable:
        return None


def apply(edit: Mapping[str, Any], target: str, context: Context) -> list[Fragment]:
    """Plan the object, unless the module has one of that name, and the call that binds it to the app."""
    return [*_object(edit, target, context), *wiring.wired(context, MODULE, f"{MODULE}.{edit['name']}.init_app(app)")]


def _object(edit: Mapping[str, Any], path: str, context: Context) -> list[Fragment]:
    source = Source(path, context.changes.read(path) or b"")
    if edit["name"] in _names(source.tree):
        return []
    newline = source.line_end(len(source.starts))
    line, assignment = f"{edit['import']}{newline}", f"{edit['name']} = {edit['value']}{newline}"
    above = "" if any(isinstance(node, ast.Assign) for node in source.tree.body) else newline
    splices = [_import(source, line), _assignment(source, above + assignment)]
    data = source.spliced(splices)
    parsed = ast.parse(line).body[0]
    names = [(parsed.module or "", one.name) for one in parsed.names] if isinstance(parsed, ast.ImportFrom) else []
    check.edited(source, data, [], names if splices[0].text else [], [ast.unparse(ast.parse(assignment))])
    context.changes.put(path, data)
    imported = [Fragment(path, line, "extension")] if splices[0].text else []
    return [*imported, Fragment(path, assignment, "extension", {"above": above})]


def _names(tree: ast.Module) -> set[str]:
    bound = (target for node in tree.body if isinstance(node, ast.Assign) for target in node.targets)
    return {name for target in bound if (name := dotted(target))}


def _import(source: Source, line: str) -> Splice:
    """Return the import among the others, in the order of their texts."""
    plain = ast.unparse(ast.parse(line))
    held = [node for node in source.tree.body if isinstance(node, (ast.Import, ast.ImportFrom))]
    if any(ast.unparse(node) == plain for node in held):
        return Splice(0, 0, "")
    after = next((node for node in held if ast.unparse(node) > plain), None)
    if after is not None:
        start = source.starts[after.lineno - 1]
    elif held:
        start = _below(source, held[-1])
    else:
        start = _below(source, source.tree.body[0]) if ast.get_docstring(source.tree) is not None else 0
    return Splice(start, start, line)


def _assignment(source: Source, line: str) -> Splice:
    """Return the assignment among those of other objects, in the order of their texts, below the imports."""
    held = [node for node in source.tree.body if isinstance(node, ast.Assign)]
    after = next((node for node in held if ast.unparse(node) > line), None)
    if after is not None:
        start = source.starts[after.lineno - 1]
        return Splice(start, start, line)
    if held:
        start = _below(source, held[-1])
        return Splice(start, start, line)
    end = len(source.text)
    return Splice(end, end, line)


def _below(source: Source, node: ast.stmt) -> int:
    last = node.end_lineno or node.lineno
    return source.starts[last] if last < len(source.starts) else len(source.text)


def revert(
    path: str, fragments: Sequence[Mapping[str, Any]], ever: Sequence[Mapping[str, Any]], changes: Changes
) -> None:
    """Plan the module without these lines; raise `Edited` when somebody has written the object anew."""
    held = changes.read(path)
    if held is None:
        return
    source = Source(path, held)
    splices = []
    for line in (str(one["text"]) for one in fragments):
        start = source.text.rfind(line)
        if start >= 0:
            splices.append(Splice(start, start + len(line), ""))
        else:
            _check_gone(source, line)
    left = Source(path, source.spliced(splices)).text
    # The blank line above the first object goes with the last one.
    gap = next((str(one["above"]) for one in ever if one["what"] == "extension" and one.get("above")), "")
    data = source.spliced(splices)
    changes.put(path, data.removesuffix(gap.encode()) if gap and (left.endswith(gap * 2) or left == gap) else data)


def _check_gone(source: Source, line: str) -> None:
    node = ast.parse(line).body[0]
    name = dotted(node.targets[0]) if isinstance(node, ast.Assign) else ""
    for held in source.tree.body:
        if isinstance(held, ast.Assign) and name in map(dotted, held.targets):
            raise Edited(source.path, held.lineno, name)
