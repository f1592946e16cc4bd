from flask.testing import FlaskClient


def test_[[ name ]]_leads_to_its_new_url(client: FlaskClient) -> None:
    mounted = {"SCRIPT_NAME": "/prefix"}
    response = client.[[ method ]]("[[ url ]]", environ_overrides=mounted)

    assert response.status_code == [[ code ]]
    assert response.location == "/prefix[[ to_url ]]"
