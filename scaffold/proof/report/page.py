"""A report as one HTML file: it asks for nothing, holds no script, and opens from a disk.

Its policy lets nothing but its own style and pictures in, should anything ever get past the escaping.
"""

from base64 import b64encode
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

import scaffold
from scaffold import render
from scaffold.fields import Fields
from scaffold.proof.report import summary, texts
from scaffold.proof.report.summary import OUTCOMES, Missing, Row
from scaffold.proof.result import FAILED, NOT_PROVED, PROVED, Report, Result, Screenshot

HERE = Path(__file__).parent
LOG = 200
# More columns than these have their names written upwards.
UPRIGHT = 5
# More commands than one types are not shown at the top; each is with its failure.
MOST = 6


class Item(Fields):
    """A result, and where on the page all about it is."""

    place: str
    result: Result

    @property
    def kind(self) -> str:
        """Return its outcome as a class of the style."""
        return self.result.outcome.replace(" ", "-")


class Line(Fields):
    """One check, and what came of it for each that ran; None where it was not asked."""

    name: str
    guards: str
    cells: Sequence[Item | None]


class Bar(Fields):
    """How long a row took, beside the longest."""

    row: Row
    percent: float


class Shots(Fields):
    """The pictures of one page."""

    url: str
    pictures: Sequence[Screenshot]


def html(report: Report) -> str:
    """Return the page."""
    style = (HERE / "page.css").read_text(encoding="utf-8")
    clean = _clean(report)
    missing = summary.missing(clean)
    items = _items(clean, missing)
    rows = summary.rows(clean)
    names = {
        "report": clean,
        "kind": _kind(clean),
        "headline": summary.headline(clean),
        "whole": Row("", clean.results),
        "outcomes": OUTCOMES,
        "share": _shares(clean),
        "next": summary.commands(clean)[:MOST],
        "items": items,
        "failures": [one for one in items if one.result.outcome == FAILED],
        "missing": missing,
        "subjects": list(dict.fromkeys(one.subject for one in clean.results if one.subject)),
        "upright": UPRIGHT,
        "lines": _lines(items),
        "steps": [one for one in items if not one.result.subject],
        "bars": _bars(rows),
        "shots": _shots(clean.screenshots),
        "data": _data,
        "duration": texts.duration,
        "number": texts.number,
        "style": style,
        "hash": b64encode(sha256(style.encode()).digest()).decode(),
        "version": scaffold.__version__,
    }
    return render.html((HERE / "page.html").read_text(encoding="utf-8"), names)


def _clean(report: Report) -> Report:
    """Return the report with every text fit to be shown; that it is no HTML is up to the template."""
    return Report(
        texts.line(report.project),
        texts.line(report.root),
        texts.line(report.command),
        texts.line(report.python),
        texts.line(report.began),
        report.seconds,
        [_clean_result(one) for one in report.results],
        [Screenshot(texts.line(one.url), one.width, texts.line(one.scheme), one.png) for one in report.screenshots],
    )


def _clean_result(result: Result) -> Result:
    short = {name: texts.line(getattr(result, name)) for name in ("step", "name", "subject")}
    long = {name: texts.cut(getattr(result, name)) for name in ("guards", "why", "request", "expected", "got")}
    log = texts.last(list(result.log), LOG)
    return result.changed(**short, **long, log=log, command=texts.visible(result.command))


def _kind(report: Report) -> str:
    if summary.ok(report):
        return PROVED
    return FAILED if report.of(FAILED) else NOT_PROVED.replace(" ", "-")


def _items(report: Report, missing: Sequence[Missing]) -> list[Item]:
    """Return every result with its place: a block of its own, save what is not proved, which shares one."""
    reasons = {(one.why, one.command): n for n, one in enumerate(missing)}
    return [
        Item(f"m{reasons[one.why, one.command]}" if one.outcome == NOT_PROVED else f"r{n}", one)
        for n, one in enumerate(report.results)
    ]


def _lines(items: Sequence[Item]) -> list[Line]:
    """Return the matrix: a line for each check, a cell for each that ran."""
    held = {(one.result.subject, one.result.name): one for one in items if one.result.subject}
    subjects = list(dict.fromkeys(subject for subject, _ in held))
    guards = {one.result.name: one.result.guards for one in held.values()}
    return [Line(name, why, [held.get((subject, name)) for subject in subjects]) for name, why in guards.items()]


def _shares(report: Report) -> list[tuple[str, float, float]]:
    """Return each outcome with where its part of the whole begins, and how much it is, in percent."""
    shares, start = [], 0.0
    for outcome in OUTCOMES:
        part = 100 * len(report.of(outcome)) / max(len(report.results), 1)
        shares.append((outcome.replace(" ", "-"), round(start, 2), round(part, 2)))
        start += part
    return shares


def _bars(rows: Sequence[Row]) -> list[Bar]:
    longest = max((row.seconds for row in rows), default=0) or 1
    return [Bar(row, round(100 * row.seconds / longest, 1)) for row in rows]


def _shots(pictures: Sequence[Screenshot]) -> list[Shots]:
    """Return the pictures by page: the narrow ones first, light before dark."""
    urls = dict.fromkeys(one.url for one in pictures)
    ordered = sorted(pictures, key=lambda one: (one.width, one.scheme != "light"))
    return [Shots(url, [one for one in ordered if one.url == url]) for url in urls]


def _data(picture: Screenshot) -> str:
    return f"data:image/png;base64,{b64encode(picture.png).decode()}"
