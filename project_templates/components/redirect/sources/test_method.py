from flask.testing import FlaskClient


def test_[[ name ]]_answers_what_it_was_asked_to(client: FlaskClient) -> None:
    response = client.trace("[[ url ]]")

    assert response.status_code == 405
    assert response.allow == {[[ allowed ]]}
