import json
import logging
import secrets
import warnings
from collections.abc import Callable

import pytest
from flask import Flask, session
from flask.sessions import SecureCookieSessionInterface

KEY = "7f1e9c0b3a5d48e2" * 4
OLD_KEY = "c4d3b2a190807f6e" * 4


def add_views(app: Flask) -> Flask:
    @app.get("/name")
    def name() -> str:
        return str(session.get("name"))

    @app.post("/name")
    def set_name() -> str:
        session["name"] = "Ada"
        return ""

    return app


def name_in(app: Flask, *, signed_with: str) -> str:
    """Send a session cookie signed with this key, and return the name that is read."""
    serializer = SecureCookieSessionInterface().get_signing_serializer(app)
    assert serializer is not None
    serializer.secret_keys = [signed_with.encode()]
    cookie = f"{app.config['SESSION_COOKIE_NAME']}={serializer.dumps({'name': 'Ada'})}"
    client = app.test_client(use_cookies=False)
    return client.get("/name", headers={"Cookie": cookie}).text


def test_the_session_cookie_is_strict_in_production(
    start: Callable[..., Flask],
) -> None:
    app = add_views(start())
    cookie = app.test_client().post("/name").headers["Set-Cookie"]

    assert cookie.startswith("__Host-shop=")
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))


def test_the_session_works_over_plain_http_in_development(app: Flask) -> None:
    client = add_views(app).test_client()
    cookie = client.post("/name").headers["Set-Cookie"]

    assert cookie.startswith("shop=")
    assert {"HttpOnly", "SameSite=Lax"} <= set(cookie.split("; "))
    assert "Secure" not in cookie
    assert client.get("/name").text == "Ada"


def test_only_a_cookie_signed_with_our_key_is_read(start: Callable[..., Flask]) -> None:
    app = add_views(start(SECRET_KEY=KEY))

    assert name_in(app, signed_with=KEY) == "Ada"
    for forged in (OLD_KEY, KEY[:-1], KEY[0], ""):
        assert name_in(app, signed_with=forged) == "None"


def test_an_earlier_key_keeps_its_sessions(start: Callable[..., Flask]) -> None:
    app = add_views(start(SECRET_KEY=KEY, SECRET_KEY_FALLBACKS=f" {OLD_KEY} "))

    assert name_in(app, signed_with=KEY) == "Ada"
    assert name_in(app, signed_with=OLD_KEY) == "Ada"
    for forged in (OLD_KEY[0], ","):
        assert name_in(app, signed_with=forged) == "None"


@pytest.mark.parametrize("key", ["", "change-me-" * 5, KEY[:31], "x" * 64])
def test_production_does_not_start_without_a_strong_key(
    start: Callable[..., Flask], key: str
) -> None:
    with pytest.raises(RuntimeError, match=r"^SECRET_KEY .*token_hex\(32\)"):
        start(SECRET_KEY=key)


@pytest.mark.parametrize("keys", [",", f"{OLD_KEY},", f"{OLD_KEY},a", "a"])
def test_no_weak_key_is_taken_as_an_earlier_one(
    start: Callable[..., Flask], keys: str
) -> None:
    with pytest.raises(RuntimeError, match=r"SECRET_KEY_FALLBACKS .*token_hex\(32\)"):
        start(SECRET_KEY_FALLBACKS=keys)


def test_a_session_that_browsers_would_drop_is_in_the_log(
    start: Callable[..., Flask], capsys: pytest.CaptureFixture[str]
) -> None:
    logging.captureWarnings(False)  # the next app that starts turns it on
    app = start()

    @app.get("/long")
    def long() -> str:
        session["long"] = secrets.token_hex(4000)
        return "sent"

    # In tests a warning is an error, if nobody says otherwise.
    with warnings.catch_warnings():
        warnings.simplefilter("default")
        response = app.test_client().get("/long")

    assert response.text == "sent"
    warning, _ = map(json.loads, capsys.readouterr().err.splitlines())
    assert "cookie is too large" in warning["message"]
    assert warning["request_id"] == response.headers["X-Request-ID"]


def test_development_starts_without_a_key(start: Callable[..., Flask]) -> None:
    app = start(APP_ENV="development", SECRET_KEY="")

    assert len(app.config["SECRET_KEY"]) >= 32
