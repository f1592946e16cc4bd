"""The lines that tell how a long run goes on."""

import sys

import pytest

from scaffold.commands.live import ERASE, Live
from scaffold.proof.result import FAILED, NOT_PROVED, PROVED, Result


def told(capsys: pytest.CaptureFixture[str]) -> list[str]:
    with Live() as live:
        live.begins("environment")
        live.shows(Result("environment", "environment", PROVED, 0.1))
        live.begins("gunicorn")
        live.shows(Result("server", "one", PROVED, 0.1))
        live.shows(Result("server", "two", FAILED, 0.1, expected="413", got="502\nbad"))
        live.shows(Result("server", "three", NOT_PROVED, 0.1))
        live.begins("end")
    return capsys.readouterr().err.splitlines()


def test_each_step_has_a_line_with_its_time_and_what_fails_is_told_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    assert [line.replace("   0.0 s", "TIME") for line in told(capsys)] == [
        "TIME environment: 1 proved",
        "  FAILED two: expected 413, got 502",
        "TIME gunicorn: 1 proved, 1 failed, 1 not proved",
        "TIME end: nothing to prove",
    ]


def test_on_a_terminal_a_step_is_named_while_it_runs(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)

    first, *_ = told(capsys)

    # splitlines() takes the carriage return for a line's end; what is erased stands before it.
    assert first == "         environment …"
    assert ERASE.startswith("\r")
