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


def test_user(client: FlaskClient) -> None:
    response = client.get("/user/ada")

    assert response.status_code == 200
    assert response.content_type == "text/html; charset=utf-8"
    assert "<h1>User</h1>" in response.text
    assert "<dt>Username</dt>\n    <dd>ada</dd>" in response.text


def test_user_escapes_its_values(client: FlaskClient) -> None:
    response = client.get("/user/%3Cimg%20src=x%20onerror=alert(1)%3E")

    assert response.status_code == 200
    assert "<img src=x onerror=alert" not in response.text
    assert "&lt;img src=x onerror=alert" in response.text


def test_user_names_the_methods_it_allows(client: FlaskClient) -> None:
    allowed = {"GET", "HEAD", "OPTIONS"}
    asked = client.options("/user/ada")
    refused = client.trace("/user/ada")

    assert (asked.status_code, refused.status_code) == (200, 405)
    for response in (asked, refused):
        assert set(response.allow) >= allowed
    rules = client.application.url_map.iter_rules("pages.user")
    assert all(rule.methods == allowed for rule in rules)


def test_post(client: FlaskClient) -> None:
    response = client.get("/post/7")

    assert response.status_code == 200
    assert response.content_type == "text/html; charset=utf-8"
    assert "<h1>Post</h1>" in response.text
    assert "<dt>Post id</dt>\n    <dd>7</dd>" in response.text


def test_post_create(client: FlaskClient) -> None:
    response = client.post("/post/7")

    assert response.status_code == 200
    assert response.content_type == "text/html; charset=utf-8"
    assert "<h1>Post</h1>" in response.text
    assert "<dt>Post id</dt>\n    <dd>7</dd>" in response.text


def test_post_is_missing_for_other_values(client: FlaskClient) -> None:
    assert client.get("/post/other").status_code == 404
    assert client.get("/post/-7").status_code == 404
    assert client.post("/post/other").status_code == 404
    assert client.post("/post/-7").status_code == 404


def test_post_names_the_methods_it_allows(client: FlaskClient) -> None:
    allowed = {"GET", "HEAD", "OPTIONS", "POST"}
    asked = client.options("/post/7")
    refused = client.trace("/post/7")

    assert (asked.status_code, refused.status_code) == (200, 405)
    for response in (asked, refused):
        assert set(response.allow) >= allowed
    rules = client.application.url_map.iter_rules("pages.post")
    assert all(rule.methods == {"GET", "HEAD", "OPTIONS"} for rule in rules)
    rules = client.application.url_map.iter_rules("pages.post_create")
    assert all(rule.methods == {"OPTIONS", "POST"} for rule in rules)
