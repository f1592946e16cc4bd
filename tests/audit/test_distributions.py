"""Names of distributions, and what they are imported as."""

import pytest

from scaffold.audit import distributions


@pytest.mark.parametrize(
    ("distribution", "imported"),
    [
        ("pyyaml", "yaml"),
        ("pillow", "PIL"),
        ("python-dotenv", "dotenv"),
        ("flask-sqlalchemy", "flask_sqlalchemy"),
        ("flask-sqlalchemy", "sqlalchemy"),
        ("python-slugify", "slugify"),
        ("pyjwt", "jwt"),
        ("elasticsearch", "elasticsearch"),
        ("google-cloud-storage", "google"),
        ("maxminddb-geolite2", "geolite2"),
        ("typing-extensions", "typing_extensions"),
        ("py-moneyed", "moneyed"),
    ],
)
def test_a_distribution_brings_its_modules(distribution: str, imported: str) -> None:
    assert distributions.brings(distribution, imported)


@pytest.mark.parametrize(
    ("distribution", "imported"), [("flask-login", "flask"), ("pillow", "pil"), ("redis", "rq"), ("requests", "yaml")]
)
def test_and_no_others(distribution: str, imported: str) -> None:
    assert not distributions.brings(distribution, imported)


@pytest.mark.parametrize(
    ("name", "normal"), [("Flask_SQLAlchemy", "flask-sqlalchemy"), ("zope.interface", "zope-interface")]
)
def test_names_are_normalised(name: str, normal: str) -> None:
    assert distributions.normal(name) == normal


def test_the_tables_have_normalised_names() -> None:
    listed = [*distributions.WITH, *distributions.SILENT, *distributions.NEEDED_BY_OTHERS]
    listed += [one for many in distributions.BROUGHT_BY.values() for one in many]
    assert [one for one in listed if distributions.normal(one) != one] == []
