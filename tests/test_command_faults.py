"""Every command that changes files, with every one of its mutating calls failing or killed in turn."""

import os
import shutil
from functools import partial
from itertools import cycle
from pathlib import Path

import pytest

from scaffold import plan, rotation
from scaffold.__main__ import run
from tests.faults import CODES, Tree, counted, dies, failing, killing, snapshot

pytestmark = pytest.mark.slow

ADD = ["add", "route", "/user/<name>", "--project", "shop"]
DEPLOY = ["deploy", "--server", "gunicorn", "--project", "shop"]
FORM = ["add", "form", "contact", "email:email", "--project", "shop"]
# What is done before, and the command.
COMMANDS: dict[str, tuple[list[list[str]], list[str]]] = {
    "new": ([], ["new", "shop"]),
    "add": ([["new", "shop"]], ADD),
    "deploy": ([["new", "shop", "--layout", "module"], ADD], DEPLOY),
    "add what brings something": ([["new", "shop"]], FORM),
    "remove what brought something": ([["new", "shop"], FORM], ["remove", "form", "contact", "--project", "shop"]),
    "remove": ([["new", "shop"], ADD, DEPLOY], ["remove", "route", "/user/<name>", "--project", "shop"]),
    "undo": ([["new", "shop", "--layout", "module"], DEPLOY, ADD], ["undo", "--project", "shop"]),
    "redo": ([["new", "shop"], ADD, ["undo", "--project", "shop"]], ["redo", "--project", "shop"]),
    "secret new": ([["new", "shop"]], ["secret", "new", "--project", "shop"]),
    "secret rotate": ([["new", "shop"]], ["secret", "rotate", "--project", "shop"]),
    "secret rotate of a file": ([["new", "shop"]], ["secret", "rotate", "--file", "shop/.env"]),
}
# What a user does besides, before the command.
REMOVED = {"secret new": ["shop/.env"]}


class Trial:
    """A command in a folder of its own, brought back to where it begins as often as it takes."""

    def __init__(self, name: str, folder: Path) -> None:
        before, self.words = COMMANDS[name]
        self.root, self.kept = folder / "root", folder / "kept"
        self.root.mkdir()
        os.chdir(self.root)
        for words in before:
            assert run(words) == 0
        for path in REMOVED.get(name, []):
            (self.root / path).unlink()
        shutil.copytree(self.root, self.kept)
        self.old = snapshot(self.root)
        with counted() as counter:
            assert run(self.words) == 0
        self.calls = counter.calls
        self.new = snapshot(self.root)
        assert self.old != self.new

    def begin(self) -> None:
        for entry in self.root.iterdir():
            shutil.rmtree(entry)
        shutil.copytree(self.kept, self.root, dirs_exist_ok=True)

    def mended(self) -> Tree:
        """Return the tree after what a user does next: any command, or the same `new` again."""
        if (self.root / "shop").exists():
            assert run(["log", "--project", "shop"]) == 0
        else:
            assert run(["new", "shop"]) == 0
        return snapshot(self.root)


@pytest.fixture
def trial(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Trial:
    monkeypatch.setattr(plan, "random_key", lambda: "0123456789abcdef" * 4)
    monkeypatch.setattr(rotation, "random_key", lambda: "fedcba9876543210" * 4)
    monkeypatch.chdir(tmp_path)
    return Trial(request.param, tmp_path)


each_command = pytest.mark.parametrize("trial", COMMANDS, indirect=True)


@each_command
def test_a_call_that_fails_leaves_the_old_tree_or_the_new_one(trial: Trial) -> None:
    for at, code in zip(range(1, len(trial.calls) + 1), cycle(CODES), strict=False):
        trial.begin()
        with counted(failing(at, code)):
            result = run(trial.words)
        assert result in (0, 3), f"call {at}, {trial.calls[at - 1]}"
        assert snapshot(trial.root) == (trial.old if result else trial.new), f"call {at}, {trial.calls[at - 1]}"


@each_command
def test_a_kill_leaves_the_old_tree_or_the_new_one(trial: Trial) -> None:
    killed = 0
    for at in range(1, len(trial.calls) + 1):
        trial.begin()
        killed += dies(partial(run, trial.words), killing(at))
        assert trial.mended() in (trial.old, trial.new), f"call {at}, {trial.calls[at - 1]}"
    print(f"{killed} points of '{' '.join(trial.words)}'")
    assert killed == len(trial.calls)
