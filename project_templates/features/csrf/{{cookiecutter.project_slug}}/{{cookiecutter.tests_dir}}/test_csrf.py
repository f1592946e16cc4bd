import pytest
from flask import Blueprint, session
from flask.testing import FlaskClient
from flask_wtf.csrf import (  # type: ignore[import-untyped]
    generate_csrf,
    validate_csrf,
)

from {{cookiecutter.package_prefix}}extensions import csrf

KEY = "7f1e9c0b3a5d48e2" * 4
OLD_KEY = "c4d3b2a190807f6e" * 4


@pytest.fixture(autouse=True)
def rotated_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", KEY)
    monkeypatch.setenv("SECRET_KEY_FALLBACKS", OLD_KEY)


@pytest.fixture(autouse=True)
def views(rotated_key: None, client: FlaskClient) -> None:
    checked = Blueprint("checked", __name__)
    checked.before_request(csrf.protect)
    checked.add_url_rule("/checked", view_func=lambda: "ok", methods=["GET", "POST"])
    client.application.register_blueprint(checked)
    client.application.add_url_rule("/api", view_func=lambda: "ok", methods=["POST"])


def status(client: FlaskClient, *, signed_with: str) -> int:
    """Post a token signed with this key, as the visitor it was made for."""
    with client.application.test_request_context():
        token = generate_csrf(signed_with)
        own = session["csrf_token"]
    with client.session_transaction() as stored:
        stored["csrf_token"] = own
    return client.post("/checked", data={"csrf_token": token}).status_code


def test_a_token_is_signed_with_the_key_of_today(client: FlaskClient) -> None:
    with client.application.test_request_context():
        validate_csrf(generate_csrf(), KEY)


def test_a_token_from_before_the_key_was_rotated_is_taken(client: FlaskClient) -> None:
    assert status(client, signed_with=KEY) == 200
    assert status(client, signed_with=OLD_KEY) == 200


@pytest.mark.parametrize("key", [KEY[:-1], OLD_KEY[0], OLD_KEY + KEY, "other"])
def test_a_token_signed_with_any_other_key_is_refused(
    client: FlaskClient, key: str
) -> None:
    assert status(client, signed_with=key) == 400


@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_a_post_without_a_token_gets_an_error_page_or_a_problem(
    client: FlaskClient, accept: str
) -> None:
    response = client.post("/checked", headers={"Accept": accept})

    assert response.status_code == 400
    assert "Bad Request" in response.text
    assert "The CSRF token is missing." in response.text
    assert response.mimetype == accept.replace("/json", "/problem+json")


def test_what_changes_nothing_needs_no_token(client: FlaskClient) -> None:
    assert client.get("/checked").status_code == 200


def test_what_does_not_ask_for_it_is_not_checked(client: FlaskClient) -> None:
    assert client.post("/api").status_code == 200
