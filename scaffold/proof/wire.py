"""A client that hides nothing: its address is chosen, its bytes are its own, over TCP, TLS or a unix socket."""

import http.client
import io
import json
import socket
import ssl
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from select import select
from typing import Any, cast

from scaffold.proof.unmet import Unmet

DOMAIN = "shop.example.test"
# Another address than the proxy's own, so that the two cannot be taken for each other. Only Linux has it by itself.
ADDRESS = "127.0.0.2" if sys.platform == "linux" else "127.0.0.1"
PATIENCE = 20.0
PIECE = 32768
# Of a line that a person is shown.
LONGEST = 200


@dataclass(frozen=True)
class Answer:
    """A response as it came."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes

    def __str__(self) -> str:
        return f"{self.status} {self.text[:200]}".rstrip()

    @property
    def text(self) -> str:
        """Return the body as text, whatever it is."""
        return self.body.decode(errors="replace")

    def json(self) -> dict[str, Any]:
        """Return the object in the body; the failure shows the answer."""
        try:
            found = json.loads(self.body)
        except ValueError:
            found = None
        if not isinstance(found, dict):
            raise Unmet("an object in JSON", str(self))
        return found

    def header(self, name: str) -> str:
        """Return a header, "" when there is none."""
        return str(self.headers.get(name, ""))


@dataclass
class Sent:
    """The head of the last request that was sent, by whoever shares this."""

    head: str = ""

    def keep(self, head: bytes) -> None:
        """Keep the head of a request, as far as it is one."""
        lines = head.partition(b"\r\n\r\n")[0].decode("latin-1").splitlines()
        self.head = "\n".join(line if len(line) <= LONGEST else f"{line[:LONGEST]}…" for line in lines)


class Connection(http.client.HTTPConnection):
    """An HTTP connection over a socket that is there already."""

    def __init__(self, link: socket.socket, domain: str, sent: Sent) -> None:
        super().__init__(domain, timeout=PATIENCE)
        self.sock = link
        self._sent = sent

    def connect(self) -> None:
        """Make no other connection than the one that was given."""
        raise ConnectionError("the server closed the connection")

    def request(self, method: str, url: str, body: Any = None, headers: Any = None, **more: Any) -> None:
        """Send a request, and remember its head."""
        lines = [f"{method} {url} HTTP/1.1", f"Host: {self.host}"]
        lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
        self._sent.keep("\r\n".join(lines).encode("latin-1", "replace"))
        super().request(method, url, body=body, headers=headers or {}, **more)


class Wire(io.RawIOBase):
    """One connection, byte by byte: what comes early is kept until it is asked for."""

    def __init__(self, link: socket.socket, sent: Sent) -> None:
        super().__init__()
        self.link = link
        self.early = b""
        self._sent = sent

    def send(self, *pieces: bytes) -> None:
        """Send these bytes, until all are sent or an answer comes."""
        self._sent.keep(pieces[0])
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

    def rest(self, first: float = PATIENCE, silence: float = PATIENCE) -> bytes:
        """Read what comes until the connection ends, or is silent: at first so long, and so long after something."""
        found, self.early = self.early, b""
        try:
            self.link.settimeout(silence if found else first)
            while piece := self.link.recv(65536):
                found += piece
                self.link.settimeout(silence)
        except OSError:
            # It may be reset when not all was read that was sent; what came before that is the answer.
            pass
        return found

    def makefile(self, *_: object) -> io.BufferedReader:
        """Give the connection to a parser."""
        return io.BufferedReader(self)

    def readable(self) -> bool:
        """Tell a parser that it may read."""
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
    """Where to connect to, and how: a port of 127.0.0.1 or a unix socket, with TLS or without; and as which host."""

    port: int = 0
    path: str = ""
    certificate: Path | None = None
    prefix: str = ""
    domain: str = DOMAIN
    sent: Sent = field(default_factory=Sent, compare=False)

    @property
    def last(self) -> str:
        """Return the head of the last request that was sent."""
        return self.sent.head

    @property
    def address(self) -> str:
        """Return where it connects from."""
        return ADDRESS

    def below(self, prefix: str) -> "Client":
        """Return the same client for an app that is mounted below a prefix."""
        return replace(self, prefix=prefix)

    def at(self, port: int = 0, *, path: str = "", certificate: Path | None = None) -> "Client":
        """Return the same client for another address."""
        return replace(self, port=port, path=path, certificate=certificate)

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
        plain = socket.create_connection(("127.0.0.1", self.port), timeout, source_address=(self.address, 0))
        if self.certificate is None:
            return plain
        context = ssl.create_default_context(cafile=str(self.certificate))
        try:
            return context.wrap_socket(plain, server_hostname=self.domain)
        except BaseException:
            plain.close()
            raise

    @contextmanager
    def open(self, timeout: float = PATIENCE) -> Iterator[Connection]:
        """Give a connection for several requests."""
        connection = Connection(self.link(timeout), self.domain, self.sent)
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
            yield Wire(link, self.sent)
        finally:
            link.close()

    def head(self, path: str, *lines: str, method: str = "GET") -> bytes:
        """Return the bytes of a request's head, as these lines say."""
        first = f"{method} {self.prefix}{path} HTTP/1.1"
        return "\r\n".join([first, f"Host: {self.domain}", *lines, "", ""]).encode("latin-1")
