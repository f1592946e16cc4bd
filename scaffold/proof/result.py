"""What was looked at, and what came of it: the one value from which every report is made."""

from collections.abc import Sequence
from dataclasses import dataclass

from scaffold.fields import Fields

PROVED, FAILED, NOT_PROVED = "proved", "failed", "not proved"


class Result(Fields):
    """One thing that was looked at.

    `step` is what was done: "environment", "install", "tests", "lint", "types", "server", "proxy" or "end".
    `name` is unlike all others of the same subject: "pytest", "too-much-is-refused".
    `subject` is what ran: "gunicorn", "gunicorn behind nginx", "" where no server did.
    """

    step: str
    name: str
    outcome: str
    seconds: float
    subject: str = ""
    # One sentence: the defect that it guards against.
    guards: str = ""
    # One sentence, of what failed or was not proved.
    why: str = ""
    request: str = ""
    expected: str = ""
    got: str = ""
    # What the server and the proxy wrote meanwhile.
    log: Sequence[str] = ()
    # The command that repeats only this, or that installs what is missing.
    command: str = ""


@dataclass(frozen=True)
class Screenshot:
    """A page as Chromium shows it."""

    url: str
    width: int
    scheme: str
    png: bytes


@dataclass(frozen=True)
class Report:
    """All that one run found."""

    project: str
    root: str
    command: str
    python: str
    # When it began, in UTC, as ISO 8601 writes it.
    began: str
    seconds: float
    results: Sequence[Result]
    screenshots: Sequence[Screenshot] = ()

    def of(self, outcome: str) -> list[Result]:
        """Return the results with this outcome."""
        return [one for one in self.results if one.outcome == outcome]
