from typing import Any, NoReturn

import pytest
from flask import Blueprint, Flask, abort
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from {{cookiecutter.package_prefix}}problems import (
    InvalidFields,
    answer_with_problems,
    read_object,
)

LIMIT = 200_000


@pytest.fixture
def api() -> FlaskClient:
    """A client of an app that has error pages of its own beside the API."""
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = LIMIT
    for code in (404, 405, 500):
        app.register_error_handler(code, lambda error: ("the app's page", error.code))

    bp = Blueprint("api", __name__, url_prefix="/api")
    answer_with_problems(bp)

    @bp.post("/objects")
    def objects() -> dict[str, Any]:
        return read_object()

    @bp.get("/missing")
    def missing() -> NoReturn:
        abort(404, "It was here yesterday.")

    @bp.get("/invalid")
    def invalid() -> NoReturn:
        raise InvalidFields({"colour": "is missing", "size": "must be a number"})

    @bp.get("/crash")
    def crash() -> NoReturn:
        raise ValueError("a secret")

    app.register_blueprint(bp)
    return app.test_client()


def post(api: FlaskClient, body: bytes, **more: Any) -> TestResponse:
    sent = {"data": body, "mimetype": "application/json", **more}
    return api.post("/api/objects", **sent)


def problem(response: TestResponse, status: int, title: str) -> dict[str, Any]:
    """Return the problem that a response must be."""
    assert response.status_code == status
    assert response.content_type == "application/problem+json"
    problem = response.get_json()
    assert isinstance(problem, dict)
    assert problem["type"] == "about:blank"
    assert problem["title"] == title
    assert problem["status"] == status
    return problem


def test_an_object_is_read(api: FlaskClient) -> None:
    assert post(api, b'{"a": 1}').get_json() == {"a": 1}


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[" * 100_000])
def test_a_body_that_is_not_json_is_a_problem(api: FlaskClient, body: bytes) -> None:
    detail = problem(post(api, body), 400, "Bad Request")["detail"]

    assert detail == "The body is not JSON, or it is nested too deeply."


@pytest.mark.parametrize("body", [b"null", b"NaN", b"1", b'"text"', b"[{}]"])
def test_a_body_that_is_no_object_is_a_problem(api: FlaskClient, body: bytes) -> None:
    detail = problem(post(api, body), 422, "Unprocessable Entity")["detail"]

    assert detail == "The body must be a JSON object."


@pytest.mark.parametrize("kind", [None, "text/plain", "multipart/form-data"])
def test_another_content_type_is_a_problem(api: FlaskClient, kind: str | None) -> None:
    problem(post(api, b"{}", mimetype=kind), 415, "Unsupported Media Type")


# A body without a length comes in chunks.
@pytest.mark.parametrize(
    ("headers", "most"), [({}, LIMIT), ({"Transfer-Encoding": "chunked"}, LIMIT - 1)]
)
def test_too_large_a_body_is_a_problem(
    api: FlaskClient,
    headers: dict[str, str],
    most: int,
) -> None:
    more = {"headers": headers, "environ_overrides": {"wsgi.input_terminated": True}}

    assert post(api, b"{}".ljust(most), **more).status_code == 200
    large = post(api, b"{}".ljust(LIMIT + 1), **more)
    problem(large, 413, "Request Entity Too Large")


def test_what_a_view_raises_is_a_problem(api: FlaskClient) -> None:
    missing = problem(api.get("/api/missing"), 404, "Not Found")
    assert missing["detail"] == "It was here yesterday."
    assert "errors" not in missing

    invalid = problem(api.get("/api/invalid"), 422, "Unprocessable Entity")
    assert invalid["detail"] == "Some fields are unknown, missing or wrong."
    assert invalid["errors"] == [
        {"field": "colour", "detail": "is missing"},
        {"field": "size", "detail": "must be a number"},
    ]

    response = api.get("/api/crash")
    problem(response, 500, "Internal Server Error")
    assert "secret" not in response.text


def test_urls_and_methods_that_no_view_has_are_problems(api: FlaskClient) -> None:
    for path in ("/api", "/api/", "/api/no/such/thing"):
        problem(api.get(path, headers={"Accept": "text/html"}), 404, "Not Found")

    response = api.get("/api/objects")
    problem(response, 405, "Method Not Allowed")
    assert response.allow == {"POST", "OPTIONS"}


def test_other_answers_stay_as_they_are(api: FlaskClient) -> None:
    for path in ("/", "/apis", "/no/api/thing"):
        assert api.get(path).text == "the app's page"

    # A doubled slash is sent to the URL without it.
    redirect = api.get("/api//missing")
    assert redirect.status_code == 308
    assert redirect.mimetype == "text/html"
    assert redirect.headers["Location"].endswith("/api/missing")
