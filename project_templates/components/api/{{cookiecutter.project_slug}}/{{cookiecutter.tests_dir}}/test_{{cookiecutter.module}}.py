{%- set fields = cookiecutter.fields.values() -%}
{%- set needed = fields | selectattr("required") | list -%}
{%- set open = fields | rejectattr("required") | list -%}
{%- set samples = {
  "str": '"Some text"', "int": "3", "float": "2.5", "bool": "True", "date": '"2024-05-31"',
  "datetime": '"2024-05-31T12:00:00+02:00"', "decimal": '"9.90"', "uuid": '"12345678-1234-5678-1234-567812345678"'
} -%}
{%- set others = {
  "str": '"Another text"', "int": "-4", "float": "0", "bool": "False", "date": '"1999-12-31"',
  "datetime": '"1999-12-31T23:59:59+00:00"', "decimal": '"0"', "uuid": '"00000000-0000-0000-0000-000000000000"'
} -%}
{%- set wrong = {
  "str": ['1', '" "', '["text"]'], "int": ['"3"', '2.5', 'True'],
  "float": ['"2.5"', 'True', 'math.nan', 'math.inf', '10**400'],
  "bool": ['0', '"true"'], "date": ['"31.05.2024"', '"2024-02-30"', '20240531'],
  "datetime": ['"noon"', '"2024-05-31T12:00:00"', '1717142400'],
  "decimal": ['"ten"', '"NaN"', 'math.inf', 'True', '[1]'], "uuid": ['"1234"', '1234']
} -%}
{%- set whys = {
  "str": "must be text", "int": "must be a whole number", "float": "must be a number",
  "bool": "must be true or false", "date": "must be a date",
  "datetime": "offset", "decimal": "must be a number", "uuid": "must be a UUID"
} -%}
{%- set types = fields | map(attribute="type") | list -%}
import json
{% if "float" in types or "decimal" in types -%}
import math
{% endif -%}
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

URL = "{{ cookiecutter.rule }}"
DATABASE = "{{ cookiecutter.module | upper }}_DATABASE"
SENT: dict[str, Any] = {
{%- for field in fields %}
    "{{ field.name }}": {{ samples[field.type] }},
{%- endfor %}
}
OTHER: dict[str, Any] = {
{%- for field in fields %}
    "{{ field.name }}": {{ others[field.type] }},
{%- endfor %}
}


@pytest.fixture(autouse=True)
def database(
    client: FlaskClient,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """No test sees the items of the app, or of another test."""
    path = tmp_path / "test.sqlite3"
    monkeypatch.setitem(client.application.config, DATABASE, path)


def made(client: FlaskClient) -> str:
    """Make an item and return its URL."""
    return client.post(URL, json=SENT).headers["Location"]


def problem(response: TestResponse, status: int) -> Any:
    """Return the problem that a response must be."""
    assert response.status_code == status
    assert response.content_type == "application/problem+json"
    problem = response.get_json()
    assert problem["type"] == "about:blank"
    assert problem["status"] == status
    assert problem["title"]
    assert problem["detail"]
    return problem


def test_an_item_is_made_and_found_where_location_says(client: FlaskClient) -> None:
    response = client.post(URL, json=SENT)

    assert response.status_code == 201
    item = response.get_json()
    assert item == {"id": str(UUID(item["id"])), **SENT}
    assert response.headers["Location"] == f"{URL}/{item['id']}"
    assert client.get(f"{URL}/{item['id']}").get_json() == item


def test_items_are_listed_in_the_order_they_were_made(client: FlaskClient) -> None:
    assert client.get(URL).get_json() == []

    items = [client.get(made(client)).get_json() for _ in range(5)]

    assert client.get(URL).get_json() == items


def test_an_item_is_replaced_and_no_other(client: FlaskClient) -> None:
    url, other = made(client), made(client)
    item = client.get(url).get_json()

    response = client.put(url, json=item | OTHER)

    assert response.status_code == 200
    assert response.get_json() == item | OTHER
    assert client.get(url).get_json() == item | OTHER
    assert client.get(other).get_json().items() >= SENT.items()


def test_an_item_is_deleted_and_no_other(client: FlaskClient) -> None:
    url, other = made(client), made(client)

    response = client.delete(url)

    assert response.status_code == 204
    assert response.data == b""
    assert client.get(other).status_code == 200
    problem(client.get(url), 404)
    problem(client.put(url, json=SENT), 404)
    problem(client.delete(url), 404)


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        ("{", "application/json", 400),
        ("[]", "application/json", 422),
        ("{}", "text/plain", 415),
        ("", None, 415),
    ],
)
def test_only_json_objects_are_taken(
    client: FlaskClient,
    body: str,
    content_type: str | None,
    status: int,
) -> None:
    for method, url in (("POST", URL), ("PUT", made(client))):
        response = client.open(url, method=method, data=body, content_type=content_type)

        problem(response, status)


def test_too_large_a_body_is_a_problem(
    client: FlaskClient,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(client.application.config, "MAX_CONTENT_LENGTH", 1)

    problem(client.post(URL, json=SENT), 413)
{%- if needed %}


def test_every_field_that_is_missing_is_named(client: FlaskClient) -> None:
    assert problem(client.post(URL, json={}), 422)["errors"] == [
{%- for field in needed %}
        {"field": "{{ field.name }}", "detail": "is missing"},
{%- endfor %}
    ]
{%- endif %}
{%- if open %}


@pytest.mark.parametrize(
    "name",
    [
{%- for field in open %}
        "{{ field.name }}",
{%- endfor %}
    ],
)
def test_an_optional_field_may_be_missing_or_null(
    client: FlaskClient,
    name: str,
) -> None:
    without = {key: value for key, value in SENT.items() if key != name}

    for sent in (without, without | {name: None}):
        response = client.post(URL, json=sent)
        assert response.status_code == 201
        assert response.get_json()[name] is None
        assert client.get(response.headers["Location"]).get_json()[name] is None
{%- endif %}


def test_unknown_fields_are_named(client: FlaskClient) -> None:
    url = made(client)
    for name in ("id", "unheard-of"):
        for response in (
            client.post(URL, json=SENT | {name: "value"}),
            client.put(url, json=SENT | {name: "value"}),
        ):
            errors = problem(response, 422)["errors"]
            assert errors == [{"field": name, "detail": "is not known"}]


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
{%- for field in fields %}
{%- for value in wrong[field.type] %}
        ("{{ field.name }}", {{ value }}, "{{ whys[field.type] }}"),
{%- endfor %}
{%- if field.type == "str" %}
        ("{{ field.name }}", "\ud800", "surrogate"),
{%- endif %}
{%- if field.required %}
        ("{{ field.name }}", None, "{{ whys[field.type] }}"),
{%- endif %}
{%- endfor %}
    ],
)
def test_a_wrong_value_is_named(
    client: FlaskClient,
    name: str,
    value: object,
    why: str,
) -> None:
    body = json.dumps(SENT | {name: value})
    response = client.post(URL, data=body, mimetype="application/json")

    (error,) = problem(response, 422)["errors"]

    assert error["field"] == name
    assert why in error["detail"]
{%- for field in fields if field.type == "decimal" %}
{%- if loop.first %}


@pytest.mark.parametrize(
    ("number", "text"), [(12, "12"), (9.9, "9.9"), ("1.10", "1.10")]
)
def test_a_decimal_comes_as_a_number_or_exactly_as_text(
    client: FlaskClient,
    number: object,
    text: str,
) -> None:
    name = "{{ field.name }}"

    response = client.post(URL, json=SENT | {name: number})

    assert response.get_json()[name] == text
{%- endif %}
{%- endfor %}


def test_urls_and_methods_that_no_view_has_are_problems(client: FlaskClient) -> None:
    url = made(client)

    for path in (f"{URL}/", f"{URL}/nothing", f"{url}/nothing", f"{URL}/{uuid4()}"):
        problem(client.get(path, headers={"Accept": "text/html"}), 404)

    for path, method, allowed in ((URL, "DELETE", "POST"), (url, "POST", "DELETE")):
        response = client.open(path, method=method, headers={"Accept": "text/html"})
        problem(response, 405)
        assert allowed in response.allow


def test_other_urls_keep_their_answers(client: FlaskClient) -> None:
    for path in ("/no-such-page", f"{URL}-of-another-kind"):
        response = client.get(path)
        assert response.status_code == 404
        assert response.content_type != "application/problem+json"


def test_items_are_kept_in_the_instance_folder_unless_the_config_says_otherwise(
    client: FlaskClient,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made(client)
    assert (tmp_path / "test.sqlite3").is_file()

    folder = tmp_path / "var" / "instance"
    monkeypatch.delitem(client.application.config, DATABASE)
    monkeypatch.setattr(client.application, "instance_path", str(folder))
    made(client)
    assert (folder / "{{ cookiecutter.module }}.sqlite3").is_file()
