from flask.testing import FlaskClient


def test_[[ case ]]_needs_its_query(client: FlaskClient) -> None:
[[ assert_needed ]]
