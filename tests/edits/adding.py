"""Put a view and a test into a project that is given as texts, and look at what became of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scaffold.changes import Changes
from scaffold.edits import Context, Fragment, test, view
from scaffold.project import Project
from scaffold.template import Template

SOURCES = {
    "view.py": """\
from uuid import UUID

from flask import render_template


@bp.[[ method ]]("[[ rule ]]")
def [[ name ]]([[ parameters ]]) -> str:
    return render_template("[[ name ]].html"[[ keywords ]])
""",
    "test.py": """\
from flask.testing import FlaskClient


def test_[[ name ]](client: FlaskClient) -> None:
    response = client.[[ method ]]("[[ url ]]")

    assert response.status_code == 200
""",
}
VIEW = {"kind": "view", "role": "views", "source": "view.py", "each": "methods"}
TEST = {"kind": "test", "source": "test.py", "each": "methods"}


@dataclass
class Added:
    """What became of a project."""

    files: dict[str, bytes]
    fragments: list[Fragment]
    answers: dict[str, Any]
    unchanged: bool

    def text(self, path: str) -> str:
        """Return a file as it is now."""
        return self.files[path].decode()


def write(root: Path, files: Mapping[str, str | bytes]) -> None:
    """Put the files on the disk."""
    for path, content in files.items():
        place = root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content if isinstance(content, bytes) else content.encode())


def add(
    root: Path, rule: str, *methods: str, app: str | None = None, roles: dict[str, str] | None = None, **answers: Any
) -> Added:
    """Add a route to the project in this folder, in memory."""
    sources = {**SOURCES, **answers.pop("sources", {})}
    template = root.parent / f"{root.name}-template"
    for name, text in sources.items():
        write(template, {f"sources/{name}": text})
    changes = Changes(str(root))
    answers = {"rule": rule, "methods": list(methods) or ["GET"], "name": "", "blueprint": "", **answers}
    context = Context(
        Project(str(root), roles or {}, app), changes, Template("component", "route", str(template)), answers
    )
    found = view.target(VIEW, context)
    fragments: list[Fragment] = []
    if not found.unchanged:
        variables = answers["variables"]
        answers["parameters"] = ", ".join(f"{one['name']}: {one['type']}" for one in variables)
        answers["keywords"] = "".join(f", {one['name']}={one['name']}" for one in variables)
        tests = test.target(TEST, context)
        fragments = view.apply(VIEW, found, context) + test.apply(TEST, tests, context)
    return Added({op.path: op.after.data for op in changes.ops() if op.after}, fragments, answers, found.unchanged)
