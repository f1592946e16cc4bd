"""A view or a test as a template's source has it, taken apart and rewritten in the style of the file it goes into."""

import ast
from collections.abc import Mapping

from scaffold.fields import Fields
from scaffold.flask_code.imports import Need
from scaffold.flask_code.module import Function, arguments, dotted
from scaffold.flask_code.source import Source, Splice
from scaffold.flask_code.style import Style
from scaffold.flask_code.wrap import wrapped

# What a source calls the app or the blueprint; the file's own name takes its place.
OWNER = "bp"
# The types of variables: a source does not know which of them a rule has.
IMPLIED = (Need("uuid", "UUID"),)


class Snippet(Fields):
    """One function of a source, and the names it needs."""

    source: Source
    node: Function
    needs: tuple[Need, ...]

    @property
    def name(self) -> str:
        """Return the function's name."""
        return self.node.name

    def used(self, annotated: bool) -> list[Need]:
        """Return the imports that the function needs, those of its annotations only where it keeps them."""
        dropped = set() if annotated else {id(node) for one in _annotations(self.node) for node in ast.walk(one)}
        names = {node.id for node in ast.walk(self.node) if isinstance(node, ast.Name) and id(node) not in dropped}
        return [need for need in self.needs if need.bound in names]

    def binds(self) -> set[str]:
        """Return the names that its body gives a meaning; its parameters are not among them."""
        found: set[str] = set()
        for node in (inner for statement in self.node.body for inner in ast.walk(statement)):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                found.add(node.id)
            elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                found |= {node.name, *(argument.arg for argument in arguments(node))}
        return found


def taken_apart(text: str) -> list[Snippet]:
    """Return the functions of a source; raise `Unreadable` when it is not Python."""
    source = Source("source", text.encode())
    needs = list(IMPLIED)
    for statement in source.tree.body:
        if isinstance(statement, ast.ImportFrom):
            needs += [Need(statement.module or "", alias.name) for alias in statement.names]
        elif isinstance(statement, ast.Import):
            needs += [Need(alias.name) for alias in statement.names]
    return [Snippet(source, node, tuple(needs)) for node in source.tree.body if isinstance(node, Function)]


def rewritten(
    snippet: Snippet,
    style: Style,
    indent: str,
    names: Mapping[str, str],
    decorator: str | None = None,
) -> str:
    """Return the function's text without its last line end: names, types, quotes, indentation and width of the file."""
    source, node = snippet.source, snippet.node
    splices = [*_decorators(source, node, decorator), *_renamed(snippet, names, style.annotated)]
    if not style.annotated:
        splices += _without_types(source, node)
    text = _cut(source, node, splices)
    text = _requoted(text, style.quote)
    text = _indented(text, style.unit)
    room = style.limit - len(indent.expandtabs(4))
    lines = wrapped(text, room, style.unit, style.quote).split("\n")
    inside = _inside_strings("\n".join(lines))
    placed = (indent + line if line and number not in inside else line for number, line in enumerate(lines, 1))
    return style.newline.join(placed)


def _cut(source: Source, node: Function, splices: list[Splice]) -> str:
    """Return the function alone, with its splices."""
    first = min([node.lineno, *(one.lineno for one in node.decorator_list)])
    start, end = source.starts[first - 1], source.end(node)
    outside = [Splice(0, start, ""), Splice(end, len(source.text), "")]
    return source.spliced([*outside, *splices]).decode()


def _decorators(source: Source, node: Function, decorator: str | None) -> list[Splice]:
    own = [one for one in node.decorator_list if _is_owners(one)]
    if not own or decorator is None:
        return []
    others = [(source.starts[one.lineno - 1], source.starts[one.end_lineno or one.lineno]) for one in own[1:]]
    first = Splice(source.start(own[0]), source.end(own[0]), decorator)
    return [first, *(Splice(start, end, "") for start, end in others)]


def _renamed(snippet: Snippet, names: Mapping[str, str], annotated: bool) -> list[Splice]:
    dropped = set() if annotated else {id(one) for top in _annotations(snippet.node) for one in ast.walk(top)}
    own = {id(inner) for one in snippet.node.decorator_list for inner in ast.walk(one) if _is_owners(one)}
    return [
        Splice(snippet.source.start(node), snippet.source.end(node), names[node.id])
        for node in ast.walk(snippet.node)
        if isinstance(node, ast.Name) and id(node) not in dropped | own and names.get(node.id, node.id) != node.id
    ]


def _is_owners(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and dotted(node.func).partition(".")[0] == OWNER


def _annotations(node: Function) -> list[ast.expr]:
    """Return the types that the function says, and those of the functions and the values in it."""
    found = []
    for inner in ast.walk(node):
        if isinstance(inner, Function):
            found += [*(argument.annotation for argument in arguments(inner)), inner.returns]
        elif isinstance(inner, ast.AnnAssign):
            found.append(inner.annotation)
    return [one for one in found if one is not None]


def _without_types(source: Source, node: Function) -> list[Splice]:
    splices = []
    for inner in ast.walk(node):
        if isinstance(inner, ast.arg) and inner.annotation:
            splices += _without_type_of_argument(source, inner, inner.annotation)
        elif isinstance(inner, ast.AnnAssign):
            splices.append(_without_type(source, source.end(inner.target), inner.annotation))
        elif isinstance(inner, Function) and inner.returns:
            arrow = source.text.rindex("->", 0, source.start(inner.returns))
            splices.append(_without_type(source, len(source.text[:arrow].rstrip()), inner.returns))
    return splices


def _without_type_of_argument(source: Source, argument: ast.arg, annotation: ast.expr) -> list[Splice]:
    """Return the splices after which a default stands right behind the name, as it does where there are no types."""
    splices = [_without_type(source, source.start(argument) + len(argument.arg), annotation)]
    end = source.end(annotation)
    return [*splices, Splice(end, end + 3, "=")] if source.text.startswith(" = ", end) else splices


def _without_type(source: Source, start: int, annotation: ast.expr) -> Splice:
    return Splice(start, source.end(annotation), "")


def _requoted(text: str, quote: str) -> str:
    """Return the text with the file's quotes where a string has neither inside, else with the fewest escapes."""
    source = Source("view", text.encode())
    nodes = list(ast.walk(source.tree))
    inner = {id(part) for one in nodes if isinstance(one, ast.JoinedStr) for part in ast.walk(one) if part is not one}
    splices = []
    for node in nodes:
        if isinstance(node, ast.expr) and id(node) not in inner and _is_text(node):
            written = source.segment(node)
            body = written.lstrip("fFrRbBuU")
            if body[0] == body[-1] == '"' and len(body) >= 2 and body[:3] != '"""':
                plain = not isinstance(node, ast.JoinedStr)
                quoted = written[: len(written) - len(body)] + _in_quotes(body[1:-1], quote, plain)
                splices.append(Splice(source.start(node), source.end(node), quoted))
    return source.spliced(splices).decode()


def _in_quotes(body: str, quote: str, plain: bool) -> str:
    """Return what stands between double quotes with the quotes it should have."""
    if not set("'\"") & set(body):
        return f"{quote}{body}{quote}"
    if plain and body.count('\\"') > body.count("'"):
        return "'" + body.replace('\\"', '"').replace("'", "\\'") + "'"
    return f'"{body}"'


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, (str, bytes)))


def _inside_strings(text: str) -> set[int]:
    """Return the lines that begin inside a string, which indentation would change; a docstring is no such text."""
    tree = Source("view", text.encode()).tree
    found: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, (ast.Constant, ast.JoinedStr)) and node.end_lineno != node.lineno:
            found.update(range(node.lineno + 1, (node.end_lineno or 0) + 1))
    for node in ast.walk(tree):
        if isinstance(node, Function) and ast.get_docstring(node, clean=False) is not None:
            found.difference_update(range(node.body[0].lineno, (node.body[0].end_lineno or 0) + 1))
    return found


def _indented(text: str, unit: str) -> str:
    """Return the text with each four spaces of indentation as one step of the file."""
    if unit == "    ":
        return text
    inside = _inside_strings(text)
    lines = []
    for number, line in enumerate(text.split("\n"), 1):
        bare = line.lstrip(" ")
        steps = (len(line) - len(bare)) // 4
        lines.append(line if number in inside else unit * steps + bare)
    return "\n".join(lines)
