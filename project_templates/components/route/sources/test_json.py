from flask.testing import FlaskClient


def test_[[ case ]](client: FlaskClient) -> None:
    response = client.[[ method ]]("[[ url ]]")

    assert response.status_code == 200
    assert response.content_type == "application/json"
    assert response.get_json() == {[[ shown_items ]]}
