"""The way back: what remove, undo and redo will do. Reads, never writes."""

from collections.abc import Mapping, Sequence
from typing import Any

from scaffold import answers, catalog, history, mending, plan, reverting
from scaffold.changes import Changes
from scaffold.deployment import choices, switch
from scaffold.errors import NoPlace, NothingLeft, NothingToRemove, Refused, ScaffoldError, StillNeeded, problems
from scaffold.project import Project
from scaffold.template import Template


def remove(project: Project, template: Template, given: Mapping[str, Any], command: Sequence[str]) -> plan.Plan:
    """Plan to take out what a template put there, in the instance that these answers name."""
    if template.kind in choices.KINDS:
        return _remove_from_deployment(project, template, command)
    asked = answers.complete(template, given, template.identity)
    instance = history.instance(asked, template.identity)
    changes = Changes(project.root)
    known = history.live(history.records(changes))
    found = [record for record in known if (record.what, record.instance) == (template.name, instance)]
    if not found:
        return _remove_by_meaning(project, template, asked, command)
    # What was brought along, by two branches or before it was asked for, is one thing.
    asked_for = [record for record in found if not history.load(changes, record).get("brought")]
    if len(asked_for) > 1:
        listed = " and ".join(f"'scaffold undo {record.id}'" for record in found)
        raise NoPlace(f"'{' '.join(command[2:])}' was added {len(found)} times.", f"Say which with {listed}.")
    return take_back(project, found, command)


def _remove_from_deployment(project: Project, template: Template, command: Sequence[str]) -> plan.Plan:
    """Plan the deployment without one of its templates; raise `StillNeeded` while another one stands on it."""
    changes = Changes(project.root)
    there = choices.current(changes)
    before = choices.of_records(changes, there)
    if template.full_name not in [one.full_name for one in before.templates()]:
        raise NothingToRemove(f"'{template.name}'")
    after = choices.without(before, template)
    left = after.templates()
    if not left:
        return take_back(project, there, command)
    if template.kind == "server" and _is_tied(project, before, left):
        return take_back(project, there, command)
    if template.full_name in [one.full_name for one in left] or not after.server:
        raise StillNeeded(template.name, f"deploy with {left[-1].name}")
    return switch.to(project, after, command)


def _is_tied(project: Project, before: choices.Choices, left: Sequence[Template]) -> bool:
    """Tell whether only a proxy is left that cannot be taken out first: the server does not go without it."""
    if [one.kind for one in left] != ["proxy"]:
        return False
    try:
        switch.to(project, choices.without(before, left[0]), [])
    except Refused:
        return True
    return False


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
    """Plan to take back the operation with that id, or the last one that was asked for."""
    changes = Changes(project.root)
    steps = [record for record in history.live(history.records(changes)) if record.what != plan.NEW]
    if identity is None:
        found = [next((one for one in reversed(steps) if not history.load(changes, one).get("brought")), None)]
    else:
        found = [record for record in steps if record.id.startswith(identity)]
    wanted = [record for record in found if record is not None]
    if not wanted:
        raise NothingToRemove(f"'{identity}'") if identity else NothingLeft("take back")
    if len(wanted) > 1:
        raise NoPlace(f"'{identity}' begins {len(wanted)} ids.", "Give more of the one you mean.")
    earlier = switch.back(project, wanted[0], command) if wanted[0].what == choices.DEPLOY else None
    return earlier or take_back(project, wanted, command)


def redo(project: Project) -> plan.Plan:
    """Plan to do again what was taken back last."""
    changes = Changes(project.root)
    undone = history.undone(history.records(changes))
    loaded = [(record, history.load(changes, record)) for record in undone]
    known = [(record, data) for record, data in loaded if data.get("templates") or _mended(data)]
    found = [(record, data) for record, data in known if not data.get("brought")]
    if not found:
        raise NothingLeft("do again")
    record, data = found[-1]
    command = [str(word) for word in data.get("command", ())]
    if record.what == choices.DEPLOY:
        return switch.to(project, choices.of_records(changes, [record]), command)
    if _mended(data):
        return _mend(project, record, data, command)
    kind, _, name = str(data["templates"][0]).partition("/")
    return plan.add(project, catalog.find(kind, name), data.get("answers", {}), command)


def _mended(data: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [one for one in history.fragments(data) if one["what"] == mending.WHAT]


def _mend(project: Project, record: history.Record, data: Mapping[str, Any], command: Sequence[str]) -> plan.Plan:
    """Plan once more what `check --fix` has mended."""
    changes = Changes(project.root)
    fragments = mending.again(changes, _mended(data))
    operation = history.Operation(
        what=record.what,
        instance=record.instance,
        command=command,
        templates=[],
        answers=data.get("answers", {}),
        folders=changes.new_folders(),
        created=[op.path for op in changes.ops() if op.before is None],
        fragments=fragments,
    )
    return plan.Plan(changes, history.add(changes, operation))


def take_back(project: Project, wanted: Sequence[history.Record], command: Sequence[str]) -> plan.Plan:
    """Plan to take operations back: exactly what they put there, and nothing that is used or was changed since.

    What was brought for them alone goes with them; raise `StillNeeded` when another operation needs one of them.
    """
    changes = Changes(project.root)
    known = history.in_order(history.records(changes))
    loaded = {record.id: history.load(changes, record) for record in known}
    staying = [record for record in history.live(known) if record not in wanted]
    _check_needed(wanted, staying, loaded)
    gone = [*wanted, *_orphans(wanted, staying, loaded)]
    planned = plan.Plan(changes)
    made = reverting.ours((record, loaded[record.id]) for record in known)
    there = {record.id: loaded[record.id] for record in [*staying, *wanted]}
    found: list[ScaffoldError] = []
    # What needs another thing goes before it, also when a third one had brought that and is gone.
    for record in [one for one in reversed(known) if one in gone]:
        data = there.pop(record.id)
        try:
            reverting.operation(changes, data, list(loaded.values()), list(there.values()), made)
        except ScaffoldError as problem:
            found += getattr(problem, "problems", [problem])
        undo = history.Operation(history.UNDO, record.id, list(command), data.get("templates", []), {})
        planned.operation = history.add(changes, undo)
    if found:
        raise problems(found)
    return planned


def _check_needed(
    wanted: Sequence[history.Record], staying: Sequence[history.Record], loaded: Mapping[str, Mapping[str, Any]]
) -> None:
    # Two branches may each have brought one: then the other one is enough.
    left = {record.what for record in staying}
    for name in [record.what for record in wanted if record.what not in left]:
        for data in (loaded[record.id] for record in staying):
            if name in data.get("needs", ()):
                raise StillNeeded(name, " ".join(str(word) for word in data.get("command", ())[1:]))


def _orphans(
    wanted: Sequence[history.Record], staying: Sequence[history.Record], loaded: Mapping[str, Mapping[str, Any]]
) -> list[history.Record]:
    """Return what was brought for these, or for what was brought for them, and is needed by nothing that stays."""
    left = list(staying)
    gone = list(wanted)
    for record in gone:
        for name in _needs(loaded[record.id]):
            if not any(name in _needs(loaded[one.id]) for one in left):
                alone = [one for one in left if one.what == name and loaded[one.id].get("brought")]
                left = [one for one in left if one not in alone]
                gone += alone
    return gone[len(wanted) :]


def _needs(data: Mapping[str, Any]) -> list[str]:
    return [name for name in data.get("needs", ()) if isinstance(name, str)]
