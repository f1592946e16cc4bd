"""Routes: which rule, methods and endpoint a decorator or a call gives to which view."""

import ast

from scaffold.flask_code.module import SHORTCUTS, Module, Site, dotted, keyword, literal

METHODS = frozenset(["get", "post", "put", "patch", "delete", "head", "options", "trace"])


class Route:
    """One rule of one view; None where the code does not say it plainly."""

    __slots__ = ("endpoint", "methods", "rule", "site")

    def __init__(self, site: Site, rule: str | None, methods: frozenset[str] | None, endpoint: str | None) -> None:
        self.site = site
        self.rule = rule
        self.methods = methods
        self.endpoint = endpoint

    @property
    def module(self) -> Module:
        """Return the file it is in."""
        return self.site.block.scope.module

    @property
    def shortcut(self) -> bool:
        """Tell whether it is written `@app.get` and not `@app.route`."""
        return self.site.verb in SHORTCUTS

    @property
    def where(self) -> str:
        """Return `file:line`."""
        return f"{self.module.path}:{self.site.line}"


def routes(module: Module) -> list[Route]:
    """Return the routes of one file; whether their owners are apps or blueprints is not known here."""
    found = []
    for site in module.sites:
        if site.verb == "add_url_rule":
            found.append(_added(module, site))
        elif (site.verb == "route" or (site.function and site.verb in SHORTCUTS)) and _has_rule(site.call):
            found.append(_decorated(site))
    return found


def _has_rule(call: ast.Call) -> bool:
    return bool(call.args) or keyword(call, "rule") is not None


def _rule(call: ast.Call) -> str | None:
    return literal(call.args[0] if call.args else keyword(call, "rule"))


def _decorated(site: Site) -> Route:
    methods = frozenset([site.verb.upper()]) if site.verb in SHORTCUTS else _methods(site.call)
    endpoint = keyword(site.call, "endpoint")
    view = site.function.name if site.function else None
    return Route(site, _rule(site.call), methods, view if endpoint is None else literal(endpoint))


def _methods(call: ast.Call) -> frozenset[str] | None:
    given = keyword(call, "methods")
    if given is None:
        return None if any(argument.arg is None for argument in call.keywords) else frozenset(["GET"])
    if not isinstance(given, (ast.List, ast.Tuple, ast.Set)):
        return None
    names = [literal(element) for element in given.elts]
    return frozenset(name.upper() for name in names if name) if all(names) else None


def _added(module: Module, site: Site) -> Route:
    call = site.call
    view = keyword(call, "view_func") or (call.args[2] if len(call.args) > 2 else None)
    named = keyword(call, "endpoint") or (call.args[1] if len(call.args) > 1 else None)
    if named is not None and not (isinstance(named, ast.Constant) and named.value is None):
        endpoint = literal(named)
    elif isinstance(view, ast.Call):
        endpoint = literal(view.args[0]) if view.args else literal(keyword(view, "name"))
    else:
        endpoint = dotted(view).rpartition(".")[2] or None
    return Route(site, _rule(call), _added_methods(module, call, view), endpoint)


def _added_methods(module: Module, call: ast.Call, view: ast.expr | None) -> frozenset[str] | None:
    if keyword(call, "methods") is not None or not isinstance(view, ast.Call):
        return _methods(call)
    name = dotted(view.func).rpartition(".")[0]
    bindings = module.scope.names.get(name, [])
    if len(bindings) != 1 or not isinstance(bindings[0].node, ast.ClassDef):
        return None
    own = {node.name for node in bindings[0].node.body if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))}
    return frozenset(name.upper() for name in own & METHODS) or None
