"""A report in a terminal or a log: the table, each failure, what is missing, what to type, and one last sentence.

Nothing below needs colours or more than ASCII, and what is needed most comes last, where the eye is.
"""

from collections.abc import Iterator, Sequence
from textwrap import TextWrapper

from scaffold.proof.report import summary, texts
from scaffold.proof.report.summary import OUTCOMES, Missing, Next, Row
from scaffold.proof.result import FAILED, Report, Result

WIDTH = 100
# What a value and a log may take of the screen.
LINES, CHARACTERS = 12, 800
LOG, LOGGED = 12, 240
# More commands than one types, or rows than one names, are not read.
MOST = 6
HEADS = ("", "proved", "failed", "not proved", "time")
NAMES = 48
# As wide as the longest label of a block.
LABEL = 11


def text(report: Report) -> str:
    """Return the report as a person reads it."""
    blocks = [
        *([_table(report)] if report.results else []),
        *map(_failure, report.of(FAILED)),
        *map(_missing, summary.missing(report)),
        *_next(summary.commands(report)),
        summary.sentence(report),
    ]
    return "\n\n".join(blocks) + "\n"


def _table(report: Report) -> str:
    rows = summary.rows(report)
    lines = [HEADS, *map(_cells, rows)]
    if len(rows) > 1:
        lines.append(("in all", *_counts(Row("", report.results)), texts.duration(report.seconds)))
    widths = [max(len(line[n]) for line in lines) for n in range(len(HEADS))]
    shown = [
        "  ".join([line[0].ljust(widths[0]), *(cell.rjust(widths[n]) for n, cell in enumerate(line[1:], 1))])
        for line in lines
    ]
    rule = "-" * len(shown[0])
    body = [shown[0], rule, *shown[1:]]
    return "\n".join([*body[:-1], rule, body[-1]] if len(rows) > 1 else body)


def _cells(row: Row) -> tuple[str, ...]:
    return (texts.line(row.name, NAMES), *_counts(row), texts.duration(row.seconds))


def _counts(row: Row) -> list[str]:
    """Return the numbers; what there is none of is only hinted at."""
    return [f"{count:,}" if (count := row.count(outcome)) else "-" for outcome in OUTCOMES]


def _failure(result: Result) -> str:
    log = texts.last(list(result.log), LOG, LOGGED)
    parts = [
        ("why", result.why),
        ("defect", result.guards),
        ("request", result.request),
        ("expected", result.expected),
        ("got", result.got),
    ]
    lines = [f"FAILED  {_named(result)}"]
    for label, value in parts:
        lines += _labelled(label, texts.cut(value, LINES, CHARACTERS).split("\n")) if value.strip() else []
    lines += _labelled("log", log) if log else []
    return "\n".join([*lines, *_command("again", result.command)])


def _named(result: Result) -> str:
    return texts.line(f"{summary.row_of(result)}: {result.name}")


def _labelled(label: str, lines: Sequence[str]) -> Iterator[str]:
    """Yield the lines of a value beside its name, none longer than the screen is wide."""
    for n, line in enumerate(piece for whole in lines for piece in _wrapped(whole)):
        yield f"  {label if n == 0 else '':<{LABEL}}{line}".rstrip()


def _wrapped(line: str) -> list[str]:
    wrapper = TextWrapper(
        WIDTH - LABEL - 2, drop_whitespace=False, replace_whitespace=False, break_on_hyphens=False, tabsize=4
    )
    return wrapper.wrap(line) or [""]


def _command(label: str, command: str) -> list[str]:
    # Whole and in one line, however long: it is there to be copied.
    return [f"  {label:<{LABEL}}{texts.visible(command)}"] if command else []


def _missing(missing: Missing) -> str:
    names = [texts.line(name) for name in missing.names]
    named = [*names[:MOST], *([f"and {len(names) - MOST} more"] if len(names) > MOST else [])]
    lines = [f"NOT PROVED  {', '.join(named)}"]
    lines += _labelled("why", texts.cut(missing.why, LINES, CHARACTERS).split("\n")) if missing.why else []
    return "\n".join([*lines, *_command("mend", missing.command)])


def _next(commands: Sequence[Next]) -> Iterator[str]:
    """Yield the commands to type, with what for behind a `#`: the block can be pasted as it is."""
    if not commands:
        return
    shown = [(texts.visible(one.command), one.what) for one in commands[:MOST]]
    longest = max(len(command) for command, _ in shown)
    width = longest if longest <= WIDTH - 20 else 0
    lines = [f"    {command:<{width}}  # {what}" for command, what in shown]
    more = [f"    # and {texts.number(len(commands) - MOST, 'command')} more, above"] * (len(commands) > MOST)
    yield "\n".join(["Next:", *lines, *more])
