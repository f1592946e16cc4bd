"""Checks 26 and 27: requests for another host, and requests that are none."""

from http.client import HTTPException

from scaffold.fields import Fields
from scaffold.proof.checks.registry import check
from scaffold.proof.deployment import Booted
from scaffold.proof.probing import view
from scaffold.proof.unmet import NotProved, Unmet, need
from scaffold.proof.wire import Client

EVIL = "evil.example"
# What an answer to a request in the body of another would hold.
SMUGGLED = "smuggled-3f8a1c6e"
MEGABYTE = 1024 * 1024
# 501 and 505 are for what is well-formed and unheard of.
REFUSED = frozenset([*range(400, 500), 501, 505])
# How long a server may wait for more of what is no request, and how long it may be silent after an answer.
FIRST, SILENCE = 2.0, 0.3


class Odd(Fields):
    """A request that is not as it should be; `answered` says that a server may take it all the same."""

    what: str
    # What stands for "{path}", "{host}" and "{inner}": a view, the domain, a whole request.
    head: str
    answered: bool = False


CLOSED = "Connection: close\r\n"
GET = "GET {path} HTTP/1.1\r\nHost: {host}\r\n"
POST = "POST {path} HTTP/1.1\r\nHost: {host}\r\n"
MALFORMED = [
    Odd("a request line of one word", "GARBAGE\r\n\r\n"),
    Odd("a method that is none", "G@T {path} HTTP/1.1\r\nHost: {host}\r\n\r\n"),
    Odd("a NUL in the path", "GET {path}\0 HTTP/1.1\r\nHost: {host}\r\n\r\n"),
    Odd("a NUL for a path", "GET \0\r\n\r\n"),
    Odd("another protocol", "GET {path} HTTQ/1.1\r\nHost: {host}\r\n\r\n"),
    Odd("a header without a colon", GET + "Nonsense\r\n" + CLOSED + "\r\n"),
    Odd("a space before the colon", GET + "X-Odd : 1\r\n" + CLOSED + "\r\n", answered=True),
    Odd("a NUL in a header", GET + "X-Odd: a\0b\r\n" + CLOSED + "\r\n"),
    Odd("a negative length", POST + "Content-Length: -1\r\n\r\n"),
    Odd("a length that is no number", POST + "Content-Length: 1x\r\n\r\nx"),
    Odd("two lengths", POST + "Content-Length: 1\r\nContent-Length: 2\r\n\r\nxx"),
    Odd("a length with a sign", POST + "Content-Length: +1\r\n\r\nx"),
    Odd("a chunk without a size", POST + "Transfer-Encoding: chunked\r\n\r\nxyz\r\n\r\n"),
    Odd("lines without a carriage return", GET.replace("\r", "") + "Connection: close\n\n", answered=True),
    Odd("nothing but line ends", "\r\n\r\n\r\n\r\n", answered=True),
]
INNER = "GET {inner} HTTP/1.1\r\nHost: {host}\r\nX-Odd: "
SMUGGLING = [
    Odd("a length and chunks", POST + "Content-Length: {size}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
    Odd("chunks and a length", POST + "Transfer-Encoding: chunked\r\nContent-Length: {size}\r\n\r\n0\r\n\r\n"),
    Odd("chunks by another name", POST + "Content-Length: {size}\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"),
    Odd("chunks after a space", POST + "Content-Length: {size}\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n"),
    Odd("two lengths, the first of them short", POST + "Content-Length: 5\r\nContent-Length: {size}\r\n\r\n0\r\n\r\n"),
    Odd("a body in a line that goes on", POST + "Content-Length:\r\n {size}\r\n\r\n0\r\n\r\n"),
]


@check(26)
def other_hosts_are_refused(booted: Booted) -> None:
    """A Host that anybody makes up: links in mails and redirects would lead there."""
    trusted = booted.client.ask(view("/settings")).json()["trusted_hosts"]
    if not trusted:
        raise NotProved(f"the app trusts every host; set TRUSTED_HOSTS = ['{booted.deployment.domain}'] in its config")
    for host in (EVIL, f"{booted.deployment.domain}.{EVIL}", f"{EVIL}:443"):
        head = f"GET {booted.client.prefix}{view('/who')} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
        status, text = _answered(booted.client, head.encode())
        # A proxy may send such a client elsewhere, or nowhere, on its own.
        need(status is None or 300 <= status < 500, "400", f"{status} for the host {host}")
        need(status is None or booted.proxy or status == 400, "400", f"{status} for the host {host}")
        need(f"//{EVIL}" not in text, "no link to that host", f"{status} with one: {text[:200]}")


@check(27)
def what_is_no_request_is_refused(booted: Booted) -> None:
    """A request that is none, and that is answered, or that ends whoever reads it."""
    wrong, first = [], ""
    for odd in MALFORMED:
        status, _ = _answered(booted.client, _bytes(booted, odd))
        sent = booted.client.last
        fine = status is None or status in REFUSED or (odd.answered and status < 500)
        if not fine and odd.what not in taken(booted):
            wrong.append(f"{odd.what} gave {status}")
            first = first or sent
        is_alive(booted, odd.what)
    if wrong:
        raise Unmet("400, or an end of the connection", "; ".join(wrong), first)


@check(27)
def headers_without_an_end_are_refused(booted: Booted) -> None:
    """Headers that fill the memory: nobody needs a megabyte of them."""
    line = b"X-Long: " + b"x" * 1000 + b"\r\n"
    head = GET.format(path=_path(booted, "/hello"), host=booted.deployment.domain).encode()
    status, _ = _answered(booted.client, head + line * (MEGABYTE // len(line)) + b"\r\n")
    need(status is None or status in REFUSED, "431, or an end of the connection", status)
    is_alive(booted, "a megabyte of headers")


@check(27)
def no_request_is_echoed(booted: Booted) -> None:
    """A TRACE that hands back the whole request, with the cookies that no script may read."""
    answer = booted.client.ask(view("/hello"), {"X-Odd": SMUGGLED}, method="TRACE")
    need(answer.status in REFUSED and SMUGGLED not in answer.text, "405", answer)


@check(27)
def no_request_hides_in_another(booted: Booted) -> None:
    """A request in the body of another: it would be answered to the next client, past all that the proxy checks."""
    inner = INNER.format(inner=_path(booted, f"/path/{SMUGGLED}"), host=booted.deployment.domain).encode()
    wrong = []
    for odd in SMUGGLING:
        outer = odd.head.replace("{size}", str(len(inner) + 5 + 1))
        head = outer.format(path=_path(booted, "/upload"), host=booted.deployment.domain).encode()
        # The client's next request ends the header that the hidden one left open.
        _, text = _answered(booted.client, head + inner + b"x\r\n\r\n")
        if SMUGGLED in text and odd.what not in taken(booted):
            wrong.append(odd.what)
        is_alive(booted, odd.what)
    need(not wrong, "one answer to one request", f"an answer to the request in the body, with {'; '.join(wrong)}")


def taken(booted: Booted) -> list[str]:
    """Return which of the odd requests it is known to take: a server alone may be less strict than with a proxy."""
    return list(booted.facts.get("odd_requests" if booted.proxy else "odd_requests_alone", ()))


def _path(booted: Booted, path: str) -> str:
    return booted.client.prefix + view(path)


def _bytes(booted: Booted, odd: Odd) -> bytes:
    path = _path(booted, "/upload" if odd.head.startswith("POST") else "/hello")
    return odd.head.format(path=path, host=booted.deployment.domain).encode("latin-1")


def _answered(client: Client, sent: bytes) -> tuple[int | None, str]:
    """Return the status of the first answer, None when there is none, and all that came back."""
    with client.wire() as wire:
        wire.send(sent)
        text = wire.rest(FIRST, SILENCE).decode("latin-1")
    words = text.split(" ", 2)
    return (int(words[1]) if len(words) > 1 and words[0].startswith("HTTP/") else None), text


def is_alive(booted: Booted, after: str) -> None:
    """Hold the app to answering the next client."""
    try:
        answer = booted.client.ask(view("/hello"))
    except (OSError, HTTPException) as error:
        need(False, f"an app that is alive after {after}", f"{type(error).__name__}")
    else:
        # An answer that was meant for another request would be a 200 as well.
        need((answer.status, answer.text) == (200, "hello"), f"200 hello after {after}", answer)
