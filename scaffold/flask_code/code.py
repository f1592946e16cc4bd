"""A project's Flask code: its apps, blueprints and routes, found by what the syntax says and never by running it."""

import ast
import gc
import re
from typing import TYPE_CHECKING

from scaffold.flask_code import files
from scaffold.flask_code.files import Files
from scaffold.flask_code.module import Binding, Function, Module, Scope, Site, dotted, keyword, literal
from scaffold.flask_code.route import routes
from scaffold.flask_code.router import Found, Router, innermost, names_itself, of_parameter

if TYPE_CHECKING:
    from scaffold.changes import Changes

# Only files with one of these are parsed: an app, a blueprint, a route, or a call to what makes an app.
# Plain texts and patterns that begin with one are found many times faster than one pattern for all.
TELLING = (b"Blueprint", b".add_url_rule(", b".register_blueprint(", b".converters", b"create_app(", b"make_app(")
# A file that only says `app: Flask` makes no app; most of the files that name Flask are of that kind.
PATTERNS = (
    re.compile(rb"Flask(?:\(|[ \t]+as\b)|class[ \t]+\w+\([^)]*Flask"),
    re.compile(rb"@[\w.]+\.(?:route|get|post|put|patch|delete)\("),
)
DEEPEST = 12


class Code(Files):
    """All Flask code of a project."""

    def __init__(self, changes: "Changes") -> None:
        super().__init__(changes)
        enabled = gc.isenabled()
        gc.disable()  # nothing here is garbage yet, and looking for it costs a third of the time
        try:
            self._read()
        finally:
            if enabled:
                gc.enable()

    def _read(self) -> None:
        self._routers: dict[tuple[Scope, str], Router] = {}
        self._owners: dict[Site, Found] = {}
        for path in sorted(self.paths):
            raw = None if files.is_test(path) else self.raw(path)
            if raw is not None and _tells(raw):
                self.module(path)
        self.modules = self.parsed()
        self.routers = self._all_routers()
        self.routes = [route for module in self.modules for route in routes(module)]
        self.converters = {name for module in self.modules for name in module.converters}

    def owner(self, site: Site) -> Found:
        """Return the app or blueprint that the call is made on."""
        if site not in self._owners:
            self._owners[site] = self.resolve(site.block.scope, site.owner)
        return self._owners[site]

    def views(self) -> list[Function]:
        """Return the function of every route that is written as a decorator."""
        return [route.site.function for route in self.routes if route.site.function]

    def _all_routers(self) -> list[Router]:
        found = []
        for module in self.modules:
            for scope in module.scopes:
                for bindings in scope.names.values():
                    found += [router for binding in bindings if (router := self.made(scope, binding))]
        return list(dict.fromkeys(found))

    def made(self, scope: Scope, binding: Binding, depth: int = 0) -> Router | None:
        """Return the app or blueprint that this very statement makes."""
        call = innermost(binding.value)
        if call is None or (kind := self._kind(binding.block.scope, call.func, depth, names_itself(call))) is None:
            return None
        key = (scope, binding.name)
        if key not in self._routers:
            name = None
            if kind == "Blueprint":
                name = literal(call.args[0] if call.args else keyword(call, "name")) or binding.name
            self._routers[key] = Router(binding.name, scope, binding, call, name)
        return self._routers[key]

    def _kind(self, scope: Scope, func: ast.expr, depth: int, follow: bool) -> str | None:
        """Return "Flask" or "Blueprint" when the expression names such a class, or a subclass of one.

        Files that were not parsed are only parsed for it when `follow` says that the call looks like one of these.
        """
        text = dotted(func)
        last = text.rpartition(".")[2]
        binding = self._binding(scope, text.partition(".")[0])
        if binding is None or depth > DEEPEST:
            return None
        if isinstance(binding.node, ast.ClassDef):
            kinds = [self._kind(binding.block.scope, base, depth + 1, follow) for base in binding.node.bases]
            return next((kind for kind in kinds if kind), None)
        if isinstance(binding.node, Function):
            return self._kind_of_result(binding, depth, follow)
        if not isinstance(binding.node, ast.alias):
            return None
        statement = binding.statement
        if isinstance(statement, ast.ImportFrom) and "." not in text:
            last = last if binding.node.name == "*" else binding.node.name
            target = self._imported(scope.module, statement, last, follow)
            if target is not None:
                return self._kind(target.scope, ast.Name(last), depth + 1, follow)
        found = self._module_of(binding, text) if follow and "." in text else None
        kind = self._kind(found[0].scope, ast.Name(found[1]), depth + 1, follow) if found else None
        return kind or next((kind for kind in ("Flask", "Blueprint") if last.endswith(kind)), None)

    def _kind_of_result(self, binding: Binding, depth: int, follow: bool) -> str | None:
        """Return "Flask" for a function that does `return Flask(...)`: what it gives is first bound by its caller."""
        scope = next((one for one in binding.block.scope.module.scopes if one.node is binding.node), None)
        returned = [node.value for node in scope.node.body if isinstance(node, ast.Return)] if scope else []
        if scope is None or not returned or not isinstance(call := returned[0], ast.Call):
            return None
        # What wraps an app that the function made before is no other app.
        given = [one for argument in call.args for one in scope.names.get(dotted(argument), ())]
        if any(isinstance(one.value, ast.Call) for one in given):
            return None
        return "Flask" if self._kind(scope, call.func, depth + 1, follow) == "Flask" else None

    def _binding(self, scope: Scope, name: str) -> Binding | None:
        """Return what a name is bound to where the scope's code uses it."""
        current: Scope | None = scope
        while current is not None:
            # A class is no scope for the functions in it.
            seen = current is scope or not isinstance(current.node, ast.ClassDef) or name.startswith(("self.", "cls."))
            bindings = current.names.get(name) if seen else None
            if bindings:
                # `app = None` only says that the name will mean something.
                return next((one for one in bindings if not _is_none(one.value)), bindings[0])
            current = current.parent
        return self._starred(scope.module, name)

    def _starred(self, module: Module, name: str) -> Binding | None:
        """Return what `from ... import *` brings by this name."""
        for binding in () if "." in name else module.scope.names.get("*", ()):
            if isinstance(binding.statement, ast.ImportFrom):
                found = self._imported(module, binding.statement, name)
                if found is not None and found is not module:
                    return found.scope.names[name][0]
                if binding.statement.module == "flask" and name in ("Flask", "Blueprint"):
                    return binding
        return None

    def _imported(self, module: Module, statement: ast.ImportFrom, name: str, follow: bool = True) -> Module | None:
        """Return the project's file that `from ... import name` takes the name from."""
        for path in files.imported(module.path, statement.level, statement.module or "", self.paths):
            found = self.module(path) if follow or self.is_parsed(path) else None
            if found is not None and name in found.scope.names:
                return found
        return None

    def resolve(self, scope: Scope, text: str, depth: int = 0) -> Found:
        """Return the app or blueprint that the text means in this scope."""
        if depth > DEEPEST:
            return None
        if binding := self._binding(scope, text):
            return self._of_binding(binding, depth)
        head, _, rest = text.partition(".")
        binding = self._binding(scope, head)
        if binding is None or not rest:
            return None
        found = self._module_of(binding, text)
        return self.resolve(found[0].scope, found[1], depth + 1) if found else None

    def _of_binding(self, binding: Binding, depth: int) -> Found:
        scope = binding.block.scope
        if isinstance(binding.node, ast.arg):
            return of_parameter(binding.node)
        if isinstance(binding.statement, ast.ImportFrom) and isinstance(binding.node, ast.alias):
            target = self._imported(scope.module, binding.statement, binding.node.name)
            return self.resolve(target.scope, binding.node.name, depth + 1) if target else None
        home = scope.home if binding.name.startswith(("self.", "cls.")) else scope
        owner = home if binding in home.names.get(binding.name, ()) else scope.root
        if router := self.made(owner, binding, depth):
            return router
        if isinstance(binding.value, ast.Call):
            return self._result(scope, binding.value, depth)
        text = dotted(binding.value)
        return self.resolve(scope, text, depth + 1) if text and text != binding.name else None

    def _module_of(self, binding: Binding, text: str) -> tuple[Module, str] | None:
        """Return the project's file in `package.module.name`, and the name in it."""
        statement, node = binding.statement, binding.node
        if not isinstance(node, ast.alias):
            return None
        _, _, rest = text.partition(".")
        here = binding.block.scope.module.path
        if isinstance(statement, ast.ImportFrom):
            prefix = f"{statement.module}.{node.name}" if statement.module else node.name
            level = statement.level
        else:
            prefix, level = (node.name if node.asname else node.name.partition(".")[0]), 0
        parts = rest.split(".")
        for count in range(len(parts) - 1, -1, -1):
            for path in files.imported(here, level, ".".join([prefix, *parts[:count]]), self.paths):
                if module := self.module(path):
                    return module, ".".join(parts[count:])
        return None

    def _result(self, scope: Scope, call: ast.Call, depth: int) -> Found:
        """Return the app that a call to a function of the project gives."""
        found = self.function(scope, dotted(call.func), depth)
        if found is None:
            return None
        for name, bindings in found.names.items():
            for binding in bindings:
                if binding.value is not None and isinstance(router := self.resolve(found, name, depth + 1), Router):
                    return router
        return self._returned(found, depth)

    def _returned(self, scope: Scope, depth: int) -> Found:
        """Return what `return create_other_app()` gives."""
        for node in scope.node.body:
            if isinstance(node, ast.Return) and isinstance(node.value, ast.Call) and depth < DEEPEST:
                return self._result(scope, node.value, depth + 1)
        return None

    def function(self, scope: Scope, text: str, depth: int = 0) -> Scope | None:
        """Return the scope of the project's function that the text names."""
        binding = self._binding(scope, text.partition(".")[0]) if text and depth <= DEEPEST else None
        if binding is None:
            return None
        if isinstance(binding.node, Function):
            return next((found for found in binding.block.scope.module.scopes if found.node is binding.node), None)
        if isinstance(binding.statement, ast.ImportFrom) and isinstance(binding.node, ast.alias) and "." not in text:
            target = self._imported(scope.module, binding.statement, binding.node.name)
            return self.function(target.scope, binding.node.name, depth + 1) if target else None
        found = self._module_of(binding, text) if "." in text else None
        return self.function(found[0].scope, found[1], depth + 1) if found else None


def _is_none(value: ast.expr | None) -> bool:
    return isinstance(value, ast.Constant) and value.value is None


def _tells(raw: bytes) -> bool:
    return any(text in raw for text in TELLING) or any(pattern.search(raw) for pattern in PATTERNS)
