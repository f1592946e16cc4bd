"""Real servers on free loopback ports, and requests to them that hide nothing."""

import http.client
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from scaffold.proof import wire

PATIENCE = 20.0


@dataclass(frozen=True)
class Answer:
    """A response as it came: no redirects followed, no cookies kept."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    def header(self, name: str) -> str:
        return str(self.headers.get(name, ""))


@dataclass(frozen=True)
class Server:
    """A server that is up, the file its output goes to, and its process."""

    port: int
    log: Path
    process: subprocess.Popen[bytes]
    group: bool

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def way(self) -> wire.Client:
        """Return how probes are sent to it."""
        return wire.Client(self.port, domain=f"127.0.0.1:{self.port}")

    def request(
        self, path: str, method: str = "GET", headers: Mapping[str, str] | None = None, body: bytes | None = None
    ) -> Answer:
        """Send one request with exactly these headers and return the answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request(method, path, body=body, headers=dict(headers or {}))
            response = connection.getresponse()
            return Answer(response.status, response.headers, response.read())
        finally:
            connection.close()

    def raw(self, line: bytes, *headers: bytes) -> bytes:
        """Send a request line and headers as they are, whatever they hold, and return all that comes back."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE) as connection:
            connection.sendall(b"\r\n".join([line, b"Connection: close", *headers, b"", b""]))
            parts = []
            while part := connection.recv(65536):
                parts.append(part)
        return b"".join(parts)

    def output(self) -> str:
        return self.log.read_text(errors="replace")

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Ask the process to end, as a terminal does with its whole group where it has one; return its exit code."""
        if self.process.poll() is None:
            if self.group:
                os.killpg(self.process.pid, signal.SIGINT)
            else:
                self.process.send_signal(number)
        return self.process.wait(PATIENCE)


@contextmanager
def serving(
    argv: Sequence[str | Path], *, port: int, cwd: Path, env: Mapping[str, str], log: Path, group: bool = False
) -> Iterator[Server]:
    """Start a server, wait until it accepts connections, and end it by its own pid afterwards."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            list(map(str, argv)),
            cwd=cwd,
            env=dict(env),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=group,
        )
    server = Server(port, log, process, group)
    try:
        _wait(server)
        yield server
    finally:
        server.stop()


def _wait(server: Server) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        assert server.process.poll() is None, f"the server ended: {server.output()}"
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", server.port)) == 0:
                return
        time.sleep(0.02)
    raise AssertionError(f"the server does not listen: {server.output()}")
