from flask.testing import FlaskClient


def test_[[ name ]]_leads_to_its_new_url(client: FlaskClient) -> None:
    response = client.[[ method ]]("[[ url ]]")

    assert response.status_code == [[ code ]]
    assert response.location == "[[ to ]]"
