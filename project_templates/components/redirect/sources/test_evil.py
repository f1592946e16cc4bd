from urllib.parse import urljoin, urlsplit

from flask.testing import FlaskClient


def test_[[ name ]]_never_leaves_the_site(client: FlaskClient) -> None:
    urls = [[ evil_urls ]]

    for url in urls:
        # Browsers read a backslash as a slash.
        location = (client.[[ method ]](url).location or "").replace("\\", "/")
        assert urlsplit(urljoin("http://localhost", location)).netloc == "localhost"
