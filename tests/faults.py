"""Faults at system calls: every call that changes the disk is counted, and one of them fails, kills or interrupts."""

import errno
import os
import signal
import stat
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

CHANGING = (
    *("open", "write", "fsync", "replace", "rename", "unlink", "remove", "mkdir", "rmdir", "chmod", "fchmod"),
    *("chown", "fchown", "link", "symlink", "truncate", "ftruncate", "utime"),
)
REAL: dict[str, Callable[..., Any]] = {name: getattr(os, name) for name in CHANGING}
# What Python itself tells of each call, as far as it does: so a change that went past the counter is noticed.
AUDITED = {"os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.chmod", "os.chown", "os.link", "os.symlink"}
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC

Fault = Callable[[int, str, tuple[Any, ...]], None]
Tree = dict[str, tuple[int, bytes]]


class Counter:
    """What the wrapped calls report to."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        self.calls: list[str] = []
        self.inside = False
        self.uncounted: list[str] = []

    def wrapped(self, name: str) -> Callable[..., Any]:
        def call(*args: Any, **options: Any) -> Any:
            self.calls.append(name)
            self.fault(len(self.calls), name, args)
            if name == "fsync":
                return None  # nothing to see of it but that it can fail
            self.inside = True
            try:
                return REAL[name](*args, **options)
            finally:
                self.inside = False

        return call


_counters: list[Counter] = []


def _audit(event: str, args: tuple[Any, ...]) -> None:
    if _counters and not _counters[-1].inside:
        opened = event == "open" and isinstance(args[2], int) and args[2] & WRITING
        if event in AUDITED or opened:
            _counters[-1].uncounted.append(f"{event} {args[0]}")


sys.addaudithook(_audit)


def nothing(number: int, name: str, args: tuple[Any, ...]) -> None:
    """Let every call through."""


@contextmanager
def counted(fault: Fault = nothing) -> Iterator[Counter]:
    """Count the calls made in the block, and let the fault act before each."""
    counter = Counter(fault)
    for name in CHANGING:
        setattr(os, name, counter.wrapped(name))
    _counters.append(counter)
    try:
        yield counter
    finally:
        _counters.pop()
        for name, real in REAL.items():
            setattr(os, name, real)
    assert not counter.uncounted, f"these changes went past the counter: {counter.uncounted}"


def failing(at: int, code: int, *, lasting: bool = False) -> Fault:
    """Return the fault that makes one call fail (lasting: every one from there on); a write stops half-way first."""

    def fault(number: int, name: str, args: tuple[Any, ...]) -> None:
        if number == at or (lasting and number > at):
            _half(name, args)
            raise OSError(code, os.strerror(code))

    return fault


def killing(at: int) -> Fault:
    """Return the fault that kills the process before one call, or in the middle of it where it is a write."""

    def fault(number: int, name: str, args: tuple[Any, ...]) -> None:
        if number == at:
            _half(name, args)
            os.kill(os.getpid(), signal.SIGKILL)

    return fault


def signalling(at: int, number_of_signal: int) -> Fault:
    """Return the fault that sends the process a signal before one call, and a second one before the next."""

    def fault(number: int, name: str, args: tuple[Any, ...]) -> None:
        if number in (at, at + 1):
            os.kill(os.getpid(), number_of_signal)

    return fault


def _half(name: str, args: tuple[Any, ...]) -> None:
    if name == "write":
        REAL["write"](args[0], bytes(args[1])[: len(args[1]) // 2])


def dies(action: Callable[[], object], fault: Fault) -> bool:
    """Do it in a child process under the fault; tell whether that was killed."""
    child = os.fork()
    if child == 0:
        code = 3
        try:
            with counted(fault):
                action()
            code = 0
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0, "the child failed"
    return os.WIFSIGNALED(status)


def snapshot(root: Path) -> Tree:
    """Return every folder, file and link below the root, hidden ones too, with modes and bytes."""
    found: Tree = {}
    for folder, folders, files in os.walk(root):
        for name in (*folders, *files):
            place = os.path.join(folder, name)
            mode = os.lstat(place).st_mode
            data = b""
            if stat.S_ISREG(mode):
                data = Path(place).read_bytes()
            elif stat.S_ISLNK(mode):
                data = os.fsencode(os.readlink(place))
            found[os.path.relpath(place, root)] = (mode, data)
    return found


CODES = (errno.ENOSPC, errno.EACCES, errno.EIO)
