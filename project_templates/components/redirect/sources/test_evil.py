from urllib.parse import urljoin, urlsplit

from flask.testing import FlaskClient


def test_[[ name ]]_never_leaves_the_site(client: FlaskClient) -> None:
    urls = [
    [[ evil ]]
    ]
    for url in urls:
        # Browsers read a backslash as a slash, and leave a tab out.
        location = (client.get(url).location or "").replace("\\", "/").replace("\t", "")
        assert urlsplit(urljoin("http://localhost", location)).netloc == "localhost"
