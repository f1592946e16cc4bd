import re
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, NoReturn
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import create_environ

from {{cookiecutter.package_prefix}}{{cookiecutter.module}} import init_app

HEADER = re.compile(r"{{cookiecutter.slug}};dur=\d+\.\d")


class Server:
    """Calls an app, wrapped, and keeps what the app says to it."""

    def __init__(self, inner: Any) -> None:
        self.app = Flask(__name__)
        self.app.wsgi_app = inner  # type: ignore[method-assign]
        init_app(self.app)
        self.started: list[tuple[str, list[tuple[str, str]], Any]] = []
        self.written: list[bytes] = []

    def body(self) -> Iterable[bytes]:
        return self.app(create_environ(), self.start_response)

    def start_response(
        self, status: str, headers: list[tuple[str, str]], error: Any = None, /
    ) -> Callable[[bytes], None]:
        self.started.append((status, headers, error))
        return self.written.append


def test_the_app_is_wrapped_and_stays_the_flask_object(client: FlaskClient) -> None:
    assert isinstance(client.application, Flask)
    for path in ("/", "/static/", "/no-such-page"):
        values = client.get(path).headers.getlist("Server-Timing")
        assert len([value for value in values if HEADER.fullmatch(value)]) == 1


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize(
    ("path", "status"),
    [("/page", 200), ("/static/style.css", 200), ("/missing", 404), ("/crash", 500)],
)
def test_pages_files_and_errors_have_the_header(
    method: str,
    path: str,
    status: int,
    tmp_path: Path,
) -> None:
    (tmp_path / "style.css").touch()
    app = Flask(__name__, static_folder=tmp_path, static_url_path="/static")
    init_app(app)

    @app.get("/page")
    def page() -> str:
        return "page"

    @app.get("/crash")
    def crash() -> NoReturn:
        raise ValueError

    with app.test_client().open(path, method=method) as response:
        assert response.status_code == status
        assert HEADER.fullmatch(response.headers["Server-Timing"])


def test_it_tells_the_time_until_the_response_started(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def inner(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        start("200 OK", [("Content-Type", "text/plain")])
        return [environ["REQUEST_METHOD"].encode()]

    server = Server(inner)
    monkeypatch.setattr("time.perf_counter", iter([1.0, 1.25]).__next__)
    body = server.body()
    monkeypatch.undo()

    ((status, headers, error),) = server.started
    assert (status, error) == ("200 OK", None)
    kind, (name, value) = headers
    assert kind == ("Content-Type", "text/plain")
    assert name == "Server-Timing"
    assert value == "{{cookiecutter.slug}};dur=250.0"
    assert list(body) == [b"GET"]


def test_a_stream_passes_chunk_by_chunk() -> None:
    made: list[bytes] = []

    def inner(environ: WSGIEnvironment, start: StartResponse) -> Iterator[bytes]:
        start("200 OK", [])
        for chunk in (b"first", b"second"):
            made.append(chunk)
            yield chunk

    server = Server(inner)
    body = iter(server.body())
    assert server.started == []

    assert next(body) == b"first"
    assert made == [b"first"]
    ((_, headers, _),) = server.started
    assert HEADER.fullmatch(dict(headers)["Server-Timing"])
    assert list(body) == [b"second"]


def test_the_body_is_closed() -> None:
    class Body(list[bytes]):
        closed = False

        def close(self) -> None:
            self.closed = True

    sent = Body([b"text"])

    def inner(environ: WSGIEnvironment, start: StartResponse) -> Body:
        start("200 OK", [])
        return sent

    body = Server(inner).body()
    assert not sent.closed
    body.close()  # type: ignore[attr-defined]
    assert sent.closed


def test_write_reaches_the_server() -> None:
    def inner(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        write = start("200 OK", [])
        write(b"written")
        return [b"returned"]

    server = Server(inner)
    assert list(server.body()) == [b"returned"]
    assert server.written == [b"written"]


def test_an_error_after_the_start_reaches_the_server() -> None:
    def inner(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        start("200 OK", [])
        try:
            raise ValueError
        except ValueError:
            start("500 Internal Server Error", [], sys.exc_info())
        return []

    server = Server(inner)
    server.body()

    (_, _, none), (status, headers, error) = server.started
    assert none is None
    assert status == "500 Internal Server Error"
    assert error[0] is ValueError
    assert HEADER.fullmatch(dict(headers)["Server-Timing"])
