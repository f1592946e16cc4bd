"""A line of code put among others and taken out again: which blank lines come and go with it, the text alone tells.

A new paragraph gets a blank line on the side where one is missing, when there is one on the other side; in code
without blank lines it gets none. So taking the last line of a paragraph out is the inverse whatever came and went in
between: of the blank lines on both sides the smaller number goes. The end of the file counts as blank.
"""

import ast
from collections.abc import Iterator

from scaffold.errors import Edited, NoPlace
from scaffold.flask_code import check
from scaffold.flask_code.source import Source, Splice


def beside(source: Source, node: ast.stmt, text: str, *, above: bool) -> Splice:
    """Return the line, or the lines, directly above or below a statement of its like."""
    number, indent, newline = _edge(source, node, above=above)
    return _line(source, number, indent + text.replace("\n", newline + indent), newline, "", "")


def paragraph(source: Source, node: ast.stmt, text: str, *, above: bool) -> Splice:
    """Return the line above or below a statement that it does not belong to."""
    number, indent, newline = _edge(source, node, above=above)
    is_blank = _is_blank(source, number - 1), _is_blank(source, number)
    gap_above = newline if is_blank == (False, True) else ""
    gap_below = newline if is_blank == (True, False) else ""
    return _line(source, number, indent + text, newline, gap_above, gap_below)


def without(source: Source, node: ast.stmt, *, leading: bool = False) -> Splice:
    """Return what takes the statement's lines out, and the blank ones that came with them.

    A `leading` paragraph, such as one of imports, may have a blank line on the one side where other code ends or none
    is.
    """
    first, last = node.lineno, node.end_lineno or node.lineno
    above, below = _blanks(source, first, -1), _blanks(source, last, 1)
    if leading and first - above == 1:
        return lines_out(source, first, last + below)
    if leading and not below:
        return lines_out(source, first - above, last)
    if last + below >= _count(source) and not below:
        return lines_out(source, first - above, last)
    if not above or not below:
        return lines_out(source, first, last)
    gap = source.text[source.starts[last] : source.starts[last + below]] if below == above else ""
    ours_below = below < above or gap == source.line_end(first) * below
    return lines_out(source, first, last + below) if ours_below else lines_out(source, first - above, last)


def lines_out(source: Source, first: int, last: int) -> Splice:
    """Return the removal of whole lines; at the end of a file without a last line end, the one before them goes."""
    start = source.starts[first - 1]
    if last < len(source.starts):
        return Splice(start, source.starts[last], "")
    return Splice(start - len(source.line_end(first - 1)) if first > 1 else 0, len(source.text), "")


def _line(source: Source, number: int, text: str, newline: str, above: str, below: str) -> Splice:
    if number <= len(source.starts):
        start = source.starts[number - 1]
        if start < len(source.text) or source.text.endswith(("\n", "\r")) or not source.text:
            return Splice(start, start, f"{above}{text}{newline}{below}")
    end = len(source.text)
    return Splice(end, end, f"{newline}{above}{text}")


def _edge(source: Source, node: ast.stmt, *, above: bool) -> tuple[int, str, str]:
    """Return the number of the statement's first line, or of the one below its last; its indentation and line end."""
    first = min([node.lineno, *(one.lineno for one in getattr(node, "decorator_list", ()))])
    line = source.line(first)
    indent = line[: len(line) - len(line.lstrip(" \t\f"))].replace("\f", "")
    newline = source.line_end(node.lineno)
    if not stands_alone(source, node):
        raise _shared(source, node.lineno)
    if not above:
        return _below(source, (node.end_lineno or node.lineno) + 1, indent), indent, newline
    while first > 1 and source.line(first - 1).startswith(f"{indent}#"):
        first -= 1
    return first, indent, newline


def _below(source: Source, number: int, indent: str) -> int:
    """Return the line below a statement and the comments that belong to its body."""
    last = number
    while last <= len(source.starts):
        text = source.line(last)
        stripped = text.strip(" \t\f")
        if stripped and not (stripped.startswith("#") and _width(text) > len(indent.expandtabs(8))):
            break
        last += 1
        if stripped:
            number = last
    return number


def _width(text: str) -> int:
    return len(text[: len(text) - len(text.lstrip(" \t\f"))].replace("\f", "").expandtabs(8))


def stands_alone(source: Source, node: ast.stmt) -> bool:
    """Tell whether no other statement is on the lines of this one."""
    if source.text[source.starts[node.lineno - 1] : source.start(node)].strip():
        return False
    rest = source.line(last := node.end_lineno or node.lineno)[source.end(node) - source.starts[last - 1] :].strip()
    return not rest or rest.startswith("#")


def _shared(source: Source, line: int) -> NoPlace:
    return NoPlace(
        f"A line would have to go into the middle of another one, '{source.path}:{line}'.",
        "Give each statement there a line of its own, then run the command again.",
    )


def _is_blank(source: Source, number: int) -> bool:
    """Tell whether a line has nothing on it; what is below the last line has not."""
    return number >= 1 and not source.line(number).strip()


def _blanks(source: Source, number: int, step: int) -> int:
    count = 0
    while 1 <= number + step * (count + 1) <= _count(source) and _is_blank(source, number + step * (count + 1)):
        count += 1
    return count


def _count(source: Source) -> int:
    """Return how many lines there are; the end of the last one begins none."""
    return len(source.starts) - (not source.text[source.starts[-1] :])


def without_statement(source: Source, text: str) -> bytes | None:
    """Return the file without a statement of ours, None when it is gone; raise `Edited` when it is not only ours."""
    blocks = [body for node in ast.walk(source.tree) for body in _blocks(node)]
    for body in blocks[::-1]:
        for node in body[::-1]:
            if not isinstance(node, (ast.Expr, ast.Assign)) or ast.unparse(node) != text:
                continue
            last = node.end_lineno or node.lineno
            behind = source.line(last)[source.end(node) - source.starts[last - 1] :].strip()
            is_only = len(body) == 1 and body is not source.tree.body
            if behind or is_only or not stands_alone(source, node):
                raise Edited(source.path, node.lineno, text)
            data = source.spliced([without(source, node)])
            check.edited(Source(source.path, data), source.raw, [], [], [text])
            return data
    return None


def _blocks(node: ast.AST) -> Iterator[list[ast.stmt]]:
    for name in ("body", "orelse", "finalbody"):
        if isinstance(found := getattr(node, name, None), list):
            yield found
