"""How the app is started with a server: the one command that the README, `--json` and every deployment share."""

from collections.abc import Sequence
from typing import Any

from scaffold.changes import Changes
from scaffold.fields import Fields
from scaffold.flask_code import choice
from scaffold.flask_code.code import Code
from scaffold.project import Project
from scaffold.template import Template

# Servers do not read `.env`; python-dotenv, which the project has anyway, does it for them.
EXAMPLE = ".env.example"
WITH_ENV = ("python", "-m", "dotenv", "run", "--")


class Start(Fields):
    """How one server starts the app: the words before the server's own, those, and the app as it takes it."""

    prefix: Sequence[str]
    words: Sequence[str]
    target: str

    @property
    def argv(self) -> list[str]:
        """Return the whole command."""
        return [*self.prefix, *self.words]


def of_server(project: Project, changes: Changes, server: Template) -> Start:
    """Return how the server starts the project's app; raise `NoPlace` when it is not clear which app that is."""
    words = server.table("start").get("command")
    if not words:
        raise server.broken("its [start] has no command")
    prefix = WITH_ENV if changes.read(EXAMPLE) is not None else ()
    target = choice.target(Code(changes), project.roles, project.app)
    return Start(prefix, [word.format(target=target) for word in words], target)


def described(start: Start, changes: Changes, root: str) -> dict[str, Any]:
    """Return `{argv, env, cwd}`: the words to type, the variables that must be set, the folder to stand in."""
    return {"argv": start.argv, "env": _required(changes), "cwd": root}


def _required(changes: Changes) -> list[str]:
    """Return the variables that `.env.example` leaves empty: the app does not start without them in production."""
    lines = (changes.read(EXAMPLE) or b"").decode(errors="replace").splitlines()
    return [line[:-1] for line in map(str.strip, lines) if line.endswith("=") and line[:-1].isidentifier()]
