"""What a text that code puts together may become: its plain pieces, with a mark for each piece that is not known."""

import ast
import re
from collections.abc import Iterator, Sequence
from itertools import islice, product
from typing import Any

from scaffold.audit import page
from scaffold.audit.python import Placed, bound, placed
from scaffold.flask_code.module import Function, Module, Scope, arguments, dotted, keyword, literal

# What is not known could be anything.
ANY = "\0"
DEEPEST = 6
MOST = 64
PERCENT = re.compile(r"%(?:\(\w+\))?\w")
BRACES = re.compile(r"\{[^}]*\}")


class Computed:
    """The texts of one project; a parameter is what the function is given wherever it is called."""

    def __init__(self, modules: Sequence[Module]) -> None:
        self._modules = modules
        self._nodes: dict[str, list[Placed]] | None = None

    def patterns(self, node: ast.expr, scope: Scope, depth: int = 0) -> list[str]:
        """Return what the expression may become."""
        text = literal(node)
        if text is not None or depth > DEEPEST:
            return [ANY if text is None else text]
        if isinstance(node, ast.IfExp):
            return self._each([node.body, node.orelse], scope, depth)
        if isinstance(node, ast.BoolOp):
            return self._each(node.values, scope, depth)
        if isinstance(node, ast.List | ast.Tuple):
            return self._each(node.elts, scope, depth)
        if isinstance(node, ast.FormattedValue):
            return self.patterns(node.value, scope, depth + 1)
        if isinstance(node, ast.Name):
            return self._of_name(node.id, scope, depth)
        if isinstance(node, ast.JoinedStr):
            return self._joined(node.values, scope, depth)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            return self._joined([node.left, node.right], scope, depth)
        return [_formatted(node)]

    def _each(self, nodes: Sequence[ast.expr], scope: Scope, depth: int) -> list[str]:
        return [one for node in nodes for one in self.patterns(node, scope, depth + 1)]

    def _joined(self, nodes: Sequence[ast.expr], scope: Scope, depth: int) -> list[str]:
        pieces = [self.patterns(node, scope, depth + 1) for node in nodes]
        found = list(islice(product(*pieces), MOST))
        return ["".join(one) for one in found] if len(found) < MOST else [ANY]

    def _of_name(self, name: str, scope: Scope, depth: int) -> list[str]:
        bindings = bound(scope, name)
        if not bindings or not isinstance(scope.node, Function):
            return [ANY]
        if len(bindings) == 1 and isinstance(bindings[0].node, ast.arg):
            given = self._given(scope, name) if name in scope.names else None
            return [ANY] if given is None else [one for node, at in given for one in self.patterns(node, at, depth + 1)]
        values = [one.value for one in bindings]
        return self._each([one for one in values if one is not None], scope, depth) if all(values) else [ANY]

    def _given(self, scope: Scope, name: str) -> list[tuple[ast.expr, Scope]] | None:
        """Return what a parameter is given, with where; None when somebody else may call the function."""
        node = scope.node
        if not isinstance(node, Function) or node.decorator_list:
            return None
        names = [one.arg for one in arguments(node)]
        found: list[tuple[ast.expr, Scope]] = []
        for one in self._uses(node.name):
            call = one.parent
            if not isinstance(call, ast.Call) or call.func is not one.node:
                return None
            own = names[1:] if names[:1] in (["self"], ["cls"]) else names
            value = keyword(call, name) or self._positional(call, own, name) or _default(node, name)
            if value is None:
                return None
            found.append((value, one.scope))
        return found or None

    def _positional(self, call: ast.Call, names: Sequence[str], name: str) -> ast.expr | None:
        place = names.index(name) if name in names else len(call.args)
        starred = any(isinstance(one, ast.Starred) for one in call.args) or any(
            one.arg is None for one in call.keywords
        )
        return call.args[place] if place < len(call.args) and not starred else None

    def _uses(self, name: str) -> list[Placed]:
        """Return the places where a function of this name is called, or handed on."""
        if self._nodes is None:
            self._nodes = {}
            for module in self._modules:
                for one in placed(module):
                    if isinstance(one.node, ast.alias) and one.node.asname:
                        self._nodes.setdefault(one.node.name, []).append(one)  # its calls have another name
                    elif isinstance(one.node, ast.Name | ast.Attribute) and isinstance(one.node.ctx, ast.Load):
                        self._nodes.setdefault(dotted(one.node).rpartition(".")[2], []).append(one)
        return self._nodes.get(name, [])


def _default(node: Function, name: str) -> ast.expr | None:
    given = node.args
    plain = [*given.posonlyargs, *given.args]
    named = dict(zip((one.arg for one in reversed(plain)), reversed(given.defaults), strict=False))
    keywords = {one.arg: value for one, value in zip(given.kwonlyargs, given.kw_defaults, strict=True) if value}
    return {**named, **keywords}.get(name)


def _formatted(node: ast.expr) -> str:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod) and (text := literal(node.left)):
        return PERCENT.sub(ANY, text)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format":
        return BRACES.sub(ANY, literal(node.func.value) or ANY)
    return ANY


def of_jinja(node: Any) -> Iterator[str]:
    """Yield what an expression of a template may become."""
    if (text := page.text(node)) is not None:
        yield text
    elif page.kind(node) in ("Concat", "Add"):
        yield from map("".join, product(*(list(of_jinja(one)) for one in node.iter_child_nodes())))
    elif page.kind(node) == "CondExpr" and node.expr2 is not None:
        yield from of_jinja(node.expr1)
        yield from of_jinja(node.expr2)
    else:
        yield ANY
