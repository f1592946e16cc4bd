from flask.testing import FlaskClient


def test_[[ case ]]_is_not_there_without_a_file(client: FlaskClient) -> None:
    assert client.[[ method ]]("[[ url ]]").status_code == 404
