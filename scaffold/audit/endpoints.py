"""What `url_for` may be asked for in a project: its endpoints, and where there may be others that nobody can see."""

import ast
from collections.abc import Iterator
from functools import lru_cache

from scaffold.audit import extensions
from scaffold.audit.python import Placed, bound, origin, placed
from scaffold.audit.subject import Subject
from scaffold.flask_code import choice, prefix
from scaffold.flask_code.files import is_test
from scaffold.flask_code.module import Function, Module, Scope, Site, dotted, keyword, literal
from scaffold.flask_code.prefix import Mount
from scaffold.flask_code.route import Route, routes
from scaffold.flask_code.router import Found, Router

# What puts a route on an app or a blueprint; elsewhere than in a statement of its own, nobody sees where it leads.
ROUTING = frozenset(
    ["add_url_rule", "delete", "endpoint", "get", "patch", "post", "put", "record", "record_once", "route"]
)
# What makes endpoints of its own, or answers for ones that are not there.
ANYTHING = (".url_map.add(", "url_build_error_handlers", "handle_url_build_error", "view_functions[", "view_functions.")
STATIC = "static"


@lru_cache(maxsize=1)
def of_subject(subject: Subject) -> "Endpoints":
    """Return the endpoints of the project, read once for all the rules of an audit."""
    return Endpoints(subject)


class Endpoints:
    """The endpoints that are plain in the code; `mounts` and `routes` are what they are made of."""

    def __init__(self, subject: Subject) -> None:
        self.subject = subject
        self.code = subject.code
        self.modules = list(dict.fromkeys([*subject.modules, *self.code.modules]))
        self.routes = [route for module in self.modules for route in routes(module)]
        self._mounts: dict[Router, list[Mount]] = {}
        self.known: set[str] = set()
        # The last words of endpoints that may be on any blueprint.
        self.loose: set[str] = set()
        # Blueprints by their full names, and those of them that may have more endpoints than are seen.
        self.blueprints: set[str] = set()
        self.more: set[str] = set()
        self.anything = self._is_anything()
        self.closed = bool(choice.apps(self.code)) and not extensions.may_route(subject)
        for router in self.code.routers:
            self._router(router)
        for route in self.routes:
            self._route(route)
        for module in self.modules:
            self._elsewhere(module)

    def lacks(self, endpoint: str) -> bool:
        """Tell whether it is certain that there is no such endpoint."""
        before, _, last = endpoint.rpartition(".")
        if self.anything or endpoint in self.known or last in self.loose:
            return False
        if endpoint.startswith("."):
            ends = any(one.rpartition(".")[2] == last for one in self.known)
            return self.closed and not self.more and not ends
        if before in self.blueprints:
            return before not in self.more
        return self.closed and not (before and extensions.is_of_one(self.subject, before.partition(".")[0]))

    def mounts(self, router: Router) -> list[Mount]:
        """Return the ways in which an app or a blueprint is reached."""
        if router not in self._mounts:
            self._mounts[router] = prefix.mounts(self.code, router)
        return self._mounts[router]

    def names(self, router: Router) -> list[str]:
        """Return what precedes the endpoints of an app or a blueprint."""
        return [".".join(mount.names) for mount in self.mounts(router)]

    def _is_anything(self) -> bool:
        hidden = any(not is_test(path) for path in self.code.unreadable)
        return hidden or any(text in module.source.text for module in self.modules for text in ANYTHING)

    def _router(self, router: Router) -> None:
        names = self.names(router)
        own = origin(router.scope, router.call.func)
        plain = not any(given.arg is None for given in router.call.keywords)
        foreign = not own.startswith("flask.") and extensions.is_foreign(self.subject, own)
        if router.blueprint is not None:
            self.blueprints.update(names)
            named = router.call.args[0] if router.call.args else keyword(router.call, "name")
            if literal(named) is None:  # its name is computed, and could be any
                self.closed = False
            if not plain or keyword(router.call, "static_folder") is not None:
                self.known.update(f"{name}.{STATIC}" for name in names)
        else:
            self.known.add(STATIC)
        if not plain or foreign:
            self._open(router)

    def _open(self, router: Found) -> None:
        """Take note that there may be more endpoints on it than are seen."""
        if isinstance(router, Router) and router.blueprint is not None:
            self.more.update(self.names(router))
        elif isinstance(router, Router):
            self.closed = False
        else:
            self.anything = True

    def _route(self, route: Route) -> None:
        owner = self.code.owner(route.site)
        endpoint = self.endpoint(route)
        if endpoint is None:
            self._open(owner)
        elif not isinstance(owner, Router):
            self.loose.add(endpoint)
        elif owner.blueprint is None:
            self.known.add(endpoint)
        else:
            self.known.update(f"{name}.{endpoint}" for name in self.names(owner))

    def endpoint(self, route: Route) -> str | None:
        """Return a route's endpoint, None when it cannot be told: the view of a call may have another name there."""
        site = route.site
        if site.verb != "add_url_rule":
            return route.endpoint
        named = keyword(site.call, "endpoint") or (site.call.args[1] if len(site.call.args) > 1 else None)
        view = keyword(site.call, "view_func") or (site.call.args[2] if len(site.call.args) > 2 else None)
        if isinstance(view, ast.Call) or (named is not None and not _is_none(named)):
            return route.endpoint
        return self._view_name(site.block.scope, view)

    def _view_name(self, scope: Scope, view: ast.expr | None) -> str | None:
        found = self.code.function(scope, dotted(view)) if view is not None else None
        if found is not None and isinstance(found.node, Function):
            return found.node.name
        values = [one.value for one in bound(scope, dotted(view))]
        made = values[0] if len(values) == 1 else None
        is_made = isinstance(made, ast.Call) and dotted(made.func).endswith(".as_view")
        return literal(made.args[0]) if is_made and isinstance(made, ast.Call) and made.args else None

    def _elsewhere(self, module: Module) -> None:
        """Take note of what is done with apps and blueprints in other ways than those that are read."""
        calls = {id(site.call.func) for site in module.sites}
        for one in placed(module):
            if isinstance(one.node, ast.ClassDef):
                self._decorated(one.node, one.scope)
            elif isinstance(one.node, ast.Call):
                self._called(one.node, one.scope)
            elif isinstance(one.node, ast.Attribute) and one.node.attr in ROUTING and id(one.node) not in calls:
                owner = self._router_of(one.scope, one.node.value)
                if isinstance(owner, Router):
                    self._open(owner)
            elif isinstance(one.node, ast.Name):
                self._given_away(one)
        for site in module.sites:
            self._more_verbs(site)

    def _more_verbs(self, site: Site) -> None:
        if site.verb in ("endpoint", "record", "record_once") and isinstance(owner := self.code.owner(site), Router):
            self._open(owner)

    def _decorated(self, node: ast.ClassDef, scope: Scope) -> None:
        for decorator in node.decorator_list:
            if isinstance(decorator, ast.Call) and isinstance(decorator.func, ast.Attribute):
                owner = self._router_of(scope, decorator.func.value)
                if isinstance(owner, Router):
                    self._open(owner)

    def _called(self, node: ast.Call, scope: Scope) -> None:
        """Take note of a blueprint that nobody can see being registered, and of apps that others are given."""
        verb = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        if verb == "register_blueprint":
            found = self._router_of(scope, node.args[0]) if node.args else None
            if not isinstance(found, Router):
                self.closed = False
            elif (named := keyword(node, "name")) is not None and literal(named) is None:
                self._open(found)
                self.closed = False
        elif any(isinstance(self._router_of(scope, one), Router) for one in node.args) and extensions.is_foreign(
            self.subject, origin(scope, node.func)
        ):
            self.closed = False

    def _given_away(self, one: Placed) -> None:
        """Take note of a blueprint that something else gets hold of."""
        if isinstance(one.parent, ast.Attribute | ast.Return) or not isinstance(one.node, ast.Name):
            return
        if not isinstance(one.node.ctx, ast.Load) or _is_registered(one):
            return
        found = self._router_of(one.scope, one.node)
        if isinstance(found, Router) and found.blueprint is not None:
            self._open(found)

    def _router_of(self, scope: Scope, node: ast.expr) -> Found:
        text = dotted(node)
        return self.code.resolve(scope, text) if text and text.rpartition(".")[2] in self._variables else None

    @property
    def _variables(self) -> "frozenset[str]":
        return _names_of_routers(self)


def _is_registered(one: Placed) -> bool:
    call = one.parent
    return isinstance(call, ast.Call) and dotted(call.func).endswith("register_blueprint")


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


@lru_cache(maxsize=1)
def _names_of_routers(endpoints: Endpoints) -> frozenset[str]:
    """Return every name by which a file may know an app or a blueprint."""
    own = {router.variable.rpartition(".")[2] for router in endpoints.code.routers}
    return frozenset([*own, *_aliases(endpoints, own)])


def _aliases(endpoints: Endpoints, own: set[str]) -> Iterator[str]:
    for module in endpoints.modules:
        for node in ast.walk(module.source.tree):
            if isinstance(node, ast.alias) and node.asname and node.name in own:
                yield node.asname
