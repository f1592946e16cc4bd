"""The click group: which commands there are, and nothing but wiring."""

from importlib import import_module

import click

import scaffold
from scaffold.commands import options

# name -> (module, what `--help` says of it); a command's module is imported when it is asked for.
COMMANDS = {
    "new": ("new", "Make a new Flask project."),
    "add": ("add", "Add something to a project."),
    "remove": ("remove", "Take something out again."),
    "deploy": ("deploy", "Make a project ready to run in production."),
    "secret": ("secret", "Make the key that signs sessions, or replace it."),
    "undo": ("undo", "Take the last step back."),
    "redo": ("redo", "Do again what was taken back last."),
    "log": ("log", "Show what was done."),
    "status": ("status", "Show what of ours is as it was made."),
    "check": ("check", "Audit a project as it would run in production."),
    "test": ("test", "Prove a project: its own tests, then real servers and requests."),
    "list": ("list_", "List what can be added."),
}


class Commands(click.Group):
    """A group that knows its commands by name, and imports one only to run it."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order of a project's life."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command, None when there is none of that name."""
        if cmd_name not in COMMANDS:
            return None
        command = import_module(f"scaffold.commands.{COMMANDS[cmd_name][0]}").command
        return command if isinstance(command, click.Command) else None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; name the closest one when there is none."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            from scaffold.errors import NoTemplate

            raise NoTemplate("command", args[0], list(COMMANDS))
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])


HELP = """Make a Flask project, grow it, deploy it, prove it.

\b
scaffold new myproject
scaffold add route '/user/<username>'
scaffold deploy --server gunicorn
"""
SETTINGS = {"max_content_width": 100}


def _version(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    """Print the version; click's own option for it would import `locale` on the way of every command."""
    if value:
        click.echo(f"scaffold {scaffold.__version__}")
        ctx.exit()


@click.group(cls=Commands, context_settings=SETTINGS, help=HELP, add_help_option=False)
@click.option("--version", is_flag=True, is_eager=True, expose_value=False, callback=_version, help="Show the version.")
def cli() -> None:
    """Hold the commands."""


cli.params.append(options.asking_help())
