"""What packages that the project imports may bring to its app: routes and templates that are in none of its files."""

import ast
import re
import sys
from collections.abc import Iterator
from functools import lru_cache

from scaffold.audit.subject import Subject

# Extensions of Flask that bring no endpoint that anybody links to.
NAMES = frozenset(
    [
        *("alembic", "babel", "babelex", "bcrypt", "bootstrap", "caching", "celery", "compress", "cors"),
        *("debugtoolbar", "executor", "gravatar", "heroku", "htmx", "httpauth", "humanize", "jwt", "jwt_extended"),
        *("limiter", "login", "mail", "mailman", "marshmallow", "migrate", "minify", "moment", "mongoengine"),
        *("openid", "pagedown", "paginate", "principal", "pymongo", "redis", "script", "seasurf", "session"),
        *("session_captcha", "socketio", "sock", "sqlalchemy", "sslify", "talisman", "testing", "wtf"),
    ]
)
QUIET = frozenset(f"flask_{name}" for name in NAMES)
# Packages of other names that put routes on an app, or are web frameworks of their own.
ROUTING = frozenset(
    ["apiflask", "bokeh", "connexion", "dash", "eve", "fastapi", "flasgger", "quart", "spyne", "starlette"]
)
WORD = re.compile(r"[^a-z]+")


@lru_cache(maxsize=1)
def imported(subject: Subject) -> frozenset[str]:
    """Return the packages of others that the project imports, by their first names."""
    own = {part for path in subject.code.paths for part in path.removesuffix(".py").split("/")}
    found = {name for module in subject.modules for name in _imported(module.source.tree)}
    return frozenset(found - own - sys.stdlib_module_names)


def _imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            first, *rest = node.module.split(".")
            yield f"flask_{rest[1]}" if [first, *rest[:1]] == ["flask", "ext"] and rest[1:] else first


def may_route(subject: Subject) -> bool:
    """Tell whether one of them may put routes of its own on the app."""
    return any(_may_route(name) for name in imported(subject))


def _may_route(name: str) -> bool:
    return name in ROUTING or (name.startswith("flask") and name != "flask" and name not in QUIET)


def is_foreign(subject: Subject, origin: str) -> bool:
    """Tell whether a name comes from a package of others, which may do with an app what it likes."""
    first = origin.partition(".")[0]
    return first in imported(subject) and first != "flask" and first not in QUIET


def is_of_one(subject: Subject, folder: str) -> bool:
    """Tell whether a blueprint, or a folder of templates, is called like one of them: `security` of flask_security."""
    wanted = WORD.sub("", folder.lower())
    for name in imported(subject):
        plain = WORD.sub("", name.lower())
        short = plain.removeprefix("flask")
        if wanted and (wanted in (plain, short) or (len(short) > 3 and (short in wanted or wanted in plain))):
            return True
    return False
