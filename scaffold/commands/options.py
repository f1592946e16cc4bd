"""The options that every command which changes files takes."""

from typing import Any

import click

from scaffold.fields import Fields


class Mode(Fields):
    """How the changes are to be shown, and whether they are to be written."""

    dry_run: bool = False
    diff: bool = False
    check: bool = False
    json: bool = False
    yes: bool = False

    @property
    def writes(self) -> bool:
        """Tell whether this run changes the disk."""
        return not (self.dry_run or self.diff or self.check)


def warn(error: click.ClickException) -> None:
    """Tell once of something that is wrong and keeps nobody from going on."""
    told = click.get_current_context().meta.setdefault(__name__, set())
    if error.message not in told:
        told.add(error.message)
        click.echo(f"Warning: {error.format_message()}", err=True)


def asking_help() -> click.Option:
    """Return the option that shows a command's help.

    click's own is made, and its text translated, on the way of every command: that would import `locale` each time.
    """

    def show(ctx: click.Context, param: click.Parameter, value: bool) -> None:
        if value and not ctx.resilient_parsing:
            click.echo(ctx.get_help())
            ctx.exit()

    names = ["-h", "--help"]
    text = "Show this message and exit."
    return click.Option(names, is_flag=True, is_eager=True, expose_value=False, callback=show, help=text)


def parameters() -> list[click.Parameter]:
    """Return fresh option objects; `taken` takes their values out again."""
    return [
        click.Option(["--dry-run"], is_flag=True, help="Show what would happen; write nothing."),
        click.Option(["--diff"], is_flag=True, help="Print it as a diff that 'git apply' takes; write nothing."),
        click.Option(["--check"], is_flag=True, help="Write nothing; exit 6 when something would change."),
        click.Option(["--json"], is_flag=True, help="Print one JSON object, also when it fails."),
    ]


def place() -> list[click.Parameter]:
    """Return the options that say which project is meant."""
    return [
        click.Option(["--project"], metavar="DIR", default=".", help="The project's folder. Default: this one."),
        click.Option(["--app"], metavar="MODULE:NAME", help="Which Flask app, where a project has several."),
    ]


def replacing() -> click.Parameter:
    """Return the option that lets a file be replaced which is not ours."""
    return click.Option(["--force"], is_flag=True, help="Replace files that are in the way; 'undo' brings them back.")


def app(named: str | None) -> list[str]:
    """Return the words that say again which app is meant."""
    return ["--app", named] if named else []


def taken(values: dict[str, Any]) -> Mode:
    """Take the values of `parameters` out of those a command was called with."""
    return Mode(*(bool(values.pop(name, False)) for name in Mode._fields))
