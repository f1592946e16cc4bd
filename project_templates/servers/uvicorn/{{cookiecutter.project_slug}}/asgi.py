"""What ASGI servers run: the app of `{{cookiecutter.wsgi_file}}`, each request in a thread."""

import asyncio
from collections.abc import Iterator
from contextlib import closing
from contextvars import ContextVar
from threading import Event
from typing import Any

from a2wsgi import WSGIMiddleware
from a2wsgi.asgi_typing import Receive, ReceiveEvent, Scope, Send
from werkzeug.wsgi import ClosingIterator

from {{cookiecutter.wsgi_module}} import {{cookiecutter.wsgi_name}} as wsgi_app

client_left: ContextVar[Event] = ContextVar("client_left")


def answer(environ: Any, start_response: Any) -> Iterator[bytes]:
    """Yield the response of the app, for as long as there is somebody to read it."""
    # A body that is sent in chunks has no length. Without this promise that it ends by
    # itself, Flask would take it for empty.
    environ["wsgi.input_terminated"] = True
    with closing(ClosingIterator(wsgi_app(environ, start_response))) as body:
        for chunk in body:
            # A stream without an end would keep its thread for ever.
            if client_left.get().is_set():
                break
            yield chunk


in_threads = WSGIMiddleware(answer, workers={{cookiecutter.threads}})


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer a request in a thread, and see meanwhile whether the client leaves."""
    if scope["type"] != "http":
        await in_threads(scope, receive, send)
        return

    # To WSGI, X_Forwarded_For and X-Forwarded-For are one. Proxies send the second.
    names = [(name, value) for name, value in scope["headers"] if b"_" not in name]
    scope["headers"] = names

    left = Event()
    client_left.set(left)
    # One message ahead of what the app has read, and no more.
    messages: asyncio.Queue[ReceiveEvent] = asyncio.Queue(1)

    async def read_ahead() -> None:
        while not left.is_set():
            message = await receive()
            if message["type"] == "http.disconnect":
                left.set()
            await messages.put(message)

    reading = asyncio.create_task(read_ahead())
    try:
        await in_threads(scope, messages.get, send)
    finally:
        reading.cancel()
