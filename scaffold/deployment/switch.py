"""Planning a deployment: the earlier one goes and the new one comes, and both show as one change."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from scaffold import history, plan, render, reverting
from scaffold.changes import Changes
from scaffold.deployment import facts, words
from scaffold.deployment.choices import DEPLOY, Choices, current, of_records
from scaffold.errors import ScaffoldError, problems
from scaffold.project import Project
from scaffold.template import Template
from scaffold.work import Work

Data = Mapping[str, Any]


def to(project: Project, choices: Choices, command: Sequence[str], *, force: bool = False) -> plan.Plan:
    """Plan the deployment that was chosen, in place of the one there is."""
    changes = Changes(project.root)
    there = current(changes)
    earlier = _Earlier(project, there, choices)
    if earlier.is_same(choices):
        return _with_start(plan.Plan(changes), project, earlier.next)
    work = Work(project, changes, force=force)
    work.kept = earlier.kept
    earlier.take_back(changes, replaced=earlier.next.files if force else ())
    work.replaces = [record.id for record in there]
    made = _recorded(project, work, choices, earlier.found, command, earlier.templates())
    _mark(made, history.REPLACED, there, command)
    return made


def back(project: Project, record: history.Record, command: Sequence[str]) -> plan.Plan | None:
    """Plan the deployment whose place this one took; None when there was none."""
    changes = Changes(project.root)
    data = history.load(changes, record)
    before = [one for one in history.records(changes) if one.id in data.get("replaces", ())]
    if not before:
        return None
    choices = of_records(changes, before)
    held = history.load(changes, before[-1])
    later = _Earlier(project, [record], choices)
    # What the user had made of a file, before it was replaced by force, is there again.
    again = {path: later.next.files[path] for path in data.get("replaced", ()) if path in later.next.files}
    work = Work(project, changes)
    work.kept = {**later.kept, **again}
    later.take_back(changes)
    work.replaces = held.get("replaces", [])
    made = _recorded(project, work, choices, later.found, held.get("command", []), later.templates())
    _mark(made, history.UNDO, [record], command)
    return made


def files(project: Project) -> dict[str, bytes]:
    """Return the files of today's deployment as today's templates give them."""
    changes = Changes(project.root)
    there = current(changes)
    return _Earlier(project, there, of_records(changes, there)).next.files


class _Earlier:
    """A deployment that goes, the `next` one as it would be without it, and what of the one stays in the other.

    Whatever the user has made of what stays is left alone.
    """

    def __init__(self, project: Project, records: Sequence[history.Record], choices: Choices) -> None:
        changes = Changes(project.root)
        known = history.in_order(history.records(changes))
        loaded = {record.id: history.load(changes, record) for record in known}
        gone = {record.id for record in records}
        self.ever = list(loaded.values())
        self.others = [loaded[record.id] for record in history.live(known) if record.id not in gone]
        self.made = reverting.ours((record, loaded[record.id]) for record in known)
        self.before: list[Data] = [loaded[record.id] for record in records]
        self.next = Work(project, Changes(project.root), force=True)
        for data in self.before:
            self._revert(self.next.changes, data)
        # Known of the project as it is without the earlier one: later, some of that may still be there.
        self.found = facts.of_deployment(project, self.next.changes, choices)
        _bring(self.next, self.found)
        self.kept = self._kept()

    def _kept(self) -> dict[str, bytes]:
        made = {path: packed for data in self.before for path, packed in data.get("files", {}).items()}
        return {path: data for path, data in self.next.files.items() if made.get(path) == history.packed(data)}

    def _revert(self, changes: Changes, data: Data) -> list[ScaffoldError]:
        try:
            reverting.operation(changes, data, self.ever, self.others, self.made)
        except ScaffoldError as problem:
            return list(getattr(problem, "problems", [problem]))
        return []

    def templates(self) -> set[str]:
        """Return the names of its templates."""
        return {str(name) for data in self.before for name in data.get("templates", ())}

    def is_same(self, choices: Choices) -> bool:
        """Tell whether the next one is the earlier one, and all of its files are there."""
        changes = Changes(self.next.changes.root)
        if [data.get("answers") for data in self.before] != [choices.recorded()]:
            return False
        held = {_identity(one) for data in self.before for one in history.fragments(data)}
        if not self._new() <= held or not self.next.files.keys() <= self.kept.keys():
            return False
        return all(changes.read(path) is not None for path in self.kept)

    def take_back(self, changes: Changes, *, replaced: Collection[str] = ()) -> None:
        """Plan that everything goes but what stays, and what is `replaced` by force; raise what resists."""
        found: list[ScaffoldError] = []
        for data in self.before:
            files = {path: one for path, one in data.get("files", {}).items() if path not in {*self.kept, *replaced}}
            going = [one for one in history.fragments(data) if not self._stays(one)]
            found += self._revert(changes, {**data, "files": files, "fragments": going})
        if found:
            raise problems(found)

    def _new(self) -> set[tuple[str, str, str]]:
        return {(one.path, one.what, one.text.strip()) for one in self.next.fragments}

    def _stays(self, one: dict[str, Any]) -> bool:
        """Tell whether an insertion would come again as it was made, and was changed since."""
        if _identity(one) not in self._new():
            return False
        return bool(self._revert(Changes(self.next.changes.root), {"fragments": [one]}))


def _identity(one: Mapping[str, Any]) -> tuple[str, str, str]:
    return one["path"], one["what"], one["text"].strip()


def _mark(made: plan.Plan, what: str, records: Sequence[history.Record], command: Sequence[str]) -> None:
    """Record that operations were taken back: after the new one, which shares some of what they had put there."""
    for one in records:
        mark = history.Operation(what, one.id, list(command), [], {"operation": one.id})
        history.add(made.changes, mark, [str(made.operation)])


def _recorded(
    project: Project,
    work: Work,
    choices: Choices,
    found: Sequence[tuple[Template, facts.Facts]],
    command: Sequence[str],
    earlier: Collection[str],
) -> plan.Plan:
    """Plan the new deployment; what comes next is said by the templates that the earlier one did not have."""
    _bring(work, found)
    work.files |= work.kept
    asked = choices.recorded()
    instance = history.instance(asked, sorted(asked))
    new = [(template, answers) for template, answers in found if template.full_name not in earlier]
    said = (render.source(step, answers, template) for template, answers in new for step in template.listed("next"))
    made = plan.finished(
        work, DEPLOY, [template for template, _ in found], asked, command, instance, list(filter(None, said))
    )
    return _with_start(made, project, work)


def _with_start(made: plan.Plan, project: Project, work: Work) -> plan.Plan:
    made.start = words.described(work.changes, work.answers, project.root)
    return made


def _bring(work: Work, found: Sequence[tuple[Template, facts.Facts]]) -> None:
    for template, answers in found:
        work.bring(template, dict(answers))
