"""Lines are added to a file that lacks them, and nothing else in it moves."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scaffold.changes import Changes
from scaffold.edits import Context, lines
from scaffold.project import Project
from scaffold.template import Template


@pytest.mark.parametrize(
    ("held", "wanted", "result"),
    [
        (b"", b"a\nb\n", b"a\nb\n"),
        (b"a\n", b"a\n", b"a\n"),
        (b"a\nb\n", b"b\na\n", b"a\nb\n"),
        (b"a\n", b"b\na\nc\n", b"a\nb\nc\n"),
        (b"a", b"b\n", b"a\nb"),
        (b"a", b"a\n", b"a"),
        (b"a\r\n", b"b\n", b"a\r\nb\r\n"),
        (b"a\r\nx", b"b\nc\n", b"a\r\nx\r\nb\r\nc"),
        (b"  a  \n", b"a\n", b"  a  \n"),
        (b"a\n\n\n", b"b\n", b"a\n\n\nb\n"),
        (b"caf\xe9\n", b"b\n", b"caf\xe9\nb\n"),
        (b"a\n", b"b\nb\n", b"a\nb\n"),
        (b"a\n", b"\n\n", b"a\n"),
        # A comment comes with the lines it stands above, and not without them.
        (b"a\n", b"# About\na\nb\n\n# More\nc\n", b"a\n# About\nb\n# More\nc\n"),
        (b"a\nb\n", b"# About\na\nb\n", b"a\nb\n"),
        (b"# About\na\n", b"# About\na\nb\n", b"# About\na\nb\n"),
        (b"a\n", b"# Nothing below\n", b"a\n"),
        (b"a\n", b"# About all\n\nb\n", b"a\nb\n"),
        # A variable that has a value keeps it.
        (b"SECRET_KEY=mine\n", b"SECRET_KEY=\nDEBUG=1\n", b"SECRET_KEY=mine\nDEBUG=1\n"),
        (b"export SECRET_KEY = mine\n", b"SECRET_KEY=\n", b"export SECRET_KEY = mine\n"),
        (b"# SECRET_KEY=old\n", b"SECRET_KEY=\n", b"# SECRET_KEY=old\nSECRET_KEY=\n"),
        (b"MY_SECRET_KEY=x\n", b"SECRET_KEY=\n", b"MY_SECRET_KEY=x\nSECRET_KEY=\n"),
    ],
)
def test_what_is_missing_is_appended_in_the_manner_of_the_file(held: bytes, wanted: bytes, result: bytes) -> None:
    assert lines.with_missing(held, wanted) == result


@given(st.binary(max_size=60), st.lists(st.sampled_from([b"a", b"b", b"# c", b"", b"D=1", b"*.pyc"])).map(b"\n".join))
def test_the_held_bytes_stay_and_the_second_time_nothing_happens(held: bytes, wanted: bytes) -> None:
    once = lines.with_missing(held, wanted)
    assert once.startswith(held)
    assert lines.with_missing(once, wanted) == once


def test_the_edit_tells_what_it_inserted(tmp_path: Path) -> None:
    (tmp_path / ".env.example").write_bytes(b"A=1")
    changes = Changes(str(tmp_path))
    context = Context(Project(str(tmp_path)), changes, Template("feature", "x", str(tmp_path)), {})
    edit = {"file": ".env.example", "lines": ["A=", "B=", "C="]}
    target = lines.target(edit, context)
    [fragment] = lines.apply(edit, target, context)
    assert changes.read(".env.example") == b"A=1" + fragment.text.encode() == b"A=1\nB=\nC="
    assert lines.apply(edit, target, context) == []


def test_a_file_that_is_not_there_is_made(tmp_path: Path) -> None:
    changes = Changes(str(tmp_path))
    context = Context(Project(str(tmp_path)), changes, Template("feature", "x", str(tmp_path)), {})
    lines.apply({"lines": ["*.db"]}, ".gitignore", context)
    assert changes.read(".gitignore") == b"*.db\n"
