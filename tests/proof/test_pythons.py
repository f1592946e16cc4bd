"""Which Python runs a project."""

import sys

import pytest

from scaffold.errors import BadAnswer
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


@pytest.mark.parametrize("wanted", ["abc", "", "3.x", "2.7", "3.8", "2"])
def test_what_is_no_python_for_a_proof_is_told_at_once(wanted: str) -> None:
    with pytest.raises(BadAnswer, match=f"'{wanted}' is not a value for '--python'"):
        pythons.check(wanted)


@pytest.mark.parametrize("wanted", ["3", "3.9", "3.12.1", "4.0", sys.executable])
def test_a_version_and_a_place_will_do(wanted: str) -> None:
    pythons.check(wanted)


@pytest.mark.parametrize("needed", ["==3.7.*", "<3", "==3.6.9"])
def test_one_that_is_too_old_to_be_had_is_told_without_a_command(needed: str) -> None:
    with pytest.raises(NotProved, match="none of today would do") as missing:
        pythons.found(None, needed)

    assert missing.value.command == ""
