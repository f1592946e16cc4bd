from flask.testing import FlaskClient


def test_[[ case ]]_uses_its_defaults(client: FlaskClient) -> None:
    urls = [[ urls ]]

    for url in urls:
        response = client.[[ method ]](url)

        assert response.status_code == 200
        assert response.get_json() == {[[ shown_items ]]}
