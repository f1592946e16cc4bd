"""Checks 15 to 17: what is sent to the app, and what it sends in pieces."""

import socket
import time
from contextlib import ExitStack
from itertools import pairwise

from tests.end_to_end.deploy.client import Answer, Client
from tests.end_to_end.deploy.deployments import LIMIT, Booted
from tests.end_to_end.deploy.registry import PROXY, SERVER, check

MILLION = 1_000_000
TOO_MUCH = LIMIT + MILLION
FORM = "multipart/form-data; boundary=xyz"
BEGIN = b'--xyz\r\nContent-Disposition: form-data; name="file"; filename="a.bin"\r\n\r\n'
END = b"\r\n--xyz--\r\n"
FIRST = 0.15


def posted(client: Client, body: bytes, kind: str = "application/octet-stream") -> Answer:
    """Send a body whose length is said beforehand."""
    head = client.head("/upload", f"Content-Type: {kind}", f"Content-Length: {len(body)}", method="POST")
    return client.send(head, body)


def chunked(client: Client, body: bytes, kind: str = "application/octet-stream") -> Answer:
    """Send a body in chunks, its length unsaid."""
    head = client.head("/upload", f"Content-Type: {kind}", "Transfer-Encoding: chunked", method="POST")
    pieces = [body[start : start + 1000] for start in range(0, len(body), 1000)]
    return client.send(head + b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n")


def is_of_the_app(answer: Answer) -> bool:
    """Tell whether a page was made by the app: it gives each an id."""
    return bool(answer.header("X-Request-ID"))


@check(15)
def a_million_bytes_arrive(booted: Booted) -> None:
    """A proxy whose own limit is smaller than the app's."""
    for body, kind in [(b"x" * MILLION, "application/octet-stream"), (BEGIN + b"x" * MILLION + END, FORM)]:
        answer = posted(booted.client, body, kind)
        assert (answer.status, answer.text) == (200, '{"length":1000000}\n'), f"{answer.status} {answer.text[:100]}"


@check(15)
def too_much_is_refused(booted: Booted) -> None:
    """A limit that nobody holds, or one that shows as an error of the proxy (502) or as a cut connection."""
    for body, kind in [(b"x" * TOO_MUCH, "application/octet-stream"), (BEGIN + b"x" * TOO_MUCH + END, FORM)]:
        answer = _early(lambda: posted(booted.client, body, kind))  # noqa: B023
        assert answer.status == 413, f"{answer.status} {answer.text[:100]}"
        if booted.proxy:
            assert not is_of_the_app(answer), "it is the proxy that had to refuse it"


def _early(ask: object) -> Answer:
    # An answer that comes before all is sent can be lost with the connection: not by this proxy's doing.
    assert callable(ask)
    for _ in range(2):
        try:
            return ask()  # type: ignore[no-any-return]
        except OSError:
            continue
    return ask()  # type: ignore[no-any-return]


@check(15)
def chunks_arrive_or_are_refused(booted: Booted) -> None:
    """A body in chunks that vanishes: the app sees nothing, and says 200."""
    if not booted.proxy and booted.facts.get("chunked") == "lost":
        _is_refused(booted.client)
        return
    for size in (5000, 300_000):
        raw = _early(lambda: chunked(booted.client, b"x" * size))  # noqa: B023
        arrived = raw.status == 200 and raw.json()["length"] == size
        assert arrived or raw.status == 411, f"of {size}: {raw.status} {raw.text[:100]}"
        form = _early(lambda: chunked(booted.client, BEGIN + b"x" * size + END, FORM))  # noqa: B023
        arrived = form.status == 200 and form.json()["length"] == size
        assert arrived or form.status == 411, f"of {size} in a form: {form.status} {form.text[:100]}"


def _is_refused(client: Client) -> None:
    """Hold a server that cannot read chunks to saying so, or to ending the connection."""
    try:
        answer = chunked(client, b"x" * 5000)
    except OSError:
        return
    assert answer.status == 411, f"of 5000: {answer.status} {answer.text[:100]}"


@check(15, PROXY)
def too_many_chunks_are_refused(booted: Booted) -> None:
    """A body in chunks that is cut at the limit, and taken for whole: the app alone cannot tell."""
    for body, kind in [(b"x" * TOO_MUCH, "application/octet-stream"), (BEGIN + b"x" * TOO_MUCH + END, FORM)]:
        answer = _early(lambda: chunked(booted.client, body, kind))  # noqa: B023
        assert answer.status in (411, 413), f"{answer.status} {answer.text[:100]}"


@check(15, SERVER)
def too_many_chunks_never_pass(booted: Booted) -> None:
    """More than the limit in the hands of the app, whoever counts."""
    if booted.facts.get("chunked") == "lost":
        return
    raw = _early(lambda: chunked(booted.client, b"x" * TOO_MUCH))
    assert raw.status in (400, 411, 413) or raw.json()["length"] <= LIMIT, f"{raw.status} {raw.text[:100]}"
    form = _early(lambda: chunked(booted.client, BEGIN + b"x" * TOO_MUCH + END, FORM))
    assert form.status in (400, 411, 413), f"{form.status} {form.text[:100]}"


@check(16)
def a_stream_is_not_held_back(booted: Booted) -> None:
    """A stream that waits in a buffer, or for a timer, before the client sees its beginning."""
    # The best of three: a busy machine is late now and then, a buffer every time.
    for _ in range(3):
        first, gap = _streamed(booted.client)
        if first < FIRST and gap > 0.15:
            return
    raise AssertionError(f"the first chunk came after {first:.2f} s, the others at least {gap:.2f} s apart")


def _streamed(client: Client) -> tuple[float, float]:
    with client.open() as connection:
        begin = time.monotonic()
        connection.request("GET", f"{client.prefix}/stream")
        times, text = [], b""
        with connection.getresponse() as response:
            while piece := response.read1():
                times.append(time.monotonic() - begin)
                text += piece
    assert response.status == 200
    assert text == b"".join(b"chunk %d\n" % number for number in range(4)), text
    return times[0], min((after - before for before, after in pairwise(times)), default=0.0)


@check(17)
def slow_clients_block_nobody(booted: Booted) -> None:
    """Sixty clients that send half a form and wait: they must not hold the app's few threads."""
    if not booted.proxy and not booted.facts.get("copes_with_slow_clients"):
        return
    if booted.facts["protocol"] in booted.facts.get("blocked_by_slow_clients", ()):
        return
    client = booted.client
    head = client.head("/upload", "Content-Type: text/plain", "Content-Length: 1000", method="POST")
    with ExitStack() as stack:
        for _ in range(60):
            link: socket.socket = stack.enter_context(client.link())
            link.sendall(head + b"x" * 500)
        time.sleep(0.3)
        begin = time.monotonic()
        answer = client.ask("/healthz", timeout=4)
        took = time.monotonic() - begin
    assert answer.status == 200, answer.status
    assert took < 1.5, f"the health check took {took:.1f} s"
