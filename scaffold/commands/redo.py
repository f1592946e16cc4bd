"""scaffold redo: do again what was taken back last."""

from typing import Any

import click

from scaffold.commands import options


def _run(project: str, app: str | None, **values: Any) -> int:
    from scaffold import back
    from scaffold import project as projects
    from scaffold.commands import outcome

    mode = options.taken(values)
    command = ["scaffold", "redo"]
    return outcome.finish(back.redo(projects.find(project, app)), mode, command)


command = click.Command(
    add_help_option=False,
    name="redo",
    callback=_run,
    short_help="Do again what was taken back last.",
    help="Do again what 'undo' or 'remove' took back last.",
    params=[*options.place(), *options.parameters(), options.asking_help()],
)
