"""Tell browsers how long the app took: their network panel shows it to developers."""

import time
from collections.abc import Iterable
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask

METRIC = "{{cookiecutter.slug}}"


def init_app(app: Flask) -> None:
    # Around wsgi_app, and not around the app: that stays the Flask object.
    app.wsgi_app = {{cookiecutter.class_name}}Middleware(app.wsgi_app)  # type: ignore[method-assign]


class {{cookiecutter.class_name}}Middleware:
    """Add a Server-Timing header: the time until the response started."""

    def __init__(self, app: WSGIApplication) -> None:
        self.app = app

    def __call__(
        self, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        started = time.perf_counter()

        # The app may call this as late as with its first chunk, or once more with an
        # error, and may write() to what it returns.
        def start(status: str, headers: list[tuple[str, str]], *error: Any) -> Any:
            milliseconds = (time.perf_counter() - started) * 1000
            header = ("Server-Timing", f"{METRIC};dur={milliseconds:.1f}")
            return start_response(status, [*headers, header], *error)

        # The app's own iterable, so that the server gets each chunk as it comes, and
        # closes it.
        return self.app(environ, start)
