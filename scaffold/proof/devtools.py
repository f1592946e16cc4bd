"""Chromium without a window, spoken to in its DevTools protocol through a pipe: no port is open, no library needed."""

import json
import os
import select
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from tempfile import mkdtemp
from typing import Any

FLAGS = (
    "--headless",
    "--remote-debugging-pipe",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-extensions",
    "--disable-sync",
    "--disable-breakpad",
    "--disable-dev-shm-usage",  # it is small in containers
    "--hide-scrollbars",
    "--mute-audio",
    "--ignore-certificate-errors",  # those of a server that is proved are made for a day
)
# The browser reads at 3 and writes at 4.
PIPES = 'exec "$@" 3<&0 4>&1 0</dev/null 1>&2'
END = b"\0"
CHUNK = 1 << 20


class NoAnswer(Exception):
    """The browser ended, refused a command, or took too long for it."""


class Devtools:
    """The connection to a browser that runs."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        self._process = process
        self._number = 0
        self._held = bytearray()
        self._reached: set[tuple[str, str]] = set()

    def send(self, method: str, patience: float, session: str = "", **parameters: Any) -> dict[str, Any]:
        """Send a command and return its result."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters}
        self._write({**message, **({"sessionId": session} if session else {})})
        end = time.monotonic() + patience
        while (answer := self._read(end)).get("id") != self._number:
            pass
        if "error" in answer:
            raise NoAnswer(f"{method}: {answer['error'].get('message', '')}")
        result: dict[str, Any] = answer["result"]
        return result

    def wait(self, loader: str, stage: str, patience: float) -> None:
        """Wait until a page that is loading has reached a stage, such as `load`; it may have been before."""
        end = time.monotonic() + patience
        while (loader, stage) not in self._reached:
            self._read(end)

    def _write(self, message: dict[str, Any]) -> None:
        if self._process.stdin is None:
            raise NoAnswer("there is no pipe")
        try:
            self._process.stdin.write(json.dumps(message).encode() + END)
            self._process.stdin.flush()
        except OSError as error:
            raise NoAnswer("the browser ended") from error

    def _read(self, end: float) -> dict[str, Any]:
        """Return the next message, and remember what it tells of a page that is loading."""
        # What has come of a message is kept: whoever had no more patience for it is not the last to read.
        while (at := self._held.find(END)) < 0:
            self._held += self._piece(end)
        whole = bytes(self._held[:at])
        del self._held[: at + 1]
        try:
            message: dict[str, Any] = json.loads(whole)
        except ValueError as error:
            raise NoAnswer("it does not speak the protocol") from error
        if message.get("method") == "Page.lifecycleEvent":
            self._reached.add((message["params"]["loaderId"], message["params"]["name"]))
        return message

    def _piece(self, end: float) -> bytes:
        out = self._process.stdout
        if out is None or not select.select([out], [], [], max(0.0, end - time.monotonic()))[0]:
            raise NoAnswer("the browser took too long")
        read = os.read(out.fileno(), CHUNK)
        if not read:
            raise NoAnswer("the browser ended")
        return read


@contextmanager
def started(program: str, flags: Sequence[str] = ()) -> Iterator[Devtools]:
    """Start a browser with a profile of its own; end it, and all that it started, afterwards."""
    profile = mkdtemp(prefix="px-chromium-")
    # Root has no sandbox in a container, and what is shown is the user's own project.
    own = [f"--user-data-dir={profile}", *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    argv = ["sh", "-c", PIPES, "sh", program, *FLAGS, *own, *flags, "about:blank"]
    with subprocess.Popen(
        argv,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")},
        start_new_session=True,
    ) as process:
        try:
            yield Devtools(process)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            for folder in (*_beside(profile), profile):
                shutil.rmtree(folder, ignore_errors=True)


def _beside(profile: str) -> Iterator[str]:
    """Yield the folder of a browser's socket, which is not in its profile, and which it leaves when it is killed."""
    with suppress(OSError):
        yield os.path.dirname(os.readlink(os.path.join(profile, "SingletonSocket")))
