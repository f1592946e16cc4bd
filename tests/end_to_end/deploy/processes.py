"""Processes in sessions of their own: started as another user where that may be, found by session, ended by pid."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests import parts

ROOT = os.geteuid() == 0
# The account of proxies on Debian, and one for the app whose group is theirs, as a unit with Group=www-data has it.
WWW_DATA = 33
APP = 10001
STRANGER = 65534
PATIENCE = 10.0
_sessions: list[int] = []


def as_user(uid: int, gid: int = WWW_DATA) -> list[str]:
    """Return the words before a command that give it an account; none where that may not be."""
    if not ROOT:
        return []
    return [parts.program("setpriv"), f"--reuid={uid}", f"--regid={gid}", "--clear-groups"]


def give(path: Path, uid: int, mode: int = 0o750) -> None:
    """Hand a folder over to an account."""
    if ROOT:
        os.chown(path, uid, WWW_DATA)
    path.chmod(mode)


def until(true: object, seconds: float = PATIENCE, pause: float = 0.02) -> bool:
    """Wait until a function returns something true; tell whether it did."""
    assert callable(true)
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
        _sessions.append(self.popen.pid)

    @property
    def pid(self) -> int:
        return self.popen.pid

    def members(self) -> list[int]:
        """Return the pids of all that is alive in its session."""
        return list(members(self.pid))

    def signal(self, name: str) -> None:
        """Send a signal to the program itself, as a service manager does."""
        self.popen.send_signal(signal.Signals[name])

    def is_running(self) -> bool:
        return self.popen.poll() is None

    def wait(self, seconds: float = PATIENCE) -> int | None:
        """Return the exit code, None when it does not end."""
        try:
            return self.popen.wait(seconds)
        except subprocess.TimeoutExpired:
            return None

    def kill(self) -> None:
        """End it and all that it started, at once."""
        for pid in self.members():
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        self.popen.wait(PATIENCE)
        assert until(lambda: not self.members()), self.members()

    def output(self) -> str:
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
    for entry in os.listdir("/proc"):
        if not entry.isdigit():
            continue
        try:
            stat = Path("/proc", entry, "stat").read_text()
        except OSError:
            continue
        state, parent, _, session, *_ = stat.rpartition(")")[2].split()
        yield int(entry), state, int(session), int(parent)


def seconds_of_cpu(pid: int) -> float:
    """Return how long a process has computed so far."""
    words = Path("/proc", str(pid), "stat").read_text().rpartition(")")[2].split()
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


def command(pid: int) -> str:
    """Return the words that a process was started with."""
    return Path("/proc", str(pid), "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")


def left_over() -> list[int]:
    """Return what is still alive of all that was started here."""
    return [pid for session in _sessions for pid in members(session)]
