"""Taking out a route that we did not make, found by what it means."""

from collections.abc import Mapping

from scaffold.changes import Changes
from scaffold.errors import NoPlace
from scaffold.flask_code import choice, place, removal
from scaffold.flask_code.code import Code
from scaffold.flask_code.route import Route


def take_out(changes: Changes, roles: Mapping[str, str], app: str | None, blueprint: str, rule: str) -> list[str]:
    """Plan the project without the route and return the endpoint it had; none when there is no such route.

    Raise `NoPlace` when several routes have the rule, or when the route is no decorator of a function.
    """
    code = Code(changes)
    router = choice.router(code, roles, app, blueprint)
    found = [route for route in place.routes_of(code, router) if route.rule == rule]
    if not found:
        return []
    if len(found) > 1:
        listed = ", ".join(f"'{route.where} {route.endpoint}'" for route in found)
        raise NoPlace(f"Found {len(found)} routes with that rule: {listed}.", "Take one of them out by hand.")
    return _taken_out(changes, found[0])


def _taken_out(changes: Changes, route: Route) -> list[str]:
    view = route.site.function
    if view is None or not route.site.call.args:
        raise NoPlace(f"'{route.where}' routes the rule by a call.", "Take it out by hand.")
    source = route.module.source
    changes.put(route.module.path, removal.without_view(source, view, route.site.call.args[0]))
    return [route.endpoint] if route.endpoint else []
