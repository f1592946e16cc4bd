"""What the end-to-end tests share: the tool as pip installs it from its wheel, and projects with their environments."""

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests import by_hand, everything

REPOSITORY = Path(__file__).parent.parent.parent
UV = Path(sys.executable).with_name("uv")


def run(*words: str | Path, cwd: Path, env: dict[str, str] | None = None, code: int | None = 0) -> str:
    """Run a program, check its exit code (None: any but 0), return what it printed."""
    done = subprocess.run(
        list(map(str, words)), cwd=cwd, env=env or clean_environment(), capture_output=True, text=True, check=False
    )
    as_wanted = done.returncode != 0 if code is None else done.returncode == code
    assert as_wanted, f"{words} gave {done.returncode}, not {code}:\n{done.stdout}\n{done.stderr}"
    return done.stdout + done.stderr


def clean_environment(**more: str) -> dict[str, str]:
    """Return the environment without what a virtualenv, Flask or a setting of ours put there."""
    ours = (
        "SECRET_KEY",
        "SECRET_KEY_FALLBACKS",
        "APP_ENV",
        "TRUSTED_HOSTS",
        "PROXY_HOPS",
        "VIRTUAL_ENV",
        "PYTHONPATH",
    )
    kept = {name: value for name, value in os.environ.items() if name not in ours and not name.startswith("FLASK_")}
    return {**kept, **more}


@contextmanager
def alone(lock: Path) -> Iterator[None]:
    """Let one of the test processes at a time do what all of them need."""
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder that all processes of this test run share."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


@pytest.fixture(scope="session")
def wheel(shared: Path) -> Path:
    """Build the wheel, once."""
    folder = shared / "wheel"
    with alone(shared / "wheel.lock"):
        if not folder.exists():
            run(UV, "build", "--wheel", "--quiet", "--out-dir", folder, REPOSITORY, cwd=REPOSITORY)
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="session")
def tool(shared: Path, wheel: Path) -> Path:
    """Return the command `scaffold`, installed by pip from the wheel into an environment that holds nothing else."""
    folder = shared / "tool"
    with alone(shared / "tool.lock"):
        if not folder.exists():
            run(sys.executable, "-m", "venv", folder, cwd=shared)
            # pip, not uv: it compiles every .py file it installs, those inside templates too.
            run(folder / "bin" / "python", "-m", "pip", "install", "--quiet", wheel, cwd=shared)
    return folder / "bin" / "scaffold"


@dataclass(frozen=True)
class Environment:
    """A project and the virtualenv that runs it."""

    project: Path
    tool: Path

    @property
    def bin(self) -> Path:
        return self.project / ".venv" / "bin"

    def run(self, *words: str | Path, code: int = 0, **variables: str) -> str:
        """Run a program of the virtualenv in the project's folder."""
        return run(self.bin / words[0], *words[1:], cwd=self.project, env=self.variables(**variables), code=code)

    def scaffold(self, *words: str, code: int = 0) -> str:
        """Run the tool in the project's folder."""
        return run(self.tool, *words, cwd=self.project, code=code)

    def variables(self, **more: str) -> dict[str, str]:
        """Return the environment of a shell in which the virtualenv is active."""
        return clean_environment(PATH=f"{self.bin}{os.pathsep}{os.environ['PATH']}", **more)


def install(project: Path) -> None:
    """Install what the project says it needs."""
    if (project / "requirements.txt").exists():
        run(UV, "pip", "install", "--quiet", "--python", ".venv/bin/python", "-r", "requirements.txt", cwd=project)
        return
    run(UV, "pip", "install", "--quiet", "--python", ".venv/bin/python", "-e", ".[dev]", cwd=project)


def begin(tool: Path, folder: Path, name: str, layout: str) -> Path:
    """Make a project as a new user does, or as somebody who has never heard of the tool; return its folder."""
    if layout == by_hand.LAYOUT:
        by_hand.write(folder / name)
    else:
        run(tool, "new", name, "--layout", layout, cwd=folder)
    return folder / name


def made(tool: Path, folder: Path, name: str, layout: str) -> Environment:
    """Make a project, and an environment that holds nothing yet."""
    begin(tool, folder, name, layout)
    run(UV, "venv", "--quiet", "--python", sys.executable, ".venv", cwd=folder / name)
    return Environment(folder / name, tool)


Maker = Callable[[str, str], Environment]


@pytest.fixture(scope="session")
def make(tool: Path, tmp_path_factory: pytest.TempPathFactory) -> Maker:
    """Make a project, and install what it says it needs."""

    def maker(name: str, layout: str) -> Environment:
        environment = made(tool, tmp_path_factory.mktemp(layout), name, layout)
        install(environment.project)
        return environment

    return maker


@pytest.fixture(scope="session")
def complete(tool: Path, shared: Path) -> Callable[[str], Environment]:
    """Give the project of a layout that has everything; the first who asks makes it."""

    def completed(layout: str) -> Environment:
        folder = shared / f"complete-{layout}"
        with alone(shared / f"complete-{layout}.lock"):
            if not (folder / "done").exists():
                shutil.rmtree(folder, ignore_errors=True)
                folder.mkdir()
                environment = made(tool, folder, everything.NAME, layout)
                for words in everything.commands():
                    environment.scaffold(*words)
                environment.scaffold("deploy", "--server", "gunicorn")
                install(environment.project)
                (folder / "done").touch()
        return Environment(folder / everything.NAME, tool)

    return completed
