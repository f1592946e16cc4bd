"""The calls that change the disk do no more than they say."""

import os
import stat
from pathlib import Path
from types import SimpleNamespace

import pytest

from scaffold import disk
from scaffold.errors import CannotWrite, NotRestored
from tests.faults import counted, failing, snapshot


@pytest.mark.parametrize("mode", [0o600, 0o644, 0o755, 0o444, 0o777])
def test_a_file_gets_its_mode_whatever_the_umask(tmp_path: Path, mode: int) -> None:
    place = str(tmp_path / "file")
    before = os.umask(0o077)
    try:
        disk.write_file(place, b"data", mode)
    finally:
        os.umask(before)
    assert disk.found(place) == (b"data", mode)


def test_a_file_without_a_mode_gets_what_the_umask_leaves(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        disk.write_file(str(tmp_path / "file"), b"", None)
    finally:
        os.umask(before)
    assert disk.found(str(tmp_path / "file")) == (b"", 0o640)


def test_a_secret_is_readable_by_nobody_else_from_its_first_byte(tmp_path: Path) -> None:
    modes = []

    def look(number: int, name: str, args: "tuple[object, ...]") -> None:
        if name == "write":
            modes.append(stat.S_IMODE((tmp_path / "file").stat().st_mode))

    with counted(look):
        disk.write_file(str(tmp_path / "file"), b"secret", 0o600)
    assert modes == [0o600]


def test_a_write_that_takes_less_than_it_was_given_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.write
    monkeypatch.setattr(os, "write", lambda handle, data: real(handle, data[:3]))
    disk.write_file(str(tmp_path / "file"), b"0123456789", None)
    assert (tmp_path / "file").read_bytes() == b"0123456789"


@pytest.mark.parametrize("there", ["file", "link", "dangling link", "folder"])
def test_nothing_that_is_there_is_written_over_or_through(tmp_path: Path, there: str) -> None:
    place = tmp_path / "place"
    (tmp_path / "other").write_text("kept")
    if there == "file":
        place.write_text("kept")
    elif there == "folder":
        place.mkdir()
    else:
        place.symlink_to("other" if there == "link" else "nowhere")
    before = snapshot(tmp_path)
    with pytest.raises(FileExistsError):
        disk.write_file(str(place), b"new", None)
    assert snapshot(tmp_path) == before


def test_a_file_that_replaces_another_gets_its_owner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[tuple[int, int]] = []
    (tmp_path / "old").write_text("")
    # Only root can give files away: what is asked of the system is looked at here, by whoever runs this.
    monkeypatch.setattr(os, "stat", lambda place: SimpleNamespace(st_uid=1234, st_gid=2345))
    monkeypatch.setattr(os, "fchown", lambda handle, user, group: given.append((user, group)))
    disk.write_file(str(tmp_path / "new"), b"", 0o640, replaced=str(tmp_path / "old"))
    assert given == [(1234, 2345)]


def test_an_owner_that_cannot_be_kept_stops_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "stat", lambda place: SimpleNamespace(st_uid=1234, st_gid=2345))
    with counted(lambda number, name, args: failing(number, 1)(number, name, args) if name == "fchown" else None):
        disk.write_file(str(tmp_path / "new"), b"new", 0o640, replaced=str(tmp_path / "old"))
    assert disk.found(str(tmp_path / "new")) == (b"new", 0o640)


def test_what_is_found_tells_a_file_from_what_only_has_its_name(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"x")
    (tmp_path / "file").chmod(0o640)
    (tmp_path / "link").symlink_to("file")
    os.mkfifo(tmp_path / "pipe")
    assert disk.found(str(tmp_path / "file")) == (b"x", 0o640)
    for name in ("link", "pipe", ""):
        assert disk.found(str(tmp_path / name)) == (b"", disk.NO_FILE)
    for name in ("nothing", "file/below", "no/where"):
        assert disk.found(str(tmp_path / name)) is None


def test_folders_are_made_with_those_above_and_told(tmp_path: Path) -> None:
    deep = tmp_path / "a" / "b" / "c"
    assert disk.make_folders(str(deep)) == [str(tmp_path / "a"), str(tmp_path / "a" / "b"), str(deep)]
    assert disk.make_folders(str(deep)) == []


def test_folders_that_cannot_all_be_made_are_none(tmp_path: Path) -> None:
    with counted(failing(3, 28)), pytest.raises(OSError, match="No space"):
        disk.make_folders(str(tmp_path / "a" / "b" / "c"))
    assert snapshot(tmp_path) == {}


def test_folders_are_removed_from_the_inside_and_only_empty_ones(tmp_path: Path) -> None:
    (tmp_path / "a" / "b" / "c").mkdir(parents=True)
    (tmp_path / "x" / "y").mkdir(parents=True)
    (tmp_path / "x" / "file").write_text("")
    disk.remove_folders(str(tmp_path / name) for name in ("a", "a/b", "a/b/c", "x", "x/y", "gone", "x/file"))
    assert set(snapshot(tmp_path)) == {"x", "x/file"}


def test_a_tree_is_removed_without_what_its_links_lead_to(tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "file").write_text("")
    (tmp_path / "gone" / "deep").mkdir(parents=True)
    (tmp_path / "gone" / "deep" / "link").symlink_to(tmp_path / "kept")
    (tmp_path / "link").symlink_to("kept")
    disk.remove_tree(str(tmp_path / "gone"))
    disk.remove_tree(str(tmp_path / "link"))
    assert set(snapshot(tmp_path)) == {"kept", "kept/file"}


def test_a_folder_takes_the_place_and_the_mode_of_an_empty_one(tmp_path: Path) -> None:
    for name in ("stage", "shop"):
        (tmp_path / name).mkdir()
    (tmp_path / "shop").chmod(0o2750)
    (tmp_path / "stage" / "file").write_text("")
    disk.take_place(str(tmp_path / "stage"), str(tmp_path / "shop"))
    assert set(snapshot(tmp_path)) == {"shop", "shop/file"}
    assert stat.S_IMODE((tmp_path / "shop").stat().st_mode) == 0o2750


def test_a_folder_never_takes_the_place_of_one_that_holds_something(tmp_path: Path) -> None:
    for name in ("stage", "shop"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").write_text(name)
    before = snapshot(tmp_path)
    with pytest.raises(OSError, match="not empty"):
        disk.take_place(str(tmp_path / "stage"), str(tmp_path / "shop"))
    assert snapshot(tmp_path) == before


@pytest.mark.parametrize("error", [CannotWrite, NotRestored])
def test_what_the_disk_refuses_becomes_one_sentence(error: "type[CannotWrite | NotRestored]") -> None:
    with pytest.raises(error) as caught, disk.refusals("shop/views.py", error):
        raise PermissionError(13, "Permission denied")
    assert "'shop/views.py'" in caught.value.message
    assert "Permission denied" in caught.value.message
    assert caught.value.exit_code == 3
