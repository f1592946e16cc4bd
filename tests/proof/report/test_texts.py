"""What a project said is shown whole when it is short, cut when it is not, and never as something that acts."""

import pytest

from scaffold.proof.report import texts


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("Ärger, 世界 🙂", "Ärger, 世界 🙂"),
        ("one\r\ntwo\n", "one\ntwo\n"),
        ("\x1b[2J\x07\0\r", "\\x1b[2J\\x07\\x00\\r"),
        ("\udc80", "\\udc80"),
        ("a\u202eb\u2066", "a\\u202eb\\u2066"),
        ("a\tb", "a    b"),
        ("\ufffe\U000f0000", "\\ufffe\\U000f0000"),
    ],
)
def test_what_is_not_printed_is_escaped(said: str, shown: str) -> None:
    assert texts.visible(said) == shown
    assert shown.encode()


def test_a_short_text_stays() -> None:
    assert texts.cut("one\ntwo", lines=2, characters=7) == "one\ntwo"


@pytest.mark.parametrize("said", ["x" * 1_000_000, "x\n" * 500_000, "\0" * 1_000_000, "\n" * 1_000_000])
def test_a_long_text_is_cut_and_says_so(said: str) -> None:
    shown = texts.cut(said, lines=3, characters=50)

    assert shown.endswith("[cut: 1,000,000 characters in all]")
    assert len(shown) < 100
    assert shown.count("\n") < 3


def test_a_name_stands_in_one_line() -> None:
    assert texts.line(" a\nb\r\n") == "a b"
    assert texts.line("x" * 500, 10) == "xxxxxxx..."


def test_the_end_of_a_log_is_kept() -> None:
    assert texts.last(["a\n", "b", "c\x1b"], 2) == ["[1 earlier line left out]", "b", "c\\x1b"]
    assert texts.last(["a"], 2) == ["a"]
    assert texts.last([], 2) == []
    assert texts.last(["x" * 1000, "y"], 5, characters=10)[0] == "xxxxxxxxxx [cut: 1,000 characters in all]"


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (0, "0 s"),
        (0.004, "0.00 s"),
        (0.94, "0.94 s"),
        (0.96, "1.0 s"),
        (9.94, "9.9 s"),
        (9.96, "10 s"),
        (59.6, "1 min 00 s"),
        (754, "12 min 34 s"),
    ],
)
def test_a_time_is_said_as_people_say_it(seconds: float, shown: str) -> None:
    assert texts.duration(seconds) == shown
