"""scaffold new: make a new Flask project."""

import os
from typing import Any

import click

from scaffold.commands import options

LAYOUT = "package"


def _run(
    name: str, layout: str, project: str | None, install: bool, git: bool, run: bool, port: int, **values: Any
) -> int:
    from scaffold import journal, plan
    from scaffold.commands import outcome

    mode = options.taken(values)
    root = os.path.abspath(project or name)
    journal.recover(root)  # what a killed run left in a folder that was not empty
    command = ["scaffold", "new", name, "--layout", layout, *(["--project", project] if project else [])]
    planned = plan.new(root, name, layout, command)
    planned.next_steps = _steps(root, planned.next_steps, installed=install or run)

    def later() -> None:
        from scaffold import installer

        installer.after_new(root, install=install, git=git, port=port if run else None)

    return outcome.finish(planned, mode, command, later if install or git or run else None)


def _steps(root: str, steps: list[str], *, installed: bool) -> list[str]:
    here = os.path.relpath(root)
    activate = ".venv\\Scripts\\activate" if os.name == "nt" else ". .venv/bin/activate"
    return [
        *([] if here == "." else [f"cd {here}"]),
        *([activate] if installed else ["python -m venv .venv", activate, "pip install -e '.[dev]'"]),
        *steps,
    ]


command = click.Command(
    add_help_option=False,
    name="new",
    callback=_run,
    short_help="Make a new Flask project.",
    help="""Make a new Flask project in a folder of its own.

    \b
    scaffold new myproject
    scaffold new myproject --layout module --install --git
    """,
    params=[
        click.Argument(["name"]),
        click.Option(
            ["--layout"],
            default=LAYOUT,
            show_default=True,
            help="'package' with a factory and blueprints, or 'module': one app.py.",
        ),
        click.Option(["--project"], metavar="DIR", help="The folder to make it in. Default: ./NAME."),
        click.Option(["--install"], is_flag=True, help="Make .venv in the project and install what it needs."),
        click.Option(["--git"], is_flag=True, help="Make a git repository with a first commit."),
        click.Option(["--run"], is_flag=True, help="Install, then serve the project and print its URL."),
        click.Option(["--port"], type=click.IntRange(1, 65535), default=5000, show_default=True, help="For --run."),
        *options.parameters(),
        options.asking_help(),
    ],
)
