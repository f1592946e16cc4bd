"""Projects on a machine with systemd, and requests to them: one, many, and as another user."""

import http.client
import shutil
import socket
import threading
import time
import tomllib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.end_to_end.conftest import run
from tests.end_to_end.deploy.nspawn import Machine

HOST = "example.com"
PATIENCE = 20.0
# Views that tell what the unit lets the app do; they go to the end of the file that servers are told to run.
VIEWS = """

import os  # noqa: E402
import time  # noqa: E402
from pathlib import Path  # noqa: E402

RELEASE = Path(__file__).with_name("release.txt").read_text().strip()


@app.get("/release")
def release() -> str:
    return f"{RELEASE} {os.getpid()}"


@app.get("/sleep")
def sleep() -> str:
    time.sleep(1.5)
    return "slept"


@app.get("/reach")
def reach() -> dict[str, object]:
    return {
        "user": os.getuid(),
        "groups": os.getgroups(),
        "written": [path for path in os.environ["TRIED"].split(":") if can_write(path)],
        "read": [path for path in os.environ["TRIED"].split(":") if os.access(path, os.R_OK)],
    }


def can_write(folder: str) -> bool:
    try:
        Path(folder, "written").write_text("x")
    except OSError:
        return False
    return True
"""
TRIED = (
    "/",
    "/etc",
    "/srv",
    "/srv/{name}",
    "/srv/{name}/instance",
    "/srv/{name}/deploy/secret.env",
    "/root",
    "/var/tmp",
)
FIRST = "first"


def made(tool: Path, folder: Path, name: str, layout: str, words: Sequence[str], *, data: bool = False) -> Path:
    """Make a project with a deployment, and views that tell what its unit lets it do; return its folder."""
    run(tool, "new", name, "--layout", layout, cwd=folder)
    project = folder / name
    if data:
        run(tool, "add", "login", cwd=project)
    run(tool, "deploy", *words, cwd=project)
    target = project / ("wsgi.py" if layout == "package" else "app.py")
    target.write_text(target.read_text() + VIEWS)
    (project / "release.txt").write_text(FIRST)
    with (project / "deploy" / "production.env").open("a") as file:
        file.write(f"TRIED={':'.join(TRIED).format(name=name)}\n")
    return project


def requirements(project: Path) -> list[str]:
    """Return what the project says it needs in production."""
    return list(tomllib.loads((project / "pyproject.toml").read_text())["project"]["dependencies"])


def bring(machine: Machine, project: Path) -> None:
    """Put the project where its deployment says, without what is of the machine that made it."""
    place = machine.path(f"/srv/{project.name}")
    shutil.copytree(project, place, ignore=shutil.ignore_patterns(".env", ".venv", "__pycache__", ".scaffold"))


def renew(machine: Machine, project: Path) -> None:
    """Bring a project that was changed; what the machine has made of its own stays."""
    place = machine.path(f"/srv/{project.name}")
    ignored = shutil.ignore_patterns(".env", ".venv", "__pycache__", ".scaffold")
    shutil.rmtree(place / "deploy" / "systemd")
    shutil.copytree(project, place, ignore=ignored, dirs_exist_ok=True)


@dataclass(frozen=True)
class Service:
    """A project on the machine, under systemd."""

    machine: Machine
    name: str

    @property
    def socket(self) -> Path:
        return self.machine.path(f"/run/{self.name}/{self.name}.sock")

    @property
    def activated(self) -> bool:
        return self.machine.path(f"/etc/systemd/system/{self.name}.socket").exists()

    @property
    def main(self) -> str:
        return self.machine.property(self.name, "MainPID")

    def tell(self, word: str) -> None:
        self.machine.run("systemctl", word, self.name)

    def release(self, text: str) -> None:
        """Bring new code."""
        self.machine.path(f"/srv/{self.name}/release.txt").write_text(text)


@dataclass(frozen=True)
class Answer:
    """What came back: a status and a text, or the name of what went wrong."""

    status: int
    text: str
    error: str = ""


class Connection(http.client.HTTPConnection):
    """An HTTP connection over a unix socket."""

    def __init__(self, path: Path) -> None:
        super().__init__(HOST, timeout=PATIENCE)
        self.path = str(path)

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(PATIENCE)
        self.sock.connect(self.path)


def ask(path: Path, url: str) -> Answer:
    """Send one request over a new connection, and say what came of it."""
    connection = Connection(path)
    try:
        connection.request("GET", url)
        response = connection.getresponse()
        return Answer(response.status, response.read().decode())
    except (OSError, http.client.HTTPException) as error:
        return Answer(0, "", f"{type(error).__name__}: {error}")
    finally:
        connection.close()


def until(path: Path, url: str, text: str = "") -> Answer:
    """Ask until the answer is there and holds this text."""
    end = time.monotonic() + PATIENCE
    while True:
        answer = ask(path, url)
        if answer.status == 200 and text in answer.text:
            return answer
        assert time.monotonic() < end, f"{url}: {answer}"
        time.sleep(0.05)


@dataclass
class Load:
    """What a load has met so far."""

    answers: list[Answer] = field(default_factory=list)
    slowest: float = 0.0

    @property
    def failed(self) -> list[Answer]:
        return [answer for answer in self.answers if answer.status != 200]


@contextmanager
def load(path: Path, url: str, threads: int = 4) -> Iterator[Load]:
    """Keep asking over new connections, until the block ends."""
    found, done = Load(), threading.Event()

    def keep_asking() -> None:
        while not done.is_set():
            start = time.monotonic()
            found.answers.append(ask(path, url))
            time.sleep(0 if found.answers[-1].status else 0.01)
            found.slowest = max(found.slowest, time.monotonic() - start)

    workers = [threading.Thread(target=keep_asking, daemon=True) for _ in range(threads)]
    for worker in workers:
        worker.start()
    try:
        yield found
    finally:
        done.set()
        for worker in workers:
            worker.join()
