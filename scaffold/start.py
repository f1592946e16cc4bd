"""How the app is started with a server: the one command that the README, `--json` and every deployment share."""

from collections.abc import Mapping
from typing import Any

from scaffold.changes import Changes
from scaffold.errors import NoPlace
from scaffold.project import Project
from scaffold.template import Template

# Servers do not read `.env`; python-dotenv, which the project has anyway, does it for them.
WITH_ENV = ("python", "-m", "dotenv", "run", "--")


def described(project: Project, changes: Changes, server: Template) -> dict[str, Any]:
    """Return `{argv, env, cwd}`: the words to type, the variables that must be set, the folder to stand in."""
    return {"argv": _argv(project, changes, server), "env": _required(changes), "cwd": project.root}


def _argv(project: Project, changes: Changes, server: Template) -> list[str]:
    words = server.table("start").get("command")
    if not words:
        raise server.broken("its [start] has no command")
    prefix = WITH_ENV if changes.read(".env.example") is not None else ()
    return [*prefix, *(word.format_map(_Facts(project)) for word in words)]


def _required(changes: Changes) -> list[str]:
    """Return the variables that `.env.example` leaves empty: the app does not start without them in production."""
    lines = (changes.read(".env.example") or b"").decode(errors="replace").splitlines()
    return [line[:-1] for line in map(str.strip, lines) if line.endswith("=") and line[:-1].isidentifier()]


class _Facts(Mapping[str, str]):
    """What a start command may name."""

    def __init__(self, project: Project) -> None:
        self.project = project

    def __getitem__(self, name: str) -> str:
        target = self.project.roles.get("wsgi_target")
        if name != "target":
            raise KeyError(name)
        if target is None:
            raise NoPlace("Cannot tell which app the server should run.", "Say it with '--app MODULE:NAME'.")
        return target

    def __iter__(self) -> Any:
        return iter(["target"])

    def __len__(self) -> int:
        return 1
