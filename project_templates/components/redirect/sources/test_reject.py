from flask.testing import FlaskClient


def test_[[ name ]]_is_missing_for_other_values(client: FlaskClient) -> None:
    urls = [[ rejected_urls ]]

    for url in urls:
        assert client.[[ method ]](url).status_code == 404
