from flask.testing import FlaskClient


def test_[[ case ]](client: FlaskClient) -> None:
    response = client.[[ method ]]("[[ url ]]")

    assert response.status_code == 200
    assert response.content_type == "text/html; charset=utf-8"
    assert "<h1>[[ title ]]</h1>" in response.text
[[ assert_rows ]][[ assert_no_rows ]][[ assert_notice ]][[ assert_no_notice ]]
