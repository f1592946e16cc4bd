from flask.testing import FlaskClient


def test_[[ name ]]_takes_the_query_along(client: FlaskClient) -> None:
    without = client.[[ method ]]("[[ url ]]").location
    query = "tag=a%20b&tag=c&next=https://evil.example&_external=1&_scheme=javascript"

    assert client.[[ method ]](f"[[ url ]]?{query}").location == f"{without}?{query}"


def test_[[ name ]]_takes_any_bytes_for_a_query(client: FlaskClient) -> None:
    without = client.[[ method ]]("[[ url ]]").location
    bare = {"QUERY_STRING": "\xff"}  # as it is when nobody has encoded it
    response = client.[[ method ]]("[[ url ]]", environ_overrides=bare)

    assert response.location.startswith(f"{without}?%")
