"""What we know of a project: where its root is, and which of its places play which role."""

import os
import re
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from scaffold import history, journal
from scaffold.changes import Changes
from scaffold.errors import NotAProject
from scaffold.fields import Fields

# What the root of a Flask project holds, whoever made it.
MARKS = frozenset(
    ["pyproject.toml", "setup.py", "setup.cfg", "requirements.txt", "Pipfile", ".flaskenv", "app.py", "wsgi.py"]
)
APP = re.compile(rb"^\w+\s*(:\s*\w+\s*)?=\s*(flask\.)?Flask\(", re.MULTILINE)
TESTS = ("tests", "test")


class Project(Fields):
    """A tree on the disk, ours or anybody's.

    `roles` names its places, as the layouts do: `package_dir`, `templates_dir`, `static_dir`, `tests_dir`,
    `views_file`, `wsgi_target`. `app` is the user's answer to which of several apps is meant.
    """

    root: str
    roles: Mapping[str, str] = {}
    app: str | None = None
    names: Mapping[str, str] = {}

    def facts(self) -> dict[str, str]:
        """Return what every template may ask about the project it is brought into."""
        return {"project_slug": os.path.basename(self.root), **self.names, **self.roles}


def find(start: str, app: str | None = None) -> Project:
    """Return the project that holds the folder; raise `NotAProject` when there is none.

    What a killed run left half-written is put back first.
    """
    root = _root(os.path.abspath(start))
    journal.recover(root)
    made = _made(root)
    roles = _texts(made.get("roles"))
    return Project(root, roles or _read_roles(root), app, _texts(made.get("answers")))


def _root(start: str) -> str:
    if not os.path.isdir(start):
        raise NotAProject(start)
    candidate = None
    for folder in _ancestors(start):
        held = set(os.listdir(folder))
        if ".scaffold" in held:
            return folder
        if candidate is None and (held & MARKS or ".git" in held):
            candidate = folder
        if ".git" in held:
            break
    if candidate is None and not _has_app(start):
        raise NotAProject(start)
    return candidate or start


def _has_app(folder: str) -> bool:
    """Tell whether a module in the folder makes an app: one by itself needs no other file."""
    places = [os.path.join(folder, name) for name in sorted(os.listdir(folder)) if name.endswith(".py")]
    for place in filter(os.path.isfile, places):
        with suppress(OSError), open(place, "rb") as file:
            if APP.search(file.read()):
                return True
    return False


def _ancestors(start: str) -> list[str]:
    folders = [start]
    while (parent := os.path.dirname(folders[-1])) != folders[-1]:
        folders.append(parent)
    return folders


def _made(root: str) -> dict[str, Any]:
    """Return what `new` recorded, nothing in a project that it did not make."""
    changes = Changes(root)
    record = next(iter(history.records(changes, "new")), None)
    return history.load(changes, record) if record else {}


def _texts(recorded: Any) -> dict[str, str]:
    if not isinstance(recorded, dict):
        return {}
    return {name: value for name, value in recorded.items() if isinstance(value, str)}


def _read_roles(root: str) -> dict[str, str]:
    tests = next((name for name in TESTS if os.path.isdir(os.path.join(root, name))), None)
    return {"tests_dir": tests} if tests else {}
