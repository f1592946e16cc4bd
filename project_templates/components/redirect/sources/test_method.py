from flask.testing import FlaskClient


def test_[[ name ]]_answers_no_other_method(client: FlaskClient) -> None:
    response = client.trace("[[ url ]]")

    assert response.status_code == 405
    assert response.allow == {"GET", "HEAD", "OPTIONS"}
