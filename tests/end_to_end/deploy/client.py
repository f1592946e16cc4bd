"""A client that hides nothing: its address is chosen, its bytes are its own, over TCP, TLS or a unix socket."""

import http.client
import io
import json
import socket
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from select import select
from typing import Any, cast

DOMAIN = "shop.example.test"
ADDRESS = "127.0.0.2"
PATIENCE = 20.0
PIECE = 32768


@dataclass(frozen=True)
class Answer:
    """A response as it came."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode(errors="replace")

    def json(self) -> dict[str, Any]:
        """Return the object in the body; the failure shows the answer."""
        try:
            found = json.loads(self.body)
        except ValueError as error:
            raise AssertionError(f"{self.status}, not JSON: {self.text[:300]}") from error
        assert isinstance(found, dict)
        return found

    def header(self, name: str) -> str:
        return str(self.headers.get(name, ""))


class Connection(http.client.HTTPConnection):
    """An HTTP connection over a socket that is there already."""

    def __init__(self, link: socket.socket) -> None:
        super().__init__(DOMAIN, timeout=PATIENCE)
        self.sock = link

    def connect(self) -> None:
        raise ConnectionError("the server closed the connection")


class Wire(io.RawIOBase):
    """One connection, byte by byte: what comes early is kept until it is asked for."""

    def __init__(self, link: socket.socket) -> None:
        super().__init__()
        self.link = link
        self.early = b""

    def send(self, *pieces: bytes) -> None:
        """Send these bytes, until all are sent or an answer comes."""
        for piece in pieces:
            start = 0
            while start < len(piece):
                # Whoever has answered may read no more: there may never be room for the rest.
                heard, room, _ = select([self.link], [self.link], [], PATIENCE)
                if (heard and self._hears()) or not (heard or room):
                    return
                try:
                    start += self.link.send(piece[start : start + PIECE]) if room else 0
                except OSError:
                    return

    def _hears(self) -> bool:
        self.link.settimeout(0)
        try:
            self.early += self.link.recv(65536)
        except (BlockingIOError, ssl.SSLWantReadError):
            return False
        except OSError:
            return True
        else:
            return True
        finally:
            self.link.settimeout(PATIENCE)

    def answer(self) -> Answer:
        """Read one response."""
        with http.client.HTTPResponse(cast("socket.socket", self)) as response:
            response.begin()
            return Answer(response.status, response.headers, response.read())

    def makefile(self, *_: object) -> io.BufferedReader:
        """Give the connection to a parser."""
        return io.BufferedReader(self)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        """Hand out what came early, then what comes now."""
        size = len(buffer)
        found = self.early[:size] or self.link.recv(size)
        self.early = self.early[size:]
        buffer[: len(found)] = found
        return len(found)


@dataclass(frozen=True)
class Client:
    """Where to connect to, and how: a port of 127.0.0.1 or a unix socket, with TLS or without."""

    port: int = 0
    path: str = ""
    certificate: Path | None = None
    prefix: str = ""

    def below(self, prefix: str) -> "Client":
        """Return the same client for an app that is mounted below a prefix."""
        return replace(self, prefix=prefix)

    def link(self, timeout: float = PATIENCE) -> socket.socket:
        """Return a new connection."""
        if self.path:
            link = socket.socket(socket.AF_UNIX)
            link.settimeout(timeout)
            try:
                link.connect(self.path)
            except OSError:
                link.close()
                raise
            return link
        plain = socket.create_connection(("127.0.0.1", self.port), timeout, source_address=(ADDRESS, 0))
        if self.certificate is None:
            return plain
        context = ssl.create_default_context(cafile=str(self.certificate))
        try:
            return context.wrap_socket(plain, server_hostname=DOMAIN)
        except BaseException:
            plain.close()
            raise

    @contextmanager
    def open(self, timeout: float = PATIENCE) -> Iterator[Connection]:
        """Give a connection for several requests."""
        connection = Connection(self.link(timeout))
        try:
            yield connection
        finally:
            connection.close()

    def ask(
        self,
        path: str,
        headers: Mapping[str, str] | None = None,
        method: str = "GET",
        body: bytes | None = None,
        timeout: float = PATIENCE,
    ) -> Answer:
        """Send one request over a new connection, with these headers besides Host."""
        with self.open(timeout) as connection:
            return self.again(connection, path, headers, method, body)

    def again(
        self,
        connection: Connection,
        path: str,
        headers: Mapping[str, str] | None = None,
        method: str = "GET",
        body: bytes | None = None,
    ) -> Answer:
        """Send one request over a connection that is open."""
        connection.request(method, self.prefix + path, body=body, headers=dict(headers or {}))
        with connection.getresponse() as response:
            return Answer(response.status, response.headers, response.read())

    def send(self, *pieces: bytes) -> Answer:
        """Send bytes as they are; whoever answers before all of them are there is listened to."""
        with self.wire() as wire:
            wire.send(*pieces)
            return wire.answer()

    @contextmanager
    def wire(self) -> Iterator["Wire"]:
        """Give a connection to send bytes on as they are."""
        link = self.link()
        try:
            yield Wire(link)
        finally:
            link.close()

    def head(self, path: str, *lines: str, method: str = "GET") -> bytes:
        """Return the bytes of a request's head, as these lines say."""
        first = f"{method} {self.prefix}{path} HTTP/1.1"
        return "\r\n".join([first, f"Host: {DOMAIN}", *lines, "", ""]).encode("latin-1")
