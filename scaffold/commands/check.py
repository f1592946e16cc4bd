"""scaffold check: audit a project as it would run in production."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from scaffold.commands import options
from scaffold.errors import DEFECTS

if TYPE_CHECKING:
    from scaffold.audit.finding import Finding
    from scaffold.commands.options import Mode
    from scaffold.project import Project

STDOUT = "-"
LOOKS = ("dry_run", "diff", "check")


def _run(
    project: str, app: str | None, codes: Sequence[str], deploy: bool, fix: bool, sarif: str | None, **values: Any
) -> int:
    from scaffold import project as projects
    from scaffold.audit import run

    mode = options.taken(values)
    if not fix and (look := next((one for one in LOOKS if getattr(mode, one)), None)):
        flag = f"--{look.replace('_', '-')}"
        raise click.UsageError(f"'{flag}' shows what '--fix' would change. Add '--fix', or leave it out.")
    asked = _known(codes)
    place = projects.find(project, app)
    found = run.of_project(place, deploy, asked)
    words = [*(["--deploy"] if deploy else []), *(["--fix"] if fix else []), *asked]
    command = ["scaffold", "check", *words, *options.app(app)]
    if fix:
        code, found = _fix(place, found, deploy, asked, mode, command)
    elif sarif == STDOUT:
        code = 0
        click.echo(_sarif(place.root, found), nl=False)
    else:
        code = 0
        _tell(found, mode, command)
    if sarif and sarif != STDOUT:
        _write_sarif(sarif, place.root, found)
    return DEFECTS if found else code


def _known(codes: Sequence[str]) -> list[str]:
    """Return the codes as they are written; raise `NoTemplate` for one that begins the code of no rule."""
    from scaffold.audit import run
    from scaffold.errors import NoTemplate

    asked = [code.upper() for code in codes]
    known = [rule.code for rule in run.all_rules()]
    for code in asked:
        if not any(one.startswith(code) for one in known):
            theme = [one for one in known if one.startswith(code[:3])]
            raise NoTemplate("rule", code, theme or sorted({one[:3] for one in known}))
    return asked


def _fix(
    project: "Project", found: "list[Finding]", deploy: bool, codes: Sequence[str], mode: "Mode", command: Sequence[str]
) -> "tuple[int, list[Finding]]":
    """Mend what can be mended; return the exit code, and what is left."""
    from scaffold.audit import fixing, run
    from scaffold.commands import outcome

    planned = fixing.plan(project, found, command)
    left = run.of_project(project, deploy, codes, planned.changes)
    code = outcome.finish(planned, mode, command, more={"findings": [_described(one) for one in left]})
    if not mode.json and not mode.diff:
        click.echo()
        _show(left)
    return code, left


def _tell(found: "Sequence[Finding]", mode: "Mode", command: Sequence[str]) -> None:
    from scaffold.changes import Changes
    from scaffold.commands import outcome
    from scaffold.plan import Plan

    if mode.json:
        more = {"findings": [_described(one) for one in found]}
        click.echo(outcome.success(Plan(Changes("")), [], command, more))
    else:
        _show(found)


def _show(found: "Sequence[Finding]") -> None:
    for one in found:
        where = f"{one.path}:{one.line}" if one.line else one.path
        click.echo(f"{where} {one.code} {one.message}.\n    {one.why}\n    {one.mend}\n")
    mended = sum(1 for one in found if one.fix)
    advice = f"; '--fix' mends {mended} of them" if mended else ""
    click.echo(f"{len(found)} finding{'s' if len(found) > 1 else ''}{advice}." if found else "Nothing was found.")


def _described(finding: "Finding") -> dict[str, Any]:
    """Return a finding as `--json` tells it."""
    return {**finding.as_dict(), "line": finding.line or None, "fix": finding.fix is not None}


def _write_sarif(place: str, root: str, found: "Sequence[Finding]") -> None:
    """Write the findings where a code host will read them; the place is the user's, in the project or not."""
    from scaffold.errors import CannotWrite

    try:
        with open(place, "w", encoding="utf-8") as file:
            file.write(_sarif(root, found))
    except OSError as error:
        raise CannotWrite(place, error.strerror or str(error)) from error


def _sarif(root: str, found: "Sequence[Finding]") -> str:
    from scaffold import git
    from scaffold.audit import run, sarif

    return sarif.text(found, run.all_rules(), git.prefix(root))


command = click.Command(
    add_help_option=False,
    name="check",
    callback=_run,
    short_help="Audit a project as it would run in production.",
    help="""Audit a project as it would run in production. Its code is read, and never run.

    CODE limits it to one rule, such as SEC001, or to a theme, such as SEC. Exits with 8 when something is found.
    """,
    params=[
        click.Argument(["codes"], nargs=-1, metavar="[CODE]..."),
        click.Option(["--deploy"], is_flag=True, help="Look only at what concerns production: SEC, DBG and DEP."),
        click.Option(["--sarif"], metavar="FILE", help="Write the findings as SARIF, for a code host; '-' is stdout."),
        click.Option(["--fix"], is_flag=True, help="Mend what has one safe answer; 'undo' takes it back."),
        *options.place(),
        *options.parameters(),
        options.asking_help(),
    ],
)
