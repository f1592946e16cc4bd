from flask.testing import FlaskClient


def test_[[ case ]](client: FlaskClient) -> None:
    response = client.[[ method ]]("[[ url ]]")
    expected = "[[ title ]][[ shown_words ]][[ shown_method ]]\n"

    assert response.status_code == 200
    assert response.content_type == "text/plain; charset=utf-8"
    assert response.text == expected
