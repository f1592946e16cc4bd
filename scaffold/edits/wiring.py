"""A statement where the app is put together, and the import of the sibling module that it is about.

An edit that says `on` names a blueprint: the statement goes to where that is made, and `app` in it is the blueprint. It
cannot be where the app is put together, because a factory runs more than once and a blueprint is registered once.

`target` adds these answers for the files: `above_url` and `above_name`, what the URLs and the endpoints of a blueprint
begin with that is nested in another one. Both are '' for what belongs to the app itself.
"""

import ast
import posixpath
from collections.abc import Mapping, Sequence
from typing import Any

from scaffold import render
from scaffold.changes import Changes
from scaffold.edits import Context, Fragment
from scaffold.edits.view import fragments, gained
from scaffold.errors import Edited, NoPlace
from scaffold.flask_code import check, choice, duplicates, imports, prefix, removal, style, wiring
from scaffold.flask_code.code import Code
from scaffold.flask_code.files import Files
from scaffold.flask_code.imports import Need
from scaffold.flask_code.router import Router
from scaffold.flask_code.source import Source


def target(edit: Mapping[str, Any], context: Context) -> str:
    """Return the file that makes the app; raise `NoPlace` when that is not clear.

    Raise `Clash` for a blueprint's name, or one of the edit's `urls`, that the project has already.
    """
    code = Code(context.changes)
    router = choice.the_app(code, context.project.roles, context.project.app)
    on = _on(edit, context, code)
    module, statement = _asked(edit, context)
    above = wiring.above(code, on)
    own = posixpath.normpath(posixpath.join(str(context.answers["package_dir"]), f"{module}.py"))
    if wiring.REGISTER in statement:
        duplicates.check_name(code, (*above.names, module), own)
    if "handles" in edit:
        status = int(render.source(str(edit["handles"]), context.answers, context.template))
        duplicates.check_handler(code, status, wiring.handler(statement))
    for url in edit.get("urls", ()):
        text = render.source(url, context.answers, context.template)
        duplicates.check_rule(code, router, prefix.full_rule(above.prefix or "", text), own)
    context.answers.update(above_url=above.prefix, above_name="".join(f"{name}." for name in above.names))
    return on.module.path


def _on(edit: Mapping[str, Any], context: Context, code: Code) -> Router:
    """Return what the statement is about: the app, or the blueprint that the edit names."""
    roles, app = context.project.roles, context.project.app
    blueprint = render.source(str(edit.get("on", "")), context.answers, context.template)
    return choice.router(code, roles, app, blueprint) if blueprint else choice.the_app(code, roles, app)


def _asked(edit: Mapping[str, Any], context: Context) -> tuple[str, str]:
    """Return the module and the statement that the edit is about."""
    module, statement = (render.source(edit[key], context.answers, context.template) for key in ("module", "statement"))
    return module, statement


def apply(edit: Mapping[str, Any], target: str, context: Context) -> list[Fragment]:
    """Plan the import and the statement, unless they are there."""
    code = Code(context.changes)
    return _wired(context, code, _on(edit, context, code), *_asked(edit, context))


def wired(context: Context, name: str, statement: str) -> list[Fragment]:
    """Plan a statement about a sibling module of the app; other edits may have changed its file since `target`."""
    code = Code(context.changes)
    return _wired(context, code, choice.the_app(code, context.project.roles, context.project.app), name, statement)


def _wired(context: Context, code: Code, on: Router, name: str, statement: str) -> list[Fragment]:
    block, app = wiring.home(code, on)
    module, source = block.scope.module, block.scope.module.source
    need = _need(context, name, source.path)
    planned = imports.plan(module, block.scope, [need], code.paths, style.limit(code), source.line_end(1))
    new = _named(wiring.statement(statement, app), name, planned.written[name])
    text = ast.unparse(new)
    if wiring.holds(block, text):
        return []
    spot = wiring.find(block, app, new, close=on.blueprint is not None)
    data = source.spliced([*(change.splice for change in planned.changes), spot.splice])
    check.edited(source, data, [], gained(planned), [text])
    context.changes.put(source.path, data)
    gaps = {"above": spot.above, "below": spot.below}
    return [Fragment(source.path, spot.line, "wiring", gaps), *fragments(source.path, planned)]


def _need(context: Context, name: str, path: str) -> Need:
    """Return the import of a sibling of the app's module, as a file of its package or one further down writes it."""
    if not context.answers["sibling"]:
        return Need(name)
    folder, package = posixpath.dirname(path), str(context.answers["package_dir"])
    down = posixpath.relpath(folder, package).split("/") if folder != package else []
    if ".." in down:
        raise NoPlace(f"'{path}' is not in the package of the app.", "Register the new blueprint by hand.")
    return Need("." * (len(down) + 1), name)


def _named(node: ast.Expr, module: str, written: str) -> ast.Expr:
    """Return the statement with the name by which the file knows the module."""
    for name in ast.walk(node):
        if isinstance(name, ast.Name) and name.id == module:
            name.id = written
    return node


def revert(
    path: str, fragments: Sequence[Mapping[str, Any]], ever: Sequence[Mapping[str, Any]], changes: Changes
) -> None:
    """Plan the file without these statements, and without the imports that nothing uses then."""
    held = changes.read(path)
    ours = [one for one in ever if one["what"] == "wiring"]
    for one in fragments if held is not None else ():
        source = Source(path, held or b"")
        held = removal.without(source, _pieces(source, one, ours), removal.added(ever), style.limit(Files(changes)))
    if held is not None:
        changes.put(path, held)


def _pieces(source: Source, fragment: Mapping[str, Any], ours: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the text to take out: the line, and the blank lines around it when it is the last of its paragraph."""
    line = str(fragment["text"])
    start = source.text.rfind(line)
    if start < 0:
        _check_gone(source, line)
        return []
    gaps = [(str(one.get("above", "")), str(one.get("below", ""))) for one in reversed(ours)]
    if not any(one["text"] in source.text for one in ours if one["text"] != line):
        gaps.sort(key=lambda gap: -len(gap[0] + gap[1]))  # the last one goes with the paragraph that the first one made
    for above, below in gaps:
        if not above + below:
            continue
        # Blank lines that came with a neighbour go with the one that is left.
        whole = above + line + below
        first = source.text.rfind(whole)
        if first >= 0 and _is_alone(source, first, whole):
            return [whole]
    return [line]


def _is_alone(source: Source, start: int, whole: str) -> bool:
    """Tell whether blank lines, or the block's own edges, are on both sides of the statement."""
    stripped = whole.strip("\r\n")
    line = source.line_of(start + whole.index(stripped))
    return not source.line(line - 1).strip() and not source.line(line + 1).strip()


def _check_gone(source: Source, line: str) -> None:
    """Raise `Edited` when the statement is still there in other words."""
    call = ast.parse(line.strip()).body[0]
    names = _names(call)
    verb = ast.unparse(call).partition("(")[0]
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Expr) and ast.unparse(node).partition("(")[0] == verb and names <= _names(node):
            raise Edited(source.path, node.lineno, line.strip())


def _names(tree: ast.AST) -> set[str]:
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
