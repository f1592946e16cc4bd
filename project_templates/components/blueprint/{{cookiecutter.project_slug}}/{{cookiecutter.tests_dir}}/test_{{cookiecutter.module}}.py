from flask import url_for
from flask.testing import FlaskClient

INDEX = "{{cookiecutter.above_name}}{{cookiecutter.module}}.index"
URL = "{{cookiecutter.above_url}}{{cookiecutter.url_prefix}}/"


def test_the_index_is_there(client: FlaskClient) -> None:
    response = client.get(URL)

    assert response.status_code == 200
    assert response.mimetype == "text/html"
    assert "<html" in response.text
    assert "<h1>{{cookiecutter.title}}</h1>" in response.text


def test_the_index_has_a_name_that_carries_every_prefix(client: FlaskClient) -> None:
    app = client.application

    with app.test_request_context(base_url="http://localhost"):
        assert url_for(INDEX) == URL
    with app.test_request_context(base_url="http://localhost/mount"):
        assert url_for(INDEX) == f"/mount{URL}"


def test_the_prefix_alone_leads_to_the_index(client: FlaskClient) -> None:
    response = client.get(URL.rstrip("/"))

    assert response.status_code == 308
    assert response.location.endswith(URL)


def test_the_index_is_only_read(client: FlaskClient) -> None:
    response = client.trace(URL)

    assert response.status_code == 405
    assert response.allow == {"GET", "HEAD", "OPTIONS"}
