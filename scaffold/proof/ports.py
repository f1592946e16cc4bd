"""Ports that nobody else takes between the choice and the use: below those that the system gives to clients."""

import itertools
import os
import socket
import threading
import zlib

from scaffold.proof.unmet import NotProved

FIRST, LAST = 15000, 31000
_numbers = itertools.cycle(range(FIRST, LAST))
_lock = threading.Lock()
# Each process begins elsewhere.
for _ in range(zlib.crc32(str(os.getpid()).encode()) % (LAST - FIRST)):
    next(_numbers)


def free_port() -> int:
    """Return a port of 127.0.0.1 that was not given before and that nobody listens on."""
    with _lock:
        for port in itertools.islice(_numbers, LAST - FIRST):
            with socket.socket() as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                try:
                    probe.bind(("127.0.0.1", port))
                except OSError:
                    continue
                return port
    raise NotProved("no port of 127.0.0.1 is free")
