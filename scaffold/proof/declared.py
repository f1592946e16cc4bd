"""Which probes a project's own history asks for: those of each template it has, for the answers it was given."""

from collections.abc import Mapping, Sequence
from typing import Any

from scaffold import answers as answering
from scaffold import catalog, history, places, plan, reverting
from scaffold.changes import Changes
from scaffold.deployment.choices import DEPLOY
from scaffold.errors import ScaffoldError, StillUsed
from scaffold.fields import Fields
from scaffold.project import Project
from scaffold.proof import probes
from scaffold.proof.probes import Probe
from scaffold.template import Template
from scaffold.work import Work

Data = Mapping[str, Any]


class Asked(Fields):
    """The probes of one operation; none of one that the user has changed since, because it may promise other things."""

    # What was typed after the name of the tool: "add route /user/<username>".
    words: str
    probes: Sequence[Probe] = ()
    edited: bool = False


def of_project(project: Project) -> list[Asked]:
    """Return the probes of all that was added and not taken back, the oldest first; nothing is written.

    What was found out while it was added is not recorded. So it is taken out and added once more, in memory.
    """
    changes = Changes(project.root)
    known = history.in_order(history.records(changes))
    ever = [history.load(changes, record) for record in known]
    made = reverting.ours(zip(known, ever, strict=True))
    loaded = dict(zip((record.id for record in known), ever, strict=True))
    live = [(record.what, loaded[record.id]) for record in history.live(known) if record.what != DEPLOY]
    added = [data for what, data in live if what != plan.NEW]
    edited = [not _taken_out(changes, added[: n + 1], ever, made) for n in reversed(range(len(added)))][::-1]
    found = [_of_new(project, changes, data) for what, data in live if what == plan.NEW]
    found += [
        _again(project, changes, data) if not was else _left(data) for data, was in zip(added, edited, strict=True)
    ]
    return [one for one in found if one.probes or one.edited]


def _taken_out(changes: Changes, there: Sequence[Data], ever: Sequence[Data], made: Any) -> bool:
    """Take the last of these operations out; tell whether it was as it was made."""
    *others, last = there
    try:
        reverting.operation(changes, last, ever, others, made)
    except ScaffoldError as problem:
        return all(isinstance(one, StillUsed) for one in getattr(problem, "problems", [problem]))
    return True


def _left(data: Data) -> Asked:
    probed = any(template.listed("probe") for template in _templates(data))
    return Asked(_words(data), edited=probed)


def _again(project: Project, changes: Changes, data: Data) -> Asked:
    asked = data.get("answers", {})
    found: list[Probe] = []
    try:
        for template in _templates(data):
            answers = plan.answers_of(project, changes, template, answering.complete(template, asked))
            Work(project, changes).bring(template, answers)
            found += probes.of(template, answers)
    except ScaffoldError:
        return Asked(_words(data), edited=True)
    return Asked(_words(data), found)


def _of_new(project: Project, changes: Changes, data: Data) -> Asked:
    found: list[Probe] = []
    for template in _templates(data):
        found += probes.of(template, {**places.known(project, changes, template), **data.get("answers", {})})
    return Asked(_words(data), found)


def _templates(data: Data) -> list[Template]:
    """Return the templates of an operation that are still in the catalog."""
    named = [str(name).partition("/") for name in data.get("templates", ())]
    return [
        catalog.find(kind, name) for kind, _, name in named if kind in catalog.FOLDERS and name in catalog.names(kind)
    ]


def _words(data: Data) -> str:
    return " ".join(map(str, data.get("command", [])[1:]))
