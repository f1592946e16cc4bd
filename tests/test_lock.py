"""Two runs never work in one folder, and a dead one is in nobody's way."""

import os
import signal
from pathlib import Path

import pytest

from scaffold.errors import Busy
from scaffold.lock import held
from tests.faults import snapshot


def test_the_second_run_is_told_that_the_first_is_at_work(tmp_path: Path) -> None:
    with held(str(tmp_path)), pytest.raises(Busy) as caught, held(str(tmp_path)):
        pytest.fail("both hold it")
    assert caught.value.exit_code == 3
    assert str(tmp_path) in caught.value.message


def test_it_is_let_go_at_the_end_and_after_an_error(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), held(str(tmp_path)):
        raise ZeroDivisionError
    with held(str(tmp_path)):
        pass


def test_it_leaves_nothing_in_the_folder(tmp_path: Path) -> None:
    with held(str(tmp_path)):
        assert snapshot(tmp_path) == {}


def test_a_process_that_dies_lets_it_go(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        with held(str(tmp_path)):
            os.write(writing, b"x")
            signal.pause()
    os.read(reading, 1)
    with pytest.raises(Busy), held(str(tmp_path)):
        pytest.fail("both hold it")
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    with held(str(tmp_path)):
        pass
    os.close(reading)
    os.close(writing)


def test_a_link_in_the_folders_place_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    with pytest.raises(OSError, match="link"), held(str(tmp_path / "link")):
        pytest.fail("it was followed")


def test_a_folder_that_was_moved_away_meanwhile_is_not_held(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stage = tmp_path / "stage"
    stage.mkdir()
    real = os.open

    def move_then_open(path: str, flags: int) -> int:
        handle = real(path, flags)
        stage.rename(tmp_path / "shop")
        return handle

    monkeypatch.setattr(os, "open", move_then_open)
    with pytest.raises(Busy), held(str(stage)):
        pytest.fail("it holds another folder")
