"""Calling a program that ends by itself: with a time limit, and with nothing of it left running."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from scaffold import signals
from scaffold.fields import Fields

# How long what is told to end may take for it, and how often it is looked at.
PATIENCE, MOMENT = 3.0, 0.02
OPEN = 0o022


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
    """Wait until nothing of its group is there any more, for as long as that may take."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        process.poll()
        try:
            os.killpg(process.pid, 0)
        except (ProcessLookupError, PermissionError):
            return process.poll() is not None
        time.sleep(MOMENT)
    return False
