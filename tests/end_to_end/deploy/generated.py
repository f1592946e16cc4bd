"""Projects whose deployment is read and not run: made by the installed command, one for each way of asking."""

import json
import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scaffold import catalog
from tests.end_to_end.conftest import alone, begin, run

NAME = "shop"
DOMAIN = "shop.example.test"
# None of them is a default: what is forgotten somewhere shows.
PORT, LIMIT, TIMEOUT = 8090, 2 * 1024 * 1024, 20
OPTIONS = ["--domain", DOMAIN, "--port", str(PORT), "--limit", "2M", "--timeout", str(TIMEOUT)]


@dataclass(frozen=True)
class Generated:
    """A project, and what the command said about its start."""

    project: Path
    start: dict[str, Any]

    def text(self, path: str) -> str:
        return (self.project / path).read_text()

    @property
    def image_command(self) -> list[str]:
        """Return what the image runs, as the Dockerfile says at its end."""
        words: list[str] = json.loads(re.findall(r"^CMD (\[.*\])$", self.text("Dockerfile"), re.MULTILINE)[-1])
        return words

    @property
    def image_folder(self) -> str:
        """Return where the image has the app."""
        return str(re.findall(r"^WORKDIR (\S+)$", self.text("Dockerfile"), re.MULTILINE)[-1])


def servers() -> list[str]:
    """Return the servers that an image can run: those that are no part of a proxy."""
    found = [one for one in catalog.templates("server") if one.table("start").get("tcp")]
    return [one.name for one in found if one.table("provides").get("protocols") != ["embedded"]]


def stop_signal(server: str) -> str:
    """Return the signal at which a server finishes what it has begun."""
    return str(catalog.find("server", server).table("start").get("stop", "SIGTERM"))


def entry_of(number: int) -> str:
    """Return one way into a cluster after the other, so that each layout has both."""
    return ("ingress", "gateway")[number // 2 % 2]


def deployed(tool: Path, shared: Path, folder: Path, layout: str, *words: str, add: str = "") -> Generated:
    """Make a project in a folder, add something to it, deploy it."""
    origin = shared / f"read-{layout}"
    with alone(shared / f"read-{layout}.lock"):
        if not (origin / "done").exists():
            shutil.rmtree(origin, ignore_errors=True)
            origin.mkdir()
            begin(tool, origin, NAME, layout)
            (origin / "done").touch()
    project = folder / NAME
    shutil.copytree(origin / NAME, project)
    if add:
        run(tool, "add", add, cwd=project)
    said = run(tool, "deploy", *OPTIONS, *words, "--json", cwd=project)
    return Generated(project, json.loads(said)["start"])


def layout_of(number: int) -> str:
    """Return one layout after the other, so that both are spread over the cases."""
    return ("package", "module")[number % 2]
