"""scaffold secret: make the key that signs sessions, or replace it while they go on."""

from typing import Any

import click

from scaffold.commands import options


def _new(project: str, file: str | None, **values: Any) -> int:
    from scaffold import project as projects
    from scaffold import rotation
    from scaffold.commands import outcome

    mode = options.taken(values)
    place = rotation.named(file, new=True) if file is not None else rotation.in_project(projects.find(project))
    words = ["--file", file] if file is not None else []
    return outcome.finish(rotation.new(place), mode, ["scaffold", "secret", "new", *words])


def _rotate(project: str, file: str | None, drop_fallbacks: bool, **values: Any) -> int:
    from scaffold import project as projects
    from scaffold import rotation
    from scaffold.commands import outcome

    mode = options.taken(values)
    place = rotation.named(file) if file is not None else rotation.in_project(projects.find(project))
    planned = rotation.drop(place) if drop_fallbacks else rotation.rotate(place)
    words = [*(["--drop-fallbacks"] if drop_fallbacks else []), *(["--file", file] if file is not None else [])]
    return outcome.finish(planned, mode, ["scaffold", "secret", "rotate", *words])


def _elsewhere() -> click.Parameter:
    text = "Another file of variables, such as a server's. Default: .env."
    return click.Option(["--file"], metavar="FILE", help=text)


class Secret(click.Group):
    """A group that names the closest of its commands when there is none of that name."""

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command:
        """Return the command."""
        from scaffold.errors import NoTemplate

        if cmd_name not in self.commands:
            raise NoTemplate("command", f"secret {cmd_name}", [f"secret {name}" for name in self.commands])
        return self.commands[cmd_name]


NEW = click.Command(
    add_help_option=False,
    name="new",
    callback=_new,
    short_help="Make a key where there is none.",
    help="""Make a session key where there is none, in '.env'. Without a '.env', make one like '.env.example'.

    The key is random, and is never shown. Only you can read the file.

    \b
    scaffold secret new
    scaffold secret new --file deploy/secret.env
    """,
    params=[_elsewhere(), options.place()[0], *options.parameters(), options.asking_help()],
)
ROTATE = click.Command(
    add_help_option=False,
    name="rotate",
    callback=_rotate,
    short_help="Replace the key; what the old one signed stays valid.",
    help="""Replace the session key in '.env'. The old one moves to SECRET_KEY_FALLBACKS: sessions and forms that it
    signed stay valid, until --drop-fallbacks.

    \b
    scaffold secret rotate
    scaffold secret rotate --drop-fallbacks
    scaffold secret rotate --file /etc/shop.env
    """,
    params=[
        click.Option(["--drop-fallbacks"], is_flag=True, help="Keep the key, and forget the earlier ones."),
        _elsewhere(),
        options.place()[0],
        *options.parameters(),
        options.asking_help(),
    ],
)
command = Secret(
    "secret",
    {"new": NEW, "rotate": ROTATE},
    help="Make the key that signs sessions, or replace it.",
    add_help_option=False,
    params=[options.asking_help()],
)
