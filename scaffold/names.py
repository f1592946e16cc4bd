"""Which names a project may have."""

import sys
from keyword import iskeyword

from scaffold.errors import BadName
from scaffold.paths import WINDOWS_NAMES

LONGEST = 64
SOFT = frozenset(["case", "match", "type"])  # of every Python, whichever runs this
# What a generated project imports, or its tools and servers do: a project of that name would hide it.
FLASK = frozenset(
    ["blinker", "click", "colorama", "dotenv", "flask", "itsdangerous", "jinja2", "markupsafe", "werkzeug"]
)
FEATURES = frozenset(["asgiref", "dns", "email_validator", "idna", "wtforms"])
TOOLS = frozenset(["build", "hatchling", "mypy", "packaging", "pip", "pluggy", "py", "pytest", "ruff", "setuptools"])
BELOW_TOOLS = frozenset(
    ["ast_serialize", "iniconfig", "librt", "mypy_extensions", "mypyc", "pathspec", "pygments", "typing_extensions"]
)
AT_START = frozenset(["sitecustomize", "usercustomize"])
SERVERS = frozenset(
    [
        "a2wsgi",
        "bjoern",
        "cheroot",
        "eventlet",
        "gevent",
        "granian",
        "gunicorn",
        "hypercorn",
        "mod_wsgi",
        "pyuwsgi",
        "uvicorn",
        "uwsgi",
    ]
)
IMPORTED = FLASK | FEATURES | TOOLS | BELOW_TOOLS | AT_START | SERVERS | {"scaffold", "waitress"}
# Names that the project's own folders and modules have already, or that git is told to leave out.
TAKEN = frozenset(
    [
        "app",
        "asgi",
        "conftest",
        "deploy",
        "docs",
        "express",
        "instance",
        "serve",
        "static",
        "templates",
        "test",
        "tests",
        "wsgi",
    ]
)
IGNORED = frozenset(["dist", "env", "venv"])


def package(name: str) -> str:
    """Return the import name of a project; raise `BadName` with the reason when it can have none."""
    reason = _fault(name)
    if reason:
        raise BadName(name, reason, _suggestion(name))
    return name.replace("-", "_")


def _fault(name: str) -> str | None:
    imported = name.replace("-", "_")
    if not name:
        return "it is empty"
    if not name.isprintable():
        return "it has a control character"
    if "/" in name or "\\" in name:
        return "it has a path separator"
    if len(name) > LONGEST:
        return f"it is longer than {LONGEST} characters"
    # A distribution's name begins and ends with a letter or a digit (PyPA: names and normalisation).
    if not name.isascii() or not imported.isidentifier() or not (name[0].isalpha() and name[-1].isalnum()):
        return "letters, digits, '-' and '_' make a name; a letter begins it, and a letter or digit ends it"
    return taken(imported.lower())


def taken(imported: str) -> str | None:
    """Return why no module of ours can have this name, None when one can."""
    if iskeyword(imported) or iskeyword(imported.title()) or imported in SOFT:
        return "it is a word of the Python language"
    if imported in {module.lower() for module in sys.stdlib_module_names}:
        return "it is a module of the standard library"
    if imported in IMPORTED or imported.startswith("flask_"):
        return "it would hide a package that the project or one of its tools imports"
    if imported in WINDOWS_NAMES:
        return "Windows reserves it"
    if imported in TAKEN:
        return "the project has a folder or module of that name"
    if imported in IGNORED:
        return "git is told to leave out folders of that name"
    return None


def _suggestion(name: str) -> str:
    kept = "".join(c if c.isascii() and c.isalnum() else "-" for c in name).strip("-_").lower()
    kept = "-".join(filter(None, kept.split("-")))[: LONGEST - 4].rstrip("-")
    for candidate in (kept, f"my-{kept}"):
        if candidate and _fault(candidate) is None:
            return candidate
    return "myproject"
