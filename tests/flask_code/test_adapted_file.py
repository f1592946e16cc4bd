"""A file of tests is brought into a project whose fixtures have other names, and stays a file that runs."""

import ast

import pytest

from scaffold.flask_code.fixtures import OURS, Fixture, adapted_file

TEXT = '''"""Tests of the form."""

from __future__ import annotations

import re

from flask.testing import FlaskClient

FIELDS = re.compile("x")


def token(client: FlaskClient) -> str:
    return client.get("/").text


def test_form(client: FlaskClient) -> None:
    assert client.post("/", data={"client": token(client)}).status_code == 200
    assert client.application.testing
'''


def test_our_own_fixture_changes_nothing() -> None:
    assert adapted_file(TEXT, OURS) == TEXT


def test_another_client_is_asked_for_by_its_name() -> None:
    text = adapted_file(TEXT, Fixture("http", is_app=False))
    assert text == TEXT.replace("client:", "http:").replace("client.", "http.").replace("(client)", "(http)")


@pytest.mark.parametrize("name", ["app", "flask_app"])
def test_of_an_app_a_client_is_made_once(name: str) -> None:
    text = adapted_file(TEXT, Fixture(name, is_app=True))
    made = f"@pytest.fixture\ndef client({name}: Flask) -> FlaskClient:\n    return {name}.test_client()\n\n\n"
    imports = "import pytest\nfrom flask import Flask\nfrom flask.testing import FlaskClient\n"
    wanted = TEXT.replace("from flask.testing import FlaskClient\n", imports).replace("def token", f"{made}def token")
    assert text == wanted
    compile(text, "test_form.py", "exec")
    assert ast.get_docstring(ast.parse(text)) == "Tests of the form."


def test_a_client_whose_name_the_file_uses_gets_ours() -> None:
    text = adapted_file(TEXT.replace("FIELDS", "api"), Fixture("api", is_app=False))
    assert (
        "@pytest.fixture\ndef client(api: FlaskClient) -> FlaskClient:\n    return api\n\n\ndef token(client:" in text
    )
    compile(text, "test_form.py", "exec")
