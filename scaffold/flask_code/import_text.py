"""The text of `from x import a, b` with more names: a pure function of the original text and the names we own."""

import ast
from collections.abc import Sequence

from scaffold.flask_code.import_order import is_sorted, member_key
from scaffold.flask_code.source import Source, Splice


def extended(original: str, names: Sequence[str], limit: int, newline: str = "\n", unit: str = "    ") -> str:
    """Return the statement with the names in it: in order where the original is, else behind its own.

    Names are written as in code (`escape`, `escape as markupsafe_escape`). Extending in two steps gives the same text
    as extending once, so what is left when one owner goes can always be computed from the original.
    """
    source = Source("import", original.encode())
    statement = _statement(source)
    written = [source.segment(alias) for alias in statement.names]
    new = list(dict.fromkeys(name for name in names if name not in written))
    if not new:
        return original
    keys = [member_key(name) for name in written]
    ordered = is_sorted(keys)
    if ordered and _is_flat(original) and len(flat := _flat(statement, [*written, *new])) > limit:
        return _exploded(flat, sorted([*written, *new], key=member_key), newline, unit)
    splices = []
    for name in sorted(new, key=member_key) if ordered else new:
        index = sum(key <= member_key(name) for key in keys) if ordered else len(written)
        splices.append(_splice(source, statement, index, name))
    return source.spliced([*_comma(source, statement, splices), *splices]).decode()


def _statement(source: Source) -> ast.ImportFrom:
    found = source.tree.body[0]
    if not isinstance(found, ast.ImportFrom):
        raise TypeError(f"{source.text!r} takes no names")
    return found


def _is_flat(original: str) -> bool:
    return "\n" not in original and "\r" not in original


def _flat(statement: ast.ImportFrom, names: Sequence[str]) -> str:
    return f"from {'.' * statement.level}{statement.module or ''} import {', '.join(names)}"


def _exploded(flat: str, names: Sequence[str], newline: str, unit: str) -> str:
    lines = [f"{unit}{name},{newline}" for name in names]
    return f"{flat.partition(' import ')[0]} import ({newline}{''.join(lines)})"


def _splice(source: Source, statement: ast.ImportFrom, index: int, name: str) -> Splice:
    """Return the insertion of one name before the alias of this index, or behind the last."""
    aliases = statement.names
    if not _one_a_line(source, statement):
        if index < len(aliases):
            start = source.start(aliases[index])
            return Splice(start, start, f"{name}, ")
        end = source.end(aliases[-1])
        return Splice(end, end, f", {name}")
    near = aliases[min(index, len(aliases) - 1)]
    newline, indent = source.line_end(near.lineno), _indent(source, near)
    if index == 0:
        start = source.start(near)
        return Splice(start, start, f"{name},{newline}{indent}")
    above = aliases[index - 1]
    if index == len(aliases) and above.end_lineno == statement.end_lineno:
        end = source.end(above)
        return Splice(end, end, f",{newline}{indent}{name}")
    start = source.starts[(above.end_lineno or above.lineno)]
    return Splice(start, start, f"{indent}{name},{newline}")


def _comma(source: Source, statement: ast.ImportFrom, splices: Sequence[Splice]) -> list[Splice]:
    """Return the comma that the last alias needs once a line comes below it."""
    end = source.end(statement.names[-1])
    followed = any(splice.start > end for splice in splices)
    has_one = source.text[end:].lstrip(" \t").startswith(",")
    return [Splice(end, end, ",")] if followed and not has_one else []


def _one_a_line(source: Source, statement: ast.ImportFrom) -> bool:
    """Tell whether the names stand below each other, in brackets."""
    lines = [alias.lineno for alias in statement.names]
    in_brackets = source.text.rstrip().endswith(")")
    if not in_brackets or len(set(lines)) < len(lines):
        return False
    return statement.end_lineno != statement.lineno and (len(lines) > 1 or lines[0] != statement.lineno)


def _indent(source: Source, alias: ast.alias) -> str:
    before = source.text[source.starts[alias.lineno - 1] : source.start(alias)]
    return "".join(character if character == "\t" else " " for character in before)
