from flask.testing import FlaskClient


def test_[[ name ]]_names_the_methods_it_allows(client: FlaskClient) -> None:
    allowed = {[[ allowed ]]}
    asked = client.options("[[ url ]]")
    refused = client.trace("[[ url ]]")

    assert (asked.status_code, refused.status_code) == (200, 405)
    for response in (asked, refused):
        assert set(response.allow) >= allowed
[[ assert_methods ]]
