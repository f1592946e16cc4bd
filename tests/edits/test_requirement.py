"""Requirements are read as pip reads them."""

import pytest

from scaffold.edits.requirement import name


@pytest.mark.parametrize(
    ("requirement", "found"),
    [
        ("flask", "flask"),
        ("  Flask_Login >= 1", "flask-login"),
        ("zope...interface", "zope-interface"),
        ("a.-_b", "a-b"),
        ("flask[async]>=3 ; python_version<'3.13'", "flask"),
        ("flask @ https://x/flask-3.whl", "flask"),
        ("git+https://x/y.git@main#egg=My_Flask&subdirectory=z", "my-flask"),
        ("git+ssh://git@x/y.git", ""),
        ("https://x/y.zip", ""),
        ("file:///x", ""),
        ("./flask", ""),
        ("../flask", ""),
        ("/srv/flask", ""),
        (".", ""),
        ("wheels/flask-3-py3-none-any.whl", ""),
        ("flask-3.tar.gz", ""),
        ("", ""),
        ("# flask", ""),
    ],
)
def test_the_name_is_the_normalised_one_and_a_place_has_none(requirement: str, found: str) -> None:
    assert name(requirement) == found
