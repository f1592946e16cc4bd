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
from scaffold.errors import BadAnswer, Edited, NoPlace
from scaffold.flask_code import check, choice, duplicates, imports, paragraph, place, prefix, removal, style, wiring
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
    if module == wiring.APP:
        raise BadAnswer("NAME", module, "the app itself is called so")
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
    block = place.home(code, on)
    module, source = block.scope.module, block.scope.module.source
    need = _need(context, name, source.path)
    planned = imports.plan(module, block.scope, [need], code.paths, style.limit(code), source.line_end(1))
    new = _named(wiring.statement(statement, on.variable), name, planned.written[name])
    text = ast.unparse(new)
    if wiring.holds(block, new, on.variable):
        return [Fragment(source.path, text, "wiring", {"shared": True})]
    data = source.spliced([*(change.splice for change in planned.changes), wiring.find(block, on, new)])
    check.edited(source, data, [], gained(planned), [text])
    context.changes.put(source.path, data)
    return [Fragment(source.path, text, "wiring"), *fragments(source.path, planned)]


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
    if held is None:
        return
    source = Source(path, held)
    for text in (str(one["text"]) for one in fragments):
        data = paragraph.without_statement(source, text)
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
