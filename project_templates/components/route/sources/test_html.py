from flask.testing import FlaskClient


def test_[[ case ]](client: FlaskClient) -> None:
    response = client.[[ method ]]("[[ url ]]")
    expected = "<h1>[[ title ]]</h1>[[ shown_paragraphs ]][[ shown_notice ]]"

    assert response.status_code == 200
    assert response.content_type == "text/html; charset=utf-8"
    assert response.text == expected
