from flask.testing import FlaskClient


def test_[[ name ]]_answers_every_method_that_was_asked_for(client: FlaskClient) -> None:
    for method in ([% for one in methods %]"[[ one ]]", [% endfor %]):
        response = client.open("[[ url ]]", method=method)
        assert response.status_code == [[ code ]]

    response = client.trace("[[ url ]]")
    assert response.status_code == 405
    assert response.allow - {"HEAD"} == {[% for one in methods %]"[[ one ]]", [% endfor %]"OPTIONS"}
