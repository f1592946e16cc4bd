"""Sessions as the checks forge them; whether an app believes them is seen in the deployment tests."""

import base64
import json

import pytest
from flask import Flask
from flask.sessions import SecureCookieSessionInterface

from scaffold.proof.checks import sessions


@pytest.mark.parametrize("key", ["dev", "", "a longer key with ümlauts"])
def test_a_session_is_signed_as_flask_signs_it(key: str) -> None:
    app = Flask("app")
    app.secret_key = key or "\0"
    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    assert signer

    cookie = sessions.signed({"name": "Mallory"}, key or "\0")

    assert signer.loads(cookie) == {"name": "Mallory"}


def test_a_changed_session_is_another_one() -> None:
    cookie = sessions.signed({"name": "Ada"}, "key")
    found = dict(sessions.changed(cookie))

    assert len({*found.values(), cookie}) == len(found) + 1
    payload = found["another payload"].partition(".")[0]
    assert json.loads(base64.urlsafe_b64decode(payload + "===")) == {"name": sessions.FORGED}


def test_a_session_that_is_kept_elsewhere_has_another_number() -> None:
    assert list(sessions.changed("3f8a")) == [("one letter changed", "Af8a")]
    assert next(iter(sessions.changed("A")))[1] == "B"
