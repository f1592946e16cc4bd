{% if cookiecutter.deferred -%}
import pytest
from flask import Blueprint, Flask, abort, g
from flask.testing import FlaskClient

from {{cookiecutter.package_prefix}}{{cookiecutter.module}} import LANGUAGES, init_app

NAME = "{{cookiecutter.name}}"
FIRST, *_, LAST = LANGUAGES


@pytest.fixture
def site() -> Flask:
    """Make an app that has nothing but what is tried here."""
    app = Flask(__name__)
    init_app(app)

    @app.route("/", methods=["GET", "POST"])
    def index() -> str:
        return str(g.{{cookiecutter.module}})

    @app.get("/crash")
    def crash() -> str:
        abort(503)

    return app


def ask(site: Flask, accept: str, cookie: str = "") -> tuple[str, str | None]:
    """Ask for a page; return the language that it sees, and the cookie that is set."""
    headers = {"Accept-Language": accept}
    if cookie:
        headers["Cookie"] = f"{NAME}={cookie}"
    response = site.test_client(use_cookies=False).get("/", headers=headers)
    return response.text, response.headers.get("Set-Cookie")


def test_the_app_remembers_the_language(client: FlaskClient) -> None:
    with client.application.test_client() as visitor:
        visitor.get("/", headers={"Accept-Language": LAST})

        assert g.{{cookiecutter.module}} == LAST


def test_the_session_has_another_cookie(client: FlaskClient) -> None:
    assert client.application.config["SESSION_COOKIE_NAME"] != NAME


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_language_is_what_the_browser_asks_for(site: Flask, language: str) -> None:
    seen, cookie = ask(site, f"tlh, {language};q=0.5")

    assert seen == language
    assert cookie
    assert cookie.startswith(f"{NAME}={language}; ")


@pytest.mark.parametrize("accept", ["", "*", "tlh", f"{LAST};q=0", ";;;", "\xff"])
def test_there_is_a_language_for_everybody(site: Flask, accept: str) -> None:
    seen, cookie = ask(site, accept)

    assert seen == FIRST
    assert cookie
    assert cookie.startswith(f"{NAME}={FIRST}; ")


def test_the_cookie_wins_and_is_set_once(site: Flask) -> None:
    assert ask(site, FIRST, cookie=LAST) == (LAST, None)


@pytest.mark.parametrize("cookie", ["None", "<script>", LAST * 2, f'"{LAST}, "'])
def test_a_cookie_that_is_none_of_ours_is_replaced(site: Flask, cookie: str) -> None:
    seen, new = ask(site, LAST, cookie=cookie)

    assert seen == LAST
    assert new
    assert new.startswith(f"{NAME}={LAST}; ")


@pytest.mark.parametrize(("secure", "path"), [(True, "/"), (False, "/mount")])
def test_the_cookie_is_as_careful_as_that_of_the_session(
    site: Flask, secure: bool, path: str
) -> None:
    site.config["SESSION_COOKIE_SECURE"] = secure
    site.config["APPLICATION_ROOT"] = path
    cookie = ask(site, LAST)[1]

    assert cookie
    parts = set(cookie.split("; "))
    assert {"HttpOnly", "SameSite=Lax", f"Path={path}", "Max-Age=31536000"} <= parts
    assert ("Secure" in parts) is secure


def test_no_cache_may_mix_the_visitors_up(site: Flask) -> None:
    response = site.test_client().get("/")

    assert {"Accept-Language", "Cookie"} <= set(response.vary)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/none"),
        ("GET", "/static/none.css"),
        ("GET", "/part/static/none.css"),
        ("POST", "/"),
        ("PUT", "/"),
    ],
)
def test_only_a_page_sets_the_cookie(site: Flask, method: str, path: str) -> None:
    part = Blueprint("part", __name__, static_folder="static", url_prefix="/part")
    site.register_blueprint(part)
    response = site.test_client().open(path, method=method)

    assert "Set-Cookie" not in response.headers


def test_a_page_that_fails_sets_it_too(site: Flask) -> None:
    assert "Set-Cookie" in site.test_client().get("/crash").headers
{%- else -%}
import re

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from {{cookiecutter.package_prefix}}{{cookiecutter.module}} import CHOICES

NAME = "{{cookiecutter.name}}"
FIELD = "{{cookiecutter.module}}"
URL = "/{{cookiecutter.slug}}"
SITE = "https://localhost"
FIRST, *_, LAST = CHOICES


@pytest.fixture
def visitor(client: FlaskClient) -> FlaskClient:
    """Somebody who is here for the first time."""
    return client.application.test_client()


def send(visitor: FlaskClient, form: dict[str, str], site: str = SITE) -> TestResponse:
    """Send a form as a browser does, with the token of its page."""
    page = visitor.get(URL, base_url=site).text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token
    form = {**form, "csrf_token": token[1]}
    url = f"{URL}?{FIELD}={LAST}"  # what is not in the form does not count
    return visitor.post(url, data=form, headers={"Referer": site}, base_url=site)


def chosen(visitor: FlaskClient) -> list[str]:
    """Return what the page shows as chosen."""
    page = visitor.get(URL, base_url=SITE).text
    return re.findall(r'value="([^"]*)" selected', page)


def cookies(response: TestResponse) -> list[list[str]]:
    """Return what our cookies are set to, with their attributes."""
    found = [one.split("; ") for one in response.headers.getlist("Set-Cookie")]
    return [parts for parts in found if parts[0].startswith(f"{NAME}=")]


def test_the_session_has_another_cookie(client: FlaskClient) -> None:
    assert client.application.config["SESSION_COOKIE_NAME"] != NAME


def test_the_page_offers_every_choice(visitor: FlaskClient) -> None:
    response = visitor.get(URL)

    assert response.status_code == 200
    assert "<html" in response.text
    assert 'method="post"' in response.text
    assert f'<label for="{FIELD}">' in response.text
    assert f'<select id="{FIELD}" name="{FIELD}">' in response.text
    offered = re.findall(r'<option value="([^"]*)".*>([^<]*)</option>', response.text)
    assert dict(offered) == CHOICES


def test_the_first_choice_is_the_default(visitor: FlaskClient) -> None:
    assert chosen(visitor) == [FIRST]
    assert f"Your choice is {CHOICES[FIRST]}." in visitor.get(URL).text


@pytest.mark.parametrize("value", CHOICES)
def test_a_choice_is_remembered(visitor: FlaskClient, value: str) -> None:
    response = send(visitor, {FIELD: value})

    assert response.status_code == 303
    assert response.location == URL
    assert chosen(visitor) == [value]


@pytest.mark.parametrize(("secure", "path"), [(True, "/"), (False, "/mount")])
def test_the_cookie_is_as_careful_as_that_of_the_session(
    visitor: FlaskClient, monkeypatch: pytest.MonkeyPatch, secure: bool, path: str
) -> None:
    config = visitor.application.config
    monkeypatch.setitem(config, "SESSION_COOKIE_SECURE", secure)
    monkeypatch.setitem(config, "SESSION_COOKIE_PATH", path)
    response = send(visitor, {FIELD: LAST}, SITE + path)

    assert response.location == path.rstrip("/") + URL
    value, *attributes = cookies(response)[0]
    assert value == f"{NAME}={LAST}"
    assert {"HttpOnly", "SameSite=Lax", f"Path={path}"} <= set(attributes)
    assert "Max-Age=31536000" in attributes
    assert ("Secure" in attributes) is secure


@pytest.mark.parametrize("value", ["", "None", "<script>", f"{LAST}; Path=/x"])
def test_what_is_not_offered_is_refused(visitor: FlaskClient, value: str) -> None:
    response = send(visitor, {FIELD: value})

    assert response.status_code == 400
    assert cookies(response) == []
    assert chosen(visitor) == [FIRST]


def test_only_the_form_itself_is_read(visitor: FlaskClient) -> None:
    visitor.set_cookie(NAME, LAST)
    response = send(visitor, {})

    assert response.status_code == 400
    assert cookies(response) == []


@pytest.mark.parametrize("value", ["None", "<script>alert(1)</script>", LAST * 2])
def test_a_cookie_that_is_none_of_ours_is_ignored(
    visitor: FlaskClient, value: str
) -> None:
    visitor.set_cookie(NAME, value)

    assert chosen(visitor) == [FIRST]
    assert f"Your choice is {CHOICES[FIRST]}." in visitor.get(URL).text


def test_no_other_site_can_send_the_form(visitor: FlaskClient) -> None:
    response = visitor.post(URL, data={FIELD: LAST})

    assert response.status_code == 400
    assert cookies(response) == []
{%- endif %}
