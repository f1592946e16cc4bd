import os
import secrets
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient, FlaskCliRunner

from {{cookiecutter.package_name}} import create_app

SETTINGS = {
    "APP_ENV",
    "FLASK_APP",
    "FLASK_DEBUG",
    "LOG_LEVEL",
    "MAX_CONTENT_LENGTH",
    "MAX_FORM_MEMORY_SIZE",
    "MAX_FORM_PARTS",
    "PROXY_HOPS",
    "SECRET_KEY",
    "SECRET_KEY_FALLBACKS",
    "TRUSTED_HOSTS",
}


@pytest.fixture(autouse=True)
def empty_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test depends on what the shell that runs it has exported."""
    for name in os.environ.keys() & SETTINGS:
        monkeypatch.delenv(name)


@pytest.fixture
def app() -> Flask:
    return create_app({"TESTING": True})


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def runner(app: Flask) -> FlaskCliRunner:
    return app.test_cli_runner()


@pytest.fixture
def start(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Flask]:
    """Start the app as a server does: in production, with a key, and what you pass."""

    def start(**environ: str) -> Flask:
        for name, value in {"SECRET_KEY": secrets.token_hex(32), **environ}.items():
            monkeypatch.setenv(name, value)
        return create_app()

    return start
