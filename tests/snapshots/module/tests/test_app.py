from flask.testing import FlaskClient


def test_user(client: FlaskClient) -> None:
    response = client.get("/user/ada")

    assert response.status_code == 200
    assert "User" in response.text
    assert "ada" in response.text


def test_user_escapes_its_values(client: FlaskClient) -> None:
    response = client.get("/user/%3Cimg%20src=x%20onerror=alert(1)%3E")

    assert response.status_code == 200
    assert "<img src=x onerror=alert" not in response.text
    assert "&lt;img src=x onerror=alert" in response.text


def test_user_names_the_methods_it_allows(client: FlaskClient) -> None:
    response = client.trace("/user/ada")

    assert response.status_code == 405
    assert "GET" in response.headers["Allow"]


def test_post(client: FlaskClient) -> None:
    response = client.get("/post/7")

    assert response.status_code == 200
    assert "Post" in response.text
    assert "7" in response.text


def test_post_post(client: FlaskClient) -> None:
    response = client.post("/post/7")

    assert response.status_code == 200
    assert "Post" in response.text
    assert "7" in response.text


def test_post_is_missing_for_other_values(client: FlaskClient) -> None:
    assert client.get("/post/other").status_code == 404


def test_post_names_the_methods_it_allows(client: FlaskClient) -> None:
    response = client.trace("/post/7")

    assert response.status_code == 405
    assert "GET" in response.headers["Allow"]
