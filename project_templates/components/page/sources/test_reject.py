from flask.testing import FlaskClient


def test_[[ name ]]_is_missing_for_other_values(client: FlaskClient) -> None:
[[ assert_rejected ]]
