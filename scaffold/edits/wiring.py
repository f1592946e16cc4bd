"""A statement where the app is put together, and the import of the sibling module that it is about."""

import ast
from collections.abc import Mapping, Sequence
from typing import Any

from scaffold import render
from scaffold.changes import Changes
from scaffold.edits import Context, Fragment
from scaffold.edits.view import fragments, gained
from scaffold.errors import Edited
from scaffold.flask_code import check, choice, imports, place, removal, style, wiring
from scaffold.flask_code.code import Code
from scaffold.flask_code.files import Files
from scaffold.flask_code.imports import Need
from scaffold.flask_code.source import Source


def target(edit: Mapping[str, Any], context: Context) -> str:
    """Return the file that makes the app; raise `NoPlace` when that is not clear."""
    return choice.the_app(Code(context.changes), context.project.roles, context.project.app).module.path


def apply(edit: Mapping[str, Any], target: str, context: Context) -> list[Fragment]:
    """Plan the import and the statement, unless they are there."""
    module, statement = (render.source(edit[key], context.answers, context.template) for key in ("module", "statement"))
    return wired(context, module, statement)


def wired(context: Context, name: str, statement: str) -> list[Fragment]:
    """Plan a statement about a sibling module of the app; other edits may have changed its file since `target`."""
    code = Code(context.changes)
    router = choice.the_app(code, context.project.roles, context.project.app)
    block = place.home(code, router)
    module, source = block.scope.module, block.scope.module.source
    need = Need(".", name) if context.answers["sibling"] else Need(name)
    planned = imports.plan(module, block.scope, [need], code.paths, style.limit(code), source.line_end(1))
    new = _named(wiring.statement(statement, router.variable), name, planned.written[name])
    text = ast.unparse(new)
    if wiring.holds(block, new, router.variable):
        return [Fragment(source.path, text, "wiring", {"shared": True})]
    splice = wiring.find(block, router, new)
    data = source.spliced([*(change.splice for change in planned.changes), splice])
    check.edited(source, data, [], gained(planned), [text])
    context.changes.put(source.path, data)
    return [Fragment(source.path, text, "wiring"), *fragments(source.path, planned)]


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
    if held is None:
        return
    source = Source(path, held)
    for text in (str(one["text"]) for one in fragments):
        data = removal.without_statement(source, text)
        if data is None:
            _check_gone(source, text)
        else:
            source = Source(path, data)
    changes.put(path, removal.without(source, [], removal.added(ever), style.limit(Files(changes))))


def _check_gone(source: Source, text: str) -> None:
    """Raise `Edited` when the statement is still there in other words."""
    try:
        names = _names(ast.parse(text))
    except (SyntaxError, ValueError):  # somebody changed the record
        return
    verb = text.partition("(")[0]
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Expr) and ast.unparse(node).partition("(")[0] == verb and names <= _names(node):
            raise Edited(source.path, node.lineno, text)


def _names(tree: ast.AST) -> set[str]:
    return {ast.unparse(node) for node in ast.walk(tree) if isinstance(node, (ast.Name, ast.Attribute))}
