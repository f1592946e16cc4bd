from flask.testing import FlaskClient


def test_[[ name ]]_is_sent_once(client: FlaskClient) -> None:
    url = "[[ url ]]"
    with client.get(url) as response:
        headers = {"If-None-Match": response.headers["ETag"]}

    with client.get(url, headers=headers) as response:
        assert response.status_code == 304
