"""What a report comes to: its rows, its verdict, what is missing, and what to type next."""

from collections.abc import Sequence

from scaffold.fields import Fields
from scaffold.proof.report import texts
from scaffold.proof.result import FAILED, NOT_PROVED, PROVED, Report, Result

OUTCOMES = (PROVED, FAILED, NOT_PROVED)


class Row(Fields):
    """What was looked at together: one that ran, or one step where nothing had to run."""

    name: str
    results: Sequence[Result]

    def count(self, outcome: str) -> int:
        """Return how many have this outcome."""
        return sum(1 for one in self.results if one.outcome == outcome)

    @property
    def seconds(self) -> float:
        """Return the time of all of them; some may have run at the same time."""
        return sum(one.seconds for one in self.results)


class Missing(Fields):
    """What was not proved for the same reason, and the command that would help."""

    why: str
    command: str
    results: Sequence[Result]

    @property
    def names(self) -> list[str]:
        """Return what it concerns, those of one row together when there are many."""
        rows: dict[str, list[Result]] = {}
        for one in self.results:
            rows.setdefault(row_of(one), []).append(one)
        return [
            f"{name}: {held[0].name}" if len(held) == 1 else f"{name}: {len(held)} checks"
            for name, held in rows.items()
        ]


class Next(Fields):
    """A command to type, and what for."""

    command: str
    what: str


def row_of(result: Result) -> str:
    """Return the name of the row a result belongs to."""
    return result.subject or result.step


def rows(report: Report) -> list[Row]:
    """Return the rows in the order in which they began."""
    held: dict[str, list[Result]] = {}
    for one in report.results:
        held.setdefault(row_of(one), []).append(one)
    return [Row(name, results) for name, results in held.items()]


def missing(report: Report) -> list[Missing]:
    """Return what was not proved, by reason."""
    held: dict[tuple[str, str], list[Result]] = {}
    for one in report.of(NOT_PROVED):
        held.setdefault((one.why, one.command), []).append(one)
    return [Missing(why, command, results) for (why, command), results in held.items()]


def ok(report: Report) -> bool:
    """Tell whether all was proved; nothing is not all."""
    return bool(report.results) and all(one.outcome == PROVED for one in report.results)


def headline(report: Report) -> str:
    """Return the verdict in a few words."""
    total, failed, unknown = len(report.results), len(report.of(FAILED)), len(report.of(NOT_PROVED))
    if failed:
        return f"{failed:,} of {total:,} failed"
    if unknown:
        return f"{unknown:,} of {total:,} could not be proved"
    return ("It was proved" if total == 1 else f"All {total:,} were proved") if total else "Nothing was looked at"


def sentence(report: Report) -> str:
    """Return the whole verdict in one sentence."""
    said = headline(report)
    proved, failed, unknown = (len(report.of(outcome)) for outcome in OUTCOMES)
    were = f"{proved:,} were" if proved > 1 else f"{'one' if proved else 'none'} was"
    if failed:
        said += f", {unknown:,} could not be proved" if unknown else ""
        said += f", {were} proved"
    elif unknown:
        said += f", {were}, and none failed"
    return f"{said}, in {texts.duration(report.seconds)}."


def commands(report: Report) -> list[Next]:
    """Return what to type next, each command once: what repeats a failure first, then what is to be installed."""
    held: dict[str, list[int]] = {}
    for one in report.results:
        if one.command and one.outcome != PROVED:
            counts = held.setdefault(one.command, [0, 0])
            counts[one.outcome == NOT_PROVED] += 1
    ordered = sorted(held.items(), key=lambda item: not item[1][0])
    return [Next(command, _purpose(failed, unknown)) for command, (failed, unknown) in ordered]


def _purpose(failed: int, unknown: int) -> str:
    said = [f"{failed:,} failed"] * bool(failed) + [f"{unknown:,} not proved"] * bool(unknown)
    return ", ".join(said)
