"""What a view lets the sources and the edits after it know.

name, endpoint        the view of the first method, and what `url_for` calls it
views, views_file     the view of each method, and the file they go into
owner, blueprint_name what the decorator is written on, and the blueprint's name ('' for an app)
url_prefix            what comes before the rule in a URL
page_prefix           the folder that the neighbours' pages are in, such as `auth/`
templates_dir         the folder that the view's pages are looked up in
templates_dirs        every folder whose pages share one space of names with it
first_method          the first method asked for
variables, values ... what it is given (`flask_code.facts`)
url, cases ...        what its tests ask for and see (`flask_code.cases`)
branches, parts       the methods that one view tells apart, and whether some of what it shows may be left out
partial               whether some rule lacks a variable that another has
allow, allowed        every method that its URL answers, as a header and as words of Python
answering             the methods of each of its endpoints
answers_get           whether GET is one of them
static_dir            the folder of the static files, and
static_folder         what the app calls it, whose own folder is where it is made
file                  what the files that the view sends may be called
valued, given         whether its URL says anything to it, and all that, as a list of Python
"""

import posixpath
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from scaffold.flask_code import cases, choice, duplicates, facts, names, pages, places
from scaffold.flask_code.full import Full
from scaffold.flask_code.router import Router

if TYPE_CHECKING:
    from scaffold.edits.view import Target


def of_view(target: "Target", router: Router, below: Full, methods: Sequence[str], title: str) -> dict[str, Any]:
    """Return the answers of a view, by the names at the top of this file."""
    name = next(iter(target.views.values()))
    blueprint = below.mount.names if below.mount and below.mount.names else tuple(filter(None, [router.blueprint]))
    values = facts.of_values(below.everywhere, target.queries, below.kept)
    branches = methods[1:] if target.together else []
    optional = [one["name"] for one in values["optional"]]
    tests = names.of_methods(name, methods, together=False)
    endpoints = {method: ".".join([*blueprint, view]) for method, view in target.views.items()}
    tested = cases.Tested(title, below.rules, target.queries, tests, endpoints, optional, below.kept, branches)
    named = [one["name"] for one in values["values"]]
    return {
        **facts.of_rule(below.rules[0]),
        **values,
        **cases.of_tests(tested, lambda url: duplicates.may_take(target.code, url)),
        **pages.answers(target.code, router, target.place),
        "members": [*facts.title_member(title, named), *({"name": one, "json": one} for one in named)],
        "optional_beside": values["optional"] if values["always"] else [],
        "optional_alone": values["optional"] if not values["always"] else [],
        "name": name,
        "views": target.views,
        "endpoint": endpoints[methods[0]],
        "owner": target.place.owner,
        "blueprint_name": router.blueprint or "",
        "views_file": target.place.source.path,
        "url_prefix": below.prefix,
        "first_method": methods[0],
        "branches": _branches(branches, facts.method_key(named)),
        "branched": bool(branches),
        "parts": bool(branches or optional),
        **_file(name, values),
        **_methods(target, endpoints, methods),
        **_static(target, router, below),
    }


def _static(target: "Target", router: Router, below: Full) -> dict[str, str]:
    """Return the folder of the static files, from the project's root and from the app's."""
    known = choice.apps(target.code)
    app = below.mount.app if below.mount and below.mount.app else known[0] if known else router
    folder = places.of_app(target.code, app)["static_dir"]
    return {"static_dir": folder, "static_folder": posixpath.relpath(folder, posixpath.dirname(app.module.path) or ".")}


def _file(name: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the files that a view sends are called, and how the variables of its rules name one."""
    variables = [one["name"] for one in values["variables"]]
    return {
        "file": name,
        "valued": bool(variables),
        "given": f"[{', '.join(variables)}]",
        "partial": bool(values["optional"]),
    }


def _branches(methods: Sequence[str], key: str) -> list[dict[str, str]]:
    """Return the methods that a view tells apart, each with the word that begins its branch."""
    words = ["if", *(["elif"] * len(methods))]
    return [{"method": one, "word": word, "key": key} for one, word in zip(methods, words, strict=False)]


def _methods(target: "Target", endpoints: Mapping[str, str], methods: Sequence[str]) -> dict[str, Any]:
    """Return which methods the URL answers, and which methods lead to each of the views."""
    allowed = _quoted(_automatic(methods))
    found = {name: _quoted(_automatic(methods if target.together else [one])) for one, name in endpoints.items()}
    return {
        "allow": ", ".join(_automatic(methods)),
        "allowed": allowed,
        "answering": [
            {"endpoint": name, "methods": "allowed" if own == allowed else f"{{{own}}}"} for name, own in found.items()
        ],
        "answers_get": "GET" in methods,
    }


def _automatic(methods: Sequence[str]) -> list[str]:
    """Return the methods with those that Flask answers besides them."""
    return sorted({*methods, "OPTIONS", *(["HEAD"] if "GET" in methods else [])})


def _quoted(methods: Sequence[str]) -> str:
    return ", ".join(f'"{method}"' for method in methods)
