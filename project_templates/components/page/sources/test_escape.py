from flask.testing import FlaskClient


def test_[[ name ]]_escapes_its_values(client: FlaskClient) -> None:
    response = client.get("[[ hostile_url ]]")

    assert response.status_code == 200
    assert "[[ hostile_text ]]" not in response.text
    assert "[[ hostile_escaped ]]" in response.text
