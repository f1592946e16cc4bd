"""Where the parts of a project are: as the layout said, or as reading a hand-written one tells."""

import os
import posixpath
from collections.abc import Mapping
from typing import Any

from scaffold.changes import Changes
from scaffold.errors import BadAnswer
from scaffold.project import Project
from scaffold.template import Template

# The kinds of template that `add` takes.
ADDED = ("feature", "component")
# Edits that put a file beside others of its kind.
PLACING = frozenset(["extension", "nav", "wiring"])


def known(project: Project, changes: Changes, template: Template) -> dict[str, Any]:
    """Return what every template may ask about the project; its places only for one that puts something there."""
    facts: dict[str, Any] = {**project.facts(), "ours": bool(project.roles.get("package_dir"))}
    if not any(_places(edit) for edit in template.listed("edit")) and not os.path.isdir(template.files_folder):
        return facts
    from scaffold.flask_code import places as of_code

    if not facts["ours"]:
        from scaffold.flask_code import choice
        from scaffold.flask_code.code import Code

        code = Code(changes)
        app = choice.the_app(code, project.roles, project.app)
        facts = {"tests_dir": "tests", **of_code.of_app(code, app), **facts}
    folder = str(facts["package_dir"])
    is_package = folder != "." and changes.read(f"{folder}/__init__.py") is not None
    return {**facts, **of_code.of_imports(folder, is_package=is_package)}


def _places(edit: dict[str, Any]) -> bool:
    return edit.get("kind") in PLACING or (edit.get("kind") == "page" and "file" in edit)


def check_module(answers: Mapping[str, Any], changes: Changes) -> None:
    """Raise `BadAnswer` when a new module would hide another one, or be hidden by a package of its name."""
    if "module" not in answers or "package_dir" not in answers:
        return
    module, folder = str(answers["module"]), str(answers["package_dir"])
    package = posixpath.normpath(posixpath.join(folder, module))
    if changes.read(f"{package}/__init__.py") is not None:
        raise BadAnswer("NAME", module, f"'{package}' is a package of the project")
    if reason := _misleads(module) or (None if answers.get("sibling") else _hides(changes, module)):
        raise BadAnswer("NAME", module, reason)


def _misleads(module: str) -> str | None:
    """Return for what a module would be taken, by its name, wherever it is."""
    from scaffold import names

    if module.startswith("test_") or module.endswith("_test"):
        return "pytest takes a module of that name for tests"
    return "the project imports a package of that name" if module in names.FLASK else None


def _hides(changes: Changes, module: str) -> str | None:
    """Return what a module at the top level would hide: Python's, or one that the project needs."""
    from scaffold import catalog, names
    from scaffold.edits import dependency, requirement

    if reason := names.taken(module):
        return reason
    ours = [one for kind in ADDED for template in catalog.usable(kind) for one in _required(template)]
    needed = {requirement.name(one).replace("-", "_") for one in [*ours, *dependency.declared(changes)]}
    return "it would hide a package that the project needs" if module in needed else None


def _required(template: Template) -> list[str]:
    edits = [one for one in template.listed("edit") if one.get("kind") == "dependency"]
    return [*map(str, template.listed("dependencies")), *(str(one.get("value", "")) for one in edits)]
