"""Changes in a project that exists are written all or none, and a killed run is taken back by the next command."""

import json
import os
import resource
import signal
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest

from scaffold import journal
from scaffold.changes import Changes
from scaffold.errors import Busy, CannotWrite, Changed, EditedSince, NotRestored, Unreadable, UnsafePath
from scaffold.lock import held
from tests.faults import counted, dies, failing, killing, snapshot


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "project"
    root.mkdir()
    (root / "app.py").write_bytes(b"old\n")
    (root / "gone.py").write_bytes(b"gone\n")
    return root


def planned(root: Path) -> Changes:
    changes = Changes(str(root))
    changes.put("app.py", b"new\n")
    changes.put("pages/user/show.html", b"<p>")
    changes.delete("gone.py")
    return changes


def kill(root: Path, call: str, nth: int) -> None:
    """Leave the project as a run does that is killed at the nth call of that name."""
    seen = []

    def fault(number: int, name: str, args: tuple[Any, ...]) -> None:
        seen.append(name)
        if seen.count(call) == nth:
            killing(number)(number, name, args)

    assert dies(planned(root).write, fault)


def test_a_project_where_nothing_happened_is_left_alone(root: Path) -> None:
    before = snapshot(root)
    with counted() as counter:
        assert journal.recover(str(root)) is False
    assert counter.calls == []
    assert snapshot(root) == before


def test_after_a_change_nothing_of_ours_is_left_but_what_was_planned(root: Path) -> None:
    planned(root).write()
    assert set(snapshot(root)) == {"app.py", "pages", "pages/user", "pages/user/show.html"}


def edited(root: Path) -> None:
    (root / "app.py").write_bytes(b"mine\n")


def made_executable(root: Path) -> None:
    (root / "app.py").chmod(0o755)


def removed(root: Path) -> None:
    (root / "gone.py").unlink()


def made_a_link(root: Path) -> None:
    (root / "app.py").rename(root / "main.py")
    (root / "app.py").symlink_to("main.py")


def made_a_folder(root: Path) -> None:
    (root / "gone.py").unlink()
    (root / "gone.py").mkdir()


def made_meanwhile(root: Path) -> None:
    (root / "pages" / "user").mkdir(parents=True)
    (root / "pages" / "user" / "show.html").write_bytes(b"<p>")


MEANWHILE = [edited, made_executable, removed, made_a_link, made_a_folder, made_meanwhile]


@pytest.mark.parametrize("happens", MEANWHILE, ids=lambda happens: happens.__name__.replace("_", " "))
def test_a_file_that_changed_since_it_was_read_is_not_written_over(root: Path, happens: Callable[[Path], None]) -> None:
    changes = planned(root)
    changes.check()
    happens(root)
    before = snapshot(root)
    with pytest.raises((Changed, CannotWrite)) as caught:
        changes.write()
    assert caught.value.exit_code == 3
    assert snapshot(root) == before


@pytest.mark.parametrize("happens", [edited, made_a_link], ids=lambda happens: happens.__name__.replace("_", " "))
def test_nor_one_that_changed_while_the_others_were_written(root: Path, happens: Callable[[Path], None]) -> None:
    (root / "pages" / "user").mkdir(parents=True)
    changes = planned(root)
    expected: dict[str, Any] = {}

    def meanwhile(number: int, name: str, args: tuple[Any, ...]) -> None:
        if name == "open" and "scaffold-" in str(args[0]) and not expected:
            happens(root)
            expected.update(snapshot(root))

    with pytest.raises(Changed), counted(meanwhile):
        changes.write()
    del expected[".scaffold"], expected[".scaffold/journal"]
    assert snapshot(root) == expected


def test_while_another_run_is_at_work_nothing_is_written_or_taken_back(root: Path) -> None:
    kill(root, "replace", 2)
    before = snapshot(root)
    for act in (planned(root).write, lambda: journal.recover(str(root))):
        with held(str(root)), pytest.raises(Busy) as caught:
            act()
        assert caught.value.exit_code == 3
        assert snapshot(root) == before


def test_of_many_runs_at_once_each_writes_everything_or_is_refused(root: Path) -> None:
    children = []
    for number in range(8):
        child = os.fork()
        if child == 0:
            code = 9
            try:
                changes = Changes(str(root))
                changes.put("app.py", b"old\n%d\n" % number)
                changes.put(f"pages/{number}.html", b"<p>")
                changes.write()
                code = 0
            except (Busy, Changed):
                code = 3
            finally:
                os._exit(code)
        children.append(child)
    codes = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
    assert set(codes) <= {0, 3}
    written = [number for number, code in enumerate(codes) if code == 0]
    assert written
    assert sorted(os.listdir(root / "pages")) == [f"{number}.html" for number in written]
    assert int((root / "app.py").read_bytes().split()[1]) in written
    assert sorted(os.listdir(root)) == ["app.py", "gone.py", "pages"]


def test_what_was_edited_after_the_kill_is_kept_and_told_once(root: Path) -> None:
    kill(root, "unlink", 2)  # every file is written, the journal still there
    (root / "app.py").write_bytes(b"the user's own\n")
    with pytest.raises(EditedSince, match=r"'app\.py' was edited since") as caught:
        journal.recover(str(root))
    assert caught.value.exit_code == 3
    assert (root / "app.py").read_bytes() == b"the user's own\n"
    assert (root / "gone.py").read_bytes() == b"gone\n"
    assert sorted(os.listdir(root)) == ["app.py", "gone.py"]
    assert journal.recover(str(root)) is False


def test_what_was_put_beside_our_files_after_the_kill_is_kept(root: Path) -> None:
    kill(root, "unlink", 2)
    (root / "pages" / "mine.html").write_text("mine")
    assert journal.recover(str(root)) is True
    assert set(snapshot(root)) == {"app.py", "gone.py", "pages", "pages/mine.html"}


def test_what_was_removed_after_the_kill_stays_removed(root: Path) -> None:
    kill(root, "unlink", 2)
    (root / "app.py").unlink()
    with pytest.raises(EditedSince):
        journal.recover(str(root))
    assert set(snapshot(root)) == {"gone.py"}


def test_a_file_is_put_back_together_with_its_folder(root: Path) -> None:
    (root / "old").mkdir()
    (root / "gone.py").rename(root / "old" / "gone.py")
    changes = Changes(str(root))
    changes.delete("old/gone.py")
    before = snapshot(root)

    def fault(number: int, name: str, args: tuple[Any, ...]) -> None:
        if name == "unlink" and str(args[0]).endswith("journal"):
            killing(number)(number, name, args)

    assert dies(changes.write, fault)
    (root / "old").rmdir()
    assert journal.recover(str(root)) is True
    assert snapshot(root) == before


@pytest.mark.parametrize("there", ["link", "folder"])
def test_what_took_the_place_of_our_file_after_the_kill_is_kept(root: Path, there: str) -> None:
    changes = Changes(str(root))
    changes.put("app.py", b"")  # as much as a link or a folder holds

    def fault(number: int, name: str, args: tuple[Any, ...]) -> None:
        if name == "unlink" and str(args[0]).endswith("journal"):
            killing(number)(number, name, args)

    assert dies(changes.write, fault)
    (root / "app.py").unlink()
    (root / "app.py").symlink_to("gone.py") if there == "link" else (root / "app.py").mkdir()
    with pytest.raises(EditedSince):
        journal.recover(str(root))
    assert (root / "app.py").is_symlink() if there == "link" else (root / "app.py").is_dir()
    assert sorted(os.listdir(root)) == ["app.py", "gone.py"]


def test_what_was_put_back_is_durable_before_the_journal_goes(root: Path) -> None:
    kill(root, "unlink", 2)
    steps: list[str] = []

    def see(number: int, name: str, args: tuple[Any, ...]) -> None:
        place = os.readlink(f"/proc/self/fd/{args[0]}") if isinstance(args[0], int) else args[0]
        steps.append(f"{name} {os.path.relpath(place, root)}")

    with counted(see):
        journal.recover(str(root))
    end = steps.index("unlink .scaffold/journal")
    last = max(number for number, step in enumerate(steps[:end]) if step.startswith(("replace", "unlink", "rmdir")))
    assert "fsync ." in steps[last:end]


def test_a_command_that_writes_takes_a_killed_one_back_first(root: Path) -> None:
    changes = Changes(str(root))
    changes.put("third.py", b"")
    kill(root, "replace", 2)
    changes.write()
    assert set(snapshot(root)) == {"app.py", "gone.py", "third.py"}
    assert (root / "app.py").read_bytes() == b"old\n"


def test_a_link_under_our_temporary_name_is_not_followed(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    victim = root.parent / "victim"
    victim.write_text("untouched")
    # The name cannot be guessed; this makes it known, for the sake of the test.
    monkeypatch.setattr(os, "urandom", lambda size: b"\0" * size)
    for number in range(3):
        (root / f".scaffold-{'00' * 6}-{number}").symlink_to(victim)
    with pytest.raises(CannotWrite, match=r"'app\.py'"):
        planned(root).write()
    assert victim.read_text() == "untouched"
    assert (root / "app.py").read_bytes() == b"old\n"


def test_two_runs_use_different_temporary_names(root: Path) -> None:
    names = set()

    def see(number: int, name: str, args: tuple[Any, ...]) -> None:
        if name == "replace":
            names.add(args[0])

    with counted(see):
        planned(root).write()
        changes = Changes(str(root))
        changes.put("app.py", b"newer\n")
        changes.write()
    assert len(names) == 3


def test_a_rollback_that_fails_says_so_and_the_next_command_finishes_it(root: Path) -> None:
    before = snapshot(root)
    with counted() as counter:
        planned(root).write()
    replaced = counter.calls.index("replace") + 2
    for path in ("pages/user/show.html", "pages/user", "pages"):
        (root / path).rmdir() if (root / path).is_dir() else (root / path).unlink()
    (root / "app.py").write_bytes(b"old\n")
    (root / "gone.py").write_bytes(b"gone\n")
    with pytest.raises(NotRestored, match="run any scaffold command here"), counted(failing(replaced, 5, lasting=True)):
        planned(root).write()
    assert snapshot(root) != before
    assert journal.recover(str(root)) is True
    assert snapshot(root) == before


def test_everything_is_durable_before_what_depends_on_it(root: Path) -> None:
    """A power cut keeps what was synced and may lose the rest, in any order."""
    steps: list[str] = []

    def see(number: int, name: str, args: tuple[Any, ...]) -> None:
        place = os.readlink(f"/proc/self/fd/{args[0]}") if isinstance(args[0], int) else args[0]
        shown = os.path.relpath(place, root)
        steps.append(f"{name} {'temporary' if '.scaffold-' in shown else shown}")

    with counted(see):
        planned(root).write()
    first_temporary = steps.index("open temporary")
    first_change = min(steps.index("replace temporary"), steps.index("unlink gone.py"))
    end = steps.index("unlink .scaffold/journal")
    assert {"fsync .scaffold/journal", "fsync .scaffold", "fsync ."} <= set(steps[:first_temporary])
    assert steps.count("fsync temporary") == steps[:first_change].count("fsync temporary") == 2
    assert {"fsync .", "fsync pages", "fsync pages/user"} <= set(steps[first_change:end])
    assert "fsync ." in steps[end:]


def test_a_disk_that_is_full_is_one_sentence_and_nothing_changes(root: Path) -> None:
    before = snapshot(root)
    changes = planned(root)
    changes.put("big.bin", bytes(100_000))
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, limits[1]))
    try:
        with pytest.raises(CannotWrite, match=r"Cannot write 'big\.bin': File too large\. Nothing was changed"):
            changes.write()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, ignored)
    assert snapshot(root) == before


def sides(before: bytes | None, after: bytes | None) -> dict[str, Any]:
    return {
        "before": None if before is None else {"data": b64encode(before).decode(), "mode": 0o644},
        "after": None if after is None else f"{len(after)}-{crc32(after):08x}",
    }


GOOD = {"token": "0a", "folders": ["pages"], "gone": {}, "files": {"app.py": sides(b"older\n", b"old\n")}}
HOSTILE: list[tuple[str, Any]] = [
    ("an empty object", {}),
    ("a list", []),
    ("a number", 7),
    ("null", None),
    ("one more key", {**GOOD, "more": 1}),
    ("a token that is a path", {**GOOD, "token": "../../x"}),
    ("a token that is a number", {**GOOD, "token": 5}),
    ("an empty token", {**GOOD, "token": ""}),
    ("folders that are no list", {**GOOD, "folders": "pages"}),
    ("a folder that is no text", {**GOOD, "folders": [1]}),
    ("a folder outside", {**GOOD, "folders": ["../beside"]}),
    ("a folder to make outside", {**GOOD, "gone": {"../beside/x": 0o755}}),
    ("a folder to make with more bits", {**GOOD, "gone": {"x": 0o17777}}),
    ("folders to make without modes", {**GOOD, "gone": ["x"]}),
    ("files that are a list", {**GOOD, "files": []}),
    ("a file outside", {**GOOD, "files": {"../victim": sides(b"", b"x")}}),
    ("an absolute file", {**GOOD, "files": {"/etc/passwd": sides(b"", b"x")}}),
    ("a file of git", {**GOOD, "files": {".git/hooks/post-commit": sides(b"", b"x")}}),
    ("a file beyond a link", {**GOOD, "files": {"link/victim": sides(b"hacked", b"untouched")}}),
    ("sides that are text", {**GOOD, "files": {"app.py": "x"}}),
    ("no sides", {**GOOD, "files": {"app.py": {}}}),
    ("neither side", {**GOOD, "files": {"app.py": sides(None, None)}}),
    ("data that is not base64", {**GOOD, "files": {"app.py": {"before": {"data": "?", "mode": 1}, "after": "x"}}}),
    ("a mode with more bits", {**GOOD, "files": {"app.py": {"before": {"data": "", "mode": 0o4755}, "after": "x"}}}),
    ("a negative mode", {**GOOD, "files": {"app.py": {"before": {"data": "", "mode": -1}, "after": "x"}}}),
    ("a mode that is text", {**GOOD, "files": {"app.py": {"before": {"data": "", "mode": "644"}, "after": "x"}}}),
]


def plant(root: Path, data: bytes) -> None:
    (root / ".scaffold").mkdir()
    (root / ".scaffold" / "journal").write_bytes(data)


def test_a_journal_of_this_form_is_taken(root: Path) -> None:
    plant(root, json.dumps(GOOD).encode())
    assert journal.recover(str(root)) is True
    assert (root / "app.py").read_bytes() == b"older\n"


@pytest.mark.parametrize(("name", "content"), HOSTILE, ids=[name for name, _ in HOSTILE])
def test_a_journal_that_is_not_ours_is_refused_in_one_sentence(root: Path, name: str, content: Any) -> None:
    (root.parent / "victim").write_text("untouched")
    (root.parent / "beside").mkdir()
    (root / "link").symlink_to("..")
    plant(root, json.dumps(content).encode())
    before = snapshot(root.parent)
    for act in (lambda: journal.recover(str(root)), planned(root).write):
        with pytest.raises((Unreadable, UnsafePath)) as caught:
            act()
        assert caught.value.message.count("\n") == 0
        assert snapshot(root.parent) == before


@pytest.mark.parametrize("data", [b"", b'{"token": "', b"\xff\xfe", b"[" * 100_000])
def test_a_journal_that_was_not_written_to_its_end_had_begun_nothing(root: Path, data: bytes) -> None:
    before = snapshot(root)
    plant(root, data)
    assert journal.recover(str(root)) is True
    assert snapshot(root) == before


def test_a_link_in_the_journals_place_is_not_read(root: Path) -> None:
    elsewhere = root.parent / "elsewhere"
    elsewhere.write_text(json.dumps(GOOD))
    (root / ".scaffold").mkdir()
    (root / ".scaffold" / "journal").symlink_to(elsewhere)
    journal.recover(str(root))
    assert elsewhere.exists()
    assert (root / "app.py").read_bytes() == b"old\n"


@pytest.mark.parametrize("there", ["a file", "a link", "a dangling link"])
def test_something_else_under_our_folders_name_is_not_ours(root: Path, there: str) -> None:
    if there == "a file":
        (root / ".scaffold").write_text("mine")
    else:
        (root.parent / "other").mkdir()
        (root / ".scaffold").symlink_to("../other" if there == "a link" else "nowhere")
    before = snapshot(root.parent)
    if there == "a file":
        assert journal.recover(str(root)) is False
    else:
        with pytest.raises(UnsafePath, match="'\\.scaffold' is a link"):
            journal.recover(str(root))
    assert snapshot(root.parent) == before
