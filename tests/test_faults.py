"""Whatever fails, at whatever call: afterwards the tree is the old one or the new one, and nothing else is left."""

import os
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import count, cycle
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from scaffold import journal
from scaffold.__main__ import run
from scaffold.changes import Changes
from scaffold.errors import CannotWrite, ScaffoldError
from scaffold.signals import NUMBERS
from tests.faults import CODES, Fault, Tree, counted, dies, failing, killing, signalling, snapshot

# Thousands of trees are made and removed here: in memory, where there is a file system in it.
MEMORY = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None


@dataclass(frozen=True)
class Scenario:
    """A tree as it is before, what is done to it, and what the next command does first."""

    name: str
    before: Callable[[Path], None]
    act: Callable[[Path], None]
    next: Callable[[Path], None]


def new_files(root: Path) -> Changes:
    changes = Changes(str(root / "shop"))
    changes.put(".env", b"SECRET_KEY=1\n", 0o600, secret=True)
    changes.put(".scaffold/new.0.1.0.json", b"{}\n")
    changes.put("README.md", b"# shop\n")
    changes.put("bin/run", b"#!/bin/sh\n", 0o755)
    changes.put("shop/__init__.py", b"")
    changes.put("shop/static/logo.png", bytes(range(256)))
    return changes


def nothing_yet(root: Path) -> None:
    (root / "other.txt").write_text("keep")


def an_empty_folder(root: Path) -> None:
    (root / "shop").mkdir(mode=0o750)


def a_leftover(root: Path) -> None:
    """Leave what a killed `new` of another version left."""
    stage = root / ".shop.scaffold"
    (stage / ".scaffold").mkdir(parents=True)
    (stage / ".scaffold" / "old.json").write_text("{}")
    (stage / "shop" / "deep").mkdir(parents=True)
    (stage / "shop" / "deep" / "old.py").write_text("old")
    (stage / "zebra.txt").write_text("old")


def make_new(root: Path) -> None:
    new_files(root).write()


def make_new_if_missing(root: Path) -> None:
    """Do what a user does next: the same command again, unless the project is there."""
    journal.recover(str(root / "shop"))
    if not (root / "shop" / "README.md").exists():
        make_new(root)


def make_far_away(root: Path) -> None:
    changes = Changes(str(root / "work" / "2026" / "shop"))
    changes.put("app.py", b"app = 1\n")
    changes.write()


def make_far_away_if_missing(root: Path) -> None:
    journal.recover(str(root / "work" / "2026" / "shop"))
    if not (root / "work" / "2026" / "shop").exists():
        make_far_away(root)


def a_foreign_project(root: Path) -> None:
    (root / "app.py").write_bytes(b"app = Flask(__name__)\r\n")
    (root / "run.sh").write_bytes(b"#!/bin/sh\nflask run\n")
    (root / "run.sh").chmod(0o755)
    (root / "empty.py").write_bytes(b"")
    (root / "secret.cfg").write_bytes(b"\x00\xff")
    (root / "secret.cfg").chmod(0o640)
    (root / "old").mkdir()
    (root / "old" / "gone.py").write_bytes(b"gone")
    (root / "old" / "stays.py").write_bytes(b"stays")
    (root / "lone" / "deep").mkdir(parents=True)
    (root / "lone").chmod(0o2750)
    (root / "lone" / "deep" / "gone.py").write_bytes(b"gone")
    (root / "mode.sh").write_bytes(b"#!/bin/sh\n")
    (root / "mode.sh").chmod(0o644)


def our_project(root: Path) -> None:
    a_foreign_project(root)
    (root / ".scaffold").mkdir()
    (root / ".scaffold" / "new.0.1.0.json").write_text("{}")


def planned(root: Path) -> Changes:
    changes = Changes(str(root))
    changes.put("app.py", b"app = Flask(__name__)\r\nmore\r\n")
    changes.put("run.sh", b"#!/bin/sh\nflask run --debug\n")
    changes.put("empty.py", b"no more\n")
    changes.put("secret.cfg", b"\x00\xfe")
    changes.put("mode.sh", b"#!/bin/sh\n", 0o755)
    changes.delete("old/gone.py")
    changes.delete("lone/deep/gone.py")
    for folder in ("lone", "lone/deep", "old", "pages"):  # of which two will be empty
        changes.delete_folder(folder)
    changes.put("shop/templates/user/show.html", b"<p>")
    changes.put("shop/templates/base.html", b"")
    changes.put("tests/test_user.py", b"def test(): ...\n", 0o600)
    return changes


def change_all(root: Path) -> None:
    changes = planned(root)
    changes.put(".scaffold/route.1.2.1.json", b"{}\n")
    changes.write()


def change_without_record(root: Path) -> None:
    planned(root).write()


def recover(root: Path) -> None:
    journal.recover(str(root))


def killed_at(call: str, nth: int, begin: Callable[[Path], None]) -> Callable[[Path], None]:
    """Return what leaves the tree of a run that was killed at the nth call of that name (negative: from the end)."""

    def before(root: Path) -> None:
        begin(root)
        copy = root.with_name("copy")
        shutil.copytree(root, copy)
        with counted() as counter:
            change_all(copy)
        shutil.rmtree(copy)
        at = [number for number, name in enumerate(counter.calls, 1) if name == call][nth]
        assert dies(lambda: change_all(root), killing(at))

    return before


WITHOUT_RECORD = (make_far_away, change_without_record)
SCENARIOS = [
    Scenario("new project", nothing_yet, make_new, make_new_if_missing),
    Scenario("new project in an empty folder", an_empty_folder, make_new, make_new_if_missing),
    Scenario("new project after a killed one", a_leftover, make_new, make_new_if_missing),
    Scenario("new project below new folders", nothing_yet, make_far_away, make_far_away_if_missing),
    Scenario("change in a project of ours", our_project, change_all, recover),
    Scenario("change in a foreign project", a_foreign_project, change_all, recover),
    Scenario("change that leaves no record", a_foreign_project, change_without_record, recover),
]
RECOVERIES = [
    Scenario("recovery of a half-written journal", killed_at("write", 0, a_foreign_project), recover, recover),
    Scenario("recovery before the first rename", killed_at("replace", 0, our_project), recover, recover),
    Scenario("recovery amid the renames", killed_at("replace", 4, a_foreign_project), recover, recover),
    Scenario("recovery before the journal goes", killed_at("unlink", -1, our_project), recover, recover),
]
everything = pytest.mark.parametrize("scenario", [*SCENARIOS, *RECOVERIES], ids=lambda scenario: scenario.name)


class Trial:
    """A scenario in a folder of its own, brought back to its beginning as often as it takes."""

    def __init__(self, scenario: Scenario, folder: Path) -> None:
        self.scenario = scenario
        self.root = folder / "root"
        self.kept = folder / "kept"
        self.root.mkdir()
        scenario.before(self.root)
        shutil.copytree(self.root, self.kept, symlinks=True)
        self.old = snapshot(self.root)
        with counted() as counter:
            scenario.act(self.root)
        self.calls = counter.calls
        self.new = snapshot(self.root)
        assert self.old != self.new

    @property
    def final(self) -> int:
        """Return the call that makes it final: the rename of a project, the removal of the journal."""
        if "rename" in self.calls:
            return self.calls.index("chmod" if "chmod" in self.calls else "rename") + 1
        return len(self.calls) - self.calls[::-1].index("unlink")

    def begin(self) -> Path:
        if snapshot(self.root) != self.old:
            shutil.rmtree(self.root)
            shutil.copytree(self.kept, self.root, symlinks=True)
        return self.root

    def is_old(self) -> bool:
        return self._without_stage(snapshot(self.root)) == self._without_stage(self.old)

    def is_new(self) -> bool:
        return snapshot(self.root) == self.new

    def _without_stage(self, tree: Tree) -> Tree:
        # What a killed `new` left before this one is in nobody's way, and goes at its first chance.
        return {path: file for path, file in tree.items() if not path.startswith(".shop.scaffold")}


@pytest.fixture
def trial(scenario: Scenario) -> Iterator[Trial]:
    with TemporaryDirectory(dir=MEMORY) as folder:
        yield Trial(scenario, Path(folder))


def attempt(trial: Trial, fault: Fault) -> ScaffoldError | None:
    """Act under the fault; return the refusal it ends in, if it does."""
    try:
        with counted(fault):
            trial.scenario.act(trial.root)
    except ScaffoldError as error:
        return error
    return None


@everything
def test_a_call_that_fails_leaves_the_old_tree_and_one_sentence(trial: Trial) -> None:
    for at, code in zip(range(1, len(trial.calls) + 1), cycle(CODES), strict=False):
        root = trial.begin()
        where = f"call {at}, {trial.calls[at - 1]}"
        error = attempt(trial, failing(at, code))
        assert error is None or os.strerror(code) in error.message, where
        if error and trial.scenario not in RECOVERIES:
            assert isinstance(error, CannotWrite), where
            assert trial.is_old(), where
        else:
            if error or trial.scenario.act in WITHOUT_RECORD:
                trial.scenario.next(root)  # goes on with it, or removes a folder of ours that had to stay, empty
            assert trial.is_new(), where


@everything
def test_a_disk_that_goes_bad_and_stays_so_is_mended_by_the_next_command(trial: Trial) -> None:
    for at in range(1, len(trial.calls) + 1):
        root = trial.begin()
        where = f"call {at}, {trial.calls[at - 1]}"
        error = attempt(trial, failing(at, CODES[0], lasting=True))
        trial.scenario.next(root)
        assert error or trial.is_new(), where
        assert trial.is_new() or trial.is_old(), where


@everything
def test_a_killed_run_is_mended_by_the_next_command(trial: Trial) -> None:
    for at in count(1):
        root = trial.begin()
        if not dies(partial(trial.scenario.act, root), killing(at)):
            assert at == len(trial.calls) + 1
            return
        trial.scenario.next(root)
        assert trial.is_new() or trial.is_old(), f"call {at}, {trial.calls[at - 1]}"


@everything
def test_an_interrupted_run_is_rolled_back(trial: Trial) -> None:
    for at, number in zip(range(1, len(trial.calls) + 1), cycle(NUMBERS), strict=False):
        root = trial.begin()
        handler = signal.getsignal(number)
        where = f"call {at}, {trial.calls[at - 1]}"
        try:
            with counted(signalling(at, number)):
                trial.scenario.act(root)
        except KeyboardInterrupt:
            assert trial.scenario in RECOVERIES or at < trial.final, where
            assert trial.is_new() if trial.scenario in RECOVERIES else trial.is_old(), where
        else:
            assert at >= trial.final, where
            assert trial.is_new(), where
        assert signal.getsignal(number) == handler


COMMANDS = [
    ["new", "shop"],
    ["add", "route", "/user/<name>", "--project", "shop"],
    ["deploy", "--server", "gunicorn", "--project", "shop"],
    ["remove", "route", "/user/<name>", "--project", "shop"],
    ["undo", "--project", "shop"],
    ["redo", "--project", "shop"],
]


def test_no_command_changes_the_disk_anywhere_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """So what holds here of every call holds of every command."""
    monkeypatch.chdir(tmp_path)
    places: list[str] = []

    def see(number: int, name: str, args: tuple[Any, ...]) -> None:
        frame = sys._getframe()
        modules = set()
        while frame := frame.f_back:  # type: ignore[assignment]
            modules.add(frame.f_globals.get("__name__"))
        places.append("known" if modules & {"scaffold.journal", "scaffold.stage"} else f"{name} {args}")

    for words in COMMANDS:
        before = snapshot(tmp_path)
        with counted(see):
            assert run(words) == 0, words
        assert snapshot(tmp_path) != before, words
    assert set(places) == {"known"}


@pytest.mark.parametrize("at", [5, 40, 80])
def test_a_killed_new_in_a_folder_that_held_something_is_done_again(
    at: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "README.md").write_text("mine\n")
    before = snapshot(tmp_path)
    words = ["new", "shop", "--project", "."]
    assert dies(partial(run, words), killing(at))
    assert snapshot(tmp_path) != before
    assert run(words) == 0
    assert not [name for name in os.listdir(tmp_path) if name.startswith(".scaffold-")]
    assert (tmp_path / "README.md").read_text() == "mine\n"


def test_every_changing_call_was_tried(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    points = {}
    for number, scenario in enumerate([*SCENARIOS, *RECOVERIES]):
        folder = tmp_path / str(number)
        folder.mkdir()
        points[scenario.name] = Trial(scenario, folder).calls
    with capsys.disabled():
        print(f"\n{sum(map(len, points.values()))} fault points in {len(points)} scenarios")
    tried = {name for calls in points.values() for name in calls}
    assert tried == {"open", "write", "fsync", "replace", "rename", "unlink", "mkdir", "rmdir", "chmod", "fchmod"}
