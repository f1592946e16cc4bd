"""The lines that tell how a long run goes on: one for each step, with its time, on stderr."""

import sys
import time
from types import TracebackType

import click

from scaffold.proof.result import FAILED, NOT_PROVED, PROVED, Result

ERASE = "\r\x1b[2K"


class Live:
    """What is being done, and what came of it; a step's line is complete when the next one begins."""

    def __init__(self) -> None:
        self._step = ""
        self._begin = 0.0
        self._counts: dict[str, int] = {}
        self._last = ""
        self._is_terminal = sys.stderr.isatty()

    def __enter__(self) -> "Live":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        if kind is None:
            self._ends()
        elif self._is_terminal:
            click.echo(ERASE, nl=False, err=True)

    def begins(self, step: str) -> None:
        """Tell that a step begins, and what came of the one before."""
        self._ends()
        self._step, self._begin, self._counts, self._last = step, time.monotonic(), {}, ""
        if self._is_terminal:
            click.echo(f"         {step} …", nl=False, err=True)

    def shows(self, result: Result) -> None:
        """Count a result, and say at once what failed."""
        self._counts[result.outcome] = self._counts.get(result.outcome, 0) + 1
        self._last = result.why if result.outcome == NOT_PROVED else result.got
        if result.outcome == FAILED:
            said = result.why or f"expected {result.expected}, got {result.got}"
            first = said.partition("\n")[0][:100]
            click.echo(f"{ERASE if self._is_terminal else ''}  FAILED {result.name}: {first}", err=True)

    def _ends(self) -> None:
        if not self._step:
            return
        told = [f"{self._counts[one]} {one}" for one in (PROVED, FAILED, NOT_PROVED) if self._counts.get(one)]
        took = time.monotonic() - self._begin
        erase = ERASE if self._is_terminal else ""
        # Of a single thing there is more to say than that it was one.
        alone = self._last if sum(self._counts.values()) == 1 and not self._counts.get(FAILED) else ""
        said = alone.partition("\n")[0] or ", ".join(told) or "nothing to prove"
        click.echo(f"{erase}{took:6.1f} s {self._step}: {said}", err=True)
        self._step = ""
