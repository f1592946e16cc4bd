"""scaffold test: prove a project end to end."""

from typing import TYPE_CHECKING, Any

import click

from scaffold.commands import options
from scaffold.errors import DEFECTS, UNPROVED

if TYPE_CHECKING:
    from scaffold.proof.result import Report
    from scaffold.proof.runner import Run


def _run(project: str, app: str | None, json: bool, junit: str | None, html: str | None, **values: Any) -> int:
    from scaffold import project as projects
    from scaffold import signals
    from scaffold.commands.live import Live
    from scaffold.proof.runner import Run, Wanted

    wanted = Wanted(**{name: value for name, value in values.items() if value not in (None, ())})
    command = [*wanted.words(), *options.app(app)]
    _check_places(junit, html)
    live = Live()
    run = Run(projects.find(project, app), wanted, live.begins, command=command, pictures=html is not None)
    for one in run.left_out:
        click.echo(f"Left out: {one.name}. {one.why}", err=True)
    for words in run.edited:
        click.echo(f"Not asked, as it was changed since: {words}", err=True)
    with signals.as_interrupts():
        found = _found(run, live)
    _write(found, junit, html)
    _print(found, as_json=json, html=html)
    return _code(found)


def _check_places(*files: str | None) -> None:
    """Raise `CannotWrite` for a report that will have no place, before the time is spent."""
    import os

    from scaffold.errors import CannotWrite

    for file in files:
        folder = os.path.dirname(os.path.abspath(file or ""))
        if file and os.path.isdir(file):
            raise CannotWrite(file, "it is a folder")
        if file and not os.path.isdir(folder):
            raise CannotWrite(file, "there is no such folder")
        if file and not os.access(file if os.path.exists(file) else folder, os.W_OK):
            raise CannotWrite(file, "there is no right to it")


def _found(run: "Run", live: Any) -> "Report":
    with live:
        for result in run.results():
            live.shows(result)
    return run.report()


def _write(found: "Report", junit: str | None, html: str | None) -> None:
    from scaffold.errors import CannotWrite
    from scaffold.proof.report import junit as as_junit
    from scaffold.proof.report import page

    for file, text in ((junit, as_junit.xml), (html, page.html)):
        if file:
            try:
                with open(file, "w", encoding="utf-8") as place:
                    place.write(text(found))
            except OSError as error:
                raise CannotWrite(file, error.strerror or str(error)) from error


def _print(found: "Report", *, as_json: bool, html: str | None) -> None:
    from scaffold.proof.report import machine, table

    if as_json:
        import shlex

        from scaffold.changes import Changes
        from scaffold.commands import outcome
        from scaffold.plan import Plan

        words = shlex.split(found.command)
        click.echo(outcome.success(Plan(Changes("")), [], words, {"proof": machine.described(found)}))
        return
    click.echo(table.text(found))
    if html:
        click.echo(f"The report is in {html}.", err=True)


def _code(found: "Report") -> int:
    from scaffold.proof.result import FAILED, NOT_PROVED

    return DEFECTS if found.of(FAILED) else UNPROVED if found.of(NOT_PROVED) else 0


command = click.Command(
    add_help_option=False,
    name="test",
    callback=_run,
    short_help="Prove a project: its own tests, then real servers and requests.",
    help="""Prove a project end to end: its own tests, its linter and type checker, then real servers and real requests.

    It works on a throw-away copy with a key and a database of its own, on free ports of this machine. CHECK limits it
    to one check, such as too-much-is-refused, or to a step: tests, lint, types, server, proxy, probes.

    \b
    scaffold test
    scaffold test --server all --proxy none
    scaffold test --html report.html

    Exits with 8 when something failed, with 9 when something could not be proved.
    """,
    params=[
        click.Argument(["only"], nargs=-1, metavar="[CHECK]..."),
        click.Option(
            ["--server"],
            metavar="NAME",
            help="The server: 'deployed' (the default: the one there is, else the usual one), 'all', or a name.",
        ),
        click.Option(
            ["--proxy"], metavar="NAME", help="The proxy before it. Default: the one that is deployed; 'none', 'all'."
        ),
        click.Option(
            ["--python"], metavar="X.Y", help="The version of Python. Default: the one that scaffold runs on."
        ),
        click.Option(["--fresh"], is_flag=True, help="Make the environment anew, and do not trust the one kept."),
        click.Option(["--junit"], metavar="FILE", help="Write the results as JUnit XML, for a pipeline."),
        click.Option(["--html"], metavar="FILE", help="Write a report to look at, with pictures where Chromium is."),
        click.Option(["--json"], is_flag=True, help="Print one JSON object, also when it fails."),
        *options.place(),
        options.asking_help(),
    ],
)
