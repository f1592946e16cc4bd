from flask.testing import FlaskClient


def test_[[ name ]]_is_only_read(client: FlaskClient) -> None:
    response = client.trace("[[ url ]]")

    assert response.status_code == 405
    assert response.allow == {"GET", "HEAD", "OPTIONS"}
