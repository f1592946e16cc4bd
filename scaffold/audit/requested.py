"""Where what a request brings goes in a function, and whether anything there has looked at it."""

import ast
from collections.abc import Collection, Iterator

from scaffold.audit.python import REQUEST, bound, origin
from scaffold.flask_code.module import Scope, dotted, keyword, literal

# What a client chooses freely, and of it what a link makes a victim send.
SENT = frozenset(
    [
        *("args", "base_url", "cookies", "data", "files", "form", "full_path", "headers", "json", "path"),
        *("query_string", "referrer", "url", "user_agent", "values", "view_args"),
    ]
)
LINKED = frozenset(["args", "values", "form", "view_args", "json", "data"])
READING = frozenset(["get_json", "get_data"])
# Methods whose result still has what their text had.
KEEPING = frozenset(
    [
        *("capitalize", "casefold", "decode", "format", "get", "getlist", "join", "lower", "lstrip", "pop", "read"),
        *("removeprefix", "removesuffix", "replace", "rstrip", "strip", "title", "to_dict", "upper"),
    ]
)
UNQUOTING = ("urllib.parse.unquote", "urllib.parse.unquote_plus")
TELLING = frozenset(["critical", "debug", "error", "exception", "flash", "info", "log", "print", "warning"])
BEFORE_HOST = ("://", "//")
DEEPEST = 8


class Requested:
    """The data of requests in one function; with `leads`, only what decides where a URL that it makes leads."""

    def __init__(self, scope: Scope, parameters: Collection[str], fields: Collection[str], *, leads: bool) -> None:
        self.scope = scope
        self.parameters = parameters
        self.fields = fields
        self.leads = leads

    def reaches(self, node: ast.expr) -> bool:
        """Tell whether data of the request is in the value, and nothing in the function has looked at it."""
        return self._has(node) and not self._is_checked(node)

    def _has(self, node: ast.AST | None, depth: int = 0) -> bool:
        if depth > DEEPEST or node is None:
            return False
        own = depth + 1
        if isinstance(node, ast.Name):
            return self._name(node, own)
        if isinstance(node, ast.Attribute):
            return self._attribute(node, own)
        if isinstance(node, ast.Call):
            return self._call(node, own)
        if isinstance(node, ast.Subscript | ast.FormattedValue | ast.NamedExpr | ast.Await):
            return self._has(node.value, own)
        if isinstance(node, ast.BoolOp):
            return any(self._has(one, own) for one in node.values)
        if isinstance(node, ast.IfExp):
            return self._has(node.body, own) or self._has(node.orelse, own)
        return any(self._has(one, own) for one in self._pieces(node))

    def _pieces(self, node: ast.AST) -> list[ast.expr]:
        """Return the pieces of a text that is put together, as far as they matter."""
        if isinstance(node, ast.JoinedStr):
            found = list(node.values)
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            found = [*self._all_added(node)]
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod) and (text := literal(node.left)) is not None:
            values = node.right.elts if isinstance(node.right, ast.Tuple) else [node.right]
            found = [*_divided(text.partition("%")[0]), *values]
        elif isinstance(node, ast.Tuple | ast.List):
            return list(node.elts)
        elif isinstance(node, ast.Dict):
            return list(node.values)
        else:
            return []
        return _leading(found) if self.leads else found

    def _all_added(self, node: ast.expr) -> Iterator[ast.expr]:
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            yield from self._all_added(node.left)
            yield from self._all_added(node.right)
        else:
            yield node

    def _name(self, node: ast.Name, depth: int) -> bool:
        """Tell whether the name has it; a name that gets other values, too, may have been put right."""
        if node.id in self.parameters:
            return len(bound(self.scope, node.id)) == 1
        values = [one.value for one in self.scope.names.get(node.id, ())]
        if not values or any(value is None for value in values):
            return False
        having = [value for value in values if self._has(value, depth)]
        others = [value for value in values if value not in having]
        return bool(having) and all(isinstance(one, ast.Constant) or self._is_link(one) for one in others)

    def _is_link(self, node: ast.expr | None) -> bool:
        return isinstance(node, ast.Call) and dotted(node.func).rpartition(".")[2] == "url_for"

    def _attribute(self, node: ast.Attribute, depth: int) -> bool:
        if origin(self.scope, node.value) in REQUEST:
            return node.attr in self.fields
        return self._has(node.value, depth)

    def _call(self, node: ast.Call, depth: int) -> bool:
        function = node.func
        if isinstance(function, ast.Name):
            keeps = function.id == "str" or origin(self.scope, function) in UNQUOTING
            return keeps and any(self._has(one, depth) for one in node.args[:1])
        if not isinstance(function, ast.Attribute):
            return False
        if origin(self.scope, function.value) in REQUEST:
            return function.attr in READING
        if origin(self.scope, function) in UNQUOTING:
            return any(self._has(one, depth) for one in node.args[:1])
        # With a type such as int, it is no longer any text.
        if function.attr not in KEEPING or keyword(node, "type") is not None or len(node.args) > 2:
            return False
        if function.attr == "format" and (text := literal(function.value)) is not None:
            pieces = [*_divided(text.partition("{")[0]), *node.args, *(one.value for one in node.keywords)]
            return any(self._has(one, depth) for one in (_leading(pieces) if self.leads else pieces))
        joined = function.attr == "join" and not self.leads and any(self._has(one, depth) for one in node.args)
        return joined or self._has(function.value, depth)

    def _is_checked(self, node: ast.expr) -> bool:
        """Tell whether the function compares it, or gives it to something that may refuse it."""
        texts = set(self._ways(node))
        inside = set(map(id, ast.walk(node)))
        return any(
            id(part) not in inside and isinstance(part, ast.expr) and ast.unparse(part) in texts
            for one in ast.walk(self.scope.node)
            if not (isinstance(one, ast.Call) and self._is_harmless(one))
            for given in _looked_at(one)
            for part in ast.walk(given)
        )

    def _is_harmless(self, call: ast.Call) -> bool:
        """Tell whether a call looks at nothing: one of Flask's own, a message, or a part of the way."""
        if origin(self.scope, call.func).startswith(("flask.", "markupsafe.", "werkzeug.utils.")):
            return True
        last = call.func.attr if isinstance(call.func, ast.Attribute) else dotted(call.func)
        return last in TELLING or last in ("str", "unquote") or self._has(call)

    def _ways(self, node: ast.expr, depth: int = 0) -> Iterator[str]:
        """Yield the texts of all expressions by which the data comes here."""
        for one in ast.walk(node):
            if isinstance(one, ast.expr) and self._has(one):
                yield ast.unparse(one)
                if isinstance(one, ast.Name) and depth < DEEPEST:
                    for binding in self.scope.names.get(one.id, ()):
                        if binding.value is not None:
                            yield from self._ways(binding.value, depth + 1)


def _looked_at(node: ast.AST) -> list[ast.expr]:
    """Return what a comparison or a call looks at; whether there is any value at all says nothing about it."""
    if isinstance(node, ast.Compare):
        sides = [node.left, *node.comparators]
        nothing = any(isinstance(one, ast.Constant) and one.value in (None, "") for one in sides)
        return [] if nothing else sides
    if isinstance(node, ast.Match):
        return [node.subject]
    if isinstance(node, ast.Call):
        own = node.func.value if isinstance(node.func, ast.Attribute) else None
        looks = own is not None and isinstance(node.func, ast.Attribute) and node.func.attr not in KEEPING
        return [*node.args, *(one.value for one in node.keywords), *([own] if looks and own is not None else [])]
    return []


def _divided(text: str) -> list[ast.expr]:
    return [ast.Constant(text)] if text else []


def _leading(pieces: list[ast.expr]) -> list[ast.expr]:
    """Return the piece that a URL begins with, or the one behind `https://`."""
    for number, piece in enumerate(pieces):
        text = literal(piece)
        if text is None:
            return [piece]
        if text and not text.endswith(BEFORE_HOST):
            return []
        if text and number + 1 < len(pieces):
            return [pieces[number + 1]]
    return []
