"""Routes that hide each other, and routes that no test asks for."""

import ast
from collections.abc import Iterator, Sequence
from functools import lru_cache

from scaffold.audit import endpoints, tested
from scaffold.audit.endpoints import Endpoints
from scaffold.audit.finding import ERROR, WARNING, Finding, Rule
from scaffold.audit.subject import Subject
from scaffold.flask_code import choice, duplicates, prefix
from scaffold.flask_code.files import imported
from scaffold.flask_code.module import Module, dotted
from scaffold.flask_code.route import Route
from scaffold.flask_code.router import Router

# A route with other arguments may be told from another by more than its rule and its methods.
PLAIN = frozenset(
    ["defaults", "endpoint", "methods", "provide_automatic_options", "rule", "strict_slashes", "view_func"]
)
HEAD = frozenset(["HEAD", "OPTIONS"])


class _Known:
    """The routes of a project whose rule, methods and app are plain in the code, and which are there in every case."""

    def __init__(self, subject: Subject) -> None:
        self._endpoints = endpoints.of_subject(subject)
        self._code = subject.code
        own = set(map(id, subject.modules))
        self._loaded = set(_loaded(subject.modules, subject.code.paths))
        routes = [one for one in self._endpoints.routes if id(one.module) in own and _is_plain(one)]
        self.routes = [(one, owner) for one in routes if (owner := self._owner(one)) is not None]
        self._conditional = set(self._registered_perhaps(subject))

    def _owner(self, route: Route) -> Router | None:
        """Return its app or blueprint, None when the route may not be there."""
        owner = self._code.owner(route.site)
        block = route.site.block
        if not isinstance(owner, Router) or not block.straight or not owner.binding.certain:
            return None
        if block.scope is not owner.scope and block.scope.parent is not None:
            return None  # in a function that may never be called
        here = route.module is owner.module or route.module.path in self._loaded
        return owner if here else None

    def _registered_perhaps(self, subject: Subject) -> Iterator[Router]:
        """Yield the blueprints that are registered under a condition, or in one of several functions."""
        for module in subject.code.modules:
            for site in module.sites:
                if site.verb == "register_blueprint" and site.call.args:
                    found = self._code.resolve(site.block.scope, dotted(site.call.args[0]))
                    if isinstance(found, Router) and not site.block.straight:
                        yield found

    def places(self, route: Route, owner: Router) -> Iterator[tuple[object, ...]]:
        """Yield what tells the URLs of a route from others, for each way in which it is reached."""
        text = route.rule or ""
        if owner.blueprint is None:
            yield id(owner.call), _shape(text)
            return
        yield id(owner.call), "", _shape(text)
        for mount in () if owner in self._conditional else self._endpoints.mounts(owner):
            if mount.app is not None and mount.prefix is not None:
                yield id(mount.app.call), _shape(prefix.full_rule(mount.prefix, text))


@lru_cache(maxsize=1)
def _known(subject: Subject) -> _Known:
    return _Known(subject)


def _shape(text: str) -> tuple[object, ...]:
    """Return what decides which URLs a rule matches; with a slash at its end it is another one."""
    return duplicates.shape(text), text.endswith("/")


def _is_plain(route: Route) -> bool:
    given = {one.arg for one in route.site.call.keywords}
    return route.rule is not None and bool(route.methods) and given <= PLAIN


def _loaded(modules: Sequence[Module], paths: frozenset[str]) -> Iterator[str]:
    """Yield the paths of the files that others import."""
    for module in modules:
        for node in ast.walk(module.source.tree):
            if isinstance(node, ast.ImportFrom):
                before = f"{node.module}." if node.module else ""
                names = [node.module or "", *(f"{before}{alias.name}" for alias in node.names)]
                yield from (one for name in names for one in imported(module.path, node.level, name, paths))
            elif isinstance(node, ast.Import):
                yield from (one for alias in node.names for one in imported(module.path, 0, alias.name, paths))


def _hidden(subject: Subject) -> Iterator[Finding]:
    known = _known(subject)
    earlier: dict[tuple[object, ...], list[Route]] = {}
    order = sorted(known.routes, key=lambda one: (one[0].module.path, one[0].site.line))
    for route, owner in order:
        for place in dict.fromkeys(known.places(route, owner)):
            others = [one for one in earlier.setdefault(place, []) if not _is_same(one, route)]
            common = {method for one in others for method in (one.methods or ())} & (route.methods or set()) - HEAD
            if common:
                first = next(one for one in others if common & (one.methods or set()))
                yield _finding(route, first, common)
                break
        for place in known.places(route, owner):
            earlier[place].append(route)


def _is_same(one: Route, other: Route) -> bool:
    """Tell whether both lead to the same view."""
    return one.site.function is not None and one.site.function is other.site.function


def _finding(route: Route, first: Route, common: set[str]) -> Finding:
    methods = ", ".join(sorted(common))
    view = f"'{first.endpoint}'" if first.endpoint else "another view"
    where = f"line {first.site.line}" if first.module is route.module else first.where
    wholly = common >= set(route.methods or ()) - HEAD
    what = "is never called" if wholly else f"is never called for {methods}"
    name = f"'{route.endpoint}'" if route.endpoint else "the view"
    message = f"{name} {what}: {view} ({where}) answers '{route.rule}' for {methods} already"
    return Finding(route.module.path, route.site.line, message)


def _twice(subject: Subject) -> Iterator[Finding]:
    known = _known(subject)
    first: dict[tuple[int, str], Route] = {}
    for route, owner in sorted(known.routes, key=lambda one: (one[0].module.path, one[0].site.line)):
        if route.endpoint is None or route.site.function is None:
            continue
        other = first.setdefault((id(owner.call), route.endpoint), route)
        if other.site.function is not None and not _is_same(other, route):
            message = f"Another view has the endpoint '{route.endpoint}' already ({other.where})"
            yield Finding(route.module.path, route.site.line, message)


def _untested(subject: Subject) -> Iterator[Finding]:
    known = endpoints.of_subject(subject)
    own = set(map(id, subject.modules))
    routes = [one for one in known.routes if id(one.module) in own and _names(known, one)]
    if not subject.tests:
        yield from _without_tests(known, routes)
        return
    asked = tested.Asked(subject)
    views: dict[int, list[Route]] = {}
    for one in routes:
        views.setdefault(id(one.site.function or one.site.call), []).append(one)
    for ones in views.values():
        rules = [_rules(known, one) for one in ones]
        if all(rules) and not any(_is_asked(asked, known, one, has) for one, has in zip(ones, rules, strict=True)):
            shown = " or ".join(f"'{has[0]}'" for has in rules)
            yield Finding(ones[0].module.path, ones[0].site.line, f"No test asks for {shown} ('{ones[0].endpoint}')")


def _without_tests(known: Endpoints, routes: Sequence[Route]) -> Iterator[Finding]:
    """Find that a project has no tests at all, once, where its app is made."""
    paths = {one.module.path for one in routes}
    for app in choice.apps(known.code)[:1] if paths else ():
        number = "its one route" if len(routes) == 1 else f"any of its {len(routes)} routes"
        yield Finding(app.module.path, app.call.lineno, f"No test asks for {number}: there are no tests")


def _rules(known: Endpoints, route: Route) -> list[str]:
    """Return the rules of a route as Flask has them; nothing when a prefix is not plain."""
    owner = known.code.owner(route.site)
    prefixes = [one.prefix for one in known.mounts(owner)] if isinstance(owner, Router) else []
    full = [prefix.full_rule(one, route.rule or "") for one in prefixes if one is not None]
    return full if len(full) == len(prefixes) else []


def _is_asked(asked: tested.Asked, known: Endpoints, route: Route, rules: Sequence[str]) -> bool:
    view = route.site.function.name if route.site.function else route.endpoint or ""
    # A client of the tests' own may know the prefix.
    return asked.any([*rules, route.rule or ""], _names(known, route), view)


def _names(known: Endpoints, route: Route) -> list[str]:
    """Return what `url_for` calls the route; nothing for one that is not plain."""
    owner = known.code.owner(route.site)
    endpoint = known.endpoint(route)
    if route.rule is None or endpoint is None or not isinstance(owner, Router):
        return []
    return [f"{name}.{endpoint}".lstrip(".") for name in known.names(owner)]


RULES = [
    Rule(
        "RTE001",
        "a route that another one hides",
        ERROR,
        "Flask takes the first of two routes that match alike, so the view below is never called.",
        "Take one of them out, or give it another rule or other methods.",
        _hidden,
    ),
    Rule(
        "RTE002",
        "two views of one endpoint",
        ERROR,
        "Flask refuses the second one, and the app does not start.",
        "Give one of the views another name, or an 'endpoint' of its own.",
        _twice,
    ),
    Rule(
        "RTE003",
        "a route that no test asks for",
        WARNING,
        "When it breaks, users are the first to notice.",
        "Write a test that asks a client for its URL.",
        _untested,
    ),
]
