"""Where the parts of a project are: as the layout said, or as reading a hand-written one tells."""

import os
from typing import Any

from scaffold.changes import Changes
from scaffold.errors import BadAnswer
from scaffold.project import Project
from scaffold.template import Template

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


def check_module(answers: dict[str, Any]) -> None:
    """Raise `BadAnswer` when a new module at the top level would hide another one."""
    if "module" not in answers or answers.get("sibling"):
        return
    from scaffold import names

    if reason := names.taken(str(answers["module"])):
        raise BadAnswer("NAME", str(answers["module"]), reason)
