"""One deployed project with its ports, folders and words, and what is up of it."""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.client import HTTPException
from pathlib import Path
from typing import Any

from tests.end_to_end.deploy.client import Client
from tests.end_to_end.deploy.processes import APP, PATIENCE, WWW_DATA, Process, as_user, until

LIMIT = 2 * 1024 * 1024


@dataclass(frozen=True)
class Program:
    """How something is started and told to stop and to read its settings again."""

    words: Sequence[str]
    cwd: Path
    env: Mapping[str, str]
    stop: str
    reload: str = ""
    check: Sequence[str] = ()


@dataclass(frozen=True)
class Deployment:
    """A project as it was deployed; nothing of it needs to be up."""

    project: Path
    folder: Path
    server: Program | None
    proxy: Program | None
    client: Client
    plain: Client | None = None
    direct: Client | None = None
    listens: Client | None = None
    socket: Path | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    timeout: float = 3.0
    prefix: str = ""

    @property
    def is_secure(self) -> bool:
        return self.client.certificate is not None

    @property
    def origin(self) -> str:
        """Return how the app's own links to itself begin."""
        return ("https" if self.is_secure else "http") + "://shop.example.test"

    @property
    def keeps_connections(self) -> bool:
        """Tell whether the server leaves a connection open for the next request."""
        return bool(self.facts.get("idle_timeout", 1))

    def start_server(self, *before: str) -> Process:
        """Start the server as its unit does; the words go before its own."""
        assert self.server
        if self.socket and self.facts.get("removes_socket"):
            self.socket.unlink(missing_ok=True)
        words = [*before, *as_user(APP), *self.server.words]
        return Process(words, self.server.cwd, self.server.env, self.folder / "server.log")

    def start_proxy(self) -> Process:
        assert self.proxy
        words = [*as_user(WWW_DATA), *self.proxy.words]
        return Process(words, self.proxy.cwd, self.proxy.env, self.folder / "proxy.log")

    @contextmanager
    def serving(self, *before: str) -> Iterator[Process]:
        """Give the server alone, answering."""
        process = self.start_server(*before)
        try:
            self._wait_for_server(process)
            yield process
        finally:
            process.kill()

    def _wait_for_server(self, process: Process) -> None:
        client = self.direct or (self.client if self.proxy is None else None)
        if client:
            wait_for(client.below(""), process)
            return
        # It does not speak HTTP: that it listens has to do, until the proxy asks it.
        assert self.listens
        up = until(lambda: not process.is_running() or connects(self.listens), PATIENCE)
        assert up, process.output()[-2500:]
        assert process.is_running(), process.output()[-2500:]

    @contextmanager
    def proxying(self) -> Iterator[Process]:
        """Give the proxy, answering whatever it has to say."""
        process = self.start_proxy()
        try:
            wait_for(self.client, process, any_status=True)
            yield process
        finally:
            process.kill()

    @contextmanager
    def up(self) -> Iterator["Booted"]:
        """Give all of it, answering."""
        if self.server and self.proxy:
            with self.serving() as server, self.proxying() as proxy:
                wait_for(self.client, proxy)
                yield Booted(self, server, proxy)
        elif self.proxy:
            with self.proxying() as proxy:
                wait_for(self.client, proxy)
                yield Booted(self, None, proxy)
        else:
            with self.serving() as server:
                yield Booted(self, server, None)

    def but(self, **changes: Any) -> "Deployment":
        """Return the same with something changed."""
        return replace(self, **changes)


@dataclass(frozen=True)
class Booted:
    """A deployment that is up."""

    deployment: Deployment
    server: Process | None
    proxy: Process | None

    @property
    def client(self) -> Client:
        return self.deployment.client

    @property
    def facts(self) -> Mapping[str, Any]:
        return self.deployment.facts

    @property
    def keeps_connections(self) -> bool:
        """Tell whether several requests may go over one connection."""
        return bool(self.proxy) or self.deployment.keeps_connections

    def output(self) -> str:
        """Return the last lines that were written, for a failure."""
        logs = [process.output()[-600:] for process in (self.server, self.proxy) if process]
        return "\n--\n".join(logs)


def answers(client: Client, *, any_status: bool = False) -> bool:
    """Tell whether the health check says that all is well, or at least that somebody is there."""
    try:
        answer = client.ask("/healthz", timeout=2)
    except (OSError, ValueError, HTTPException):
        return False
    return any_status or answer.status == 200


def connects(client: Client) -> bool:
    """Tell whether anybody is there."""
    try:
        client.link(1).close()
    except OSError:
        return False
    return True


def wait_for(client: Client, process: Process, *, any_status: bool = False) -> float:
    """Wait until the health check answers; judge by that alone, never by an exit status. Return how long it took."""
    begin = time.monotonic()
    ready = until(lambda: not process.is_running() or answers(client, any_status=any_status), PATIENCE)
    up = ready and process.is_running()
    assert up, f"it is not up: {' '.join(process.words)}\n{process.output()[-2500:]}"
    return time.monotonic() - begin
