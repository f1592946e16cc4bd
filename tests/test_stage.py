"""A new project appears by one rename, complete, or not at all."""

import os
from pathlib import Path

import pytest

from scaffold import stage
from scaffold.changes import Changes
from scaffold.errors import Busy, CannotWrite, NotEmpty
from scaffold.lock import held
from tests.faults import counted, snapshot


def planned(root: Path) -> Changes:
    changes = Changes(str(root))
    changes.put(".scaffold/new.0.1.0.json", b"{}\n")
    changes.put("shop/app.py", b"app\n")
    return changes


FILES = {".scaffold", ".scaffold/new.0.1.0.json", "shop", "shop/app.py"}


def test_where_nothing_is_a_project_can_appear(tmp_path: Path) -> None:
    assert stage.is_free(str(tmp_path / "shop"))
    assert stage.is_free(str(tmp_path / "no" / "where" / "shop"))
    (tmp_path / "shop").mkdir()
    assert stage.is_free(str(tmp_path / "shop"))


def test_where_something_is_none_can(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "README").write_text("")
    (tmp_path / "empty").mkdir()
    (tmp_path / "link").symlink_to("empty")
    (tmp_path / "dangling").symlink_to("nowhere")
    for name in ("file", "full", "link", "dangling"):
        assert not stage.is_free(str(tmp_path / name)), name


def test_a_mount_stays_what_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os.path, "ismount", lambda place: place == str(tmp_path))
    assert not stage.is_free(str(tmp_path))
    planned(tmp_path).write()
    assert set(snapshot(tmp_path)) == FILES


def test_the_folder_one_stands_in_is_filled_and_stays_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = tmp_path / "shop"
    root.mkdir()
    monkeypatch.chdir(root)
    assert not stage.is_free(str(root))
    planned(root).write()
    assert set(snapshot(Path())) == FILES


def test_the_project_is_there_at_once_and_nothing_else_is(tmp_path: Path) -> None:
    seen: list[tuple[str, list[str]]] = []
    with counted(lambda number, name, args: seen.append((name, os.listdir(tmp_path)))):
        planned(tmp_path / "shop").write()
    after = next(number for number, (name, _) in enumerate(seen) if name == "rename")
    assert all("shop" not in names for _, names in seen[: after + 1])
    assert all(names == ["shop"] for _, names in seen[after + 1 :])
    assert set(snapshot(tmp_path / "shop")) == FILES


def test_the_name_may_be_as_odd_as_the_system_lets_it(tmp_path: Path) -> None:
    for name in ("two words", "über", "-x", "a.b", "q'uote\"", "x" * 200):
        planned(tmp_path / name).write()
        assert set(snapshot(tmp_path / name)) == FILES
    assert len(os.listdir(tmp_path)) == 6


def test_a_name_that_leaves_no_room_for_the_hidden_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CannotWrite, match="File name too long"):
        planned(tmp_path / ("x" * 250)).write()
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("left", ["nothing in it", "our mark and more"])
def test_what_a_killed_run_left_is_taken_over(tmp_path: Path, left: str) -> None:
    old = tmp_path / ".shop.scaffold"
    old.mkdir()
    if left != "nothing in it":
        (old / ".scaffold").mkdir()
        (old / "old.py").write_text("old")
    planned(tmp_path / "shop").write()
    assert os.listdir(tmp_path) == ["shop"]
    assert set(snapshot(tmp_path / "shop")) == FILES


def test_a_folder_of_that_name_that_no_run_of_ours_made_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / ".shop.scaffold").mkdir()
    (tmp_path / ".shop.scaffold" / "thesis.txt").write_text("years of work")
    before = snapshot(tmp_path)
    with pytest.raises(NotEmpty, match=r"it holds 'thesis\.txt'"):
        planned(tmp_path / "shop").write()
    assert snapshot(tmp_path) == before


@pytest.mark.parametrize("target", ["victim", "nowhere"])
def test_a_link_in_its_place_is_not_followed(tmp_path: Path, target: str) -> None:
    (tmp_path / "victim" / ".scaffold").mkdir(parents=True)
    (tmp_path / "victim" / "file").write_text("untouched")
    (tmp_path / ".shop.scaffold").symlink_to(target)
    before = snapshot(tmp_path)
    with pytest.raises(CannotWrite):
        planned(tmp_path / "shop").write()
    assert snapshot(tmp_path) == before


def test_two_runs_do_not_build_the_same_project(tmp_path: Path) -> None:
    building = tmp_path / ".shop.scaffold"
    (building / ".scaffold").mkdir(parents=True)
    before = snapshot(tmp_path)
    with held(str(building)), pytest.raises(Busy):
        planned(tmp_path / "shop").write()
    assert snapshot(tmp_path) == before


def test_projects_beside_each_other_are_built_at_once(tmp_path: Path) -> None:
    done: list[bool] = []

    def other(number: int, name: str, args: "tuple[object, ...]") -> None:
        if name == "rename" and not done:
            done.append(True)
            planned(tmp_path / "two").write()

    with counted(other):
        planned(tmp_path / "one").write()
    assert sorted(os.listdir(tmp_path)) == ["one", "two"]


def test_what_came_to_be_at_the_place_meanwhile_is_not_replaced(tmp_path: Path) -> None:
    def meanwhile(number: int, name: str, args: "tuple[object, ...]") -> None:
        if name == "rename":
            (tmp_path / "shop").write_text("mine") if kind == "file" else os.makedirs(tmp_path / "shop" / "mine")

    for kind in ("file", "folder"):
        with pytest.raises(CannotWrite), counted(meanwhile):
            planned(tmp_path / "shop").write()
        assert os.listdir(tmp_path) == ["shop"]
        if kind == "file":
            assert (tmp_path / "shop").read_text() == "mine"
            (tmp_path / "shop").unlink()
    assert os.listdir(tmp_path / "shop") == ["mine"]
