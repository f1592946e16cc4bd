"""scaffold status: each file of ours as made, edited, missing or outdated."""

import click

from scaffold.commands import options
from scaffold.errors import PENDING


def _run(project: str, app: str | None, check: bool, json: bool) -> int:
    from scaffold import project as projects
    from scaffold import status

    states = status.of_project(projects.find(project, app))
    if json:
        import json as encoder

        listed = [{"path": path, "state": state} for path, state in states.items()]
        click.echo(encoder.dumps({"schema": 1, "ok": True, "files": listed}, indent=2))
    else:
        for path, state in states.items():
            click.echo(f"{state:>8}  {path}")
    return PENDING if check and any(state != status.AS_MADE for state in states.values()) else 0


command = click.Command(
    add_help_option=False,
    name="status",
    callback=_run,
    short_help="Show what of ours is as it was made.",
    help="Show each file we made or edited: as made, edited, missing, or outdated by a newer template.",
    params=[
        *options.place(),
        click.Option(["--check"], is_flag=True, help="Exit 6 when a file is not as it was made."),
        click.Option(["--json"], is_flag=True, help="Print one JSON object."),
        options.asking_help(),
    ],
)
