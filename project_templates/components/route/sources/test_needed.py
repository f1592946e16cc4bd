from flask.testing import FlaskClient


def test_[[ case ]]_needs_its_query(client: FlaskClient) -> None:
    urls = [[ urls ]]

    for url in urls:
        assert client.[[ method ]](url).status_code == 400
