"""What a command says: verbs and paths, a diff, or one JSON object; then the steps that are still missing."""

import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import click

from scaffold.changes import OURS, Op
from scaffold.commands.options import Mode
from scaffold.errors import PENDING, ScaffoldError, Unanswered
from scaffold.plan import Plan

SCHEMA = 1
# Commands that are typed again in another project; their choices are worth a line.
REPEATED = ("new", "add", "deploy")


def finish(
    plan: Plan,
    mode: Mode,
    command: Sequence[str],
    later: Callable[[], None] | None = None,
    more: Mapping[str, Any] | None = None,
) -> int:
    """Check the plan, write it when the mode says so, tell what happened; return the exit code.

    `later` is what is still to be done once everything is written, `more` what `--json` tells besides.
    """
    plan.changes.check()
    ops = plan.changes.ops()
    report = success(plan, ops, command, more) if mode.json else ""
    if mode.writes:
        _ask(plan, mode)
        plan.changes.write()
    if not mode.json:
        _show(plan, ops, mode)
        for warning in plan.warnings:
            click.echo(f"Warning: {warning}", err=True)
    if mode.writes and later:
        later()
    if mode.json:
        click.echo(report)
    elif mode.writes and ops:
        _advise(plan, command)
    return PENDING if mode.check and ops else 0


def _ask(plan: Plan, mode: Mode) -> None:
    """Ask what the plan wants to know first, below its diff; raise `Unanswered` where nobody can answer."""
    if plan.question is None or mode.yes:
        return
    click.echo(plan.changes.diff().decode(errors="replace"), err=True)
    if not sys.stdin.isatty():
        raise Unanswered(plan.question)
    click.confirm(plan.question, abort=True, err=True)


def _show(plan: Plan, ops: Sequence[Op], mode: Mode) -> None:
    if mode.diff:
        sys.stdout.buffer.write(plan.changes.diff())
        sys.stdout.flush()
        return
    for op in ops:
        if not op.path.startswith(OURS):
            click.echo(f"{op.verb:>8}  {op.path}")
    if all(op.path.startswith(OURS) for op in ops):
        click.echo("unchanged")
    elif not mode.writes:
        click.echo("Nothing was written.", err=True)


def _advise(plan: Plan, command: Sequence[str]) -> None:
    if plan.next_steps:
        click.echo("\nNext:\n" + "\n".join(f"    {step}" for step in plan.next_steps), err=True)
    if command[1] in REPEATED:
        import shlex

        click.echo(f"\nThe same again: {shlex.join(command)}", err=True)


def success(plan: Plan, ops: Sequence[Op], command: Sequence[str], more: Mapping[str, Any] | None = None) -> str:
    """Return the JSON object of a command that worked, or would."""
    return _object(
        ok=True,
        command=list(command),
        ops=[_op(op) for op in ops if not op.path.startswith(OURS)],
        warnings=plan.warnings,
        next_steps=plan.next_steps,
        start=plan.start,
        operation=plan.operation,
        **(more or {}),
    )


def failure(error: click.ClickException, words: Sequence[str]) -> str:
    """Return the JSON object of a command that failed."""
    found = error if isinstance(error, ScaffoldError) else None
    described = {
        "code": error.exit_code,
        "message": error.message,
        "path": found and found.path,
        "line": found and found.line,
        "hint": found and found.hint,
    }
    return _object(ok=False, command=["scaffold", *words], error=described)


def _object(**given: Any) -> str:
    empty: dict[str, Any] = {
        "schema": SCHEMA,
        "ok": None,
        "command": [],
        "ops": [],
        "warnings": [],
        "next_steps": [],
        "start": None,
        "operation": None,
        "error": None,
    }
    import json

    return json.dumps(empty | given, indent=2, ensure_ascii=False)


def _op(op: Op) -> dict[str, Any]:
    from hashlib import sha256

    from scaffold.diff import hunks

    before, after = op.before.data if op.before else b"", op.after.data if op.after else b""
    text = "" if op.secret else b"".join(hunks(before, after)).decode(errors="replace")
    digest = sha256(after).hexdigest() if op.after and not op.secret else None
    return {"op": op.verb, "path": op.path, "sha256": digest, "hunks": text}
