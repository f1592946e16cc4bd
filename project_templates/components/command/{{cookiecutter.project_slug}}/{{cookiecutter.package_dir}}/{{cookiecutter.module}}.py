"""The command `flask {{cookiecutter.slug}}`."""

import click
from flask import Flask, current_app
from flask.cli import with_appcontext


def init_app(app: Flask) -> None:
    app.cli.add_command(command)


@click.command("{{cookiecutter.slug}}")
@click.argument("name")
@click.option(
    "--times",
    default=1,
    show_default=True,
    type=click.IntRange(1, 10),
    help="How often to say it.",
)
@with_appcontext
def command(name: str, times: int) -> None:
    """Say hello to NAME."""
    # click shows what it raises in one line, and exits with a status other than 0.
    if not name.strip():
        raise click.BadParameter("it is empty.", param_hint="NAME")

    for _ in range(times):
        click.echo(f"{current_app.name} says hello to {name}.")
