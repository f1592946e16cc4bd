"""scaffold undo: take the last step back, or the one with the given id."""

from typing import Any

import click

from scaffold.commands import options


def _run(operation: str | None, project: str, app: str | None, **values: Any) -> int:
    from scaffold import back
    from scaffold import project as projects
    from scaffold.commands import outcome

    mode = options.taken(values)
    command = ["scaffold", "undo", *([operation] if operation else [])]
    return outcome.finish(back.undo(projects.find(project, app), operation, command), mode, command)


command = click.Command(
    add_help_option=False,
    name="undo",
    callback=_run,
    short_help="Take the last step back.",
    help="""Take the last step back, or the one whose ID 'scaffold log' shows.

    What you have changed since is never deleted: then nothing happens, and you are told what it is.
    """,
    params=[
        click.Argument(["operation"], required=False, metavar="[ID]"),
        *options.place(),
        *options.parameters(),
        options.asking_help(),
    ],
)
