{%- set fields = cookiecutter.fields.values() | list %}
{%- set required = fields | selectattr("required") | list %}
{%- set optional = fields | rejectattr("required") | list %}
{%- set texts = ["str", "text", "email", "url", "tel"] %}
{%- set passwords = fields | selectattr("type", "eq", "password") | list %}
{%- set shown = fields | rejectattr("type", "in", ["bool", "choice", "password"]) | list %}
{%- set refusing = fields | selectattr("required") | list + fields | rejectattr("required") | rejectattr("type", "eq", "bool") | list %}

{#- Python's text of an answer of each type: a good one, what is refused, and what is just not. #}
{%- set good = {"str": "Ada Lovelace", "text": "Two lines,\\r\\nas a browser sends them.", "email": "ada@example.com", "url": "https://example.com/", "tel": "+1 (555) 010-0199", "int": "-3", "float": "2.5", "date": "2024-02-29", "time": "23:59", "bool": "y", "password": "correct horse"} %}
{%- set bad = {
  "str": ['"x" * 201', '"a\\0b"', '"a\\nb"'],
  "text": ['"x" * 5001', '"a\\0b"'],
  "email": ['"nonsense"', '"a\\0b@example.com"'],
  "url": ['"nonsense"', '"javascript:alert(1)"', '"https://exam\\nple.com"'],
  "tel": ['"nonsense"', '"1\\n2"', '"1" * 51'],
  "int": ['"nonsense"', '"1.5"', '"9" * 16', '"9" * 400', '"9" * 5000'],
  "float": ['"nonsense"', '"nan"', '"inf"', '"-1e16"', '"9" * 400'],
  "date": ['"nonsense"', '"2023-02-29"', '"0000-01-01"'],
  "time": ['"nonsense"', '"24:00"'],
  "bool": ['"false"'],
  "choice": ['"nonsense"'],
  "password": ['"x" * 201', '"a\\0b"'],
} %}
{%- set edges = {
  "str": ['" " + "x" * 200 + " "'],
  "text": ['"x\\r\\n" * 2499 + "xx"'],
  "email": ['" ada@example.com "'],
  "url": ['"https://example.com/" + "x" * 1980'],
  "tel": ['" " + "1" * 50'],
  "int": ['"0"', '"-1" + "0" * 15'],
  "float": ['"0"', '"1e15"'],
  "date": ['"0001-01-01"', '"9999-12-31"'],
  "time": ['"00:00"'],
  "password": ['"x" * 200'],
} %}
{%- set attributes = {
  "str": ["type=\"text\"", "maxlength=\"200\""],
  "text": ["maxlength=\"5000\"", "rows=\"8\""],
  "email": ["type=\"email\"", "autocomplete=\"email\"", "maxlength=\"254\""],
  "url": ["type=\"url\"", "autocomplete=\"url\"", "maxlength=\"2000\""],
  "tel": ["type=\"tel\"", "autocomplete=\"tel\"", "maxlength=\"50\""],
  "int": ["type=\"number\"", "inputmode=\"numeric\""],
  "float": ["type=\"number\"", "inputmode=\"decimal\"", "step=\"any\""],
  "date": ["type=\"date\""],
  "time": ["type=\"time\""],
  "bool": ["type=\"checkbox\""],
  "choice": ["<select"],
  "password": ["type=\"password\"", "autocomplete=\"new-password\"", "maxlength=\"200\""],
} %}
{%- set completed_str = {"name": "name", "full_name": "name", "first_name": "given-name", "last_name": "family-name", "nickname": "nickname", "username": "username", "company": "organization", "organisation": "organization", "organization": "organization", "street": "address-line1", "city": "address-level2", "postcode": "postal-code", "postal_code": "postal-code", "zip": "postal-code", "zip_code": "postal-code", "country": "country-name"} %}

{#- Text that fits is one line; else a line for each part, as ruff formats it. #}
{%- macro wrapped(start, parts, end, indent) %}
{%- set line = start ~ (parts | join(", ")) ~ end %}
{%- if indent + line | length <= 88 %}
{{- line }}
{%- else %}
{{- start }}
{%- for part in parts %}
{{ " " * (indent + 4) }}{{ part }},
{%- endfor %}
{{ " " * indent }}{{ end }}
{%- endif %}
{%- endmacro %}
{%- macro named(name, items) %}
{%- set texts = namespace(all=[]) %}
{%- for item in items %}
{%- set texts.all = texts.all + ['"' ~ item.name ~ '"'] %}
{%- endfor %}
{{- wrapped(name ~ " = [", texts.all, "]", 0) }}
{%- endmacro -%}

import re

import pytest
from flask.testing import FlaskClient
{%- if shown %}
from markupsafe import escape
{%- endif %}
from werkzeug.test import TestResponse

PAGE = "{{cookiecutter.rule}}"
{%- if required %}
{{ named("REQUIRED", required) }}
{%- endif %}
{%- if shown %}
{{ named("SHOWN", shown) }}
{%- endif %}
GOOD = {
{%- for field in fields %}
    "{{ field.name }}": "{{ field.choices[0] if field.type == "choice" else good[field.type] }}",
{%- endfor %}
}
{%- if refusing %}
BAD = {
{%- for field in fields if field.required or field.type != "bool" %}
    {{ wrapped('"' ~ field.name ~ '": [', (['"  "'] if field.required and field.type in texts else []) + bad[field.type], "],", 4) }}
{%- endfor %}
}
{%- endif %}
{%- if fields | selectattr("type", "in", edges) | list %}
EDGES = {
{%- for field in fields if field.type in edges %}
    {{ wrapped('"' ~ field.name ~ '": [', edges[field.type], "],", 4) }}
{%- endfor %}
}
{%- endif %}
# What the page says of each field.
ATTRIBUTES = {
{%- for field in fields %}
{%- set texts = namespace(all=[]) %}
{%- if field.type == "str" and field.name in completed_str %}
{%- set texts.all = texts.all + ["'autocomplete=\"" ~ completed_str[field.name] ~ "\"'"] %}
{%- endif %}
{%- for attribute in attributes[field.type] %}
{%- set texts.all = texts.all + ["'" ~ attribute ~ "'" if '"' in attribute else '"' ~ attribute ~ '"'] %}
{%- endfor %}
    {{ wrapped('"' ~ field.name ~ '": [', texts.all, "],", 4) }}
{%- endfor %}
}
{%- if fields | rejectattr("type", "eq", "password") | list %}
# How it shows a good answer again.
KEPT = {
{%- for field in fields if field.type != "password" %}
    "{{ field.name }}": {% if field.type == "bool" %}"checked"{% elif field.type == "text" %}"as a browser sends them."{% elif field.type == "choice" %}'selected value="{{ field.choices[0] }}"'{% else %}'value="{{ good[field.type] }}"'{% endif %},
{%- endfor %}
}
{%- endif %}


def token(client: FlaskClient, base_url: str | None = None) -> str:
    page = client.get(PAGE, base_url=base_url).text
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found
    return found[1]


def post(client: FlaskClient, answers: dict[str, str]) -> TestResponse:
    return client.post(PAGE, data={**answers, "csrf_token": token(client)})


def fields(response: TestResponse) -> dict[str, str]:
    """Return what the page shows of each field."""
    pattern = r'<div class="field">(.*?name="(\w+)".*?)</div>'
    found = re.findall(pattern, response.text, re.DOTALL)
    return {name: shown for shown, name in found}


def problems(response: TestResponse) -> list[str]:
    """Return the fields that have a message, having looked at how each is told."""
    shown = fields(response)
    told = [name for name in shown if "field-error" in shown[name]]
    for name in told:
        assert 'aria-invalid="true"' in shown[name]
        assert f'aria-describedby="{name}-error"' in shown[name]
        assert re.search(rf'id="{name}-error">\w[^<]+\.</p>', shown[name])
        link = rf'<a href="#{name}">[^<]+</a>: \w[^<]+\.</li>'
        assert re.search(link, response.text)
    assert ('role="alert" tabindex="-1" autofocus' in response.text) == bool(told)
    return told


def test_the_page_shows_an_empty_form(client: FlaskClient) -> None:
    response = client.get(PAGE)

    assert response.status_code == 200
    assert '<form class="form" method="post">' in response.text
    assert '<button type="submit">' in response.text
    assert list(fields(response)) == list(GOOD)
    assert problems(response) == []


@pytest.mark.parametrize("name", ATTRIBUTES)
def test_a_field_says_what_it_takes(client: FlaskClient, name: str) -> None:
    shown = fields(client.get(PAGE))[name]

    assert f'<label for="{name}">' in shown
    for attribute in ATTRIBUTES[name]:
        assert attribute in shown
{%- if required %}
    assert bool(re.search(r'" required[ >]', shown)) == (name in REQUIRED)
{%- else %}
    assert not re.search(r'" required[ >]', shown)
{%- endif %}


def test_good_answers_lead_back_with_a_message(client: FlaskClient) -> None:
    response = post(client, GOOD)

    assert response.status_code == 303
    assert response.location == PAGE
    with client.session_transaction() as session:
        assert session["_flashes"][-1][0] == "success"
{%- if required %}


def test_missing_answers_are_asked_for(client: FlaskClient) -> None:
    response = post(client, {})

    assert response.status_code == 422
    assert problems(response) == REQUIRED
    assert problems(post(client, dict.fromkeys(GOOD, ""))) == REQUIRED
{%- endif %}
{%- if optional %}


def test_the_other_answers_may_be_missing(client: FlaskClient) -> None:
{%- if required %}
    answers = {name: GOOD[name] for name in REQUIRED}

    assert post(client, answers).status_code == 303
    assert post(client, dict.fromkeys(GOOD, "") | answers).status_code == 303
{%- else %}
    assert post(client, {}).status_code == 303
    assert post(client, dict.fromkeys(GOOD, "")).status_code == 303
{%- endif %}
{%- endif %}
{%- if refusing %}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_answer_is_a_problem_of_its_field(client: FlaskClient, name: str) -> None:
    for answer in BAD[name]:
        response = post(client, {**GOOD, name: answer})

        assert response.status_code == 422
        assert problems(response) == [name]
{%- if fields | rejectattr("type", "eq", "password") | list %}
        for other in KEPT.keys() - {name}:
            assert KEPT[other] in fields(response)[other]
{%- endif %}
{%- for field in passwords %}
        assert GOOD["{{ field.name }}"] not in response.text
{%- endfor %}
{%- endif %}
{%- if shown %}


@pytest.mark.parametrize("name", SHOWN)
def test_a_bad_answer_comes_back_escaped(client: FlaskClient, name: str) -> None:
    answer = '<script>alert("bad")</script>' * 200

    response = post(client, {**GOOD, name: answer})

    assert problems(response) == [name]
    assert escape(answer) in fields(response)[name]
    assert '<script>alert("bad")' not in response.text
{%- endif %}
{%- if fields | selectattr("type", "in", edges) | list %}


@pytest.mark.parametrize("name", EDGES)
def test_an_answer_at_the_edge_is_taken(client: FlaskClient, name: str) -> None:
    for answer in EDGES[name]:
        assert post(client, {**GOOD, name: answer}).status_code == 303
{%- endif %}


def test_answers_in_the_url_are_ignored(client: FlaskClient) -> None:
    asked = client.get(PAGE, query_string=GOOD)

    assert fields(asked) == fields(client.get(PAGE))
{%- if required %}

    data = {"csrf_token": token(client)}
    response = client.post(PAGE, query_string=GOOD, data=data)

    assert problems(response) == REQUIRED
{%- endif %}


def test_an_answer_that_nobody_asked_for_is_ignored(client: FlaskClient) -> None:
    assert post(client, {**GOOD, "is_admin": "1"}).status_code == 303


def test_only_the_token_of_the_visitors_own_page_is_taken(client: FlaskClient) -> None:
    stranger = token(client)
    with client.session_transaction() as session:
        session.clear()
    own = token(client)

    assert client.post(PAGE, data=GOOD).status_code == 400
    for wrong in ("", "nonsense", own[:-1], stranger):
        response = client.post(PAGE, data={**GOOD, "csrf_token": wrong})
        assert response.status_code == 400
    assert client.post(PAGE, data={**GOOD, "csrf_token": own}).status_code == 303


@pytest.mark.parametrize(
    ("referer", "status"),
    [("https://localhost/", 303), ("https://evil.example/", 400), ("", 400)],
)
def test_over_https_the_page_before_must_be_of_this_site(
    client: FlaskClient, referer: str, status: int
) -> None:
    https = "https://localhost"
    answers = {**GOOD, "csrf_token": token(client, https)}
    headers = {"Referer": referer}

    response = client.post(PAGE, base_url=https, data=answers, headers=headers)

    assert response.status_code == status


def test_a_body_over_the_limit_is_refused(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = {**GOOD, "csrf_token": token(client)}
    monkeypatch.setitem(client.application.config, "MAX_CONTENT_LENGTH", 10)

    assert client.post(PAGE, data=answers).status_code == 413


def test_another_method_is_told_those_that_work(client: FlaskClient) -> None:
    response = client.put(PAGE)

    assert response.status_code == 405
    assert response.allow == {"GET", "HEAD", "OPTIONS", "POST"}
