"""The views of a project, and what can be broken in each by what it means: its body, its rule, its methods."""

import ast
import re
from collections.abc import Callable, Iterator

VERBS = ("delete", "get", "patch", "post", "put", "route")
# What a method becomes: one that none of ours answers beside it.
OTHER = "patch"
# What a status becomes: of the same kind where it may be, so that nothing else changes.
STATUSES = {200: 202, 201: 200, 204: 200, 303: 302, 308: 307, 302: 303, 422: 200}
CONVERTER = re.compile(r"<\w+(?:\([^)]*\))?:")
Broken = Callable[[ast.FunctionDef], None]


def of(text: str) -> Iterator[ast.FunctionDef]:
    """Yield the functions with a route, in their order."""
    for node in ast.parse(text).body:
        if isinstance(node, ast.FunctionDef) and routes(node):
            yield node


def routes(view: ast.FunctionDef) -> list[ast.Call]:
    """Return the decorators that give a function a route."""
    return [one for one in view.decorator_list if isinstance(one, ast.Call) and _verb(one) in VERBS]


def _verb(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else ""


def rewritten(text: str, name: str, broken: Broken) -> str:
    """Return a module with one view broken: the function's new text is what its changed tree says."""
    view = next(one for one in of(text) if one.name == name)
    lines = text.splitlines(keepends=True)
    first = min(one.lineno for one in view.decorator_list) - 1
    last = view.end_lineno
    broken(view)
    return "".join([*lines[:first], ast.unparse(view), "\n", *lines[last:]])


def does_nothing(view: ast.FunctionDef) -> None:
    """Leave the route alone of it: nothing around the view, nothing in it."""
    view.decorator_list = list(routes(view))
    view.body = ast.parse('return ""').body


def is_moved(view: ast.FunctionDef) -> None:
    """Answer elsewhere."""
    for call in routes(view):
        rule = call.args[0]
        assert isinstance(rule, ast.Constant)
        rule.value = f"/moved{rule.value!s}"


def has_another_method(view: ast.FunctionDef) -> None:
    """Answer to another method alone."""
    for call in routes(view):
        assert isinstance(call.func, ast.Attribute)
        if call.func.attr == "route":
            call.keywords = [one for one in call.keywords if one.arg != "methods"]
            call.keywords.append(ast.keyword("methods", ast.parse(f'["{OTHER.upper()}"]', mode="eval").body))
        else:
            call.func.attr = OTHER


def takes_anything(view: ast.FunctionDef) -> None:
    """Have no converters in the rule."""
    for call in routes(view):
        rule = call.args[0]
        assert isinstance(rule, ast.Constant)
        rule.value = CONVERTER.sub("<", str(rule.value))


def escapes_nothing(view: ast.FunctionDef) -> None:
    """Take `escape(x)` for `x`."""
    _Bare().visit(view)


class _Bare(ast.NodeTransformer):
    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        return node.args[0] if isinstance(node.func, ast.Name) and node.func.id == "escape" else node


def statuses(view: ast.FunctionDef) -> list[int]:
    """Return the statuses that a view answers with besides 200, in their order."""
    return [one.value for one in _statuses(view) if isinstance(one.value, int)]


def _statuses(view: ast.FunctionDef) -> list[ast.Constant]:
    found = [one for node in ast.walk(view) if isinstance(node, ast.Return) for one in ast.walk(node)]
    return [one for one in found if isinstance(one, ast.Constant) and type(one.value) is int and one.value in STATUSES]


def has_another_status(number: int) -> Broken:
    """Answer with another status in one of the places."""

    def broken(view: ast.FunctionDef) -> None:
        one = _statuses(view)[number]
        assert isinstance(one.value, int)
        one.value = STATUSES[one.value]

    return broken


def unescaped(page: str) -> str:
    """Return a page that shows what is in it as it is."""
    return re.sub(r"\{\{ (\w+) \}\}", r"{{ \1 | safe }}", page)
