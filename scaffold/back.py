"""The way back: what remove, undo and redo will do. Reads, never writes."""

from collections.abc import Mapping, Sequence
from typing import Any

from scaffold import answers, catalog, history, plan, reverting
from scaffold.changes import Changes
from scaffold.errors import NoPlace, NothingLeft, NothingToRemove, problems
from scaffold.project import Project
from scaffold.template import Template


def remove(project: Project, template: Template, given: Mapping[str, Any], command: Sequence[str]) -> plan.Plan:
    """Plan to take out what a template put there, in the instance that these answers name."""
    asked = answers.complete(template, given)
    instance = history.instance(asked, plan.identity(template))
    known = history.live(history.records(Changes(project.root)))
    found = [record for record in known if (record.what, record.instance) == (template.name, instance)]
    if not found:
        return _remove_by_meaning(project, template, asked, command)
    if len(found) > 1:
        listed = " and ".join(f"'scaffold undo {record.id}'" for record in found)
        raise NoPlace(f"'{' '.join(command[2:])}' was added {len(found)} times.", f"Say which with {listed}.")
    return take_back(project, found, command)


def _remove_by_meaning(
    project: Project, template: Template, asked: Mapping[str, Any], command: Sequence[str]
) -> plan.Plan:
    """Plan to take out what is not in the history: a route that somebody wrote, and only after a question."""
    from scaffold.flask_code import unmade

    rule = next((question["name"] for question in template.questions if question.get("kind") == "rule"), None)
    planned = plan.Plan(Changes(project.root))
    blueprint = str(asked.get("blueprint", ""))
    names = rule and unmade.take_out(planned.changes, project.roles, project.app, blueprint, asked[rule])
    if not names:
        raise NothingToRemove(f"'{' '.join(command[2:])}'")
    if found := reverting.references(planned.changes, names):
        raise problems(found)
    planned.question = f"'{names[0]}' was not made by scaffold. Take it out?"
    return planned


def undo(project: Project, identity: str | None, command: Sequence[str]) -> plan.Plan:
    """Plan to take back the operation with that id, or the last one."""
    known = history.live(history.records(Changes(project.root)))
    steps = [record for record in known if record.what != plan.NEW]
    found = [record for record in steps if identity is None or record.id.startswith(identity)]
    if not found:
        raise NothingToRemove(f"'{identity}'") if identity else NothingLeft("take back")
    if identity and len(found) > 1:
        raise NoPlace(f"'{identity}' begins {len(found)} ids.", "Give more of the one you mean.")
    return take_back(project, found[-1:], command)


def redo(project: Project) -> plan.Plan:
    """Plan to do again what was taken back last."""
    changes = Changes(project.root)
    found = history.undone(history.records(changes))
    if not found:
        raise NothingLeft("do again")
    data = history.load(changes, found[-1])
    kind, _, name = str(data["templates"][0]).partition("/")
    template, command = catalog.find(kind, name), [str(word) for word in data["command"]]
    again = plan.deploy if template.table("start") else plan.add
    return again(project, template, data["answers"], command)


def take_back(project: Project, wanted: Sequence[history.Record], command: Sequence[str]) -> plan.Plan:
    """Plan to take operations back: exactly what they put there, and nothing that is used or was changed since."""
    changes = Changes(project.root)
    known = history.in_order(history.records(changes))
    ever = [history.load(changes, record) for record in known]
    planned = plan.Plan(changes)
    for record in reversed(history.in_order(wanted)):
        data = history.load(changes, record)
        reverting.operation(changes, data, ever)
        undo = history.Operation(history.UNDO, record.id, list(command), data.get("templates", []), {})
        planned.operation = history.add(changes, undo)
    return planned
