"""Measure what each part of a generated app adds to a request.

It is started by throughput.py, in a project's folder. One process and no server: other programs disturb it little.
"""

import json
import sys
from collections.abc import Callable
from importlib import import_module
from io import BytesIO
from random import sample
from time import process_time
from typing import Any

from flask import Flask

HOST = "shop.example.test"
REQUESTS = 500
KEY = "b5c0d7e2f9a14683b5c0d7e2f9a14683"


def main() -> None:
    """Print, for each part, what a request took in each round."""
    package, path, rounds = sys.argv[1:]
    whole = import_module("generated").app
    apps = {**{name: _app(part, path) for name, part in _parts(package).items()}, "all of it": whole}
    figures: dict[str, list[float]] = {name: [] for name in apps}
    for _ in range(int(rounds)):
        for name in sample(list(apps), len(apps)):
            figures[name].append(_microseconds(apps[name], path))
    print(json.dumps(figures))


def _parts(package: str) -> dict[str, Callable[[Flask], object]]:
    """Return what makes a bare app a little more like the generated one."""
    names = ("assets", "errors", "logs", "security")
    assets, errors, logs, security = (import_module(f"{package}.{name}") for name in names)

    def sessions(app: Flask) -> None:
        app.secret_key = KEY
        app.session_interface = security.Sessions()

    def headers(app: Flask) -> None:
        app.wsgi_app = security.SecurityHeaders(app.wsgi_app)  # type: ignore[method-assign]

    return {
        "bare Flask": lambda _: None,
        "error pages": errors.init_app,
        "request line": logs.init_app,
        "security headers": headers,
        "check of links": lambda app: app.before_request(security.check_where_links_lead),
        "sessions": sessions,
        "sessions of Flask": lambda app: setattr(app, "secret_key", KEY),
        "static files": assets.init_app,
        "trusted hosts": lambda app: app.config.update(TRUSTED_HOSTS=[HOST]),
    }


def _app(part: Callable[[Flask], object], path: str) -> Flask:
    app = Flask(__name__)
    app.config["PRODUCTION"] = True
    app.add_url_rule(path, "hello", lambda: "hello")
    part(app)
    return app


def _microseconds(app: Flask, path: str) -> float:
    start = process_time()
    for _ in range(REQUESTS):
        for _ in app(_environ(path), _start):
            pass
    return (process_time() - start) / REQUESTS * 1e6


def _environ(path: str) -> dict[str, Any]:
    return {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": "",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "8000",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": HOST,
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(),
        "wsgi.errors": sys.stderr,
    }


def _start(status: str, headers: list[tuple[str, str]], *error: Any) -> Callable[[bytes], object]:
    if status != "200 OK":
        raise SystemExit(status)
    return len


if __name__ == "__main__":
    main()
