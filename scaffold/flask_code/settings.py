"""Where a project sets SECRET_KEY: what other settings are put beside."""

import ast
from collections.abc import Iterator

from scaffold.fields import Fields
from scaffold.flask_code.files import Files, is_test
from scaffold.flask_code.module import dotted, keyword, literal
from scaffold.flask_code.source import Source, Splice

KEY, FALLBACKS = "SECRET_KEY", "SECRET_KEY_FALLBACKS"


class Settings(Fields):
    """One place where settings are: a dict, a call with keywords, or statements; and what the two keys are set to."""

    source: Source
    node: ast.Dict | ast.Call | ast.stmt
    start: str
    key: str
    fallbacks: str


def find(files: Files) -> Settings | None:
    """Return where SECRET_KEY is set, the first in the order of the paths; None when it is nowhere."""
    for path in sorted(files.paths):
        raw = None if is_test(path) else files.raw(path)
        module = files.module(path) if raw is not None and b"secret_key" in raw.lower() else None
        for found in _places(module.source) if module else ():
            return found
    return None


def _places(source: Source) -> Iterator[Settings]:
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Dict):
            pairs = {literal(name): value for name, value in zip(node.keys, node.values, strict=True) if name}
            if KEY in pairs:
                yield _of(source, node, "", pairs.get(KEY), pairs.get(FALLBACKS))
        elif isinstance(node, ast.Call) and keyword(node, KEY) is not None:
            yield _of(source, node, "", keyword(node, KEY), keyword(node, FALLBACKS))
        elif isinstance(node, ast.Assign) and len(node.targets) == 1 and (start := _start(node.targets[0])) is not None:
            yield Settings(source, node, start, f'{start}["{KEY}"]' if start else KEY, "")


def _of(source: Source, node: ast.Dict | ast.Call, start: str, *values: ast.expr | None) -> Settings:
    return Settings(source, node, start, *(source.segment(value) if value else "" for value in values))


def _start(target: ast.expr) -> str | None:
    """Return what a setting's name stands behind, such as `app.config`; '' for a plain name, None for no setting."""
    if isinstance(target, ast.Name):
        return "" if target.id == KEY else None
    if isinstance(target, ast.Attribute) and target.attr == KEY.lower():
        return f"{dotted(target.value)}.config"
    if isinstance(target, ast.Subscript) and literal(target.slice) == KEY:
        return dotted(target.value) or None
    return None


def splice(found: Settings, name: str, value: str, comment: str = "") -> Splice:
    """Return the insertion of a setting: at the end of a dict or a call, below a statement.

    A comment stands above it, where it has a line of its own.
    """
    source, node = found.source, found.node
    if isinstance(node, ast.stmt):
        written = f'{found.start}["{name}"] = {value}' if found.start else f"{name} = {value}"
        return _line_below(source, node, comment, written)
    entry = f"{name}={value}" if isinstance(node, ast.Call) else f'"{name}": {value}'
    keywords = [] if isinstance(node, ast.Dict) else [one.value for one in node.keywords]
    parts = node.values if isinstance(node, ast.Dict) else [*node.args, *keywords]
    last = max(parts, key=lambda part: (part.end_lineno or 0, part.end_col_offset or 0))
    return _after_item(source, node, last, comment, entry)


def _line_below(source: Source, node: ast.stmt, comment: str, written: str) -> Splice:
    line = source.line(node.lineno)
    indent, newline = line[: len(line) - len(line.lstrip())], source.line_end(node.lineno)
    written = f"# {comment}{newline}{indent}{written}" if comment else written
    number = (node.end_lineno or node.lineno) + 1
    if number > len(source.starts):
        return Splice(len(source.text), len(source.text), f"{newline}{indent}{written}")
    start = source.starts[number - 1]
    return Splice(start, start, f"{indent}{written}{newline}")


def _after_item(source: Source, node: ast.Dict | ast.Call, last: ast.expr, comment: str, entry: str) -> Splice:
    """Return the entry behind the last one: on a line of its own where that has one, with a comma where it has one."""
    end, closing = source.end(last), source.end(node) - 1
    rest = source.text[end:closing]
    comma = end + rest.index(",") + 1 if rest.lstrip().startswith(",") else None
    line = source.line(last.end_lineno or last.lineno)
    if last.end_lineno == node.end_lineno or last.end_lineno == node.lineno:
        return Splice(comma or end, comma or end, f" {entry}" if comma else f", {entry}")
    first = source.line(_first_line(node, last))
    indent, newline = first[: len(first) - len(first.lstrip())], source.line_end(last.end_lineno or last.lineno)
    entry = f"# {comment}{newline}{indent}{entry}" if comment else entry
    if comma is None:
        return Splice(end, end, f",{newline}{indent}{entry}")
    number = (last.end_lineno or last.lineno) + 1
    if "#" in line[line.rfind(",") :] or not rest.strip(" \t,"):
        start = source.starts[number - 1]
        return Splice(start, start, f"{indent}{entry},{newline}")
    return Splice(comma, comma, f"{newline}{indent}{entry},")


def _first_line(node: ast.Dict | ast.Call, last: ast.expr) -> int:
    """Return the line on which the last entry begins."""
    if isinstance(node, ast.Call):
        return next((one.lineno for one in node.keywords if one.value is last), last.lineno)
    key = node.keys[node.values.index(last)]
    return key.lineno if key is not None else last.lineno
