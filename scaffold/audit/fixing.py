"""The findings that have one safe answer, mended as one operation of the history."""

from collections.abc import Sequence

from scaffold import history, mending
from scaffold.audit.finding import Finding
from scaffold.changes import Changes
from scaffold.errors import BadResult, ScaffoldError
from scaffold.flask_code.source import Source
from scaffold.plan import Plan
from scaffold.project import Project

# What the names of records call it.
FIX = "check-fix"


def plan(project: Project, found: Sequence[Finding], command: Sequence[str]) -> Plan:
    """Plan to mend what can be mended."""
    changes = Changes(project.root)
    for one in found:
        if one.fix is not None and _is_text(changes, one.path):
            one.fix(changes)
    ops = changes.ops()
    if not ops:
        return Plan(changes)
    for op in ops:
        _check(op.path, op.after.data if op.after else b"")
    fragments = [fragment for op in ops for fragment in mending.fragments(op)]
    operation = history.Operation(
        what=FIX,
        instance=history.instance({"lines": [fragment.recorded() for fragment in fragments]}, ["lines"]),
        command=list(command),
        templates=[],
        answers={"codes": sorted({one.code for one in found if one.fix is not None})},
        folders=changes.new_folders(),
        created=[op.path for op in ops if op.before is None],
        fragments=fragments,
    )
    return Plan(changes, history.add(changes, operation))


def _is_text(changes: Changes, path: str) -> bool:
    """Tell whether the history could hold lines of the file."""
    try:
        (changes.read(path) or b"").decode()
    except UnicodeError:
        return False
    return True


def _check(path: str, data: bytes) -> None:
    """Raise `BadResult` when the code would no longer be Python."""
    if path.endswith(".py"):
        try:
            Source(path, data).tree  # noqa: B018  # it is made when it is asked for
        except ScaffoldError as problem:
            raise BadResult(path, problem.message) from None
