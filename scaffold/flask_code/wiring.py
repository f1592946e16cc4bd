"""Where an app is put together: the factory's body or the module level, and the line there for one more statement."""

import ast
from collections.abc import Sequence

from scaffold.errors import NoPlace
from scaffold.fields import Fields
from scaffold.flask_code import place, prefix
from scaffold.flask_code.code import Code
from scaffold.flask_code.module import Block, Function, dotted
from scaffold.flask_code.prefix import Mount
from scaffold.flask_code.router import Router
from scaffold.flask_code.source import Source, Splice

# What a source of ours calls the app; the project's own name takes its place.
APP = "app"
REGISTER = "register_blueprint"


class Spot(Fields):
    """A new line of the wiring: the text to put there, and the blank lines that it needs around it."""

    source: Source
    block: Block
    offset: int
    line: str
    above: str = ""
    below: str = ""

    @property
    def splice(self) -> Splice:
        """Return the insertion."""
        return Splice(self.offset, self.offset, self.above + self.line + self.below)


def home(code: Code, router: Router) -> tuple[Block, str]:
    """Return the block that makes the app, and what the app is called there."""
    return place.home(code, router), router.variable


def statement(text: str, app: str) -> ast.Expr:
    """Return the statement with the app's own name in it."""
    node = ast.parse(text).body[0]
    if not isinstance(node, ast.Expr) or not isinstance(node.value, ast.Call):
        raise TypeError(f"{text!r} is not a call")
    for name in ast.walk(node):
        if isinstance(name, ast.Name) and name.id == APP:
            name.id = app
    return node


def handler(text: str) -> str:
    """Return the function that a statement registers for an error."""
    return _given(ast.parse(text).body[0])[-1]


def above(code: Code, on: Router) -> Mount:
    """Return where a blueprint is mounted that others are to be nested in; for an app, an empty one."""
    found = prefix.mounts(code, on)
    if len(found) != 1 or found[0].prefix is None or found[0].app is None:
        raise NoPlace(f"Where '{on.where}' is registered is not plain in the code.", "Register the new one by hand.")
    return found[0]


def holds(block: Block, text: str) -> bool:
    """Tell whether the block has this very statement."""
    return any(ast.unparse(one) == text for one in block.statements)


def find(block: Block, app: str, new: ast.Expr, *, close: bool = False) -> Spot:
    """Return where the statement goes: among its like, else where its like belong, or `close` to what it is about."""
    text = ast.unparse(new)
    like = [one for one in block.statements if _is_like(one, new, app)]
    if like:
        texts = [ast.unparse(one) for one in like]
        greater = [one for one, other in zip(like, texts, strict=True) if other > text]
        if texts == sorted(texts) and greater:
            return _beside(block, greater[0], text, above=True)
        return _beside(block, like[-1], text, above=False)
    made = next((one for one in block.statements if close and _makes(one, app)), None)
    if made is not None:
        return _beside(block, made, text, above=False)
    wired = [one for one in block.statements if _is_wiring(one, app)]
    if wired:
        return _paragraph(block, wired[-1], text, above=False)
    before = _first_after(block, app)
    if isinstance(before, (Function, ast.ClassDef)) and isinstance(block.scope.node, ast.Module):
        # The blank lines above a function stay with it.
        return _paragraph(block, block.statements[block.statements.index(before) - 1], text, above=False)
    return _paragraph(block, before or block.statements[-1], text, above=before is not None)


def _owner(node: ast.stmt) -> str:
    call = node.value if isinstance(node, ast.Expr) else None
    return dotted(call.func).rpartition(".")[0] if isinstance(call, ast.Call) else ""


def _verb(node: ast.stmt) -> str:
    call = node.value if isinstance(node, ast.Expr) else None
    return dotted(call.func).rpartition(".")[2] if isinstance(call, ast.Call) else ""


def _given(node: ast.stmt) -> list[str]:
    call = node.value if isinstance(node, ast.Expr) else None
    return [dotted(one) for one in call.args] if isinstance(call, ast.Call) else []


def _is_like(node: ast.stmt, new: ast.stmt, app: str) -> bool:
    """Tell whether both are the same call of the app, or both hand the app to an `init_app`."""
    if _verb(node) != _verb(new):
        return False
    return _owner(node) == app if _owner(new) == app else app in _given(node)


def _is_wiring(node: ast.stmt, app: str) -> bool:
    return _verb(node) == "init_app" and app in _given(node)


def _registers(node: ast.stmt, app: str) -> bool:
    return _verb(node) == REGISTER and _owner(node) == app


def _first_after(block: Block, app: str) -> ast.stmt | None:
    """Return the first statement, once the app is made, that wiring has to come before."""
    made = next((n for n, one in enumerate(block.statements) if _makes(one, app)), -1)
    at_top = isinstance(block.scope.node, ast.Module)
    for one in block.statements[made + 1 :]:
        if _registers(one, app):
            return one
        if any(dotted(target) == f"{app}.wsgi_app" for node in ast.walk(one) for target in _targets(node)):
            return one
        if at_top and isinstance(one, (Function, ast.ClassDef)):
            return one
        if place.ends_setup(one, app):
            return one
    return None


def _makes(node: ast.stmt, app: str) -> bool:
    return any(dotted(target) == app for target in _targets(node))


def _targets(node: ast.AST) -> Sequence[ast.expr]:
    if isinstance(node, ast.Assign):
        return node.targets
    return [node.target] if isinstance(node, (ast.AnnAssign, ast.AugAssign)) else []


def _beside(block: Block, node: ast.stmt, text: str, *, above: bool) -> Spot:
    """Return the line directly above or below a statement of its like."""
    source = block.scope.module.source
    offset, indent, newline = _edge(source, node, above=above)
    lead = newline if offset == len(source.text) and not source.text.endswith(("\n", "\r")) else ""
    return Spot(source, block, offset, f"{lead}{indent}{text}{newline}")


def _paragraph(block: Block, node: ast.stmt, text: str, *, above: bool) -> Spot:
    """Return a line of its own, with a blank one on each side where the code goes on."""
    source = block.scope.module.source
    spot = _beside(block, node, text, above=above)
    number = source.line_of(spot.offset) if spot.offset < len(source.text) else len(source.starts) + 1
    newline = source.line_end(number)
    first = number <= 1 or _opens(source, block, number)
    gap_above = newline if not first and source.line(number - 1).strip() else ""
    gap_below = newline if source.line(number).strip() else ""
    return spot.changed(above=gap_above, below=gap_below)


def _opens(source: Source, block: Block, number: int) -> bool:
    """Tell whether the line is the first of a function's body."""
    return not isinstance(block.scope.node, ast.Module) and block.statements[0].lineno >= number


def _edge(source: Source, node: ast.stmt, *, above: bool) -> tuple[int, str, str]:
    """Return the start of the statement's first line, or of the one below its last; its indentation and line end."""
    first = min([node.lineno, *(one.lineno for one in getattr(node, "decorator_list", ()))])
    line = source.line(first)
    indent = line[: len(line) - len(line.lstrip(" \t\f"))].replace("\f", "")
    newline = source.line_end(node.lineno)
    if source.text[source.starts[node.lineno - 1] : source.start(node)].strip():
        raise place.shared(source, node.lineno)
    if above:
        while first > 1 and source.line(first - 1).startswith(f"{indent}#"):
            first -= 1
        return source.starts[first - 1], indent, newline
    last = node.end_lineno or node.lineno
    rest = source.line(last)[source.end(node) - source.starts[last - 1] :].strip()
    if rest and not rest.startswith("#"):
        raise place.shared(source, last)
    return source.starts[last] if last < len(source.starts) else len(source.text), indent, newline
