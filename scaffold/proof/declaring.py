"""A place in a copy for what a deployment needs, in projects whose lists `scaffold deploy` leaves to their users."""

import json
from contextlib import suppress
from pathlib import Path

from scaffold.changes import Changes
from scaffold.edits import dependency
from scaffold.errors import NoPlace
from scaffold.proof import poetry
from scaffold.proof.needs import BUILD
from scaffold.proof.suite import text, toml

# It is edited before the file that is compiled from it, and installed behind it.
SOURCE, COMPILED = "requirements.in", "requirements.txt"
OTHERS = ("Pipfile", *BUILD)


def prepare(root: Path) -> None:
    """Give the project a list of requirements, where it has none that may become longer."""
    declared = toml(root / "pyproject.toml")
    tool = declared.get("tool", {}).get("poetry")
    if "project" not in declared and isinstance(tool, dict):
        _of_poetry(root, tool)
        return
    if not (root / SOURCE).exists() and (_is_closed(root) or "--hash" in text(root / COMPILED)):
        (root / SOURCE).write_text("")


def _is_closed(root: Path) -> bool:
    with suppress(NoPlace):
        return not dependency.file(Changes(str(root)))
    return any((root / name).exists() for name in OTHERS)


def _of_poetry(root: Path, tool: dict[str, object]) -> None:
    """Say once more in the words of PEP 621 what is said in those of Poetry."""
    found = poetry.requirements(tool) or []
    lines = [
        "",
        "[project]",
        f"name = {json.dumps(str(tool.get('name') or root.name))}",
        'version = "0"',
        f"requires-python = {json.dumps(poetry.python(tool))}",
        f"dependencies = {json.dumps(found)}",
        "",
    ]
    with (root / "pyproject.toml").open("a", encoding="utf-8") as file:
        file.write("\n".join(lines))
