"""A new HTML page that extends the project's base page."""

from collections.abc import Mapping, Sequence
from typing import Any

from scaffold import render
from scaffold.changes import Changes
from scaffold.edits import Context, Fragment
from scaffold.errors import Edited, FileExists, NoPlace

# How a source of ours begins when it is rendered for no base page, and what is written in its place.
EMPTY = '{% extends "" %}\n\n{% block  %}\n'
START = """\
<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>{title}</title>
</head>
<body>
<main>
"""
END = """\
</main>
</body>
</html>
"""


def target(edit: dict[str, Any], context: Context) -> str:
    """Return the page's path: the one the edit names, else one named after the view, which is told of it.

    The view gets the name as `render_template` takes it, `template`; every name is kept in `pages`.
    """
    answers = context.answers
    if "file" in edit:
        name = render.source(str(edit["file"]), answers, context.template)
        answers.setdefault("pages", []).append(name)
        return f"{answers['templates_dir']}/{name}"
    answers.update(frame(edit, context))
    folder = answers.get("templates_dir") or context.project.roles.get("templates_dir", "templates")
    own = f"{answers['blueprint_name']}/" if answers.get("blueprint_name") else ""
    names = [f"{prefix}{answers['name']}.html" for prefix in (answers.get("page_prefix", ""), own)]
    for name in names:
        # Flask looks a page up in the app's folder first, so the name must be free in all of them.
        if not any(context.changes.read(f"{one}/{name}") for one in {folder, *answers.get("templates_dirs", ())}):
            answers["template"] = name
            answers.setdefault("pages", []).append(name)
            return f"{folder}/{name}"
    raise FileExists(f"{folder}/{names[0]}")


def frame(edit: Mapping[str, Any], context: Context) -> dict[str, str]:
    """Return what the page is put into: `base`, `body_block`, and the text of its title's block, if there is one."""
    answers = context.answers
    if answers.get("standalone"):
        return {}
    base, body, has_title = base_of(context)
    text = render.source(str(edit.get("title", "[[ title ]]")), answers, context.template) if has_title else ""
    title = f"{{% block title %}}{text}{{% endblock %}}\n\n" if has_title else ""
    return {"base": base, "body_block": body, "title_block": title}


def base_of(context: Context) -> tuple[str, str, bool]:
    """Return the page to extend, its block for the content, and whether it has one for the title."""
    roles = context.project.roles
    folder, base, body = (roles.get(role, "") for role in ("templates_dir", "base_page", "body_block"))
    held = context.changes.read(f"{folder}/{base}") if folder and base else None
    if held is not None and f"{{% block {body} %}}".encode() in held:
        return base, body, b"{% block title %}" in held

    from scaffold.edits import base_page

    answers = context.answers
    folders = [*answers.get("templates_dirs", ()), answers.get("templates_dir") or folder or "templates"]
    found = base_page.find(context.changes, folders)
    if found is None:
        other = ", or ask for a whole page with '--standalone'" if "standalone" in answers else " first"
        raise NoPlace("No page was found that others extend.", f"Make one{other}.")
    return found.name, found.body, bool(found.title)


def apply(edit: dict[str, Any], target: str, context: Context) -> list[Fragment]:
    """Plan the page."""
    answers = {**context.answers, **frame(edit, context)} if "file" in edit else context.answers
    if answers.get("standalone"):
        page = _whole(edit, {**answers, "base": "", "body_block": "", "title_block": ""}, context)
    else:
        page = context.template.source(edit["source"], answers)
    context.changes.create(target, page.encode())
    return [Fragment(target, page, "page")]


def _whole(edit: Mapping[str, Any], answers: dict[str, Any], context: Context) -> str:
    """Return the page as a document of its own: what it puts into a base page, without one."""
    page = context.template.source(edit["source"], answers)
    body = page.removeprefix(EMPTY)
    if body == page:
        return page
    title = render.source(str(edit.get("title", "[[ title ]]")), answers, context.template)
    return START.format(title=title) + body.removesuffix("{% endblock %}\n") + END


def revert(
    path: str, fragments: Sequence[Mapping[str, Any]], ever: Sequence[Mapping[str, Any]], changes: Changes
) -> None:
    """Plan that the page goes, if it is still as it was made."""
    held = changes.read(path)
    if held is not None and held != fragments[-1]["text"].encode():
        raise Edited(path, None, path)
    changes.delete(path)
