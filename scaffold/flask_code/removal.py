"""Taking functions and imports of ours out of a file: the inverse of what was inserted, to the byte."""

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from scaffold.errors import Edited
from scaffold.fields import Fields
from scaffold.flask_code import check, paragraph
from scaffold.flask_code.import_order import spelled as written_module
from scaffold.flask_code.import_text import extended
from scaffold.flask_code.module import SHORTCUTS, Function
from scaffold.flask_code.source import Source, Splice


class Added(Fields):
    """Names that were added to an import of a file: its text then, and what it was before ('' for nothing)."""

    text: str
    original: str
    module: str
    names: tuple[str, ...]


def added(ever: Iterable[Mapping[str, Any]]) -> list[Added]:
    """Return the imports among the recorded insertions of a file."""
    return [
        Added(one["text"], one["original"], one["module"], tuple(one["names"]))
        for one in ever
        if one["what"] == "import" and _is_import(one)
    ]


def _is_import(one: Mapping[str, Any]) -> bool:
    texts = isinstance(one.get("original"), str) and isinstance(one.get("module"), str)
    return texts and isinstance(names := one.get("names"), list) and all(isinstance(name, str) for name in names)


def without(source: Source, pieces: Sequence[str], added: Sequence[Added], limit: int) -> bytes:
    """Return the file without the pieces, and without those names that we added and nothing uses any more.

    Raise `Edited` when a piece is no longer as it was inserted. `added` holds what was ever added to the file, by
    whichever operation: an import that two of them share goes with the second.
    """
    spans = [span for piece in pieces if (span := _span(source, piece))]
    left = Source(source.path, source.spliced([Splice(start, end, "") for start, end in spans]))
    gone = {one for entry in added for one in _unused(left, entry)}
    data = left.raw
    for module in dict.fromkeys(module for module, _ in sorted(gone)):
        entries = [entry for entry in added if entry.module == module]
        data = _without_names(Source(source.path, data), entries, {name for m, name in gone if m == module}, limit)
    there = [piece for piece in pieces if piece in source.text]
    functions = [name for piece in there for name in _names(piece)]
    statements = [ast.unparse(node) for piece in there for node in _others(piece)]
    names = [(m, name.partition(" ")[0]) for m, name in gone]
    check.edited(Source(source.path, data), source.raw, functions, names, statements)
    return data


def _span(source: Source, piece: str) -> tuple[int, int] | None:
    """Return where the piece is; None when its function is gone already."""
    start = source.text.rfind(piece)
    if start >= 0:
        return start, start + len(piece)
    for name in _names(piece):
        for node in ast.walk(source.tree):
            if isinstance(node, check.Definition) and node.name == name:
                raise Edited(source.path, node.lineno, name)
    return None


def _names(piece: str) -> list[str]:
    return [node.name for node in _parsed(piece) if isinstance(node, check.Definition)]


def _others(piece: str) -> list[ast.stmt]:
    return [node for node in _parsed(piece) if not isinstance(node, check.Definition)]


def _parsed(piece: str) -> list[ast.stmt]:
    from textwrap import dedent

    return ast.parse(dedent(piece.strip("\r\n").replace("\t", "        "))).body


def _unused(source: Source, entry: Added) -> Iterator[tuple[str, str]]:
    """Yield the (module, name) of this entry that the file imports and does not use."""
    used = set(_read(source.tree))
    # As in __all__, or in an annotation; nobody annotates with a sibling module, but URLs may be called like it.
    constants = _exported(source.tree) if _is_sibling(entry) else ast.walk(source.tree)
    used |= {str(node.value) for node in constants if isinstance(node, ast.Constant)}
    for spelled in entry.names:
        name, _, bound = (spelled or entry.module.partition(".")[0]).partition(" as ")
        if (bound or name) not in used and _statement(source, entry.module, spelled) is not None:
            yield entry.module, spelled


def _is_sibling(entry: Added) -> bool:
    return entry.module == "." or all(map(_is_module, entry.names))


def _is_module(spelled: str) -> bool:
    """Tell whether the module itself is imported, under its own name or ` as another`."""
    return not spelled or spelled.startswith(" ")


def _exported(tree: ast.Module) -> Iterator[ast.AST]:
    """Yield the parts of what the module assigns to `__all__`."""
    for node in tree.body:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        if any(isinstance(target, ast.Name) and target.id == "__all__" for target in targets):
            yield from ast.walk(node)


def _read(tree: ast.Module) -> Iterator[str]:
    """Yield the names that are used where no function around them has imported them for itself."""
    nodes: list[tuple[ast.AST, frozenset[str]]] = [(tree, frozenset())]
    while nodes:
        node, own = nodes.pop()
        if isinstance(node, ast.Name) and node.id not in own:
            yield node.id
        inner = own | _imported(node) if isinstance(node, Function) else own
        body = set(map(id, node.body)) if isinstance(node, Function) else set()
        nodes += ((child, inner if id(child) in body else own) for child in ast.iter_child_nodes(node))


def _imported(function: ast.FunctionDef | ast.AsyncFunctionDef) -> set[str]:
    """Return the names that imports bind in the function itself."""
    found: set[str] = set()
    outside: set[str] = set()
    nodes: list[ast.AST] = [*function.body]
    while nodes:
        node = nodes.pop()
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            found.update(alias.asname or alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, (ast.Global, ast.Nonlocal)):
            outside.update(node.names)
        elif not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            nodes += ast.iter_child_nodes(node)
    return found - outside


def _statement(source: Source, module: str, spelled: str) -> ast.Import | ast.ImportFrom | None:
    """Return the statement that imports the name, or the module and nothing else (`_is_module`)."""
    for node in source.tree.body:
        if isinstance(node, ast.Import) and _is_module(spelled) and ast.unparse(node) == f"import {module}{spelled}":
            return node
        if not isinstance(node, ast.ImportFrom) or written_module(node) != module:
            continue
        if any(ast.unparse(alias) == spelled for alias in node.names):
            return node
    return None


def _without_names(source: Source, entries: Sequence[Added], gone: set[str], limit: int) -> bytes:
    statement = next(found for name in gone if (found := _statement(source, entries[0].module, name)))
    if isinstance(statement, ast.Import):
        return _without_statement(source, statement, entries)
    held = [source.segment(alias) for alias in statement.names]
    ours = [name for name in dict.fromkeys(name for entry in entries for name in entry.names) if name in held]
    kept = [name for name in ours if name not in gone]
    if set(held) == gone:
        return _without_statement(source, statement, entries)
    segment, newline = source.segment(statement), source.line_end(statement.lineno)
    for entry in entries:
        # What the user had before the first of us: it tells how the statement was written, and so how it goes back.
        if segment == _written(entry, ours, limit, newline):
            text = _written(entry, kept, limit, newline)
            return source.spliced([Splice(source.start(statement), source.end(statement), text)])
    return source.spliced(_cuts(source, statement, gone))


def _written(entry: Added, names: Sequence[str], limit: int, newline: str) -> str:
    """Return the statement with these names of ours, as it would be made of what was there before the entry."""
    if entry.original:
        return extended(entry.original, names, limit, newline)
    return extended(f"from {entry.module} import {names[0]}", names[1:], limit, newline) if names else ""


def _without_statement(source: Source, statement: ast.Import | ast.ImportFrom, entries: Sequence[Added]) -> bytes:
    """Remove the whole import, with the blank lines that came with it when it is the last of its section."""
    first, last = statement.lineno, statement.end_lineno or statement.lineno
    if not paragraph.stands_alone(source, statement):
        raise Edited(source.path, first, source.segment(statement))
    others = [node for node in source.tree.body if isinstance(node, (ast.Import, ast.ImportFrom))]
    if any(node.end_lineno == first - 1 or node.lineno == last + 1 for node in others):
        return source.spliced([paragraph.lines_out(source, first, last)])
    exact = next((splice for entry in entries if (splice := _as_inserted(source, statement, entry))), None)
    return source.spliced([exact or paragraph.without(source, statement, leading=True)])


def _as_inserted(source: Source, statement: ast.Import | ast.ImportFrom, entry: Added) -> Splice | None:
    """Return what takes the import out with the blank lines that it was inserted with, None when it had none."""
    start, end = source.start(statement), source.end(statement)
    names = ", ".join(entry.names)
    written = f"import {entry.module}{names}" if _is_module(names) else f"from {entry.module} import {names}"
    before, found, after = entry.text.partition(written)
    there = source.text[start - len(before) : start] == before and source.text[end : end + len(after)] == after
    if entry.original or not found or not there or not (before or len(after.splitlines()) > 1):
        return None
    head, tail = source.text[: start - len(before)], source.text[end + len(after) :]
    # The line end before a blank line belongs to the line above, but for the last line of a file that has none.
    return Splice(len(head), len(source.text) - len(tail), "") if not head or head[-1] in "\r\n" or not tail else None


def _cuts(source: Source, statement: ast.ImportFrom, gone: set[str]) -> list[Splice]:
    """Return the splices that take names out of an import that somebody has written anew."""
    aliases, cuts = statement.names, []
    for index, alias in enumerate(aliases):
        if source.segment(alias) not in gone:
            continue
        if index + 1 < len(aliases):
            cuts.append(Splice(source.start(alias), source.start(aliases[index + 1]), ""))
        else:
            kept = max(n for n in range(index) if source.segment(aliases[n]) not in gone)
            cuts = [cut for cut in cuts if cut.start < source.end(aliases[kept])]
            cuts.append(Splice(source.end(aliases[kept]), source.end(alias), ""))
    return cuts


def without_view(source: Source, view: ast.FunctionDef | ast.AsyncFunctionDef, rule: ast.expr) -> bytes:
    """Return the file without a view that somebody wrote: all of it, or one of several rules that lead to it.

    The blank lines above go with it; imports are the user's and stay.
    """
    routes = [one for one in view.decorator_list if isinstance(one, ast.Call) and _is_route(one)]
    if len(routes) > 1:
        one = next(one for one in routes if rule in ast.walk(one))
        return source.spliced([Splice(source.starts[one.lineno - 1], _line_after(source, one), "")])
    first = min(view.lineno, *(one.lineno for one in view.decorator_list))
    while first > 1 and not source.line(first - 1).strip():
        first -= 1
    return source.spliced([Splice(source.starts[first - 1], _line_after(source, view), "")])


def _is_route(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Attribute) and call.func.attr in ("route", *SHORTCUTS)


def _line_after(source: Source, node: ast.stmt | ast.expr) -> int:
    last = node.end_lineno or node.lineno
    return source.starts[last] if last < len(source.starts) else len(source.text)
