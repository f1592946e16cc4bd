"""Calling a program that ends by itself: with a time limit, and with nothing of it left running."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from scaffold import signals
from scaffold.fields import Fields

# How long what is told to end may take for it, and how often it is looked at.
PATIENCE, MOMENT = 3.0, 0.02
OPEN = 0o022
# Where Linux tells of its processes.
PROCESSES = Path("/proc")


class Called(Fields):
    """What became of a call; `code` is None when the time was over."""

    code: int | None
    output: str
    seconds: float

    @property
    def lines(self) -> list[str]:
        """Return what it wrote, without empty lines at its end."""
        return self.output.rstrip().splitlines()


def call(words: Sequence[str], cwd: Path, env: Mapping[str, str], limit: float) -> Called:
    """Call a program and wait for its end; what it has started goes with it."""
    began = time.monotonic()
    # Into a file: a program that it leaves behind would hold a pipe open.
    with tempfile.TemporaryFile() as file:
        process = _started(words, cwd, env, file.fileno())
        try:
            code: int | None = process.wait(limit)
        except subprocess.TimeoutExpired:
            code = None
        finally:
            with signals.held_back():
                _end(process)
        file.seek(0)
        output = file.read().decode(errors="replace")
    return Called(code, output, time.monotonic() - began)


def _started(words: Sequence[str], cwd: Path, env: Mapping[str, str], output: int) -> "subprocess.Popen[bytes]":
    # What root makes here is for the accounts of servers, too.
    own: dict[str, Any] = {"start_new_session": True, "umask": OPEN if _is_root() else -1}
    if sys.platform == "win32":
        own = {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
        words = _found(words, env)
    return subprocess.Popen(words, cwd=cwd, env=env, stdin=subprocess.DEVNULL, stdout=output, stderr=output, **own)


def _is_root() -> bool:
    return sys.platform != "win32" and os.geteuid() == 0


def _found(words: Sequence[str], env: Mapping[str, str]) -> list[str]:
    """Return the words with the program's place; Windows would look for it on our own path."""
    import shutil

    return [shutil.which(words[0], path=env.get("PATH")) or words[0], *words[1:]]


def _end(process: "subprocess.Popen[bytes]") -> None:
    if sys.platform == "win32":
        if process.poll() is None:
            words = ["taskkill", "/F", "/T", "/PID", str(process.pid)]
            subprocess.run(words, check=False, capture_output=True)
            process.wait()
        return
    for number in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, number)
        if _is_gone(process):
            return
    process.wait()


def _is_gone(process: "subprocess.Popen[bytes]") -> bool:
    """Wait until nothing of its group runs any more, for as long as that may take."""
    until = time.monotonic() + PATIENCE
    while process.poll() is None or _runs(process.pid):
        if time.monotonic() > until:
            return False
        time.sleep(MOMENT)
    return True


def _runs(group: int) -> bool:
    """Tell whether a process of the group runs; one that has ended may wait long for its parent to hear of it."""
    try:
        os.killpg(group, 0)
    except (ProcessLookupError, PermissionError):
        return False
    if not PROCESSES.is_dir():
        return True
    return any(state not in "ZX" for state in _states(group))


def _states(group: int) -> Iterator[str]:
    for place in PROCESSES.glob("[0-9]*/stat"):
        with suppress(OSError, ValueError):
            state, _, its_group, *_ = place.read_text(errors="replace").rpartition(")")[2].split()
            if int(its_group) == group:
                yield state
