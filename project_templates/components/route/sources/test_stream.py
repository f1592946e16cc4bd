from flask.testing import FlaskClient


def test_[[ case ]](client: FlaskClient) -> None:
    response = client.[[ method ]]("[[ url ]]")
    chunks = [chunk.decode() for chunk in response.iter_encoded()]

    assert response.status_code == 200
    assert response.content_type == "text/plain; charset=utf-8"
    assert response.headers["X-Accel-Buffering"] == "no"
    assert response.content_length is None
    assert chunks == ["[[ title ]]\n"[[ shown_lines ]][[ shown_method_line ]], "The end.\n"]
