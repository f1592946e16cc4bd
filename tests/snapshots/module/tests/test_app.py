from flask.testing import FlaskClient


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
    rules = client.application.url_map.iter_rules("user")
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
    rules = client.application.url_map.iter_rules("post")
    assert all(rule.methods == {"GET", "HEAD", "OPTIONS"} for rule in rules)
    rules = client.application.url_map.iter_rules("post_create")
    assert all(rule.methods == {"OPTIONS", "POST"} for rule in rules)
