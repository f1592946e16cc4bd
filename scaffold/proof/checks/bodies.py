"""Checks 15 to 17: what is sent to the app, and what it sends in pieces."""

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import pairwise

from scaffold.proof.checks.registry import PROXY, SERVER, check
from scaffold.proof.deployment import Booted, Deployment
from scaffold.proof.load import Late, once_more_if_late
from scaffold.proof.probing import is_of_the_app, view
from scaffold.proof.unmet import NotProved, Unmet, need
from scaffold.proof.wire import Answer, Client

MILLION = 1_000_000
# More than that takes long to send, and much memory.
MOST = 64 * 1024 * 1024
PLAIN = "application/octet-stream"
FORM = "multipart/form-data; boundary=xyz"
BEGIN = b'--xyz\r\nContent-Disposition: form-data; name="file"; filename="a.bin"\r\n\r\n'
END = b"\r\n--xyz--\r\n"
FIRST = 0.15
CLIENTS = 60


def copes(deployment: Deployment) -> bool:
    """Tell whether clients that send slowly can do nothing here."""
    facts = deployment.facts
    if not deployment.proxy and not facts.get("copes_with_slow_clients"):
        return False
    return facts["protocol"] not in facts.get("blocked_by_slow_clients", ())


def counts_chunks(deployment: Deployment) -> bool:
    """Tell whether a body in chunks reaches the app at all."""
    return deployment.facts.get("chunked") != "lost"


def posted(client: Client, body: bytes, kind: str = PLAIN) -> Answer:
    """Send a body whose length is said beforehand."""
    head = client.head(view("/upload"), f"Content-Type: {kind}", f"Content-Length: {len(body)}", method="POST")
    return client.send(head, body)


def chunked(client: Client, body: bytes, kind: str = PLAIN) -> Answer:
    """Send a body in chunks, its length unsaid."""
    head = client.head(view("/upload"), f"Content-Type: {kind}", "Transfer-Encoding: chunked", method="POST")
    pieces = [body[start : start + 1000] for start in range(0, len(body), 1000)]
    return client.send(head + b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n")


def bodies(size: int) -> Iterator[tuple[bytes, str]]:
    """Yield as many bytes as they are, and in a form."""
    yield b"x" * size, PLAIN
    yield BEGIN + b"x" * size + END, FORM


def of_app(booted: Booted) -> int | None:
    """Return how many bytes the app itself takes, None where it has no limit."""
    limit = booted.client.ask(view("/settings")).json()["limit"]
    return limit if isinstance(limit, int) else None


def passes(booted: Booted) -> int:
    """Return how many bytes have to pass."""
    limit = of_app(booted)
    return booted.deployment.limit if limit is None else min(limit, booted.deployment.limit)


def refuses(booted: Booted) -> int:
    """Return how many bytes are the most that may pass.

    It is what `deploy` was told. Where it was told nothing, an app alone knows its limit better than its code says.
    """
    is_told = booted.proxy or booted.facts.get("limit")
    return (None if is_told else of_app(booted)) or booted.deployment.limit


def too_much(booted: Booted) -> int:
    """Return how many bytes are more than the limit; raise `NotProved` where those are too many to send."""
    limit = refuses(booted)
    if limit > MOST:
        raise NotProved(f"a body of more than {limit} bytes is too long to be sent here")
    return limit + MILLION


@check(15)
def a_million_bytes_arrive(booted: Booted) -> None:
    """A proxy whose own limit is smaller than the app's."""
    size = min(MILLION, passes(booted) * 9 // 10)
    for body, kind in bodies(size):
        answer = posted(booted.client, body, kind)
        need(answer.status == 200 and answer.json() == {"length": size}, f'200 {{"length":{size}}}', answer)


@check(15)
def too_much_is_refused(booted: Booted) -> None:
    """A limit that nobody holds, or one that shows as an error of the proxy (502) or as a cut connection."""
    hint = unlimited(booted)
    for body, kind in bodies(too_much(booted)):
        answer = _early(lambda: posted(booted.client, body, kind))  # noqa: B023
        need(answer.status == 413, "413", f"{answer}{hint if answer.status == 200 else ''}")
        if booted.proxy:
            need(not is_of_the_app(answer), "413 of the proxy, which had to refuse it", "413 of the app")


def unlimited(booted: Booted) -> str:
    """Return what to set where the app itself has no limit, "" where it has one."""
    if of_app(booted) is not None:
        return ""
    setting = f"MAX_CONTENT_LENGTH = {booted.deployment.limit}"
    return f": the app takes bodies of any size; set {setting} in its config"


def _early(ask: Callable[[], Answer]) -> Answer:
    # An answer that comes before all is sent can be lost with the connection: not by this proxy's doing.
    for _ in range(2):
        try:
            return ask()
        except OSError:
            continue
    return ask()


@check(15)
def chunks_arrive_or_are_refused(booted: Booted) -> None:
    """A body in chunks that vanishes: the app sees nothing, and says 200."""
    if not booted.proxy and not counts_chunks(booted.deployment):
        _is_refused(booted.client)
        return
    for size in (5000, min(300_000, passes(booted) // 2)):
        for body, kind in bodies(size):
            answer = _early(lambda: chunked(booted.client, body, kind))  # noqa: B023
            arrived = answer.status == 200 and answer.json()["length"] == size
            need(arrived or answer.status == 411, f"all of {size} bytes, or 411", f"of {size}: {answer}")


def _is_refused(client: Client) -> None:
    """Hold a server that cannot read chunks to saying so, or to ending the connection."""
    try:
        answer = chunked(client, b"x" * 5000)
    except OSError:
        return
    need(answer.status == 411, "411", f"of 5000: {answer}")


@check(15, PROXY)
def too_many_chunks_are_refused(booted: Booted) -> None:
    """A body in chunks that is cut at the limit, and taken for whole: the app alone cannot tell."""
    for body, kind in bodies(too_much(booted)):
        answer = _early(lambda: chunked(booted.client, body, kind))  # noqa: B023
        need(answer.status in (411, 413), "411 or 413", answer)


@check(15, SERVER, when=counts_chunks)
def too_many_chunks_never_pass(booted: Booted) -> None:
    """More than the limit in the hands of the app, whoever counts."""
    limit, hint = refuses(booted), unlimited(booted)
    (plain, _), (form, kind) = bodies(too_much(booted))
    raw = _early(lambda: chunked(booted.client, plain))
    held = raw.status in (400, 411, 413) or raw.json()["length"] <= limit
    need(held, f"a refusal, or {limit} bytes at most", f"{raw}{hint if raw.status == 200 else ''}")
    answer = _early(lambda: chunked(booted.client, form, kind))
    need(answer.status in (400, 411, 413), "400, 411 or 413", answer)


@check(16)
def a_stream_is_not_held_back(booted: Booted) -> None:
    """A stream that waits in a buffer, or for a timer, before the client sees its beginning."""
    # The best of three: a busy machine is late now and then, a buffer every time.
    for _ in range(3):
        first, gap = _streamed(booted.client)
        if first < FIRST and gap > 0.15:
            return
    raise Unmet(
        f"the first chunk within {FIRST} s, and the others one by one",
        f"the first chunk came after {first:.2f} s, the others at least {gap:.2f} s apart",
    )


def _streamed(client: Client) -> tuple[float, float]:
    with client.open() as connection:
        begin = time.monotonic()
        connection.request("GET", client.prefix + view("/stream"))
        times, text = [], b""
        with connection.getresponse() as response:
            while piece := response.read1():
                times.append(time.monotonic() - begin)
                text += piece
    need(response.status == 200, "200", response.status)
    need(text == b"".join(b"chunk %d\n" % number for number in range(4)), "four chunks", text)
    return times[0], min((after - before for before, after in pairwise(times)), default=0.0)


@check(17, when=copes)
def slow_clients_block_nobody(booted: Booted) -> None:
    """Sixty clients that send half a form and wait: they must not hold the app's few threads."""
    once_more_if_late(_with_slow_clients, booted)


def _with_slow_clients(booted: Booted) -> None:
    client = booted.client
    head = client.head(view("/upload"), "Content-Type: text/plain", "Content-Length: 1000", method="POST")
    with ExitStack() as stack:
        for _ in range(CLIENTS):
            link: socket.socket = stack.enter_context(client.link())
            link.sendall(head + b"x" * 500)
        time.sleep(0.3)
        begin = time.monotonic()
        answer = client.ask(booted.deployment.health, timeout=4)
        took = time.monotonic() - begin
    need(answer.status == 200, "200", answer)
    if took >= 1.5:
        raise Late("an answer within 1.5 s", f"the health check took {took:.1f} s")
