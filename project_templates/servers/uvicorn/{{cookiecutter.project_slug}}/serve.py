"""Run the app with uvicorn: processes with threads.

`python serve.py --port 8000` listens on this machine alone, `--uds PATH` on a socket.
"""

import argparse
import os
import socket
from importlib import import_module
from pathlib import Path

import uvicorn


def listen(told: argparse.Namespace) -> socket.socket:
    """Return the socket to accept connections from."""
    if told.uds:
        return unix_socket(told.uds)
    if told.fd is not None:
        listener = socket.socket(fileno=told.fd)
    else:
        family = socket.AF_INET6 if ":" in told.host else socket.AF_INET
        listener = socket.create_server((told.host, told.port), family=family)
    if listener.family in (socket.AF_INET, socket.AF_INET6):
        # Head and body of a response are sent one after the other. Without this, the
        # body waits until the client has confirmed the head, which takes it 40 ms.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def unix_socket(path: str) -> socket.socket:
    """Return a socket for its owner and the group. uvicorn makes one for everybody."""
    # One that a crash has left would be in the way.
    Path(path).unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path)
    os.chmod(path, 0o660)
    return listener


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--uds", help="path of a Unix socket")
    parser.add_argument("--fd", type=int, help="number of an open socket")
    told = parser.parse_args()

    # An app that is broken ends here. Its workers would be started again and again.
    import_module("asgi")

    with listen(told) as listener:
        uvicorn.run(
            "asgi:app",
            fd=listener.fileno(),
            workers={{cookiecutter.workers}},
            # Which proxy to believe is said once, to the app: PROXY_HOPS.
            proxy_headers=False,
            # The app wants no word when the server starts, and logs requests itself.
            lifespan="off",
            access_log=False,
            # Longer than a proxy keeps an idle connection (nginx: 60 seconds).
            timeout_keep_alive=75,
            # After a stop, requests under way have this long to end.
            timeout_graceful_shutdown={{cookiecutter.timeout}},
        )


if __name__ == "__main__":
    main()
