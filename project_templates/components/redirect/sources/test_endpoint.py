from flask import url_for
from flask.testing import FlaskClient


def test_[[ name ]]_leads_to_its_new_url(client: FlaskClient) -> None:
    mounted = {"SCRIPT_NAME": "/prefix"}
    response = client.[[ method ]]("[[ url ]]", environ_overrides=mounted)

    assert response.status_code == [[ code ]]
    with client.application.test_request_context(environ_overrides=mounted):
        assert response.location == url_for("[[ to ]]"[[ passed_shown ]])
