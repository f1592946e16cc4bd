from collections.abc import Callable
from typing import NoReturn

import pytest
from flask import Flask, abort, request
from flask.testing import FlaskClient
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import TooManyRequests, Unauthorized

CODES = [400, 401, 403, 404, 405, 413, 429, 500, 503]


@pytest.fixture(autouse=True)
def failing_views(app: Flask) -> None:
    app.add_url_rule("/abort/<int:code>", view_func=abort)


@pytest.mark.parametrize("code", CODES)
def test_an_error_is_a_page_of_the_site(client: FlaskClient, code: int) -> None:
    response = client.get(f"/abort/{code}")

    assert response.status_code == code
    assert response.mimetype == "text/html"
    assert '<link rel="stylesheet"' in response.text
    assert f">{code}<" in response.text
    assert "Accept" in response.vary


@pytest.mark.parametrize("code", CODES)
def test_an_error_is_json_for_a_client_that_prefers_it(
    client: FlaskClient, code: int
) -> None:
    response = client.get(f"/abort/{code}", headers={"Accept": "application/json"})

    assert response.status_code == code
    assert response.content_type == "application/problem+json"
    assert response.json is not None
    assert response.json["status"] == code
    assert response.json.keys() == {"type", "title", "status", "detail"}
    assert "Accept" in response.vary


@pytest.mark.parametrize(
    ("accept", "mimetype"),
    [
        ("*/*", "text/html"),
        ("text/html,application/xml;q=0.9,*/*;q=0.8", "text/html"),
        ("application/json;q=0.5,text/html", "text/html"),
        ("application/json, text/plain, */*", "application/problem+json"),
        ("application/problem+json", "application/problem+json"),
    ],
)
def test_html_is_the_answer_unless_json_is_preferred(
    client: FlaskClient, accept: str, mimetype: str
) -> None:
    assert client.get("/none", headers={"Accept": accept}).mimetype == mimetype


@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_an_error_keeps_its_headers(app: Flask, accept: str) -> None:
    @app.get("/busy")
    def busy() -> NoReturn:
        raise TooManyRequests(retry_after=7)

    @app.get("/private")
    def private() -> NoReturn:
        raise Unauthorized(www_authenticate=WWWAuthenticate("basic"))

    client = app.test_client()
    accepts = {"Accept": accept}

    assert client.delete("/", headers=accepts).allow == {"GET", "HEAD", "OPTIONS"}
    assert client.get("/busy", headers=accepts).headers["Retry-After"] == "7"
    headers = client.get("/private", headers=accepts).headers
    assert headers["WWW-Authenticate"].startswith("Basic")


def test_a_body_over_the_limit_is_refused(app: Flask) -> None:
    @app.post("/form")
    def form() -> str:
        return request.form["name"]

    app.config["MAX_CONTENT_LENGTH"] = 10
    client = app.test_client()

    assert client.post("/form", data={"name": "short"}).status_code == 200
    assert client.post("/form", data={"name": "much too long"}).status_code == 413


@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_a_host_that_is_not_trusted_gets_a_400(
    client: FlaskClient, accept: str
) -> None:
    response = client.get("/", headers={"Host": "evil.example", "Accept": accept})

    assert response.status_code == 400
    assert "Bad Request" in response.text


def test_a_crash_shows_nothing_and_logs_its_traceback(
    start: Callable[..., Flask], capsys: pytest.CaptureFixture[str]
) -> None:
    app = start(APP_ENV="production")

    @app.get("/crash")
    def crash() -> NoReturn:
        raise ZeroDivisionError("internal detail")

    response = app.test_client().get("/crash")

    assert response.status_code == 500
    assert "Internal Server Error" in response.text
    assert "internal detail" not in response.text
    log = capsys.readouterr().err
    assert "Traceback" in log
    assert "ZeroDivisionError: internal detail" in log


def test_an_error_says_what_the_view_said(app: Flask) -> None:
    @app.get("/echo")
    def echo() -> NoReturn:
        abort(400, "No <script> here.")

    client = app.test_client()

    assert "No &lt;script&gt; here." in client.get("/echo").text
    problem = client.get("/echo", headers={"Accept": "application/json"}).json
    assert problem == {
        "type": "about:blank",
        "title": "Bad Request",
        "status": 400,
        "detail": "No <script> here.",
    }
