import re

import pytest
from flask import Flask, flash, redirect, url_for
from flask.testing import FlaskClient
from werkzeug import Response

LINK = re.compile(r'(?:href|src|action)="([^"#]+)')


def test_the_first_page_is_there(client: FlaskClient) -> None:
    response = client.get("/")

    assert response.status_code == 200
    assert "<h1>" in response.text


def test_no_link_leaves_the_prefix_that_the_app_is_mounted_under(app: Flask) -> None:
    response = app.test_client().get("/", environ_overrides={"SCRIPT_NAME": "/prefix"})

    links = LINK.findall(response.text)
    assert len(links) >= 3
    assert [link for link in links if not link.startswith("/prefix/")] == []


def test_a_page_holds_nothing_that_the_content_security_policy_forbids(
    client: FlaskClient,
) -> None:
    page = client.get("/").text

    assert not re.search(r"<style|<script(?! src)|\s(style|on\w+)=", page)


def test_a_flashed_message_is_announced_on_the_next_page_only(app: Flask) -> None:
    @app.post("/save")
    def save() -> Response:
        flash("Saved.", "success")
        flash("<b>Not</b> sent.", "error")
        return redirect("/")

    client = app.test_client()
    page = client.post("/save", follow_redirects=True).text

    assert re.search(r'role="status">\s*Saved\.', page)
    assert re.search(r'role="alert">\s*&lt;b&gt;Not&lt;/b&gt; sent\.', page)
    assert "Saved." not in client.get("/").text


def test_a_static_file_is_kept_for_a_year_under_the_url_that_pages_use(
    app: Flask,
) -> None:
    with app.test_request_context():
        url = url_for("static", filename="style.css")

    with app.test_client().get(url) as response:
        assert response.mimetype == "text/css"
        assert response.cache_control.max_age == 365 * 24 * 60 * 60
        assert response.cache_control.immutable


def test_a_static_file_is_checked_again_under_any_other_url(
    client: FlaskClient,
) -> None:
    for url in ("/static/style.css", "/static/style.css?v=old"):
        with client.get(url) as response:
            assert response.status_code == 200
            assert response.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize(
    ("path", "asked", "status"),
    [("none.css", "", 404), ("a%00b", "", 404), ("style.css", "bytes=99999-", 416)],
)
def test_no_error_is_kept_in_place_of_a_static_file(
    app: Flask, path: str, asked: str, status: int
) -> None:
    with app.test_request_context():
        version = url_for("static", filename="style.css").partition("?")[2]

    headers = {"Range": asked} if asked else {}
    response = app.test_client().get(f"/static/{path}?{version}", headers=headers)

    assert response.status_code == status
    assert not response.cache_control.max_age


def test_a_file_that_is_not_there_has_no_version(app: Flask) -> None:
    with app.test_request_context():
        assert url_for("static", filename="none.css") == "/static/none.css"
        assert url_for("static", filename="../none.css").endswith("none.css")
