"""Changes are planned in memory, checked together, and written all or none."""

import os
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from scaffold.changes import Changes
from scaffold.errors import CannotWrite, FileExists, Problems, ScaffoldError, Unreadable, UnsafePath
from tests.faults import snapshot


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "shop").mkdir()
    (tmp_path / "app.py").write_bytes(b"app\n")
    (tmp_path / "run.sh").write_bytes(b"#!/bin/sh\n")
    (tmp_path / "run.sh").chmod(0o750)
    (tmp_path / "shop" / "views.py").write_bytes(b"views\r\n")
    return tmp_path


def test_a_second_reader_sees_what_the_first_has_planned(root: Path) -> None:
    changes = Changes(str(root))
    assert changes.read("app.py") == b"app\n"
    assert changes.read("new.py") is None
    changes.put("app.py", b"one\n")
    changes.put("new.py", b"new\n")
    assert changes.read("app.py") == b"one\n"
    changes.delete("new.py")
    assert changes.read("new.py") is None
    assert (root / "app.py").read_bytes() == b"app\n"


def test_what_ends_as_it_was_is_no_operation_and_is_not_written(root: Path) -> None:
    before = (root / "app.py").stat().st_mtime_ns
    changes = Changes(str(root))
    changes.put("app.py", b"other\n")
    changes.put("app.py", b"app\n")
    changes.put("gone.py", b"")
    changes.delete("gone.py")
    assert changes.ops() == []
    changes.write()
    assert (root / "app.py").stat().st_mtime_ns == before
    assert not (root / ".scaffold").exists()


def test_each_operation_has_its_verb_and_they_are_sorted(root: Path) -> None:
    changes = Changes(str(root))
    changes.put("z/new.py", b"")
    changes.put("run.sh", b"#!/bin/sh\n", 0o755)
    changes.put("app.py", b"more\n")
    changes.delete("shop/views.py")
    assert [(op.verb, op.path) for op in changes.ops()] == [
        ("edit", "app.py"),
        ("edit", "run.sh"),
        ("delete", "shop/views.py"),
        ("create", "z/new.py"),
    ]


def test_an_edit_keeps_the_mode_and_a_secret_stays_one(root: Path) -> None:
    changes = Changes(str(root))
    changes.put("run.sh", b"#!/bin/bash\n")
    changes.put(".env", b"KEY=1\n", 0o600, secret=True)
    changes.put(".env", b"KEY=1\nMORE=2\n")
    changes.write()
    assert (root / "run.sh").stat().st_mode & 0o777 == 0o750
    assert (root / ".env").stat().st_mode & 0o777 == 0o600
    assert b"KEY" not in changes.diff()


def test_a_file_that_must_be_new_may_hold_the_same_bytes_already(root: Path) -> None:
    changes = Changes(str(root))
    changes.create("app.py", b"app\n")
    changes.create("new.py", b"new\n")
    with pytest.raises(FileExists, match=r"'app\.py' already exists and is not ours"):
        changes.create("app.py", b"other\n")
    assert [op.path for op in changes.ops()] == ["new.py"]


def test_the_files_of_the_project_are_those_that_will_be_there(root: Path) -> None:
    changes = Changes(str(root))
    assert changes.paths() == ["app.py", "run.sh", "shop/views.py"]
    changes.put("a.py", b"")
    changes.delete("run.sh")
    assert changes.paths() == ["a.py", "app.py", "shop/views.py"]


def test_a_project_that_is_not_there_yet_reads_as_empty(tmp_path: Path) -> None:
    changes = Changes(str(tmp_path / "new"))
    assert changes.read("app.py") is None
    assert changes.paths() == []


def test_a_new_project_gets_its_folders_files_and_modes(tmp_path: Path) -> None:
    changes = Changes(str(tmp_path / "shop"))
    changes.put("deep/down/run", b"#!/bin/sh\n", 0o755)
    changes.put("empty", b"")
    changes.put(".env", b"KEY=1\n", 0o600)
    changes.write()
    found = {path: (mode & 0o777, data) for path, (mode, data) in snapshot(tmp_path / "shop").items()}
    assert found["deep/down/run"] == (0o755, b"#!/bin/sh\n")
    assert found["empty"][1] == b""
    assert found[".env"] == (0o600, b"KEY=1\n")
    assert set(found) == {"deep", "deep/down", "deep/down/run", "empty", ".env"}
    assert os.listdir(tmp_path) == ["shop"]


def test_a_folder_that_is_to_go_goes_when_it_is_empty_and_else_stays(root: Path) -> None:
    (root / "empty" / "deep").mkdir(parents=True)
    changes = Changes(str(root))
    changes.delete("shop/views.py")
    for folder in ("shop", "empty", "nowhere", "app.py"):
        changes.delete_folder(folder)
    changes.write()
    assert sorted(os.listdir(root)) == ["app.py", "empty", "run.sh"]
    with pytest.raises(UnsafePath):
        changes.delete_folder("../shop")


def test_the_folders_that_will_be_made_are_known_beforehand(root: Path) -> None:
    changes = Changes(str(root))
    changes.put("shop/templates/user/show.html", b"")
    changes.put("shop/x.py", b"")
    changes.put("gone/x.py", b"")
    changes.delete("gone/x.py")
    assert changes.new_folders() == ["shop/templates", "shop/templates/user"]
    changes.write()
    assert changes.new_folders() == []


def test_the_file_behind_a_link_is_edited_and_the_link_stays(root: Path) -> None:
    (root / "main.py").symlink_to("app.py")
    (root / "code").symlink_to("shop")
    changes = Changes(str(root))
    changes.put("main.py", b"edited\n")
    assert changes.read("app.py") == b"edited\n"
    changes.put("code/views.py", b"edited\n")
    changes.put("code/new.py", b"new\n")
    changes.write()
    assert (root / "main.py").is_symlink()
    assert (root / "app.py").read_bytes() == (root / "shop" / "views.py").read_bytes() == b"edited\n"
    assert (root / "shop" / "new.py").read_bytes() == b"new\n"


def folder_in_the_way(root: Path, changes: Changes) -> None:
    (root / "new.py").mkdir()
    changes.put("new.py", b"")


def file_where_a_folder_goes(root: Path, changes: Changes) -> None:
    changes.put("app.py/x.py", b"")


def file_in_the_folder_of_a_planned_file(root: Path, changes: Changes) -> None:
    changes.put("new", b"")
    changes.put("new/x.py", b"")


def names_that_differ_by_case(root: Path, changes: Changes) -> None:
    changes.put("templates/User.html", b"")
    changes.put("templates/user.html", b"")


def folders_that_differ_by_case(root: Path, changes: Changes) -> None:
    changes.put("Templates/a.html", b"")
    changes.put("templates/b.html", b"")


def names_that_differ_by_unicode_form(root: Path, changes: Changes) -> None:
    changes.put("caf\u00e9.html", b"")
    changes.put("cafe\u0301.html", b"")


def a_rename_by_case(root: Path, changes: Changes) -> None:
    changes.delete("app.py")
    changes.put("App.py", b"")


def a_name_that_windows_reserves(root: Path, changes: Changes) -> None:
    changes.put("shop/aux.py", b"")


def a_link_out(root: Path, changes: Changes) -> None:
    (root / "out.py").symlink_to("/tmp/elsewhere.py")
    changes.put("out.py", b"")


def a_folder_that_is_a_link_out(root: Path, changes: Changes) -> None:
    (root / "out").symlink_to("..")
    changes.put("out/x.py", b"")


def a_folder_that_became_a_link(root: Path, changes: Changes) -> None:
    changes.put("pages/x.py", b"")
    (root / "pages").symlink_to("shop")


def a_path_upwards(root: Path, changes: Changes) -> None:
    changes.put("../x.py", b"")


def our_folder_is_a_link(root: Path, changes: Changes) -> None:
    (root / ".scaffold").symlink_to("shop")
    changes.put("new.py", b"")


def our_folder_is_a_file(root: Path, changes: Changes) -> None:
    (root / ".scaffold").write_text("mine")
    changes.put("new.py", b"")


def a_pipe(root: Path, changes: Changes) -> None:
    os.mkfifo(root / "pipe")
    changes.put("pipe", b"")


def a_link_to_itself(root: Path, changes: Changes) -> None:
    (root / "loop").symlink_to("loop")
    changes.put("loop", b"")


@pytest.mark.parametrize(
    ("plan", "error"),
    [
        (folder_in_the_way, CannotWrite),
        (file_where_a_folder_goes, CannotWrite),
        (file_in_the_folder_of_a_planned_file, CannotWrite),
        (names_that_differ_by_case, UnsafePath),
        (folders_that_differ_by_case, UnsafePath),
        (names_that_differ_by_unicode_form, UnsafePath),
        (a_rename_by_case, UnsafePath),
        (a_name_that_windows_reserves, UnsafePath),
        (a_link_out, UnsafePath),
        (a_folder_that_is_a_link_out, UnsafePath),
        (a_folder_that_became_a_link, UnsafePath),
        (a_path_upwards, UnsafePath),
        (our_folder_is_a_link, UnsafePath),
        (our_folder_is_a_file, CannotWrite),
        (a_pipe, Unreadable),
        (a_link_to_itself, Unreadable),
    ],
    ids=lambda value: value.__name__.replace("_", " "),
)
def test_what_cannot_be_written_is_refused_and_nothing_is(
    plan: "Callable[[Path, Changes], None]", error: type[ScaffoldError], root: Path
) -> None:
    changes = Changes(str(root))
    changes.put("aaa.py", b"would be written first")

    def refused() -> None:
        plan(root, changes)
        changes.write()

    with pytest.raises(error) as caught:
        refused()
    assert caught.value.exit_code in (3, 4)
    assert "aaa.py" not in os.listdir(root)
    assert (root / "app.py").read_bytes() == b"app\n"
    assert not [name for name in os.listdir(root) if name.startswith(".scaffold-")]


def test_all_problems_are_told_together(root: Path) -> None:
    (root / "pages").mkdir()
    changes = Changes(str(root))
    changes.put("pages", b"")
    changes.put("app.py/x.py", b"")
    changes.put("nul.txt", b"")
    with pytest.raises(Problems) as caught:
        changes.check()
    for path in ("'pages'", "'app.py/x.py'", "'nul.txt'"):
        assert path in caught.value.message
    assert caught.value.exit_code == 3


def test_a_name_that_other_systems_cannot_hold_can_still_be_edited(root: Path) -> None:
    (root / "what?.py").write_bytes(b"one\n")
    changes = Changes(str(root))
    changes.put("what?.py", b"two\n")
    changes.write()
    assert (root / "what?.py").read_bytes() == b"two\n"


def test_a_folder_where_a_file_was_looked_for_reads_as_no_file(root: Path) -> None:
    assert Changes(str(root)).read("shop") is None


def as_nobody(act: Callable[[Path], None]) -> None:
    """Do it as a user without privileges, in a folder of theirs."""
    with TemporaryDirectory() as folder:
        if os.geteuid() != 0:
            act(Path(folder))
            return
        os.chown(folder, 65534, 65534)
        child = os.fork()
        if child == 0:
            code = 1
            try:
                os.setgroups([])
                os.setgid(65534)
                os.setuid(65534)
                act(Path(folder))
                code = 0
            except BaseException:  # told below; nothing of pytest's may run twice
                import traceback

                traceback.print_exc()
            finally:
                os._exit(code)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_a_read_only_file_or_folder_is_told_before_anything_is_written() -> None:
    def act(root: Path) -> None:
        (root / "locked.py").write_text("mine")
        (root / "locked.py").chmod(0o444)
        (root / "closed").mkdir()
        (root / "closed").chmod(0o555)
        before = snapshot(root)
        for path, word in (("locked.py", "it is read-only"), ("closed/x/y.py", "the folder 'closed' is read-only")):
            changes = Changes(str(root))
            changes.put(path, b"new")
            changes.put("aaa.py", b"new")
            with pytest.raises(CannotWrite, match=word):
                changes.write()
        (root / "closed").chmod(0o755)
        before["closed"] = (before["closed"][0] | 0o200, b"")
        assert snapshot(root) == before

    as_nobody(act)


def test_a_file_that_may_not_be_read_is_one_sentence() -> None:
    def act(root: Path) -> None:
        (root / "app.py").write_text("")
        (root / "app.py").chmod(0)
        with pytest.raises(Unreadable, match=r"'app\.py' cannot be read: Permission denied"):
            Changes(str(root)).read("app.py")

    as_nobody(act)


def test_a_project_in_a_folder_that_may_not_be_written_is_refused() -> None:
    def act(root: Path) -> None:
        (root / "closed").mkdir()
        (root / "closed").chmod(0o555)
        changes = Changes(str(root / "closed" / "shop"))
        changes.put("app.py", b"")
        with pytest.raises(CannotWrite, match="the folder 'closed' is read-only"):
            changes.write()
        assert os.listdir(root / "closed") == []

    as_nobody(act)


def test_an_empty_folder_of_ones_own_below_one_that_is_not_is_filled() -> None:
    def act(root: Path) -> None:
        (root / "theirs" / "mine").mkdir(parents=True)
        (root / "theirs").chmod(0o555)
        changes = Changes(str(root / "theirs" / "mine"))
        changes.put("app.py", b"")
        changes.write()
        assert os.listdir(root / "theirs" / "mine") == ["app.py"]
        (root / "theirs").chmod(0o755)

    as_nobody(act)
