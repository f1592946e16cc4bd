"""What ASGI servers run: the app of `{{cookiecutter.wsgi_file}}`, each request in a thread."""

from collections.abc import Iterable
from typing import Any

from a2wsgi import WSGIMiddleware
from a2wsgi.asgi_typing import Receive, Scope, Send

from {{cookiecutter.wsgi_module}} import {{cookiecutter.wsgi_name}} as wsgi_app


def read_to_the_end(environ: Any, start_response: Any) -> Iterable[bytes]:
    # A body that is sent in chunks has no length. Without this promise that it ends by
    # itself, Flask would take it for empty.
    environ["wsgi.input_terminated"] = True
    return wsgi_app(environ, start_response)


in_threads = WSGIMiddleware(read_to_the_end, workers={{cookiecutter.threads}})


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer a request."""
    if scope["type"] == "http":
        # To WSGI, X_Forwarded_For and X-Forwarded-For are one. Proxies send the second.
        names = [(name, value) for name, value in scope["headers"] if b"_" not in name]
        scope["headers"] = names
    await in_threads(scope, receive, send)
