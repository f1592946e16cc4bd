from flask.testing import FlaskClient


def test_[[ name ]]_is_in_the_navigation(client: FlaskClient) -> None:
    mounted = {"SCRIPT_NAME": "/prefix"}
    page = client.get("[[ url ]]", environ_overrides=mounted).text

    assert 'href="/prefix[[ url ]]"' in page.partition("</nav>")[0]
