from flask.testing import FlaskClient


def test_[[ name ]](client: FlaskClient) -> None:
    response = client.[[ method ]]("[[ url ]]")

    assert response.status_code == 200
    assert response.get_json() == {"title": "[[ title ]]"[[ expected ]]}
