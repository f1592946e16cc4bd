"""Where the pages of a view are: the template folders of its app and its blueprint, and its neighbours' habit."""

import ast
import posixpath
from typing import Any

from scaffold.flask_code import choice, prefix
from scaffold.flask_code.code import Code
from scaffold.flask_code.module import dotted, keyword, literal
from scaffold.flask_code.place import Place
from scaffold.flask_code.router import Router


def answers(code: Code, router: Router, place: Place) -> dict[str, Any]:
    """Return the view's template folder, every folder its pages share names with, and the neighbours' subfolder."""
    own = _folder(router)
    app = next((mount.app for mount in prefix.mounts(code, router) if mount.app), None)
    known = choice.apps(code)
    app = app or (known[0] if len(known) == 1 else None)
    shared = [folder for one in [app, *code.routers] if one and (folder := _folder(one))]
    folders = list(dict.fromkeys([*([own] if own else []), *shared]))
    facts: dict[str, Any] = {"templates_dirs": folders, "page_prefix": _subfolder(place)}
    if folders:
        facts["templates_dir"] = folders[0]
    return facts


def _folder(router: Router) -> str:
    """Return the template folder an app or a blueprint says it has; Flask's own default for an app."""
    given = keyword(router.call, "template_folder")
    name = literal(given)
    if given is None:
        name = "templates" if router.blueprint is None else None
    if not name:
        return ""
    return inside(router, name)


def inside(router: Router, name: str) -> str:
    """Return a folder that is named beside a router's module, '' when that leads out of the project."""
    folder = posixpath.normpath(posixpath.join(posixpath.dirname(router.module.path), name))
    return "" if folder.startswith(("..", "/")) else folder


def _subfolder(place: Place) -> str:
    """Return the folder in which all pages of the neighbouring views are, such as `auth/`."""
    found = set()
    for route in place.neighbours:
        for node in ast.walk(route.site.function) if route.site.function else ():
            if not isinstance(node, ast.Call) or dotted(node.func).rpartition(".")[2] != "render_template":
                continue
            if node.args and (name := literal(node.args[0])):
                found.add(name.rpartition("/")[0])
    folder = found.pop() if len(found) == 1 else ""
    return f"{folder}/" if folder else ""
