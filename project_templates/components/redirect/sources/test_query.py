from flask.testing import FlaskClient


def test_[[ name ]]_takes_the_query_along(client: FlaskClient) -> None:
    without = client.[[ method ]]("[[ url ]]").location
    query = "tag=a%20b&tag=c&next=https://evil.example&_external=1&_scheme=javascript"

    assert client.[[ method ]](f"[[ url ]]?{query}").location == f"{without}?{query}"


def test_[[ name ]]_takes_any_bytes_for_a_query(client: FlaskClient) -> None:
    without = client.[[ method ]]("[[ url ]]").location
    response = client.[[ method ]]("[[ url ]]", query_string="\xff")

    assert response.location.startswith(f"{without}?%")
