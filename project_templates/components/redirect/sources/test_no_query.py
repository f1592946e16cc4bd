from flask.testing import FlaskClient


def test_[[ name ]]_follows_no_url_of_the_query(client: FlaskClient) -> None:
    without = client.[[ method ]]("[[ url ]]").location
    response = client.[[ method ]]("[[ url ]]?next=https://evil.example")

    assert response.location == without
