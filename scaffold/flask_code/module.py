"""One Python file as scopes, blocks and names, with the routes and calls on them that Flask would see."""

import ast
from collections.abc import Iterator, Sequence

from scaffold.flask_code.source import Source

SHORTCUTS = ("get", "post", "put", "patch", "delete")
Function = ast.FunctionDef | ast.AsyncFunctionDef


class Scope:
    """A module, a class or a function, and what its names are bound to."""

    __slots__ = ("body", "globals", "module", "names", "node", "parent")

    def __init__(
        self,
        module: "Module",
        node: ast.Module | ast.ClassDef | Function,
        parent: "Scope | None",
        body: "Block | None" = None,
    ) -> None:
        self.module = module
        self.node = node
        self.parent = parent
        self.body = body
        self.names: dict[str, list[Binding]] = {}
        self.globals: set[str] = set()

    @property
    def home(self) -> "Scope":
        """Return the scope that `self.name` belongs to."""
        scope: Scope | None = self
        while scope is not None and not isinstance(scope.node, ast.ClassDef):
            scope = scope.parent
        return scope or self

    @property
    def root(self) -> "Scope":
        """Return the module's scope."""
        return self if self.parent is None else self.parent.root


class Block:
    """A list of statements; `kind` is "scope", "with" (runs whenever its scope does) or "branch" (may not run)."""

    __slots__ = ("kind", "parent", "scope", "statements")

    def __init__(self, statements: Sequence[ast.stmt], scope: Scope, parent: "Block | None", kind: str) -> None:
        self.statements = statements
        self.scope = scope
        self.parent = parent
        self.kind = kind

    @property
    def straight(self) -> bool:
        """Tell whether it runs whenever its scope does."""
        return self.kind == "scope" or (self.kind == "with" and self.parent is not None and self.parent.straight)


class Binding:
    """One place where a name gets a value: `value` for an assignment, `node` for the rest."""

    __slots__ = ("block", "name", "node", "statement", "value")

    def __init__(
        self,
        name: str,
        block: Block,
        statement: ast.stmt,
        value: ast.expr | None = None,
        node: ast.alias | ast.arg | ast.ClassDef | Function | None = None,
    ) -> None:
        self.name = name
        self.block = block
        self.statement = statement
        self.value = value
        self.node = node

    @property
    def certain(self) -> bool:
        """Tell whether the name is bound whenever its scope runs."""
        return self.block.straight


class Site:
    """A call on something that may be an app or a blueprint: `owner.verb(...)`, a decorator or a statement."""

    __slots__ = ("block", "call", "function", "owner", "statement", "verb")

    def __init__(
        self, owner: str, verb: str, call: ast.Call, block: Block, statement: ast.stmt, function: Function | None = None
    ) -> None:
        self.owner = owner
        self.verb = verb
        self.call = call
        self.block = block
        self.statement = statement
        self.function = function

    @property
    def line(self) -> int:
        """Return where the call is."""
        return self.call.lineno


class Module:
    """What one file says; nothing in it is resolved beyond the file."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.path = source.path
        self.sites: list[Site] = []
        self.converters: set[str] = set()
        self.scopes: list[Scope] = []
        # Most files have none, and need not be searched for them.
        self._names_in_passing = ":=" in source.text
        self.scope = self._scope(source.tree, None)

    def _scope(self, node: ast.Module | ast.ClassDef | Function, parent: Scope | None) -> Scope:
        scope = Scope(self, node, parent)
        scope.body = Block(node.body, scope, None, "scope")
        self.scopes.append(scope)
        self._read(scope.body)
        return scope

    def _read(self, block: Block) -> None:
        for statement in block.statements:
            if self._names_in_passing:
                self._passing(block, statement)
            if isinstance(statement, (ast.Assign, ast.AnnAssign)):
                self._assignment(block, statement)
            elif isinstance(statement, ast.Expr):
                self._call(block, statement, statement.value)
            elif isinstance(statement, (ast.Import, ast.ImportFrom)):
                for alias in statement.names:
                    self._bind(block, statement, _bound_name(statement, alias), node=alias)
            elif isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                self._definition(block, statement)
            elif isinstance(statement, ast.Global):
                block.scope.globals.update(statement.names)
            else:
                self._compound(block, statement)

    def _passing(self, block: Block, statement: ast.stmt) -> None:
        """Take the names that the expressions of a statement bind, as `if hops := ...` does."""
        for child in ast.iter_child_nodes(statement):
            for node in ast.walk(child) if isinstance(child, (ast.expr, ast.withitem)) else ():
                if isinstance(node, ast.NamedExpr):
                    self._bind(block, statement, node.target.id, value=node.value)

    def _assignment(self, block: Block, statement: ast.Assign | ast.AnnAssign) -> None:
        targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
        for target in targets:
            if isinstance(target, ast.Subscript):
                self._converter(target)
            elif text := dotted(target):
                if statement.value is not None:
                    self._bind(block, statement, text, value=statement.value)
            else:
                self._targets(block, statement, target)
        if isinstance(statement.value, ast.Call):
            self._call(block, statement, statement.value)

    def _targets(self, block: Block, statement: ast.stmt, target: ast.expr) -> None:
        for node in ast.walk(target):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                self._bind(block, statement, node.id)

    def _converter(self, target: ast.Subscript) -> None:
        name = literal(target.slice)
        if name and isinstance(target.value, ast.Attribute) and target.value.attr == "converters":
            self.converters.add(name)

    def _definition(self, block: Block, node: Function | ast.ClassDef) -> None:
        self._bind(block, node, node.name, node=node)
        scope = Scope(self, node, block.scope)
        scope.body = Block(node.body, scope, None, "scope")
        if not isinstance(node, ast.ClassDef):
            for decorator in node.decorator_list:
                self._site(block, node, decorator, node)
            for argument in arguments(node):
                scope.names[argument.arg] = [Binding(argument.arg, scope.body, node, node=argument)]
        self.scopes.append(scope)
        self._read(scope.body)

    def _compound(self, block: Block, statement: ast.stmt) -> None:
        if isinstance(statement, (ast.For, ast.AsyncFor)):
            self._targets(block, statement, statement.target)
        if isinstance(statement, (ast.With, ast.AsyncWith)):
            for item in statement.items:
                if item.optional_vars is not None:
                    self._targets(block, statement, item.optional_vars)
        for name in _caught(statement):
            self._bind(block, statement, name)
        for body, kind in bodies(statement):
            self._read(Block(body, block.scope, block, kind))

    def _updated(self, call: ast.Call) -> None:
        """Take the converters of `app.url_map.converters.update(...)`."""
        if dotted(call.func).endswith(".converters.update"):
            keys = [key for given in call.args if isinstance(given, ast.Dict) for key in given.keys]
            names = [*map(literal, keys), *(given.arg for given in call.keywords)]
            self.converters.update(name for name in names if name)

    def _call(self, block: Block, statement: ast.stmt, value: ast.expr) -> None:
        if not isinstance(value, ast.Call):
            return
        self._updated(value)
        if isinstance(value.func, ast.Call):  # app.route("/")(view)
            self._site(block, statement, value.func, None)
        else:
            self._site(block, statement, value, None)

    def _site(self, block: Block, statement: ast.stmt, call: ast.expr, function: Function | None) -> None:
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute):
            owner = dotted(call.func.value)
            if owner:
                self.sites.append(Site(owner, call.func.attr, call, block, statement, function))

    def _bind(
        self,
        block: Block,
        statement: ast.stmt,
        name: str,
        value: ast.expr | None = None,
        node: ast.alias | ast.ClassDef | Function | None = None,
    ) -> None:
        scope = block.scope
        if name.startswith(("self.", "cls.")):
            scope = scope.home
        elif name in scope.globals:
            scope = scope.root
        scope.names.setdefault(name, []).append(Binding(name, block, statement, value, node))


def _bound_name(statement: ast.Import | ast.ImportFrom, alias: ast.alias) -> str:
    if alias.asname:
        return alias.asname
    return alias.name if isinstance(statement, ast.ImportFrom) else alias.name.partition(".")[0]


def _caught(statement: ast.stmt) -> Iterator[str]:
    """Yield the names that the handlers of a `try` and the patterns of a `match` bind."""
    if isinstance(statement, (ast.Try, ast.TryStar)):
        yield from (handler.name for handler in statement.handlers if handler.name)
    elif isinstance(statement, ast.Match):
        for node in (node for case in statement.cases for node in ast.walk(case.pattern)):
            name = node.rest if isinstance(node, ast.MatchMapping) else getattr(node, "name", None)
            if name:
                yield str(name)


def bodies(statement: ast.stmt) -> Iterator[tuple[Sequence[ast.stmt], str]]:
    """Yield the blocks of a compound statement and the kind of each."""
    if isinstance(statement, (ast.With, ast.AsyncWith)):
        yield statement.body, "with"
    elif isinstance(statement, ast.Match):
        for case in statement.cases:
            yield case.body, "branch"
    else:
        for name in ("body", "orelse", "finalbody"):
            if body := getattr(statement, name, None):
                yield body, "branch"
        for handler in getattr(statement, "handlers", ()):
            yield handler.body, "branch"


def arguments(function: Function) -> list[ast.arg]:
    """Return every parameter, in the order they are written."""
    given = function.args
    star = [argument for argument in (given.vararg,) if argument]
    double = [argument for argument in (given.kwarg,) if argument]
    return [*given.posonlyargs, *given.args, *star, *given.kwonlyargs, *double]


def dotted(node: ast.expr | None) -> str:
    """Return a name or a chain of attributes as it is written, '' for anything else."""
    names: list[str] = []
    while isinstance(node, ast.Attribute):
        names.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return ""
    return ".".join([node.id, *reversed(names)])


def keyword(call: ast.Call, name: str) -> ast.expr | None:
    """Return the argument that is given by this name."""
    return next((given.value for given in call.keywords if given.arg == name), None)


def literal(node: ast.expr | None) -> str | None:
    """Return the text of a string, also one that is added up from several; None when it is not known."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        left, right = literal(node.left), literal(node.right)
        return None if left is None or right is None else left + right
    return None
