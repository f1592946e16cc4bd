"""Which Python runs a project."""

import sys

import pytest

from scaffold.proof import pythons
from scaffold.proof.unmet import NotProved

OURS = ".".join(map(str, sys.version_info[:3]))


@pytest.mark.parametrize("wanted", [None, OURS, ".".join(OURS.split(".")[:2]), sys.executable])
def test_ours_is_found(wanted: str | None) -> None:
    found = pythons.found(wanted)
    assert found.version == OURS
    assert "python" in found.place


def test_what_is_usual_is_taken_where_it_is_there() -> None:
    assert pythons.found(None, usual=OURS).version == OURS
    assert pythons.found(None, usual="2.7").version == OURS


@pytest.mark.parametrize(
    ("needed", "expected"),
    [
        ("", True),
        (">=3.11", True),
        (">=3.11,<4", True),
        (">=3.12", False),
        ("<3.11", False),
        ("==3.11.*", True),
        ("==3.11", False),
        ("==3.11.7", True),
        ("~=3.10", True),
        ("~=3.12", False),
        ("~=3.11.5", True),
        ("~=3.10.1", False),
        ("!=3.11.*", False),
        (">3.11", True),
        ("<=3.11.7", True),
        (">= 3.8, != 3.9.*", True),
    ],
)
def test_versions_that_a_project_takes(needed: str, expected: bool) -> None:
    assert pythons.fits("3.11.7", needed) is expected


def test_one_that_is_not_there_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(NotProved, match=r"there is no Python 2\.7 on this machine") as raised:
        pythons.found("2.7")
    assert "2.7" in raised.value.command
    with pytest.raises(NotProved, match="which the project asks for"):
        pythons.found(None, ">=99")
    with pytest.raises(NotProved, match="there is no Python '/nowhere/python'"):
        pythons.found("/nowhere/python")
    monkeypatch.setenv("PATH", "")
    with pytest.raises(NotProved) as raised:
        pythons.found("2.7")
    if sys.platform == "linux":
        assert raised.value.command == "sudo apt-get install python2.7 python2.7-venv"
