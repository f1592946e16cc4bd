"""What the checks of routes, sessions and requests ask for; whether they notice is seen in the deployment tests."""

import base64
import json
from typing import Any

import pytest
from flask import Flask
from flask.sessions import SecureCookieSessionInterface

from scaffold.proof.checks import requests, routes, sessions


def rule_of(rule: str) -> dict[str, Any]:
    """Return a rule as the probing views tell it."""
    app = Flask("app", static_folder=None)
    app.add_url_rule(rule, "view")
    found = next(app.url_map.iter_rules())
    return {"rule": rule, "arguments": {name: type(one).__name__ for name, one in found._converters.items()}}


@pytest.mark.parametrize(
    ("rule", "url"),
    [
        ("/", "/"),
        ("/post/<int:post_id>", "/post/1"),
        ("/<float:size>/<path:rest>", "/1.5/a/b"),
        ("/<uuid:one>", "/00000000-0000-4000-8000-000000000000"),
        ("/<any(red, green):colour>/", "/red/"),
        ('/<any("a b", c):word>', "/a%20b"),
        ("/<name>.html", "/x.html"),
        ("/straße/<string(length=2):code>", "/stra%C3%9Fe/x"),
    ],
)
def test_a_rule_has_a_url(rule: str, url: str) -> None:
    assert routes.url_of(rule_of(rule)) == url


def test_a_converter_that_nobody_knows_takes_a_word() -> None:
    assert routes.url_of({"rule": "/<thing:one>", "arguments": {"one": "ThingConverter"}}) == "/x"


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


def test_every_odd_request_has_a_name_of_its_own_which_templates_may_say() -> None:
    from scaffold import catalog

    names = [odd.what for odd in (*requests.MALFORMED, *requests.SMUGGLING)]
    assert len(names) == len(set(names))
    for template in catalog.templates("server", "proxy"):
        tables = [template.table("provides"), *(one.get("provides", {}) for one in template.listed("variant"))]
        for key in ("odd_requests", "odd_requests_alone"):
            assert {name for table in tables for name in table.get(key, [])} <= set(names), template.full_name
