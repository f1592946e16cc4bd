"""scaffold log: what was done, the last step first."""

import shlex

import click

from scaffold.commands import options


def _run(project: str, app: str | None, json: bool) -> int:
    from scaffold import history
    from scaffold import project as projects
    from scaffold.changes import Changes

    changes = Changes(projects.find(project, app).root)
    known = history.records(changes)
    there = {record.id for record in history.live(known)}
    told = [record for record in history.in_order(known) if record.what != history.REPLACED]
    steps = [(record, history.load(changes, record)) for record in reversed(told)]
    if json:
        import json as encoder

        listed = [
            {"operation": record.id, "command": data.get("command", []), "live": record.id in there}
            for record, data in steps
        ]
        click.echo(encoder.dumps({"schema": 1, "ok": True, "operations": listed}, indent=2))
        return 0
    for record, data in steps:
        state = " " if record.id in there or record.what == history.UNDO else "-"
        for_it = f"  (brings {record.what})" if data.get("brought") else ""
        click.echo(f"{record.id} {state} {shlex.join(map(str, data.get('command', [])))}{for_it}")
    return 0


command = click.Command(
    add_help_option=False,
    name="log",
    callback=_run,
    short_help="Show what was done.",
    help="Show what was done, the last step first; '-' marks what was taken back.",
    params=[
        *options.place(),
        click.Option(["--json"], is_flag=True, help="Print one JSON object."),
        options.asking_help(),
    ],
)
