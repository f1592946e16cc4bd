"""scaffold deploy: make a project ready to run in production."""

from typing import Any

import click

from scaffold.commands import options


def _run(server: str | None, project: str, app: str | None, force: bool, **values: Any) -> int:
    from scaffold import catalog, plan
    from scaffold import project as projects
    from scaffold.commands import outcome
    from scaffold.errors import MissingAnswer

    mode = options.taken(values)
    if server is None:
        raise MissingAnswer("--server", f"scaffold deploy --server {catalog.names('server')[0]}")
    template = catalog.find("server", server)
    command = ["scaffold", "deploy", "--server", server, *options.app(app)]
    planned = plan.deploy(projects.find(project, app), template, {}, command, force=force)
    return outcome.finish(planned, mode, command)


command = click.Command(
    add_help_option=False,
    name="deploy",
    callback=_run,
    short_help="Make a project ready to run in production.",
    help="""Make a project ready to run in production.

    \b
    scaffold deploy --server gunicorn
    """,
    params=[
        click.Option(["--server"], metavar="NAME", help="What runs the app. 'scaffold list' shows the choices."),
        *options.place(),
        options.replacing(),
        *options.parameters(),
        options.asking_help(),
    ],
)
