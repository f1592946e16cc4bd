"""Planning a deployment: the earlier one goes and the new one comes, and both show as one change."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from scaffold import history, plan, reverting
from scaffold.changes import Changes
from scaffold.deployment import facts, words
from scaffold.deployment.choices import DEPLOY, Choices, current, of_records
from scaffold.errors import ScaffoldError, problems
from scaffold.project import Project
from scaffold.work import Work

Data = dict[str, Any]
# What tells whether an insertion is the same as another: file, kind of edit, text.
Insertion = tuple[str, str, str]


def to(project: Project, choices: Choices, command: Sequence[str], *, force: bool = False) -> plan.Plan:
    """Plan the deployment that was chosen, in place of the one there is."""
    changes = Changes(project.root)
    there = current(changes)
    before = [history.load(changes, record) for record in there]
    kept, new, files = _alike(project, choices, there, before)
    same = len(before) == 1 and before[0].get("answers") == choices.recorded()
    if same and files <= kept.keys() and all(changes.read(path) is not None for path in kept):
        return _with_start(plan.Plan(changes), project, choices, there, before)
    work = Work(project, changes, {"files": dict.fromkeys(kept)}, force=force)
    _take_back(changes, there, [_without(data, kept, new, files if force else ()) for data in before])
    work.replaces = [record.id for record in there]
    made = _recorded(project, work, choices, command, kept)
    _mark(made, history.REPLACED, there, command)
    return made


def back(project: Project, record: history.Record, command: Sequence[str]) -> plan.Plan | None:
    """Plan the deployment whose place this one took; None when there was none."""
    changes = Changes(project.root)
    data = history.load(changes, record)
    earlier = [one for one in history.records(changes) if one.id in data.get("replaces", ())]
    if not earlier:
        return None
    choices = of_records(changes, earlier)
    kept, new, _ = _alike(project, choices, [record], [data])
    work = Work(project, changes, {"files": dict.fromkeys(kept)})
    _take_back(changes, [record], [_without(data, kept, new, ())])
    held = history.load(changes, earlier[-1])
    work.replaces = held.get("replaces", [])
    made = _recorded(project, work, choices, held.get("command", []), kept)
    _mark(made, history.UNDO, [record], command)
    return made


def files(project: Project) -> dict[str, bytes]:
    """Return the files of today's deployment as today's templates give them."""
    changes = Changes(project.root)
    there = current(changes)
    scratch = _scratch(project, of_records(changes, there), there, [history.load(changes, one) for one in there])
    return scratch.files


def _mark(made: plan.Plan, what: str, records: Sequence[history.Record], command: Sequence[str]) -> None:
    """Record that operations were taken back: after the new one, which shares some of what they had put there."""
    for one in records:
        mark = history.Operation(what, one.id, list(command), [], {"operation": one.id})
        history.add(made.changes, mark, [str(made.operation)])


def _recorded(
    project: Project, work: Work, choices: Choices, command: Sequence[str], kept: Mapping[str, bytes]
) -> plan.Plan:
    found = _bring(project, work, choices)
    work.files |= kept
    asked = choices.recorded()
    instance = history.instance(asked, sorted(asked))
    made = plan.finished(work, DEPLOY, [template for template, _ in found], asked, command, instance)
    made.start = words.described(work.changes, found[0][1], project.root)
    return made


def _with_start(
    made: plan.Plan,
    project: Project,
    choices: Choices,
    there: Sequence[history.Record],
    before: Sequence[Data],
) -> plan.Plan:
    scratch = _scratch(project, choices, there, before)
    made.start = words.described(scratch.changes, scratch.answers, project.root)
    return made


def _bring(project: Project, work: Work, choices: Choices) -> list[tuple[Any, facts.Facts]]:
    found = facts.of_deployment(project, work.changes, choices)
    for template, answers in found:
        work.bring(template, answers)
    return found


def _scratch(project: Project, choices: Choices, there: Sequence[history.Record], before: Sequence[Data]) -> Work:
    """Return what the deployment would be in a project without the earlier one."""
    work = Work(project, Changes(project.root), force=True)
    _take_back(work.changes, there, before, tolerant=True)
    _bring(project, work, choices)
    return work


def _alike(
    project: Project, choices: Choices, there: Sequence[history.Record], before: Sequence[Data]
) -> tuple[dict[str, bytes], set[Insertion], set[str]]:
    """Return the files that stay as they were made, the insertions of the new deployment, and all of its files.

    Whatever the user has made of a file that stays, or of an insertion that is made again, is left alone.
    """
    work = _scratch(project, choices, there, before)
    made = {path: packed for data in before for path, packed in data.get("files", {}).items()}
    kept = {path: data for path, data in work.files.items() if made.get(path) == history.packed(data)}
    return kept, {(one.path, one.what, one.text.strip()) for one in work.fragments}, set(work.files)


def _without(data: Data, kept: Collection[str], new: set[Insertion], replaced: Collection[str]) -> Data:
    """Return what of an earlier deployment has to go; what is replaced by force is no longer asked about."""
    gone = [one for one in reverting.fragments(data) if (one["path"], one["what"], one["text"].strip()) not in new]
    files = {path: packed for path, packed in data.get("files", {}).items() if path not in {*kept, *replaced}}
    return {**data, "files": files, "fragments": gone}


def _take_back(
    changes: Changes, there: Sequence[history.Record], before: Sequence[Data], *, tolerant: bool = False
) -> None:
    known = history.in_order(history.records(changes))
    loaded = {record.id: history.load(changes, record) for record in known}
    gone = {record.id for record in there}
    others = [loaded[record.id] for record in history.live(known) if record.id not in gone]
    made = reverting.ours((record, loaded[record.id]) for record in known)
    found: list[ScaffoldError] = []
    for data in before:
        try:
            reverting.operation(changes, data, list(loaded.values()), others, made)
        except ScaffoldError as problem:
            found += getattr(problem, "problems", [problem])
    if found and not tolerant:
        raise problems(found)
