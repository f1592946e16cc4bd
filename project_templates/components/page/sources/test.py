from flask.testing import FlaskClient


def test_[[ name ]](client: FlaskClient) -> None:
    response = client.get("[[ url ]]")

    assert response.status_code == 200
    assert response.mimetype == "text/html"
    assert "<html" in response.text
    assert "<h1>[[ title ]]</h1>" in response.text
[[ asserts ]]
