"""An extension's object in the module where a project keeps them, and its `init_app` in the wiring."""

import ast
import posixpath
from collections.abc import Mapping, Sequence
from typing import Any

from scaffold.changes import Changes
from scaffold.edits import Context, Fragment, wiring
from scaffold.edits.view import fragments, gained
from scaffold.errors import Clash, Edited, ScaffoldError
from scaffold.flask_code import check, imports, paragraph, removal, style
from scaffold.flask_code.code import Code
from scaffold.flask_code.files import Files, is_test
from scaffold.flask_code.imports import Need
from scaffold.flask_code.module import Module, dotted
from scaffold.flask_code.source import Source, Splice

MODULE = "extensions"


def target(edit: Mapping[str, Any], context: Context) -> str:
    """Return the module's path; raise `Clash` when the project makes such an object elsewhere."""
    folder = context.answers["package_dir"]
    candidates = [
        posixpath.normpath(posixpath.join(folder, *parts)) for parts in ([MODULE, "__init__.py"], [f"{MODULE}.py"])
    ]
    path = next((one for one in candidates if context.changes.read(one) is not None), candidates[-1])
    made = str(edit["value"]).partition("(")[0]
    for other in Files(context.changes).paths:
        if other != path and not is_test(other) and (line := _line_of_call(context.changes, other, made)):
            raise Clash(
                f"'{made}' is made already in '{other}:{line}'.",
                f"Move it to '{path}' as '{edit['name']} = {edit['value']}', then run the command again.",
                other,
                line,
            )
    return path


def _line_of_call(changes: Changes, path: str, name: str) -> int | None:
    """Return where the file makes such an object; one that cannot be read makes none that we could know of."""
    try:
        held = changes.read(path) or b""
        calls = ast.walk(Source(path, held).tree) if f"{name}(".encode() in held else ()
        return next((one.lineno for one in calls if isinstance(one, ast.Call) and _made(one) == name), None)
    except ScaffoldError:
        return None


def _made(value: ast.expr | None) -> str:
    return dotted(value.func).rpartition(".")[2] if isinstance(value, ast.Call) else ""


def apply(edit: Mapping[str, Any], target: str, context: Context) -> list[Fragment]:
    """Plan the object, unless the module has it, and the call that binds it to the app."""
    made = _object(edit, target, context)
    return [*made, *wiring.wired(context, MODULE, f"{MODULE}.{edit['name']}.init_app(app)")]


def _object(edit: Mapping[str, Any], path: str, context: Context) -> list[Fragment]:
    source = Source(path, context.changes.read(path) or b"")
    statement = f"{edit['name']} = {edit['value']}"
    if (held := _bound(source, edit["name"])) is not None:
        if _made(getattr(held, "value", None)) != str(edit["value"]).partition("(")[0]:
            sentence = f"'{edit['name']}' is something else already in '{path}:{held.lineno}'."
            raise Clash(sentence, f"Give that another name: '{statement}' goes there.", path, held.lineno)
        return [Fragment(path, statement, "extension", {"shared": True})]
    planned = _imported(edit, source, context)
    whole = Source(path, source.spliced(change.splice for change in planned.changes))
    for name, written in planned.written.items():
        statement = statement.replace(f"{name}(", f"{written}(")
    data = whole.spliced([_assignment(whole, statement)])
    check.edited(source, data, [], gained(planned), [statement])
    context.changes.put(path, data)
    return [Fragment(path, statement, "extension"), *fragments(path, planned)]


def _bound(source: Source, name: str) -> ast.stmt | None:
    """Return the statement that gives the name a meaning at the top level."""
    bindings = Module(source).scope.names.get(name, ())
    return bindings[0].statement if bindings else None


def _imported(edit: Mapping[str, Any], source: Source, context: Context) -> imports.Plan:
    """Return the import of what the object is made of; a comment that the template gives it stays behind it."""
    code = Code(context.changes)
    line = str(edit["import"])
    parsed = ast.parse(line).body[0]
    if not isinstance(parsed, ast.ImportFrom):
        raise TypeError(f"{line!r} imports no names")
    needs = [Need(parsed.module or "", one.name) for one in parsed.names]
    module, newline = Module(source), source.line_end(len(source.starts))
    planned = imports.plan(module, module.scope, needs, code.paths, style.limit(code), newline)
    plain = ast.unparse(parsed)
    return planned.changed(changes=[_commented(one, plain, line) for one in planned.changes])


def _commented(change: imports.Change, plain: str, line: str) -> imports.Change:
    if change.original or change.text.strip() != plain:
        return change
    text = change.text.replace(plain, line)
    return change.changed(text=text, splice=change.splice.changed(text=text))


def _assignment(source: Source, statement: str) -> Splice:
    """Return the line among those of other objects, in their order where they have one, else below the imports."""
    held = [node for node in source.tree.body if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call)]
    texts = [ast.unparse(node) for node in held]
    greater = [node for node, text in zip(held, texts, strict=True) if text > statement]
    if texts == sorted(texts) and greater:
        return paragraph.beside(source, greater[0], statement, above=True)
    if held:
        return paragraph.beside(source, held[-1], statement, above=False)
    above = [node for node in source.tree.body if isinstance(node, (ast.Import, ast.ImportFrom))]
    return paragraph.paragraph(source, above[-1], statement, above=False)


def revert(
    path: str, fragments: Sequence[Mapping[str, Any]], ever: Sequence[Mapping[str, Any]], changes: Changes
) -> None:
    """Plan the module without these objects; raise `Edited` when somebody has written one anew."""
    held = changes.read(path)
    if held is None:
        return
    source = Source(path, held)
    for text in (str(one["text"]) for one in fragments):
        data = paragraph.without_statement(source, text)
        if data is not None:
            source = Source(path, data)
        elif (node := _bound(source, text.partition(" ")[0])) is not None:
            raise Edited(path, node.lineno, text.partition(" ")[0])
    changes.put(path, removal.without(source, [], removal.added(ever), style.limit(Files(changes))))
