"""Run the app with gevent: one process, and a greenlet for each connection.

`python serve.py --port 8000` listens on this machine alone, `--uds PATH` on a socket.
"""

import argparse
import os
import signal
import socket
from contextlib import suppress
from pathlib import Path

import gevent
from gevent import monkey
from gevent.pool import Pool
from gevent.pywsgi import WSGIHandler, WSGIServer

# From here on, waiting for a network, a lock or a clock lets other greenlets run. The
# app comes after it, so that what it imports is like that, too.
monkey.patch_all()

{% if cookiecutter.wsgi_name == "app" %}
from {{cookiecutter.wsgi_module}} import app  # noqa: E402
{% else %}
from {{cookiecutter.wsgi_module}} import {{cookiecutter.wsgi_name}} as app  # noqa: E402
{% endif %}

idle: set[socket.socket] = set()


class Connection(WSGIHandler):
    """A client, from its first request to its last."""

    def read_requestline(self) -> str:
        """Wait for the next request, for longer than a proxy keeps an idle client."""
        if self.server.closed:
            return ""
        idle.add(self.socket)
        try:
            read = super().read_requestline
            return gevent.with_timeout(75, read, timeout_value="")
        finally:
            idle.remove(self.socket)


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
    """Return a socket for its owner and the group."""
    # One that a crash has left would be in the way.
    Path(path).unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path)
    os.chmod(path, 0o660)
    listener.listen()
    return listener


def stop(server: WSGIServer) -> None:
    """Accept nothing more, and let clients go that wait for nothing."""
    server.close()
    for client in list(idle):
        with suppress(OSError):
            client.shutdown(socket.SHUT_RD)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--uds", help="path of a Unix socket")
    parser.add_argument("--fd", type=int, help="number of an open socket")
    listener = listen(parser.parse_args())

    pool = Pool({{cookiecutter.connections}})
    server = WSGIServer(listener, app, spawn=pool, handler_class=Connection, log=None)
    for number in (signal.SIGINT, signal.SIGTERM):
        gevent.signal_handler(number, stop, server)
    # After a stop, requests under way have this long to end.
    server.serve_forever(stop_timeout={{cookiecutter.timeout}})


if __name__ == "__main__":
    main()
