"""How a file is written, so that what is added to it looks the same."""

import ast
from collections.abc import Iterable, Sequence
from itertools import islice

from scaffold.fields import Fields
from scaffold.flask_code.code import Code
from scaffold.flask_code.files import Files
from scaffold.flask_code.module import Module, arguments, keyword
from scaffold.flask_code.place import Place
from scaffold.flask_code.route import Route
from scaffold.flask_code.source import Source

LIMIT = 88
# Where a project says how long its lines may be; the first that does is believed.
SETTINGS = (("ruff.toml", ("",)), (".ruff.toml", ("",)), ("pyproject.toml", ("[tool.ruff]", "[tool.black]")))


class Style(Fields):
    """The habits of one file; `shortcuts` is `@app.get`, `together` is one view for several methods."""

    quote: str
    unit: str
    newline: str
    annotated: bool
    limit: int
    spacing: int
    shortcuts: bool = True
    together: bool = False
    brackets: str = "[]"

    def literal(self, text: str, source: Source) -> str:
        """Return the text as a string of Python, in the file's quotes unless the others need fewer escapes."""
        shown = repr if source.writes(text) else ascii
        other = "'" if self.quote == '"' else '"'
        quote = other if text.count(self.quote) > text.count(other) else self.quote
        inner = "".join(one if one in "'\"" else shown(one)[1:-1] for one in text)
        return quote + inner.replace(quote, f"\\{quote}") + quote


def of_views(code: Code, place: Place, ours: bool) -> Style:
    """Return the style of the views around a place."""
    module = place.block.scope.module
    routes = [route for route in code.routes if route.module is module and route.site.function]
    # `@cache.get(...)` looks like a route, but is none of the neighbours.
    near = [route for route in place.neighbours if route.site.function] or routes
    shortcuts = ours or not near or any(route.shortcut for route in near)
    return Style(
        quote=_quote(module.source, routes),
        unit=_unit(module, place.indent),
        newline=module.source.line_end(max(place.line - 1, 1)),
        annotated=_annotated(module, [route.site.function for route in routes], code.views()),
        limit=limit(code),
        spacing=_spacing(place),
        shortcuts=shortcuts,
        together=not shortcuts and any(len(route.methods or ()) > 1 for route in routes),
        brackets=_brackets(routes),
    )


def of_tests(files: Files, module: Module) -> Style:
    """Return the style of a test module."""
    tests = [scope.node for scope in module.scopes if getattr(scope.node, "name", "").startswith("test")]
    return Style(
        quote=_quote(module.source, []),
        unit=_unit(module, ""),
        newline=module.source.line_end(len(module.source.starts)),
        annotated=_annotated(module, tests),
        limit=limit(files),
        spacing=2,
    )


def _quote(source: Source, routes: list[Route]) -> str:
    """Return the quote of the rules, else the one that more strings of the file have."""
    rules = (route.site.call.args[0] for route in routes if route.site.call.args)
    return _majority(source, rules) or _majority(source, islice(ast.walk(source.tree), 4000)) or '"'


def _majority(source: Source, nodes: Iterable[ast.AST]) -> str:
    """Return the quote that most strings have, of those that could have either; '' when none could."""
    votes = {"'": 0, '"': 0, "": 0}
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and not set("'\"") & set(node.value):
            start = source.start(node)
            text = source.text[start : start + 5].lstrip("rRuUbB")
            votes[text[0] if text[0] in votes and text[:3] not in ('"""', "'''") else ""] += 1
    if votes["'"] == votes['"'] == 0:
        return ""
    return "'" if votes["'"] > votes['"'] else '"'


def _unit(module: Module, indent: str) -> str:
    """Return one step of indentation, as the file's own functions and classes have it."""
    for scope in module.scopes:
        node = scope.node
        if isinstance(node, ast.Module) or node.body[0].lineno == node.lineno:
            continue
        line = module.source.line(node.body[0].lineno).replace("\f", "")
        inner = line[: len(line) - len(line.lstrip(" \t"))]
        outer = module.source.line(node.lineno).replace("\f", "")
        outer = outer[: len(outer) - len(outer.lstrip(" \t"))]
        if inner.startswith(outer) and len(inner) > len(outer):
            return inner[len(outer) :]
    return "\t" if indent.startswith("\t") else "    "


def _annotated(module: Module, views: Sequence[object], others: Sequence[object] = ()) -> bool:
    """Tell whether the file's views say their types; where it has none, whether its functions or other views do."""
    if found := _functions(views):
        return all(map(_is_annotated, found))
    found = _functions([scope.node for scope in module.scopes]) or _functions(others)
    return not found or any(map(_is_annotated, found))


def _functions(nodes: Sequence[object]) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    return [one for one in nodes if isinstance(one, (ast.FunctionDef, ast.AsyncFunctionDef))]


def _is_annotated(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return function.returns is not None or any(argument.annotation for argument in arguments(function))


def _spacing(place: Place) -> int:
    """Return how many blank lines stand above a view: as above the last one here that has any, else as PEP 8 has it."""
    statements = list(place.block.statements)
    views = {id(route.site.statement) for route in place.neighbours if route.site.function}
    for index in range(len(statements) - 1, 0, -1):
        if id(statements[index]) in views:
            above = statements[index - 1].end_lineno or 0
            blank = [not place.source.line(number).strip() for number in range(above + 1, statements[index].lineno)]
            if any(blank):
                return min(sum(blank), 2)
    return 2 if place.in_module else 1


def _brackets(routes: list[Route]) -> str:
    given = {type(keyword(route.site.call, "methods")) for route in routes}
    return "()" if ast.Tuple in given and ast.List not in given else "[]"


def limit(files: Files) -> int:
    """Return the longest line the project's formatter allows."""
    for path, sections in SETTINGS:
        section = ""
        for line in (files.raw(path) or b"").decode("utf-8", "replace").splitlines():
            name, _, value = line.partition("=")
            if line.startswith("["):
                section = line.strip()
            elif section in sections and name.strip() == "line-length" and value.partition("#")[0].strip().isdecimal():
                return int(value.partition("#")[0])
    return LIMIT
