"""Processes in sessions of their own: found by session, ended by pid."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from scaffold.proof.unmet import Unmet

PATIENCE = 10.0
_sessions: list[int] = []


def until(true: Callable[[], object], seconds: float = PATIENCE, pause: float = 0.02) -> bool:
    """Wait until a function returns something true; tell whether it did."""
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            return False
        time.sleep(pause)
    return True


@dataclass
class Process:
    """One program, everything it starts, and the file that its output goes to."""

    words: Sequence[str]
    cwd: Path
    env: Mapping[str, str]
    log: Path
    popen: subprocess.Popen[bytes] = field(init=False)

    def __post_init__(self) -> None:
        try:
            with self.log.open("ab") as output:
                self.popen = subprocess.Popen(
                    self.words,
                    cwd=self.cwd,
                    env=dict(self.env),
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=output,
                    start_new_session=True,
                )
        except OSError as error:
            raise Unmet(f"a start of '{' '.join(self.words)}'", str(error)) from error
        _sessions.append(self.popen.pid)

    @property
    def pid(self) -> int:
        """Return its pid, which is that of its session, too."""
        return self.popen.pid

    def members(self) -> list[int]:
        """Return the pids of all that is alive in its session."""
        return list(members(self.pid))

    def signal(self, name: str) -> None:
        """Send a signal to the program itself, as a service manager does."""
        self.popen.send_signal(signal.Signals[name])

    def is_running(self) -> bool:
        """Tell whether the program itself goes on."""
        return self.popen.poll() is None

    def wait(self, seconds: float = PATIENCE) -> int | None:
        """Return the exit code, None when it does not end."""
        try:
            return self.popen.wait(seconds)
        except subprocess.TimeoutExpired:
            return None

    def kill(self) -> None:
        """End it and all that it started, at once."""
        if not until(self._is_gone):
            raise Unmet(f"an end of all that '{self.words[0]}' started", f"{self.members()} still there")
        # Somebody else may be given the number.
        if self.pid in _sessions:
            _sessions.remove(self.pid)

    def _is_gone(self) -> bool:
        found = self.members()
        for pid in found:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        return self.popen.poll() is not None and not found

    def output(self) -> str:
        """Return what it has written so far."""
        return self.log.read_text(errors="replace")


def members(session: int) -> Iterator[int]:
    """Yield the pids of a session that are no zombies."""
    for pid, state, of, _ in _table():
        if of == session and state != "Z":
            yield pid


def children(parent: int) -> list[int]:
    """Return the pids of the processes that a process started itself."""
    return [pid for pid, _, _, of in _table() if of == parent]


def _table() -> Iterator[tuple[int, str, int, int]]:
    """Yield the pid, the state, the session and the parent of every process."""
    return _from_proc() if os.path.isdir("/proc/self") else _from_ps()


def _from_proc() -> Iterator[tuple[int, str, int, int]]:
    for entry in os.listdir("/proc"):
        if not entry.isdigit():
            continue
        try:
            stat = Path("/proc", entry, "stat").read_text()
        except OSError:
            continue
        state, parent, _, session, *_ = stat.rpartition(")")[2].split()
        yield int(entry), state, int(session), int(parent)


def _from_ps() -> Iterator[tuple[int, str, int, int]]:
    """Yield the same where there is no /proc, as on macOS."""
    done = subprocess.run(["ps", "-axo", "pid=,ppid=,stat="], capture_output=True, text=True, check=True)
    for line in done.stdout.splitlines():
        pid, parent, state = line.split()[:3]
        try:
            yield int(pid), state[0], os.getsid(int(pid)), int(parent)
        except OSError:
            continue


def left_over() -> list[int]:
    """Return what is still alive of all that was started here."""
    return [pid for session in _sessions for pid in members(session)]


def end_all() -> None:
    """End at once what is still alive of all that was started here."""
    for pid in left_over():
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
