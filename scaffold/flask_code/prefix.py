"""Where blueprints are registered: the URL prefix and the endpoint prefix their views get."""

import ast

from scaffold.fields import Fields
from scaffold.flask_code.code import Code
from scaffold.flask_code.module import dotted, keyword, literal
from scaffold.flask_code.router import Router


class Mount(Fields):
    """One way in which a router's rules are reached; the prefix is None when the code does not say it plainly."""

    app: Router | None
    prefix: str | None
    names: tuple[str, ...]


def mounts(code: Code, router: Router, depth: int = 0) -> list[Mount]:
    """Return the ways in which the app or the blueprint is reached; a blueprint nobody registers has one of its own."""
    if router.blueprint is None:
        return [Mount(router, "", ())]
    own = _text(keyword(router.call, "url_prefix"))
    found = []
    for parent, call in _registrations(code, router) if depth < 9 else ():
        given = keyword(call, "url_prefix")
        prefix = own if given is None else _text(given)
        name = literal(keyword(call, "name")) or router.blueprint
        parents = mounts(code, parent, depth + 1) if parent else [Mount(None, "", ())]
        found += [Mount(above.app, _joined(above.prefix, prefix), (*above.names, name)) for above in parents]
    return found or [Mount(None, own, (router.blueprint,))]


def _registrations(code: Code, router: Router) -> list[tuple[Router | None, ast.Call]]:
    found = []
    for module in code.modules:
        for site in module.sites:
            if site.verb == "register_blueprint" and site.call.args:
                scope = site.block.scope
                if code.resolve(scope, dotted(site.call.args[0])) is router:
                    parent = code.owner(site)
                    found.append((parent if isinstance(parent, Router) else None, site.call))
    return found


def _text(node: ast.expr | None) -> str | None:
    """Return the prefix an argument gives: '' for none, None for one that is computed."""
    if node is None or (isinstance(node, ast.Constant) and node.value is None):
        return ""
    return literal(node)


def _joined(above: str | None, prefix: str | None) -> str | None:
    if above is None or prefix is None:
        return None
    return f"{above.rstrip('/')}/{prefix.lstrip('/')}" if above and prefix else above or prefix


def full_rule(prefix: str, rule: str) -> str:
    """Return the rule as Flask registers it below a prefix."""
    return f"{prefix.rstrip('/')}/{rule.lstrip('/')}" if prefix else rule
