"""The place of a new view: after the last view of the same app or blueprint, and before what ends its set-up."""

import ast
from collections.abc import Iterator, Sequence

from scaffold.errors import NoPlace
from scaffold.fields import Fields
from scaffold.flask_code import choice
from scaffold.flask_code.code import Code
from scaffold.flask_code.module import Block, dotted
from scaffold.flask_code.route import Route
from scaffold.flask_code.router import SOME_APP, Router
from scaffold.flask_code.source import Source

# Calls that start serving the app they are given.
SERVING = frozenset(["run", "serve", "run_simple", "serve_forever", "WSGIServer", "make_server", "start_server"])


class Place(Fields):
    """Where a view goes: at the start of a line, below `above` or above `below`."""

    source: Source
    block: Block
    owner: str
    line: int
    indent: str
    above: ast.stmt | None
    below: ast.stmt | None
    neighbours: list[Route]

    @property
    def offset(self) -> int:
        """Return the character before which the view is inserted."""
        return self.source.starts[self.line - 1] if self.line <= len(self.source.starts) else len(self.source.text)

    @property
    def in_module(self) -> bool:
        """Tell whether the view is at the top level of its file."""
        return isinstance(self.block.scope.node, ast.Module) and not self.indent


def find(code: Code, router: Router) -> Place:
    """Return the place for a view of this app or blueprint; raise `NoPlace` when no line is free for it."""
    own = routes_of(code, router)
    blocks: dict[Block, list[Route]] = {}
    for route in own:
        block = route.site.block
        # A function that routes what it is given may be called for anything; it is no place for one view.
        plain = route.rule is not None or route.site.function is not None
        if plain and (block.straight or block is router.binding.block):
            blocks.setdefault(block, []).append(route)
    # The block with most routes; of equals the first. With no routes: where the app or blueprint is made.
    block = max(blocks, key=lambda one: len(blocks[one])) if blocks else home(code, router)
    return _in_block(block, blocks.get(block, []), router)


def home(code: Code, router: Router) -> Block:
    """Return the block that makes the router; the one around it when each way of an `if` makes one."""
    bindings = router.scope.names[router.variable]
    making = {one.block for one in bindings if code.made(router.scope, one) is router}
    block = router.binding.block
    while len(making) > 1 and block.parent is not None and not block.straight:
        block = block.parent
    return block


def routes_of(code: Code, router: Router) -> list[Route]:
    """Return the routes of one app or blueprint, wherever they are; of some app when there is only this one."""
    alone = router.blueprint is None and len(choice.apps(code)) == 1
    found = []
    for route in code.routes:
        owner = code.owner(route.site)
        if owner is router or (alone and owner == SOME_APP):
            found.append(route)
    return found


def _in_block(block: Block, routes: list[Route], router: Router) -> Place:
    source = block.scope.module.source
    owner = _owner(routes, router)
    statements = block.statements
    first = bound_at(block, owner, router)
    barrier = next((i for i in range(first + 1, len(statements)) if ends_setup(statements[i], owner)), len(statements))
    before = [route for route in routes if _index(statements, route.site.statement) < barrier]
    indent = _indent(source, block)
    if before or barrier == len(statements):
        index = max((_index(statements, route.site.statement) for route in before), default=len(statements) - 1)
        above = _whole_line(statements, index, barrier, source)
        line = _after(source, above, indent)
        return Place(source, block, owner, line, indent, above, None, routes)
    below = statements[barrier]
    if barrier and (statements[barrier - 1].end_lineno or 0) >= below.lineno:
        raise shared(source, below.lineno)
    return Place(source, block, owner, _above(source, below.lineno, indent), indent, None, below, routes)


def _owner(routes: Sequence[Route], router: Router) -> str:
    return routes[-1].site.owner if routes else router.variable


def bound_at(block: Block, owner: str, router: Router) -> int:
    """Return the index of the statement that binds the owner in this block, -1 when it is bound outside."""
    bindings = block.scope.names.get(owner) or block.scope.home.names.get(owner) or []
    # Of several bindings the first makes it; the others come after routes, or choose between two ways.
    own = [router.binding, *bindings]
    bound = next((one.statement for one in own if one.block.scope is block.scope), None)
    return next((index for index, one in enumerate(block.statements) if bound and _holds(one, bound)), -1)


def _holds(outer: ast.stmt, inner: ast.stmt) -> bool:
    starts = (outer.lineno, outer.col_offset) <= (inner.lineno, inner.col_offset)
    return starts and _end(inner) <= _end(outer)


def _end(statement: ast.stmt) -> tuple[int, int]:
    return statement.end_lineno or 0, statement.end_col_offset or 0


def _index(statements: Sequence[ast.stmt], statement: ast.stmt) -> int:
    return next(i for i, one in enumerate(statements) if one is statement)


def _indent(source: Source, block: Block) -> str:
    first = block.statements[0]
    text = source.line(first.lineno)
    indent = text[: len(text) - len(text.lstrip(" \t\f"))]
    if source.start(first) - source.starts[first.lineno - 1] != len(indent):
        raise shared(source, first.lineno)
    return indent.replace("\f", "")


def shared(source: Source, line: int) -> NoPlace:
    """Return the error for a line that holds more than one statement."""
    return NoPlace(
        f"The view would have to go into the middle of a line, '{source.path}:{line}'.",
        "Give each statement there a line of its own, then run the command again.",
    )


def _whole_line(statements: Sequence[ast.stmt], index: int, barrier: int, source: Source) -> ast.stmt:
    """Return the last statement that shares the line on which this one ends."""
    while index + 1 < len(statements) and statements[index + 1].lineno == statements[index].end_lineno:
        index += 1
        if index >= barrier:
            raise shared(source, statements[index].lineno)
    return statements[index]


def _after(source: Source, statement: ast.stmt, indent: str) -> int:
    """Return the line after a statement and the comments that belong to its body."""
    line = last = (statement.end_lineno or statement.lineno) + 1
    while last <= len(source.starts):
        text = source.line(last)
        stripped = text.strip(" \t\f")
        if stripped and (not stripped.startswith("#") or not _deeper(text, indent)):
            break
        last += 1
        if stripped:
            line = last
    return line


def _deeper(text: str, indent: str) -> bool:
    own = text[: len(text) - len(text.lstrip(" \t\f"))]
    return len(own.replace("\f", "").expandtabs(8)) > len(indent.expandtabs(8))


def _above(source: Source, line: int, indent: str) -> int:
    """Return the line of the first comment that stands directly above a statement."""
    while line > 1 and source.line(line - 1).startswith(f"{indent}#"):
        line -= 1
    return line


def ends_setup(statement: ast.stmt, owner: str) -> bool:
    """Tell whether routes after this statement would never be reached, or come too late."""
    if isinstance(statement, ast.Raise):
        return True
    if isinstance(statement, ast.If) and "__name__" in ast.dump(statement.test):
        return True
    return any(_too_late(node, owner) for node in _run(statement))


def _run(statement: ast.stmt) -> Iterator[ast.AST]:
    """Yield the nodes of what runs with the statement; the bodies of functions and classes do not."""
    nodes: list[ast.AST] = [statement]
    while nodes:
        node = nodes.pop()
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            continue
        yield node
        nodes += ast.iter_child_nodes(node)


def _too_late(node: ast.AST, owner: str) -> bool:
    if isinstance(node, ast.Return):
        return True
    if isinstance(node, (ast.Assign, ast.AnnAssign)):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        return any(dotted(target) == owner for target in targets) and node.value is not None
    if not isinstance(node, ast.Call):
        return False
    name = dotted(node.func)
    given = [dotted(argument) for argument in (*node.args, *(one.value for one in node.keywords))]
    if name in (f"{owner}.run", f"{owner}.test_client"):
        return True
    verb = name.rpartition(".")[2]
    return owner in given and (verb in SERVING or verb == "register_blueprint")


def spaced(place: Place, texts: Sequence[str], spacing: int, newline: str) -> list[str]:
    """Return the texts with their line ends and the blank lines around them, ready to be put at the place's offset."""
    gap = newline * spacing
    source, offset = place.source, place.offset
    if place.below is not None:
        above = _blank_above(source, place.line)
        missing = newline * max(0, spacing - above) if above is not None else ""
        pieces = [f"{text}{newline}{gap}" for text in texts]
        return [missing + pieces[0], *pieces[1:]]
    pieces = [f"{gap}{text}{newline}" for text in texts]
    if offset == len(source.text) and not source.text.endswith(("\n", "\r")):
        pieces[0] = newline + pieces[0]
    if source.line(place.line).strip():
        pieces[-1] += gap
    return pieces


def _blank_above(source: Source, line: int) -> int | None:
    """Return how many blank lines are above a line; None when it is the first of its block."""
    blank = 0
    while line - 1 - blank >= 1 and not source.line(line - 1 - blank).strip():
        blank += 1
    above = source.line(line - 1 - blank)
    return None if above.rstrip().endswith(":") and not blank else blank
