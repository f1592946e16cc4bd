"""Lines are added to a file that lacks them, and nothing else in it moves."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scaffold.changes import Changes
from scaffold.edits import Context, lines
from scaffold.project import Project
from scaffold.template import Template
from tests.edits.shapes import Shape


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
    fragments = lines.apply(edit, target, context)
    assert [(one.text, one.more) for one in fragments] == [("B=", {}), ("C=", {}), ("A=", {"shared": True})]
    assert changes.read(".env.example") == b"A=1\nB=\nC="
    assert all(one.more["shared"] for one in lines.apply(edit, target, context))
    lines.revert(target[0], [one.recorded() for one in fragments[:2]], [], changes)
    assert changes.read(".env.example") == b"A=1"


@given(
    held=st.lists(st.sampled_from([b"a", b"# x", b"data", b" b", b""]), max_size=4),
    end=st.sampled_from([b"\n", b"\r\n"]),
    closed=st.booleans(),
    order=st.permutations(["one", "two", "three"]),
)
def test_lines_go_in_any_order_and_every_byte_is_back(
    held: list[bytes], end: bytes, closed: bool, order: list[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    before = end.join(held) + (end if closed and held else b"")
    shape = Shape(tmp_path_factory.mktemp("lines") / "p", {".gitignore": before})
    wanted = {"one": ["# About", "a", "b"], "two": ["ta", "# More", "b", "c"], "three": ["c", "A=1"]}
    for name, asked in wanted.items():
        shape.add(name, {"kind": "lines", "file": ".gitignore", "lines": asked})
    for name in order:
        shape.take_back(name)
        left = {line.strip() for line in shape.text(".gitignore").splitlines()}
        assert all(line in left for other in shape.live for line in wanted[other] if not line.startswith("#"))
    assert shape.text(".gitignore").encode() == before


def test_a_file_that_is_not_there_is_made(tmp_path: Path) -> None:
    changes = Changes(str(tmp_path))
    context = Context(Project(str(tmp_path)), changes, Template("feature", "x", str(tmp_path)), {})
    lines.apply({"lines": ["*.db"]}, [".gitignore"], context)
    assert changes.read(".gitignore") == b"*.db\n"
