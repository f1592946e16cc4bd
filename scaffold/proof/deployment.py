"""One deployed project with its ports, folders and words, and what is up of it."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from scaffold.proof import probing
from scaffold.proof.accounts import APP, as_user
from scaffold.proof.processes import Process
from scaffold.proof.readiness import wait_for, wait_until_listening
from scaffold.proof.unmet import Unmet
from scaffold.proof.wire import Client


@dataclass(frozen=True)
class Program:
    """How something is started and told to stop and to read its settings again."""

    words: Sequence[str]
    cwd: Path
    env: Mapping[str, str]
    stop: str
    reload: str = ""
    check: Sequence[str] = ()
    # Whom it runs as, where root starts it.
    account: int = APP


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
    # How many seconds a request may take.
    timeout: float = 30.0
    prefix: str = ""

    @property
    def is_secure(self) -> bool:
        """Tell whether it is reached over TLS."""
        return self.client.certificate is not None

    @property
    def domain(self) -> str:
        """Return the name it is reached by."""
        return self.client.domain

    @property
    def limit(self) -> int:
        """Return how many bytes a body may have."""
        return int(self.facts["body_limit"])

    @property
    def health(self) -> str:
        """Return what tells that it is up: its own health check where it has one."""
        return "/healthz" if self.facts.get("ours") else probing.view("/hello")

    @property
    def has_files(self) -> bool:
        """Tell whether there are files to serve."""
        return any(path.is_file() for path in Path(str(self.facts["static_path"])).rglob("[!.]*"))

    @property
    def logs(self) -> dict[str, Path]:
        """Return the files that what runs writes to."""
        return {name: self.folder / f"{name}.log" for name in ("server", "proxy")}

    def written(self) -> dict[str, int]:
        """Return how much the logs hold so far."""
        return {name: log.stat().st_size if log.exists() else 0 for name, log in self.logs.items()}

    def lines(self, before: Mapping[str, int]) -> list[str]:
        """Return the lines that were written since."""
        held = [log.read_bytes()[before[name] :] for name, log in self.logs.items() if log.exists()]
        return [line for data in held for line in data.decode(errors="replace").splitlines()]

    @property
    def origin(self) -> str:
        """Return how the app's own links to itself begin."""
        return ("https" if self.is_secure else "http") + "://" + self.domain

    @property
    def keeps_connections(self) -> bool:
        """Tell whether the server leaves a connection open for the next request."""
        return bool(self.facts.get("idle_timeout", 1))

    def the_server(self) -> Program:
        """Return the server, where there is one."""
        if self.server is None:
            raise Unmet("a server", "none: the app runs inside the proxy")
        return self.server

    def the_proxy(self) -> Program:
        """Return the proxy, where there is one."""
        if self.proxy is None:
            raise Unmet("a proxy", "none")
        return self.proxy

    def start_server(self, *before: str) -> Process:
        """Start the server as its unit does; the words go before its own."""
        server = self.the_server()
        if self.socket and self.facts.get("removes_socket"):
            self.socket.unlink(missing_ok=True)
        return Process([*before, *as_user(server.account), *server.words], server.cwd, server.env, self.logs["server"])

    def start_proxy(self) -> Process:
        """Start the proxy in the foreground."""
        proxy = self.the_proxy()
        return Process([*as_user(proxy.account), *proxy.words], proxy.cwd, proxy.env, self.logs["proxy"])

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
        listens = self.listens
        if listens is None:
            raise Unmet("a server that listens", "none: its words say nowhere")
        wait_until_listening(listens, process)

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

    def the_server(self) -> Process:
        """Return the server, where there is one."""
        if self.server is None:
            raise Unmet("a server", "none: the app runs inside the proxy")
        return self.server

    def the_proxy(self) -> Process:
        """Return the proxy, where there is one."""
        if self.proxy is None:
            raise Unmet("a proxy", "none")
        return self.proxy

    @property
    def client(self) -> Client:
        """Return how it is reached."""
        return self.deployment.client

    @property
    def facts(self) -> Mapping[str, Any]:
        """Return what its templates say of it."""
        return self.deployment.facts

    @property
    def keeps_connections(self) -> bool:
        """Tell whether several requests may go over one connection."""
        return bool(self.proxy) or self.deployment.keeps_connections

    def output(self) -> str:
        """Return the last lines that were written, for a failure."""
        logs = [process.output()[-600:] for process in (self.server, self.proxy) if process]
        return "\n--\n".join(logs)
