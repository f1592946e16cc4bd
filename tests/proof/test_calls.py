"""Calls of programs: what they print, how long they may take, and that nothing of them stays."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from scaffold.proof import calls

HERE = Path(__file__).parent
ENV = dict(os.environ)
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the programs of these tests are those of POSIX")


def is_there(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text() if Path("/proc/self").exists() else True


def test_what_a_program_prints_and_how_it_ends() -> None:
    done = calls.call(["sh", "-c", "echo one; echo two >&2; exit 3"], HERE, ENV, 10)
    assert (done.code, done.lines) == (3, ["one", "two"])


def test_one_that_takes_too_long_is_ended(tmp_path: Path) -> None:
    began = time.monotonic()
    done = calls.call(["sh", "-c", "echo begun; sleep 60 & echo $! > child; wait"], tmp_path, ENV, 0.3)
    assert done.code is None
    assert done.lines == ["begun"]
    assert time.monotonic() - began < 5
    assert not is_there(int((tmp_path / "child").read_text()))


def test_what_it_leaves_behind_goes_and_is_not_waited_for(tmp_path: Path) -> None:
    began = time.monotonic()
    done = calls.call(["sh", "-c", "sleep 60 & echo $! > child"], tmp_path, ENV, 30)
    assert done.code == 0
    assert time.monotonic() - began < 5
    assert not is_there(int((tmp_path / "child").read_text()))


def test_one_that_does_not_want_to_end_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calls, "PATIENCE", 0.3)
    done = calls.call(["sh", "-c", "trap '' TERM; echo $$ > own; while :; do sleep 0.1; done"], tmp_path, ENV, 0.3)
    assert done.code is None
    assert not is_there(int((tmp_path / "own").read_text()))


def test_an_interruption_ends_it(tmp_path: Path) -> None:
    code = (
        "import os, pathlib; from scaffold.proof import calls\n"
        "calls.call(['sh', '-c', 'sleep 60 & echo $! > child; wait'], pathlib.Path('.'), dict(os.environ), 60)"
    )
    with subprocess.Popen([sys.executable, "-c", code], cwd=tmp_path, stderr=subprocess.DEVNULL) as process:
        while not (tmp_path / "child").exists() or not (tmp_path / "child").read_text():
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        process.wait(10)
    assert not is_there(int((tmp_path / "child").read_text()))


def test_a_program_that_is_not_there() -> None:
    with pytest.raises(FileNotFoundError):
        calls.call(["no-such-program"], HERE, ENV, 1)
