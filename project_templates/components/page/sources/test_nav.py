from flask.testing import FlaskClient


def test_[[ name ]]_is_in_the_navigation(client: FlaskClient) -> None:
    page = client.get("/", environ_overrides={"SCRIPT_NAME": "/prefix"}).text

    assert 'href="/prefix[[ url ]]"' in page.partition("</nav>")[0]
