from flask.testing import FlaskClient


def test_[[ case ]]_escapes_its_values(client: FlaskClient) -> None:
    response = client.[[ method ]]("[[ url ]]")

    assert response.status_code == 200
[[ assert_marks ]]
