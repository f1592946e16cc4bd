"""A site that says what it is told to say, for what is asked of servers."""

import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from scaffold.proof import probing
from scaffold.proof.wire import Client

Said = tuple[int, dict[str, str], str]
MARKED = {probing.MARK: "1"}


@contextmanager
def site(*said: Said) -> Iterator[Client]:
    """Give a client of a site that says one thing after the other, and the last one for ever."""
    left = list(said)

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            status, headers, text = left.pop(0) if len(left) > 1 else left[0]
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(text))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_: Any) -> None:
            """Write nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield Client(server.server_port)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
