from collections.abc import Callable

from flask import Flask
from flask.testing import FlaskClient


def test_a_healthy_app_says_ok(client: FlaskClient) -> None:
    response = client.get("/healthz")

    assert (response.status_code, response.text) == (200, "ok\n")
    assert response.mimetype == "text/plain"
    assert response.headers["Cache-Control"] == "no-store"


def test_an_app_that_fails_is_not_healthy(start: Callable[..., Flask]) -> None:
    app = start()

    @app.before_request
    def fail() -> None:
        raise ConnectionError

    assert app.test_client().get("/healthz").status_code == 500
