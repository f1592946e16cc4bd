"""Which app or blueprint a route goes on: the one that was asked for, else the only one there is."""

import os
from collections.abc import Mapping, Sequence

from scaffold.errors import NoPlace
from scaffold.flask_code import files, prefix
from scaffold.flask_code.code import Code
from scaffold.flask_code.module import Module
from scaffold.flask_code.router import Router

# Apps in these folders show how something is used; they are not the project's own.
DEMONSTRATIONS = frozenset(
    ["benchmarks", "bin", "demo", "demos", "doc", "docs", "example", "examples", "scripts", "tools"]
)
FACTORIES = ("create_app", "make_app")
NAMES = ("app", "application")


def router(code: Code, roles: Mapping[str, str], app: str | None, blueprint: str) -> Router:
    """Return the app or blueprint; raise `NoPlace` when there is none, or more than one."""
    if blueprint:
        return _blueprint(code, blueprint, app)
    if app is not None:
        return _named(code, app)
    views = roles.get("views_file", "")
    if views and (found := _in_file(code, views)):
        return found
    return _only_app(code, roles)


def the_app(code: Code, roles: Mapping[str, str], app: str | None) -> Router:
    """Return the project's app; raise `NoPlace` when there is none, or more than one."""
    return _named(code, app) if app is not None else _only_app(code, roles)


def target(code: Code, roles: Mapping[str, str], app: str | None) -> str:
    """Return the app as a server takes it: `module:app`, or `module:create_app()` for a factory."""
    if app is None and roles.get("wsgi_target"):
        return roles["wsgi_target"]
    found = the_app(code, roles, app)
    call = "" if found.scope.parent is None else "()"
    return f"{files.module_name(found.module.path)}:{_callable(found)}{call}"


def apps(code: Code) -> list[Router]:
    """Return the project's own apps."""
    # `application = app = Flask(...)` is one app; files of one text share their tree.
    named = {(one.module, one.call): one for one in sorted(code.routers, key=_likeness) if one.blueprint is None}
    found = [one for one in code.routers if named.get((one.module, one.call)) is one]
    return [one for one in found if not DEMONSTRATIONS & set(one.module.path.split("/")[:-1])] or found


def _likeness(router: Router) -> bool:
    return router.variable == NAMES[0]


def _blueprint(code: Code, name: str, app: str | None) -> Router:
    known = [one for one in code.routers if one.blueprint is not None]
    found = [one for one in known if one.blueprint == name] or [one for one in known if one.variable == name]
    if len(found) > 1 and app is not None:
        wanted = _named(code, app)
        found = [one for one in found if any(mount.app is wanted for mount in prefix.mounts(code, one))] or found
    if len(found) == 1:
        return found[0]
    if found:
        sentence = f"Found {len(found)} blueprints '{name}': {_listed(found)}."
        raise NoPlace(sentence, "Say whose with '--app MODULE:NAME', or write the route by hand.")
    if code.unreadable and not known:
        raise next(iter(code.unreadable.values()))
    names = ", ".join(sorted({f"'{one.blueprint}'" for one in known}))
    raise NoPlace(
        f"There is no blueprint '{name}'.",
        f"There is {names}." if names else "This project has no blueprints; leave '--blueprint' out.",
    )


def _named(code: Code, app: str) -> Router:
    """Return the app that MODULE:NAME means, as `flask --app` reads it."""
    name, _, variable = app.partition(":")
    name = name.removesuffix(".py").replace("/", ".").strip(".")
    for path in files.imported("", 0, name, code.paths):
        module = code.readable(path)
        if found := _in_module(code, module, variable):
            return found
    raise NoPlace(f"There is no Flask app '{app}'.", _known(code))


def _known(code: Code) -> str:
    known = apps(code)
    return f"There is {_listed(known)}." if known else "No Flask app was found in this project."


def _in_module(code: Code, module: Module, variable: str) -> Router | None:
    words = [variable.partition("(")[0]] if variable else [*NAMES, *FACTORIES]
    for word in words:
        found = code.resolve(module.scope, word) or _of_factory(code, module, word)
        if isinstance(found, Router) and found.blueprint is None:
            return found
    inside = [one for one in code.routers if one.module is module and one.blueprint is None] if not variable else []
    return inside[0] if len(inside) == 1 else None


def _of_factory(code: Code, module: Module, name: str) -> Router | None:
    factory = code.function(module.scope, name)
    made = (one for one in code.routers if one.scope is factory and one.blueprint is None)
    return next(made, None) if factory else None


def _in_file(code: Code, path: str) -> Router | None:
    """Return what the views file puts its routes on: made there, or imported and used there."""
    if path not in code.paths:
        return None
    module = code.readable(path)
    made = [one for one in code.routers if one.module is module]
    used = [code.owner(route.site) for route in code.routes if route.module is module]
    routed = list(dict.fromkeys(one for one in used if isinstance(one, Router)))
    found = made or routed
    if len(found) > 1:
        sentence = f"'{path}' has several apps or blueprints: {_listed(found)}."
        raise NoPlace(sentence, "Say which with '--blueprint' or '--app'.")
    return found[0] if found else None


def _only_app(code: Code, roles: Mapping[str, str]) -> Router:
    found = apps(code)
    if len(found) == 1:
        return found[0]
    if not found:
        if code.unreadable:
            raise next(iter(code.unreadable.values()))
        raise NoPlace("Found no Flask app in this project.", "Say where it is with '--app MODULE:NAME'.")
    for said in (os.environ.get("FLASK_APP"), _flaskenv(code), roles.get("wsgi_target"), "wsgi"):
        if said and (one := _hinted(code, said)):
            return one
    advice = f"Say which with '--app {files.module_name(found[-1].module.path)}:{_callable(found[-1])}'."
    raise NoPlace(f"Found {len(found)} Flask apps: {_listed(found)}.", advice)


def _hinted(code: Code, said: str) -> Router | None:
    try:
        return _named(code, said)
    except NoPlace:
        return None


def _flaskenv(code: Code) -> str | None:
    for line in (code.raw(".flaskenv") or b"").decode("utf-8", "replace").split("\n"):
        key, _, value = line.strip().removeprefix("export ").partition("=")
        if key.strip() == "FLASK_APP":
            return value.strip().strip("\"'")
    return None


def _callable(found: Router) -> str:
    """Return the name by which another module reaches the app."""
    node = found.scope.node
    return found.variable if found.scope.parent is None else getattr(node, "name", found.variable)


def _listed(found: Sequence[Router]) -> str:
    places = [f"'{one.where}'" for one in found]
    return " and ".join([", ".join(places[:-1]), places[-1]] if len(places) > 1 else places)
