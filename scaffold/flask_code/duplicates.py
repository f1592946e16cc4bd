"""Whether a route is there already, by meaning: the same URLs and a common method, or the same endpoint."""

import ast
from collections.abc import Sequence

from scaffold.errors import BadRule, Clash
from scaffold.flask_code import converters, prefix, rule
from scaffold.flask_code.arguments import Malformed
from scaffold.flask_code.code import Code
from scaffold.flask_code.files import is_test
from scaffold.flask_code.module import Site, dotted, keyword
from scaffold.flask_code.place import routes_of
from scaffold.flask_code.prefix import Mount
from scaffold.flask_code.route import Route
from scaffold.flask_code.router import Router

ADVICE = "Use another rule, or 'scaffold remove route' first."
# Every route answers these by itself.
AUTOMATIC = frozenset(["HEAD", "OPTIONS"])

# What registers a handler of errors, on an app or on a blueprint for the whole app.
HANDLING = frozenset(["errorhandler", "app_errorhandler", "register_error_handler"])

Shape = tuple[object, ...]


def same(code: Code, router: Router, text: str, methods: Sequence[str], name: str) -> Route | None:
    """Return the route that is exactly what was asked for, None when it is new; raise `Clash` for anything between."""
    found = _alike(code, router, text, frozenset(methods) - AUTOMATIC)
    if not found:
        return None
    own = set(map(id, routes_of(code, router)))
    exact = [one for one in found if id(one) in own and one.rule == text]
    first = next((one for one in exact if one.methods and methods[0] in one.methods), None)
    covered = {method for one in exact for method in one.methods or ()} - AUTOMATIC
    wanted = set(methods) - AUTOMATIC
    if first is None or len(exact) < len(found) or covered != wanted or name not in ("", first.endpoint):
        raise _clash(code, router, text, next((one for one in found if one is not first), found[0]))
    return first


def same_view(code: Code, router: Router, texts: Sequence[str], methods: Sequence[str], name: str) -> Route | None:
    """Return a route of the one view that has exactly these rules, None when all are new; else raise `Clash`."""
    found = {text: same(code, router, text, methods, name) for text in texts}
    there = {text: route for text, route in found.items() if route is not None}
    endpoints = {route.endpoint for route in there.values()}
    if there and (len(there) < len(texts) or len(endpoints) > 1):
        raise _clash(code, router, *next(iter(there.items())))
    return next(iter(there.values()), None)


def check_apart(texts: Sequence[str]) -> None:
    """Raise `BadRule` when two rules of one view match the same URLs."""
    for index, text in enumerate(texts):
        for other in texts[:index]:
            if shape(text) == shape(other):
                raise BadRule(text, f"it matches the same URLs as '{other}', which the view has already")


def _clash(code: Code, router: Router, text: str, route: Route) -> Clash:
    """Return the problem; the rules of two routers are said with what comes before them."""
    view = f"'{route.endpoint}'" if route.endpoint else "a view"
    owner, rule = code.owner(route.site), str(route.rule)
    if owner is not router and isinstance(owner, Router):
        text, rule = _full(code, router, text), _full(code, owner, rule)
    alike = "" if rule == text else f" the same URL as '{rule}', which is"
    sentence = f"'{text}' is{alike} already routed to {view} ({route.where})."
    return Clash(sentence, ADVICE, route.module.path, route.site.line)


def _full(code: Code, router: Router, text: str) -> str:
    """Return the rule with the prefix of its router, as far as that can be read."""
    known = (mount.prefix for mount in prefix.mounts(code, router) if mount.prefix)
    return prefix.full_rule(next(known, ""), text)


def _alike(code: Code, router: Router, text: str, methods: frozenset[str]) -> list[Route]:
    """Return the routes of the same app that match the same URLs with a common method."""
    mine = prefix.mounts(code, router)
    others: dict[Router, list[Mount]] = {router: mine}
    own = set(map(id, routes_of(code, router)))
    wanted = shape(text)
    found = []
    for route in code.routes:
        if route.rule is None or not _common(route, methods) or _elsewhere(route):
            continue
        if id(route) in own:
            alike = shape(route.rule) == wanted
        else:
            owner = code.owner(route.site)
            if not isinstance(owner, Router):
                continue
            if owner not in others:
                others[owner] = prefix.mounts(code, owner)
            alike = _meet(mine, text, others[owner], route.rule)
        if alike:
            found.append(route)
    return found


def _meet(mine: Sequence[Mount], text: str, others: Sequence[Mount], rule_text: str) -> bool:
    for one in mine:
        for other in others:
            if (one.app and other.app and one.app is not other.app) or one.prefix is None or other.prefix is None:
                continue
            if shape(prefix.full_rule(one.prefix, text)) == shape(prefix.full_rule(other.prefix, rule_text)):
                return True
    return False


def check_rule(code: Code, app: Router, text: str, own: str) -> None:
    """Raise `Clash` when another file than the new route's own has a route of the app that answers the same URLs."""
    mine = prefix.mounts(code, app)
    for route in code.routes:
        owner = code.owner(route.site)
        if route.rule is None or route.module.path == own or _elsewhere(route) or not isinstance(owner, Router):
            continue
        if _meet(mine, text, prefix.mounts(code, owner), route.rule):
            raise _clash(code, app, text, route)


def check_name(code: Code, names: tuple[str, ...], own: str) -> None:
    """Raise `Clash` when another file than the new blueprint's own has one of this full name."""
    for router in code.routers:
        if router.blueprint is None or router.module.path == own:
            continue
        if any(mount.names == names for mount in prefix.mounts(code, router)):
            sentence = f"There is a blueprint '{'.'.join(names)}' already ({router.module.path}:{router.call.lineno})."
            raise Clash(sentence, "Choose another name.", router.module.path, router.call.lineno)


def check_handler(code: Code, status: int, ours: str) -> None:
    """Raise `Clash` when the app has a handler for errors with this status, other than the function of ours."""
    for path in code.paths:
        raw = None if is_test(path) else code.raw(path)
        if raw is None or (b"error_handler(" not in raw and b"errorhandler(" not in raw):
            continue
        module = code.module(path)
        for site in module.sites if module else ():
            handles = site.verb in HANDLING and _is_status(site.call, status) and not _is_blueprints(code, site)
            if handles and (len(site.call.args) < 2 or dotted(site.call.args[1]) != ours):
                sentence = f"Errors with the status {status} have a handler already ({path}:{site.line})."
                raise Clash(sentence, "Change what it shows, or remove it first.", path, site.line)


def _is_status(call: ast.Call, status: int) -> bool:
    """Tell whether a handler is registered for the status, by its number or by the name of its exception."""
    from http import HTTPStatus

    given = call.args[0] if call.args else keyword(call, "code_or_exception")
    named = HTTPStatus(status).phrase.replace(" ", "")
    return (isinstance(given, ast.Constant) and given.value == status) or dotted(given).rpartition(".")[2] == named


def _is_blueprints(code: Code, site: Site) -> bool:
    """Tell whether the handler is for the views of one blueprint alone."""
    owner = code.owner(site)
    return site.verb != "app_errorhandler" and isinstance(owner, Router) and owner.blueprint is not None


def may_take(code: Code, path: str) -> bool:
    """Tell whether a route of the project could answer a path; a prefix that is not known could be anything."""
    for route in code.routes:
        owner = code.owner(route.site)
        mounts = prefix.mounts(code, owner) if isinstance(owner, Router) else [Mount(None, "", ())]
        for mount in mounts:
            if route.rule is None or mount.prefix is None:
                continue
            if rule.may_take(prefix.full_rule(mount.prefix, route.rule), path):
                return True
    return False


def _common(route: Route, methods: frozenset[str]) -> bool:
    return route.methods is None or bool(route.methods & methods)


def _elsewhere(route: Route) -> bool:
    """Tell whether the route answers on a host of its own."""
    return keyword(route.site.call, "subdomain") is not None or keyword(route.site.call, "host") is not None


def shape(text: str) -> Shape:
    """Return what decides which URLs a rule matches; Flask redirects between a slash at its end and none."""
    try:
        parts = list(rule.scan(text))
    except Malformed:
        return (text,)
    pieces: list[object] = [part if isinstance(part, str) else converters.shape(part[1], part[2]) for part in parts]
    if pieces and isinstance(pieces[-1], str):
        pieces[-1] = pieces[-1].rstrip("/")
        if not pieces[-1]:
            pieces.pop()
    return tuple(pieces)
