from flask.testing import FlaskClient


def test_[[ name ]]_takes_its_values_for_what_they_are(client: FlaskClient) -> None:
    response = client.[[ method ]]("[[ odd_url ]]")

    assert response.location == "[[ odd_to_url ]]"
