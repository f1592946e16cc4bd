"""Ports that nobody else takes between the choice and the use: below those that the system gives to clients."""

import itertools
import socket
import threading
from collections.abc import Iterator
from functools import cache

from scaffold.proof.unmet import NotProved

HOST = "127.0.0.1"
FIRST, LAST, BLOCK = 15000, 31000, 200
_lock = threading.Lock()


def free_port() -> int:
    """Return a port of 127.0.0.1 that nobody listens on, and that no other process is given.

    Raises NotProved when there is none.
    """
    with _lock:
        for port in itertools.islice(_numbers(), BLOCK):
            with socket.socket() as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                try:
                    probe.bind((HOST, port))
                except OSError:
                    continue
                return port
    raise NotProved("no port of 127.0.0.1 is free")


@cache
def _numbers() -> Iterator[int]:
    """Go round in a block that is this process's: the first port of it stays bound as long as the process lives."""
    for first in range(FIRST, LAST, BLOCK):
        claim = socket.socket()
        try:
            claim.bind((HOST, first))
        except OSError:
            claim.close()
            continue
        claim.detach()
        return itertools.cycle(range(first + 1, first + BLOCK))
    raise NotProved("no port of 127.0.0.1 is free")
