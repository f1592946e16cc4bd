import pytest
from flask.testing import FlaskClient
from werkzeug.exceptions import default_exceptions


@pytest.fixture(autouse=True)
def every_request_fails(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    error = default_exceptions[{{cookiecutter.code}}](description="Not <b>now</b>.")
    headers = [("Content-Type", "text/html"), ("X-Reason", "tests")]
    monkeypatch.setattr(error, "get_headers", lambda *arguments: headers)

    def fail() -> None:
        raise error

    monkeypatch.setitem(client.application.before_request_funcs, None, [fail])


def test_the_error_has_a_page_of_its_own(client: FlaskClient) -> None:
    response = client.get("/", environ_overrides={"SCRIPT_NAME": "/prefix"})

    assert response.status_code == {{cookiecutter.code}}
    assert response.mimetype == "text/html"
    assert "<html" in response.text
    assert '<p class="error-code">{{cookiecutter.code}}</p>' in response.text
    assert '<a href="/prefix/">To the first page</a>' in response.text


def test_the_page_says_what_the_view_said(client: FlaskClient) -> None:
    assert "Not &lt;b&gt;now&lt;/b&gt;." in client.get("/").text


def test_a_client_that_prefers_json_gets_no_page(client: FlaskClient) -> None:
    response = client.get("/", headers={"Accept": "application/json"})

    assert response.status_code == {{cookiecutter.code}}
    assert response.content_type == "application/problem+json"
    assert response.json is not None
    assert response.json["status"] == {{cookiecutter.code}}
    assert response.json["detail"] == "Not <b>now</b>."


@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_the_error_keeps_its_headers(client: FlaskClient, accept: str) -> None:
    response = client.get("/", headers={"Accept": accept})

    assert response.headers["X-Reason"] == "tests"
    assert "Accept" in response.vary
