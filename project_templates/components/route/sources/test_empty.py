from flask.testing import FlaskClient


def test_[[ case ]](client: FlaskClient) -> None:
    response = client.[[ method ]]("[[ url ]]")

    assert response.status_code == 204
    assert response.data == b""
