"""A report for a program: what `--json` tells below its key of its own."""

from typing import Any

from scaffold.proof.report import summary, texts
from scaffold.proof.report.summary import OUTCOMES, Row
from scaffold.proof.result import Report, Result, Screenshot

SCHEMA = 1
# Enough for every message, and no page of a megabyte in somebody's log.
LINES, CHARACTERS = 1000, 20_000


def described(report: Report) -> dict[str, Any]:
    """Return the report as plain values; every key is always there, and a text that is missing is empty."""
    return {
        "schema": SCHEMA,
        "ok": summary.ok(report),
        "summary": summary.sentence(report),
        "project": texts.visible(report.project),
        "root": texts.visible(report.root),
        "command": texts.visible(report.command),
        "python": texts.visible(report.python),
        "began": texts.visible(report.began),
        "seconds": round(report.seconds, 3),
        "counts": _counts(Row("", report.results)),
        "rows": [_row(one) for one in summary.rows(report)],
        "results": [_result(one) for one in report.results],
        # The pictures themselves are in the page.
        "screenshots": [_picture(one) for one in report.screenshots],
    }


def _counts(row: Row) -> dict[str, int]:
    return {outcome.replace(" ", "_"): row.count(outcome) for outcome in OUTCOMES}


def _row(row: Row) -> dict[str, Any]:
    return {"name": texts.visible(row.name), **_counts(row), "seconds": round(row.seconds, 3)}


def _picture(picture: Screenshot) -> dict[str, Any]:
    return {"url": _value(picture.url), "width": picture.width, "scheme": _value(picture.scheme)}


def _result(result: Result) -> dict[str, Any]:
    return {name: _value(value) for name, value in result.as_dict().items()}


def _value(value: Any) -> Any:
    match value:
        case str():
            return texts.cut(value, LINES, CHARACTERS)
        case float():
            return round(value, 3)
        case list() | tuple():
            return [_value(one) for one in value]
    return value
