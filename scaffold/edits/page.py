"""A new HTML page that extends the project's base page."""

from typing import Any

from scaffold.edits import Context, Fragment
from scaffold.errors import FileExists


def target(edit: dict[str, Any], context: Context) -> str:
    """Return the page's path, and let the view know its name: `template`, as `render_template` takes it."""
    answers = context.answers
    folder = context.project.roles.get("templates_dir", "templates")
    answers["template"] = f"{answers['name']}.html"
    path = f"{folder}/{answers['template']}"
    if context.changes.read(path) is not None:
        raise FileExists(path)
    return path


def apply(edit: dict[str, Any], target: str, context: Context) -> list[Fragment]:
    """Plan the page."""
    page = context.template.source(edit["source"], context.answers)
    context.changes.create(target, page.encode())
    return [Fragment(target, page, "page")]
