"""`--diff` is the run: `git apply` of it gives the very tree, for every command that changes files."""

import shutil
import subprocess
from pathlib import Path

import pytest

from scaffold import catalog
from tests.conftest import Scaffold, tree

BEFORE: dict[str, list[list[str]]] = {
    "add": [],
    "add again with other methods": [["add", "route", "/note", "--returns", "json"]],
    "deploy": [["add", "route", "/user/<username>"]],
    "remove": [["add", "route", "/user/<username>"], ["deploy", "--server", "gunicorn"]],
    "undo": [["add", "route", "/user/<username>"], ["deploy", "--server", "gunicorn"]],
    "redo": [["add", "route", "/user/<username>"], ["undo"]],
}
COMMAND = {
    "add": ["add", "route", "/post/<int:post_id>", "--methods", "GET,POST"],
    "add again with other methods": ["add", "route", "/note", "--methods", "POST", "--returns", "json"],
    "deploy": ["deploy", "--server", "gunicorn"],
    "remove": ["remove", "route", "/user/<username>"],
    "undo": ["undo"],
    "redo": ["redo"],
}


def without_records(root: Path) -> dict[str, tuple[bytes, int]]:
    return {path: file for path, file in tree(root).items() if not path.startswith(".scaffold/")}


@pytest.mark.parametrize("what", COMMAND)
def test_git_apply_gives_what_the_run_gives(what: str, scaffold: Scaffold, project: Path, tmp_path: Path) -> None:
    for words in BEFORE[what]:
        assert scaffold(*words).code == 0
    copy = tmp_path / "copy"
    shutil.copytree(project, copy)

    diff = scaffold(*COMMAND[what], "--diff")
    run = scaffold(*COMMAND[what])

    assert (diff.code, run.code) == (0, 0), run.err
    subprocess.run(["git", "apply"], cwd=copy, input=diff.out.encode(), check=True)
    assert without_records(copy) == without_records(project)


@pytest.mark.parametrize("server", catalog.names("server"))
def test_every_server_goes_as_it_came(server: str, scaffold: Scaffold, project: Path) -> None:
    before = without_records(project)

    # What runs inside a proxy wants one of them.
    proxies = [[], *(["--proxy", name] for name in catalog.names("proxy"))]
    assert any(scaffold("deploy", "--server", server, *proxy).code == 0 for proxy in proxies)
    assert scaffold("undo").code == 0

    assert without_records(project) == before
