"""Lines that took the place of others, taken back and done again whatever else has changed."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scaffold import mending
from scaffold.changes import Changes, File, Op
from scaffold.errors import Edited

LINES = st.lists(st.sampled_from(["a\n", "b\n", "c\n", "\n", "é\n", "d\r\n"]), max_size=8).map("".join)


def recorded(before: str, after: str) -> list[dict[str, object]]:
    op = Op("x", File(before.encode()), File(after.encode()))
    return [one.recorded() for one in mending.fragments(op)]


@given(LINES, LINES)
def test_what_was_mended_comes_back_or_stays(before: str, after: str) -> None:
    """Lines that nobody can tell apart may be refused, and are never mixed up."""
    changes = Changes("/nowhere")
    changes.put("x", after.encode())
    try:
        mending.revert("x", recorded(before, after), [], changes)
    except Edited:
        return
    assert changes.read("x") == before.encode()


@pytest.mark.parametrize(
    ("before", "after", "now", "then"),
    [
        ("a\nrun(1)\nb\n", "a\nrun()\nb\n", "a\nrun()\nb\n", "a\nrun(1)\nb\n"),
        ("a\nrun(1)\nb\n", "a\nrun()\nb\n", "new\na\nrun()\nb\nmore\n", "new\na\nrun(1)\nb\nmore\n"),
        ("a\nb\n", "a\nnew\nb\n", "a\nnew\nb\nc\n", "a\nb\nc\n"),
        ("a\ngone\nb\n", "a\nb\n", "z\na\nb\n", "z\na\ngone\nb\n"),
        ("x\nold\ny\n", "x\nsame\ny\n", "same\nx\nsame\ny\n", "same\nx\nold\ny\n"),
        ("x\nold\ny\n", "x\nsame\ny\n", "x\nsame\nz\nx\nsame\ny\n", "x\nsame\nz\nx\nold\ny\n"),
        ("x\nold\ny\n", "x\nsame\ny\n", "z\nsame\ny\nx\nsame\ny\n", "z\nsame\ny\nx\nold\ny\n"),
        ("a", "a\nb", "a\nb", "a"),
    ],
)
def test_the_lines_around_may_have_changed(before: str, after: str, now: str, then: str, tmp_path: Path) -> None:
    changes = Changes(str(tmp_path))
    changes.put("x", now.encode())
    own = recorded(before, after)

    mending.revert("x", own, [], changes)
    assert changes.read("x") == then.encode()

    assert [one.recorded() for one in mending.again(changes, own)] == own
    assert changes.read("x") == now.encode()


def test_lines_that_were_changed_since_stay(tmp_path: Path) -> None:
    changes = Changes(str(tmp_path))
    changes.put("x", b"a\nrun(other)\nb\n")

    with pytest.raises(Edited, match=r"run\(\)"):
        mending.revert("x", recorded("a\nrun(1)\nb\n", "a\nrun()\nb\n"), [], changes)

    assert changes.read("x") == b"a\nrun(other)\nb\n"


def test_where_lines_were_taken_out_others_may_be_now(tmp_path: Path) -> None:
    changes = Changes(str(tmp_path))
    changes.put("x", b"other\n")

    with pytest.raises(Edited, match="gone"):
        mending.revert("x", recorded("a\ngone\nb\n", "a\nb\n"), [], changes)
