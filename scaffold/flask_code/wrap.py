"""Lines that are too long, broken as a formatter would: brackets first, one item a line when one line is too short."""

import ast
import re
from collections.abc import Iterator

from scaffold.flask_code.source import Source, Splice

QUERY = r"[?&]\w+="


def wrapped(text: str, limit: int, unit: str, quote: str) -> str:
    """Return the function with each statement that is too long, and on one line, broken."""
    source = Source("view", text.encode())
    printer = _Printer(source, limit, unit, quote)
    splices = []
    for node in ast.walk(source.tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            splices += [_decorator(printer, one) for one in node.decorator_list]
            splices.append(_signature(printer, node))
        elif isinstance(node, ast.stmt) and not hasattr(node, "body"):
            splices.append(_statement(printer, node))
    return source.spliced([splice for splice in splices if splice]).decode()


def width(text: str) -> int:
    """Return how many columns a line takes; East Asian characters take two."""
    if text.isascii():
        return len(text)
    from unicodedata import east_asian_width

    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)


def _decorator(printer: "_Printer", node: ast.expr) -> Splice | None:
    source = printer.source
    if not printer.is_long(node.lineno, node.end_lineno):
        return None
    return Splice(source.start(node), source.end(node), printer.broken(node, ""))


def _signature(printer: "_Printer", node: ast.FunctionDef | ast.AsyncFunctionDef) -> Splice | None:
    source, given, defaults = printer.source, node.args.args, node.args.defaults
    closing: list[ast.expr | ast.arg] = [*given[: len(given) - len(defaults)], *defaults]
    last = node.returns or (closing[-1] if closing else None)
    if last is None or not given or not printer.is_long(node.lineno, last.end_lineno):
        return None
    indent = printer.indent(node.lineno)
    items = [source.text[source.start(one) : source.end(end)] for one, end in zip(given, closing, strict=True)]
    # Formatters put a comma behind a lone parameter, and none behind a row of them.
    lone = f"\n{indent}{printer.unit}{items[0]},\n{indent}"
    text = lone if len(items) == 1 else printer.listed(items, indent)
    return Splice(source.start(given[0]), source.end(closing[-1]), text)


def _statement(printer: "_Printer", node: ast.stmt) -> Splice | None:
    source = printer.source
    value = node.test if isinstance(node, ast.Assert) else getattr(node, "value", None)
    if not isinstance(value, ast.expr) or not printer.is_long(node.lineno, node.end_lineno):
        return None
    column = source.start(value) - source.starts[node.lineno - 1]
    return Splice(source.start(value), source.end(value), printer.value(value, printer.indent(node.lineno), column))


class _Printer:
    """Writes an expression on several lines; `indent` is that of the line it starts on."""

    def __init__(self, source: Source, limit: int, unit: str, quote: str) -> None:
        self.source, self.limit, self.unit, self.quote = source, limit, unit, quote

    def is_long(self, line: int, end: int | None) -> bool:
        """Tell whether what ends where it begins makes its line too long."""
        return line == end and not self.fits(self.source.line(line), "")

    def indent(self, line: int) -> str:
        """Return the indentation of a line."""
        text = self.source.line(line)
        return text[: len(text) - len(text.lstrip())]

    def fits(self, text: str, indent: str, more: int = 0) -> bool:
        """Tell whether the text, and so many characters more, fit on a line of their own."""
        return width((indent + text).expandtabs(4)) + more <= self.limit

    def value(self, node: ast.expr, indent: str, column: int) -> str:
        """Return the value of a statement, broken: at its own brackets, else in brackets around it."""
        if _has_items(node):
            return self.broken(node, indent)
        if isinstance(node, ast.Compare) and len(node.ops) == 1:
            return self._comparison(node, indent, column)
        inner = indent + self.unit
        text = self.string(node, inner)
        return f"(\n{inner}{text}\n{indent})" if "\n" in text or self.fits(text, inner) else text

    def _comparison(self, node: ast.Compare, indent: str, column: int) -> str:
        right = node.comparators[0]
        head = self.source.text[self.source.start(node) : self.source.start(right)]
        if _has_items(right):
            broken = self.broken(right, indent)
            if column + width(head + broken.partition("\n")[0]) <= self.limit:
                return head + broken
        inner = indent + self.unit
        if self.fits(self.source.segment(node), inner):
            return f"(\n{inner}{self.source.segment(node)}\n{indent})"
        operator = head[self.source.end(node.left) - self.source.start(node) :].strip()
        lines = [self.fitted(node.left, inner), f"{operator} {self.fitted(right, inner, len(operator) + 1)}"]
        return "(\n" + "".join(f"{inner}{line}\n" for line in lines) + f"{indent})"

    def fitted(self, node: ast.expr, indent: str, before: int = 0) -> str:
        """Return the expression on one line where it fits, else broken."""
        text = self.source.segment(node)
        return text if self.fits(text, indent, before) else self.broken(node, indent)

    def broken(self, node: ast.expr, indent: str) -> str:
        """Return the expression with its last brackets opened."""
        inner = indent + self.unit
        if isinstance(node, ast.Attribute):
            return f"{self.broken(node.value, indent)}.{node.attr}"
        if isinstance(node, ast.Call) and _has_items(node):
            return f"{self.source.segment(node.func)}({self._arguments(node, indent)})"
        if isinstance(node, ast.Dict) and node.keys:
            pairs = [self._pair(key, value, inner) for key, value in zip(node.keys, node.values, strict=True)]
            return _a_line_each("{", pairs, "}", indent, inner)
        if isinstance(node, (ast.List, ast.Set)) and node.elts:
            opening, closing = "[]" if isinstance(node, ast.List) else "{}"
            return _a_line_each(opening, [self.string(one, inner, 1) for one in node.elts], closing, indent, inner)
        return self.source.segment(node)

    def _pair(self, key: ast.expr | None, value: ast.expr, inner: str) -> str:
        head = f"{self.source.segment(key)}: " if key else "**"
        return head + self.string(value, inner, len(head) + 1)

    def _arguments(self, node: ast.Call, indent: str) -> str:
        inner = indent + self.unit
        if len(node.args) == 1 and not node.keywords:
            return f"\n{inner}{self.string(node.args[0], inner)}\n{indent}"
        named = [(f"{one.arg}=" if one.arg else "**", one.value) for one in node.keywords]
        given = [*(("", one) for one in node.args), *named]
        line = ", ".join(head + self.source.segment(one) for head, one in given)
        if self.fits(line, inner):
            return f"\n{inner}{line}\n{indent}"
        items = [head + self.string(one, inner, len(head) + 1) for head, one in given]
        return _a_line_each("", items, "", indent, inner)

    def listed(self, items: list[str], indent: str) -> str:
        """Return what stands between round brackets: one line when all fits on it, else a line each."""
        inner = indent + self.unit
        line = ", ".join(items)
        return f"\n{inner}{line}\n{indent}" if self.fits(line, inner) else _a_line_each("", items, "", indent, inner)

    def string(self, node: ast.expr, indent: str, more: int = 0) -> str:
        """Return the expression, a string that is too long as several strings that Python joins."""
        text = self.source.segment(node)
        if self.fits(text, indent, more) or not isinstance(node, (ast.Constant, ast.JoinedStr)) or text[-2:] == '""':
            return text
        prefix = text[: len(text) - len(text.lstrip("fF"))]
        own = text[len(prefix)]
        if own not in "\"'" or (prefix and f"\\{own}" in text):
            return text
        parts, room = [""], self.limit - width(indent.expandtabs(4)) - len(prefix) - 2 - more
        for word in _words(text[len(prefix) + 1 : -1]):
            if parts[-1] and width(parts[-1] + word) > room:
                parts.append("")
            parts[-1] += word
        return f"\n{indent}".join(prefix + self.in_quotes(part, own) for part in parts)

    def in_quotes(self, part: str, own: str) -> str:
        """Return what stood between quotes of its own in those of the file, unless the others need fewer escapes."""
        plain = part.replace(f"\\{own}", own)
        other = "'" if self.quote == '"' else '"'
        quote = other if plain.count(self.quote) > plain.count(other) else self.quote
        if quote == own:
            return f"{own}{part}{own}"
        return quote + plain.replace(quote, f"\\{quote}") + quote


def _words(text: str) -> Iterator[str]:
    """Yield the pieces of a string that it may be broken into: at spaces, tags and folders, and in a URL's query."""
    start = depth = 0
    for position, character in enumerate(text):
        tag = character == "<" or (character == "/" and text[position - 1] not in "</:")
        query = character in "?&" and re.match(QUERY, text[position:])
        if position > start and not depth and (text[position - 1] == " " or tag or query):
            yield text[start:position]
            start = position
        depth += (character == "{") - (character == "}")
    yield text[start:]


def _has_items(node: ast.expr) -> bool:
    if isinstance(node, ast.Call):
        return bool(node.args or node.keywords)
    return bool(node.keys) if isinstance(node, ast.Dict) else bool(getattr(node, "elts", None)) and _is_list(node)


def _is_list(node: ast.expr) -> bool:
    return isinstance(node, (ast.List, ast.Set))


def _a_line_each(opening: str, items: list[str], closing: str, indent: str, inner: str) -> str:
    return opening + "\n" + "".join(f"{inner}{item},\n" for item in items) + indent + closing
