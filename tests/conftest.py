"""What all tests share: the command line in process, and a fresh project to work on."""

import os
import signal
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from scaffold import __main__


@dataclass(frozen=True)
class Result:
    """What one command line gave back."""

    code: int
    out: str
    err: str


Scaffold = Callable[..., Result]


@pytest.fixture(scope="session", autouse=True)
def identity() -> None:
    """Let git commit also on a machine where nobody has told it who they are."""
    for role in ("AUTHOR", "COMMITTER"):
        os.environ.setdefault(f"GIT_{role}_NAME", "Test")
        os.environ.setdefault(f"GIT_{role}_EMAIL", "test@example.com")


@pytest.fixture(scope="session", autouse=True)
def ends() -> None:
    """Let what ends a program end one here, too: who was started in the background, or by nohup, is to ignore that."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if sys.platform != "win32":
        signal.signal(signal.SIGHUP, signal.SIG_DFL)


@pytest.fixture
def scaffold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Scaffold:
    """Run a command line in an empty folder and return its exit code and words."""
    monkeypatch.chdir(tmp_path)

    def run(*words: str) -> Result:
        capsys.readouterr()
        code = __main__.run(list(words))
        return Result(code, *capsys.readouterr())

    return run


@pytest.fixture(params=["package", "module"])
def layout(request: pytest.FixtureRequest) -> str:
    """Name each layout in turn."""
    return str(request.param)


@pytest.fixture
def project(scaffold: Scaffold, tmp_path: Path, layout: str) -> Iterator[Path]:
    """Make a fresh project and stand in it."""
    result = scaffold("new", "shop", "--layout", layout)
    assert result.code == 0, result.err
    os.chdir(tmp_path / "shop")
    yield tmp_path / "shop"
    os.chdir(tmp_path)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Print how many projects of the corpus were gone through, which probes can fail, and what was not proved.

    All of it is here: with several workers nobody loads the conftest.py of a folder where the report is written.
    """
    reports = [one for one in terminalreporter.getreports("passed") if "test_corpus.py::test_the_command" in one.nodeid]
    if reports:
        terminalreporter.write_line(f"{len(reports)} projects of the corpus")
    for one in [*terminalreporter.getreports("passed"), *terminalreporter.getreports("failed")]:
        for name, said in one.user_properties:
            if name == "mutations" and one.when == "call":
                terminalreporter.write_line(said)
    for line in _last(terminalreporter.getreports("passed")):
        terminalreporter.write_line(line)


def _last(passed: list[Any]) -> Iterator[str]:
    """Yield the last lines: what the matrix covers, and what no machine of ours can prove."""
    if any("tests/matrix/" in one.nodeid for one in passed):
        from tests.matrix import conftest

        yield from conftest.told(passed)
    if any("end_to_end/deploy/" in one.nodeid for one in passed):
        from tests.end_to_end.deploy.not_proved import NOT_PROVED

        yield from (f"not proved: {line}" for line in NOT_PROVED)


def tree(root: Path) -> dict[str, tuple[bytes, int]]:
    """Return every file below a folder with its bytes and mode."""
    return {
        path.relative_to(root).as_posix(): (path.read_bytes(), path.stat().st_mode & 0o777)
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }
