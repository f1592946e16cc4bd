from flask.testing import FlaskClient


def test_[[ name ]]_names_the_methods_it_allows(client: FlaskClient) -> None:
    allowed = {[[ allowed ]]}
    response = client.trace("[[ url ]]")

    assert response.status_code == 405
    assert set(response.allow) >= allowed
    rules = client.application.url_map.iter_rules("[[ endpoint ]]")
    assert all(rule.methods == allowed for rule in rules)
