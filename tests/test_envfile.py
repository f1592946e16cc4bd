"""A file of variables is read as python-dotenv reads it, and every byte stays that is not meant to change."""

import io
from typing import NamedTuple

import pytest
from dotenv.parser import parse_stream
from hypothesis import given, settings
from hypothesis import strategies as st

from scaffold.envfile import EnvFile, written

KEY = "0123456789abcdef" * 4
PIECES = ["KEY", "KEY=", "A", "=", "'", '"', "\\", " ", "\t", "\n", "\r\n", "\r", "#", "# KEY=", "export ", "é", "\x85"]
texts = st.lists(st.sampled_from([*PIECES, "\u2028", "\\n", "${", "}", "x"]), max_size=25).map("".join)
each_text = given(st.sampled_from(["", "\ufeff"]), texts)
often = settings(max_examples=1_000, deadline=None, derandomize=True, database=None)


class Read(NamedTuple):
    """One statement as it was read: a variable, or one that nobody can read."""

    name: str | None
    value: str | None
    readable: bool


def ours(text: str) -> list[Read]:
    read = [
        Read(one.name and unified(one.name), one.value, one.readable) for one in EnvFile(text.encode()).statements()
    ]
    return [one for one in read if one.name or not one.readable]


def theirs(text: str) -> list[Read]:
    read = [Read(one.key, one.value, not one.error) for one in parse_stream(io.StringIO(unified(text)))]
    return [one for one in read if one.name or not one.readable]


def unified(text: str) -> str:
    """Return the text with its line ends as `open` gives them."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def read(data: bytes) -> dict[str | None, str | None]:
    return {one.name: one.value for one in theirs(data.decode()) if one.readable}


@often
@each_text
def test_it_is_read_as_python_dotenv_reads_it(mark: str, text: str) -> None:
    assert ours(mark + text) == theirs(mark + text)


@often
@each_text
def test_a_value_that_is_set_is_read_and_all_else_stays(mark: str, text: str) -> None:
    file = EnvFile((mark + text).encode())
    before, found = file.data, file.find("KEY")

    file.set("KEY", KEY)

    assert read(file.data) == {**read(before), "KEY": KEY}
    if found:
        start = len((mark + text)[: found.span[0]].encode())
        kept = len((mark + text)[found.span[1] :].encode())
        assert file.data[:start] == before[:start]
        assert file.data[len(file.data) - kept :] == before[len(before) - kept :]
    else:
        assert is_inserted(before, file.data)


def is_inserted(before: bytes, after: bytes) -> bool:
    """Tell whether one piece was put into the bytes, and nothing else happened."""
    more = len(after) - len(before)
    return any(after[:at] + after[at + more :] == before for at in range(len(before) + 1))


@often
@given(
    texts.filter(lambda text: all(one.readable for one in theirs(text))),
    st.text("ab '\"\\#$=,\n\r\té%{}[]", min_size=1, max_size=9),
)
def test_any_value_can_be_set(text: str, value: str) -> None:
    file = EnvFile(text.encode())

    file.set("KEY", value)

    assert read(file.data) == {**read(text.encode()), "KEY": value}


@often
@given(st.sampled_from(["", "\ufeff"]), texts.map(lambda text: text.replace("KEY", "B")), st.sampled_from(["A", "B"]))
def test_what_was_put_in_goes_again_without_a_trace(mark: str, text: str, beside: str) -> None:
    file = EnvFile((mark + text).encode())
    before = file.data

    file.set("KEY", KEY, beside=beside)
    file.unset("KEY")

    assert file.data == before


@often
@each_text
def test_what_goes_takes_nothing_with_it(mark: str, text: str) -> None:
    file = EnvFile((mark + text).encode())
    before = read(file.data)

    file.unset("KEY")

    assert read(file.data) == {name: value for name, value in before.items() if name != "KEY"}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "KEY=new\n"),
        ("\ufeff", "\ufeffKEY=new\n"),
        ("A=1", "A=1\nKEY=new"),
        ("A=1\r\n", "A=1\r\nKEY=new\r\n"),
        ("KEY=old", "KEY=new"),
        ("KEY='old'  # why\n", "KEY='new'  # why\n"),
        ('export KEY = "old"\r\nA=1\n', 'export KEY = "new"\r\nA=1\n'),
        ("KEY=\n", "KEY=new\n"),
        ("KEY= # none\n", "KEY=new # none\n"),
        ("KEY # none\n", "KEY=new # none\n"),
        ("KEY=a#b c # d\n", "KEY=new # d\n"),
        ("KEY=one\nA=1\nKEY=two\n", "KEY=one\nA=1\nKEY=new\n"),
        ("# KEY=\nA=1\n", "# KEY=\nKEY=new\nA=1\n"),
        ("#export KEY=x", "#export KEY=x\nKEY=new"),
        ("A='\n# KEY=\n'\n", "A='\n# KEY=\n'\nKEY=new\n"),
        ("KEY='a\nb'\nA=1", "KEY='new'\nA=1"),
        ("export A=1\nB=2\n", "export A=1\nexport KEY=new\nB=2\n"),
    ],
)
def test_where_a_value_goes(before: str, after: str) -> None:
    file = EnvFile(before.encode())

    file.set("KEY", "new", beside="A" if "export A" in before else "")

    assert file.data == after.encode()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("A=1\nKEY=x\nB=2\n", "A=1\nB=2\n"),
        ("A=1\n  export KEY='x'\r\nKEY=y", "A=1"),
        ("KEY=x  # why\nA=1\n", "# why\nA=1\n"),
        ("KEY", ""),
        ("# KEY=x\n", "# KEY=x\n"),
    ],
)
def test_what_goes_with_a_variable(before: str, after: str) -> None:
    file = EnvFile(before.encode())

    file.unset("KEY")

    assert file.data == after.encode()


def test_bytes_that_are_no_utf_8_stay() -> None:
    file = EnvFile(b"# caf\xe9\nKEY=x\n\xff\xfe\x00")

    file.set("KEY", "new")

    assert file.data == b"# caf\xe9\nKEY=new\n\xff\xfe\x00"


@pytest.mark.parametrize(
    ("value", "quote", "text"),
    [
        ("abc", "", "abc"),
        ("abc", "x", "abc"),
        ("abc", '"', '"abc"'),
        ("a b", "", "'a b'"),
        ("a b", '"', '"a b"'),
        ("it's", "'", '"it\'s"'),
        ("a'\"\\\n", "", '"a\'\\"\\\\\\n"'),
    ],
)
def test_how_a_value_is_written(value: str, quote: str, text: str) -> None:
    assert written(value, quote) == text


def test_a_statement_knows_its_line() -> None:
    file = EnvFile(b"\xef\xbb\xbf# one\r\n\r\nKEY=x\r")
    found = file.find("KEY")

    assert found
    assert file.line(found) == 3
