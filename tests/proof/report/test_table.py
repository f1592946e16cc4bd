"""The report in a terminal."""

import re
from dataclasses import replace

import pytest

from scaffold.proof.report import table
from scaffold.proof.result import FAILED, NOT_PROVED, PROVED, Report, Result
from tests.proof.report import samples

EVERY = [samples.proved, samples.failed, samples.not_proved, samples.mixed, samples.empty]


def cells(report: Report) -> dict[str, list[str]]:
    """Return the rows of the table by name."""
    lines = table.text(report).split("\n\n")[0].splitlines()
    return {row[0]: row[1:] for line in lines[1:] if len(row := re.split(" {2,}", line.strip())) > 1}


def last(report: Report) -> str:
    return table.text(report).splitlines()[-1]


def test_a_row_says_how_many_were_proved_and_how_long_it_took() -> None:
    rows = cells(samples.mixed())

    assert rows["tests"] == ["1", "-", "-", "2.6 s"]
    assert rows["gunicorn behind nginx"][:3] == ["24", "1", "-"]
    assert rows["gunicorn behind apache nginx"][:3] == ["-", "-", "25"]
    assert rows["in all"][:3] == ["79", "3", "25"]


def test_one_row_needs_no_sum() -> None:
    assert list(cells(samples.report([samples.STEPS[0]]))) == ["environment"]


@pytest.mark.parametrize(
    ("report", "said"),
    [
        (samples.proved(), "All 82 were proved, in 1 min 48 s."),
        (samples.failed(), "3 of 82 failed, 79 were proved, in 1 min 53 s."),
        (samples.not_proved(), "26 of 57 could not be proved, 31 were, and none failed, in 39 s."),
        (samples.mixed(), "3 of 107 failed, 25 could not be proved, 79 were proved, in 1 min 53 s."),
        (samples.empty(), "Nothing was looked at, in 0 s."),
        (samples.report([Result("lint", "ruff", PROVED, 1.0)]), "It was proved, in 0.70 s."),
        (samples.report([Result("lint", "ruff", FAILED, 1.0)]), "1 of 1 failed, none was proved, in 0.70 s."),
    ],
    ids=["proved", "failed", "not proved", "mixed", "empty", "one", "one that failed"],
)
def test_the_last_line_sums_up(report: Report, said: str) -> None:
    assert last(report) == said


def test_a_failure_says_all_there_is() -> None:
    blocks = table.text(samples.failed()).split("\n\n")
    (block,) = [one for one in blocks if one.startswith("FAILED  gunicorn: every-route-answers")]

    assert block.splitlines()[1:] == [
        "  why        GET /orders/1 is answered with 500.",
        "  defect     A page that ends in an error as soon as somebody asks for it.",
        "  request    GET /orders/1",
        "             Host: shop.test",
        "             Accept: text/html",
        "  expected   a status below 500",
        "  got        the status 500",
        "  log        Traceback (most recent call last):",
        '               File "/tmp/px-3f/shop/shop/orders.py", line 31, in show_order',
        "                 return render_template('order.html', order=orders[number])",
        "                                                            ~~~~~~^^^^^^^^",
        "             KeyError: 1",
        "  again      scaffold test --server gunicorn --only every-route-answers",
    ]


def test_what_is_missing_is_said_once_with_what_installs_it() -> None:
    text = table.text(samples.not_proved())

    assert text.count("nginx is not on this machine.") == 1
    assert "NOT PROVED  gunicorn behind nginx: 25 checks\n" in text
    assert "NOT PROVED  gunicorn: the-workers-share-the-load\n" in text
    assert "\n  mend       sudo apt-get install nginx\n" in text


def test_what_to_type_stands_at_the_end() -> None:
    *_, commands, _ = table.text(samples.mixed()).split("\n\n")

    assert commands.splitlines()[0] == "Next:"
    typed = [line.partition("#") for line in commands.splitlines()[1:]]
    assert typed[0][0].strip() == "scaffold test --server gunicorn --only every-route-answers"
    assert [after.strip() for _, _, after in typed] == ["1 failed"] * 3 + ["25 not proved"]
    assert typed[-1][0].strip() == "sudo apt-get install nginx"


def test_more_commands_than_one_types_are_counted() -> None:
    results = [Result("server", f"n{n}", FAILED, 0.1, subject="gunicorn", command=f"again {n}") for n in range(20)]

    commands = table.text(samples.report(results)).split("\n\n")[-2]

    assert len(commands.splitlines()) == 1 + table.MOST + 1
    assert commands.endswith("# and 14 commands more, above")


@pytest.mark.parametrize("make", EVERY)
def test_no_line_is_wider_than_the_screen(make: object) -> None:
    assert callable(make)
    text = table.text(make())

    assert not [line for line in text.splitlines() if len(line) > 120]
    assert not [line for line in text.splitlines() if line != line.rstrip()]


def test_a_command_is_never_broken() -> None:
    command = "scaffold test " + " ".join(f"--word-{n}" for n in range(50))
    one = Result("server", "x", FAILED, 0.1, subject="gunicorn", command=command)

    assert f"  again      {command}\n" in table.text(samples.report([one]))


def test_a_megabyte_does_not_fill_the_screen() -> None:
    text = table.text(samples.endless())

    assert len(text.splitlines()) < 90
    assert "[cut: 1,000,000 characters in all]" in text
    assert "[9,987 earlier lines left out]" in text


@pytest.mark.parametrize("outcome", [FAILED, NOT_PROVED, PROVED])
def test_nothing_acts_on_the_terminal(outcome: str) -> None:
    text = table.text(samples.hostile(outcome))

    assert all(one.isprintable() or one == "\n" for one in text)
    assert text.encode()


def test_the_report_of_ours_is_ascii() -> None:
    assert table.text(replace(samples.mixed(), project="Ä")).isascii()
