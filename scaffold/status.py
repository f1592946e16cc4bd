"""What became of what we made: each file as made, edited, missing, or outdated."""

from collections.abc import Callable
from functools import partial
from typing import Any

from scaffold import answers as answering
from scaffold import catalog, history, places, render, reverting, work
from scaffold.changes import Changes
from scaffold.deployment import choices, switch
from scaffold.errors import Edited, NoTemplate, ScaffoldError, StillUsed, UnsafePath
from scaffold.project import Project

AS_MADE, EDITED, MISSING, OUTDATED = "as made", "edited", "missing", "outdated"


def of_project(project: Project) -> dict[str, str]:
    """Return the state of every file that a live operation made or edited, by its path."""
    changes = Changes(project.root)
    known = history.in_order(history.records(changes))
    ever = [history.load(changes, record) for record in known]
    made = reverting.ours(zip(known, ever, strict=True))
    states: dict[str, str] = {}
    there = [history.load(changes, record) for record in history.live(known)]
    while there:
        data = there.pop()
        reverted = partial(reverting.operation, changes, data, ever, list(there), made)
        _of_operation(changes, project, data, reverted, states)
    return dict(sorted(states.items()))


def _of_operation(
    changes: Changes, project: Project, data: dict[str, Any], revert: Callable[[], None], states: dict[str, str]
) -> None:
    """Take one operation back in memory: what resists was edited."""
    touched = {*data.get("files", {}), *(one["path"] for one in history.fragments(data))}
    current = _rendered(changes, project, data)
    for path in touched:
        try:
            held = changes.read(path)
        except UnsafePath:  # a record that somebody else wrote
            continue
        if held is None:
            states[path] = MISSING
        elif path in current and history.packed(current[path]) != data["files"].get(path):
            states[path] = OUTDATED
        else:
            states.setdefault(path, AS_MADE)
    try:
        revert()
    except ScaffoldError as problem:
        for one in getattr(problem, "problems", [problem]):
            if isinstance(one, Edited) and one.path and states.get(one.path) != MISSING:
                states[one.path] = EDITED
            elif not isinstance(one, Edited | StillUsed | UnsafePath):
                raise


def _rendered(changes: Changes, project: Project, data: dict[str, Any]) -> dict[str, bytes]:
    """Return the files as today's templates give them."""
    found: dict[str, bytes] = {}
    if choices.common().full_name in data.get("templates", ()):
        found = switch.files(project)
        return {path: content for path, content in found.items() if path in data.get("files", {})}
    for name in data.get("templates", ()):
        kind, _, short = str(name).partition("/")
        try:
            template = catalog.find(kind, short)
            asked = data.get("answers", {})
            known = {**places.known(project, changes, template), **template.table("provides"), "secret_key": ""}
            answers = {**known, **asked, **answering.facts(template, asked)}
            made = render.files(template, answers)
            found |= {path: work.adapted(project, changes, answers, path, data) or b"" for path, data in made.items()}
        except (NoTemplate, KeyError, ScaffoldError):
            continue
    return {path: content for path, content in found.items() if path in data.get("files", {})}
