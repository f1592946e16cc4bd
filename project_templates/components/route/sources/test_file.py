from flask.testing import FlaskClient


def test_[[ case ]](client: FlaskClient) -> None:
    url = "[[ url ]]"

    with client.[[ method ]](url) as response:
        disposition = response.headers["Content-Disposition"]

        assert response.status_code == 200
        assert response.content_type == "text/plain; charset=utf-8"
        assert disposition.startswith("[[ disposition ]]")
        assert response.data == b"[[ title ]]\n"
