"""Environments: made once, kept, made anew, never half; with uv, and with venv and pip."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from scaffold.proof import cache, calls, environment
from scaffold.proof.environment import PIP, UV
from scaffold.proof.unmet import NotProved, Unmet
from tests import by_hand
from tests.proof.projects import write

OURS = ".".join(map(str, sys.version_info[:2]))
ROOT = sys.platform != "win32" and os.geteuid() == 0


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SCAFFOLD_CACHE", str(tmp_path / "cache"))
    # Ours, which need not be active.
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    # An index that does not answer is not asked for long.
    monkeypatch.setenv("UV_HTTP_RETRIES", "0")
    monkeypatch.setenv("PIP_RETRIES", "1")
    return tmp_path / "cache" / "environments"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return write(tmp_path / "shop", {"app.py": "", "requirements.txt": "# nothing yet\n"})


def environments(kept: Path) -> list[str]:
    return sorted(place.name for place in kept.iterdir() if place.is_dir())


def test_it_is_made_once(project: Path, kept: Path) -> None:
    first = environment.made(project)
    assert (first.how, first.was_cached) == (UV, False)
    assert subprocess.run([first.python, "-c", "import sys; print(sys.prefix)"], capture_output=True, text=True).stdout
    assert first.path().startswith(f"{first.bin}{os.pathsep}")
    second = environment.made(project, OURS)
    assert second == first.changed(was_cached=True)
    assert environments(kept) == [first.folder.name]


def test_other_needs_are_another_one(project: Path, kept: Path) -> None:
    first = environment.made(project)
    (project / "requirements.txt").write_text("# still nothing\n")
    second = environment.made(project)
    assert not second.was_cached
    assert len(environments(kept)) == 2
    assert second.folder != first.folder


def test_another_choice_of_versions_is_another_one(project: Path, kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    environment.made(project)
    monkeypatch.setenv("UV_RESOLUTION", "lowest-direct")
    assert not environment.made(project).was_cached
    monkeypatch.setenv("UV_HTTP_TIMEOUT", "7")
    assert environment.made(project).was_cached


def test_a_fresh_one_is_made_beside_that_in_use(project: Path, kept: Path) -> None:
    first = environment.made(project)
    fresh = environment.made(project, fresh=True)
    assert not fresh.was_cached
    assert fresh.folder != first.folder
    assert first.python.exists()
    assert environment.made(project).folder == fresh.folder
    # The earlier one goes when nobody has used it for a day.
    os.utime(first.folder / cache.DONE, (0, time.time() - cache.REPLACED - 60))
    environment.made(project)
    assert environments(kept) == [fresh.folder.name]


def test_one_that_was_not_finished_is_never_used(project: Path, kept: Path) -> None:
    first = environment.made(project)
    (first.folder / cache.DONE).unlink()
    second = environment.made(project)
    assert not second.was_cached
    assert second.folder != first.folder
    os.utime(first.folder, (0, 0))
    environment.made(project)
    assert environments(kept) == [second.folder.name]


def test_one_whose_python_is_gone_is_made_anew(project: Path, kept: Path) -> None:
    first = environment.made(project)
    first.python.unlink()
    first.python.symlink_to("/nowhere/python")
    second = environment.made(project)
    assert not second.was_cached
    assert environments(kept) == [second.folder.name]


def test_one_that_nobody_has_used_for_long_goes(project: Path, kept: Path) -> None:
    old = environment.made(project)
    os.utime(old.folder / cache.DONE, (0, time.time() - cache.UNUSED - 60))
    (project / "requirements.txt").write_text("# other\n")
    new = environment.made(project)
    assert environments(kept) == [new.folder.name]


def test_a_failed_installation_says_why_and_leaves_nothing(project: Path, kept: Path) -> None:
    (project / "requirements.txt").write_text("--no-index\nno-such-thing==1.2.3\n")
    with pytest.raises(Unmet) as raised:
        environment.made(project)
    assert "no-such-thing" in raised.value.got
    assert "-r requirements.txt" in raised.value.request
    assert environments(kept) == []


def test_an_index_that_does_not_answer_is_no_defect(project: Path, kept: Path) -> None:
    (project / "requirements.txt").write_text("--index-url http://127.0.0.1:9/simple\nno-such-thing\n")
    with pytest.raises(NotProved, match="no package index answers"):
        environment.made(project)
    assert environments(kept) == []


def test_another_host_that_does_not_answer_is_none_either(
    project: Path, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = "fatal: unable to access 'https://git.example/a.git/': Could not resolve host: git.example"
    failed = calls.Called(128, said, 0.0)
    monkeypatch.setattr(calls, "call", lambda *_: failed)
    with pytest.raises(NotProved, match=r"cannot be fetched: 'git\.example' cannot be reached"):
        environment.made(project)
    assert environments(kept) == []


def test_a_python_that_the_project_does_not_take(project: Path, kept: Path) -> None:
    text = '[project]\nname = "shop"\nrequires-python = "==2.7.*"\n'
    (project / "pyproject.toml").write_text(text)
    with pytest.raises(NotProved, match="it asks for"):
        environment.made(project, OURS)
    with pytest.raises(NotProved, match="which the project asks for"):
        environment.made(project)


def test_an_interruption_leaves_neither_a_part_of_it_nor_a_process(project: Path, kept: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        index = f"--index-url http://127.0.0.1:{silent.getsockname()[1]}/simple\n"
        (project / "requirements.txt").write_text(f"{index}no-such-thing\n")
        code = (
            "import sys, pathlib; from scaffold.proof import environment; environment.made(pathlib.Path(sys.argv[1]))"
        )
        with subprocess.Popen([sys.executable, "-c", code, str(project)], stderr=subprocess.PIPE, text=True) as run:
            # The installer has come to ask, and waits.
            silent.settimeout(20)
            asked, _ = silent.accept()
            assert len(environments(kept)) == 1
            run.send_signal(signal.SIGINT)
            assert "KeyboardInterrupt" in run.communicate(timeout=20)[1]
        asked.settimeout(5)
        while asked.recv(4096):
            pass  # what it asked; that nothing more can come tells that it has ended
        asked.close()
    assert environments(kept) == []


def test_two_runs_at_once_share_one(project: Path, kept: Path) -> None:
    code = (
        "import sys, pathlib; from scaffold.proof import environment\n"
        "found = environment.made(pathlib.Path(sys.argv[1])); print(found.folder, found.was_cached)"
    )
    words = [sys.executable, "-c", code, str(project)]
    runs = [subprocess.Popen(words, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    said = [run.communicate(timeout=60)[0].split() for run in runs]
    assert len({folder for folder, _ in said}) == 1
    assert sorted(was_cached for _, was_cached in said) == ["False", "True", "True"]
    assert len(environments(kept)) == 1


def test_a_folder_that_cannot_be_written_to(project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("SCAFFOLD_CACHE", str(tmp_path / "file"))
    with pytest.raises(NotProved, match="cannot be kept"):
        environment.made(project)


@pytest.mark.skipif(not ROOT, reason="only root's servers run as other accounts")
def test_what_root_keeps_can_be_read_by_every_account(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = Path(os.path.expanduser("~"))
    monkeypatch.delenv("SCAFFOLD_CACHE", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(project.parent))
    assert cache.folder() == project.parent / "scaffold" / "environments" or not cache._is_open(project.parent / "x")
    if home.stat().st_mode & 0o001 == 0:
        monkeypatch.delenv("XDG_CACHE_HOME")
        monkeypatch.setattr(cache, "SYSTEM", str(project.parent / "var"))
        assert cache.folder() == project.parent / "var" / "scaffold" / "environments"


@pytest.mark.skipif(not ROOT, reason="only root's servers run as other accounts")
def test_roots_umask_does_not_hide_it(project: Path, kept: Path) -> None:
    before = os.umask(0o077)
    try:
        found = environment.made(project)
    finally:
        os.umask(before)
    for place in [kept, found.folder, *found.folder.rglob("*")]:
        assert place.is_symlink() or place.name in (".lock", cache.DONE) or place.stat().st_mode & 0o044 == 0o044, place


def without_uv(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take uv off PATH, as it is for most."""
    folders = [one for one in os.environ["PATH"].split(os.pathsep) if not shutil.which("uv", path=one)]
    monkeypatch.setenv("PATH", os.pathsep.join(folders))


@pytest.mark.slow
@pytest.mark.parametrize("how", [UV, PIP])
def test_a_project_runs_its_tests_in_it(how: str, tmp_path: Path, kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if how == PIP:
        without_uv(monkeypatch)
    by_hand.write(tmp_path / "shop")
    # Nothing asks for pytest, but there are tests for it.
    (tmp_path / "shop" / "requirements.txt").write_text("flask\n")
    found = environment.made(tmp_path / "shop")
    assert found.how == how
    done = subprocess.run([found.python, "-m", "pytest", "-q"], cwd=tmp_path / "shop", capture_output=True, text=True)
    assert "1 passed" in done.stdout
    assert environment.made(tmp_path / "shop").was_cached
    assert json.loads((found.folder / cache.DONE).read_text())["how"] == how
    (tmp_path / "shop" / "requirements.txt").write_text("--index-url http://127.0.0.1:9/simple\nflask\n")
    with pytest.raises(NotProved, match="no package index answers"):
        environment.made(tmp_path / "shop")


@pytest.mark.slow
def test_what_is_locked_is_what_is_installed(tmp_path: Path, kept: Path) -> None:
    text = (
        '[project]\nname = "shop"\nversion = "1"\nrequires-python = ">=3.11"\ndependencies = ["click"]\n'
        '[dependency-groups]\ndev = ["iniconfig"]\n[tool.uv]\nconstraint-dependencies = ["click<8.2"]\n'
    )
    root = write(tmp_path / "shop", {"pyproject.toml": text, "shop/__init__.py": ""})
    subprocess.run(["uv", "lock", "--quiet"], cwd=root, check=True)
    # As a deployment adds a server, which the lock does not have.
    (root / "pyproject.toml").write_text(text.replace('["click"]', '["click", "itsdangerous"]'))
    found = environment.made(root)
    listed = subprocess.run(["uv", "pip", "freeze", "--python", found.python], capture_output=True, text=True).stdout
    names = {line.partition("==")[0] for line in listed.splitlines()}
    assert names == {"click", "iniconfig", "itsdangerous"}
    assert "click==8.1." in listed
    assert not (root / ".venv").exists()


@pytest.mark.slow
def test_a_project_that_only_its_own_build_knows(tmp_path: Path, kept: Path) -> None:
    setup = "from setuptools import setup\nsetup(name='shop', py_modules=['shop'], install_requires=['click'])\n"
    root = write(tmp_path / "shop", {"setup.py": setup, "shop.py": "import click\n"})
    found = environment.made(root)
    subprocess.run([found.python, "-c", "import click"], check=True)
    # The traces of the build are not in the project.
    assert sorted(place.name for place in root.iterdir()) == ["setup.py", "shop.py"]
