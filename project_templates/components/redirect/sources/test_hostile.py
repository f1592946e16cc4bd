from urllib.parse import quote, urljoin, urlsplit

import pytest
from flask.testing import FlaskClient


@pytest.mark.parametrize(
    "value", ["/evil.example", "\\evil.example", "\t/evil.example", "https:evil.example"]
)
def test_[[ name ]]_stays_on_this_site(client: FlaskClient, value: str) -> None:
    url = "[[ hostile_rule ]]"
