"""Four clients that never stop asking, and what went wrong for them; checks 21 and 22."""

import http.client
import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import TypeVar

from scaffold.proof.probing import view
from scaffold.proof.processes import until
from scaffold.proof.unmet import Unmet, need
from scaffold.proof.wire import Client

LONGEST = 0.3
Subject = TypeVar("Subject")
# The bar on a quiet machine is one second above the longest request.
STALL = LONGEST + 2.0
# Fewer than so many requests say nothing.
ENOUGH = 15


class Late(Unmet):
    """Nothing was lost, and something took too long."""


def once_more_if_late(measure: Callable[[Subject], None], subject: Subject) -> None:
    """Measure, and once more when it was late: a busy machine is so now and then, what stalls is every time."""
    try:
        measure(subject)
    except Late:
        measure(subject)


class Load:
    """Two clients that connect for each request, and two that keep their connections."""

    def __init__(self, client: Client, keeps: bool = True) -> None:
        self.client = client
        self.asked = 0
        self.worst = 0.0
        self.new: list[str] = []
        self.kept: dict[int, list[str]] = {0: [], 1: []}
        self._over = threading.Event()
        self._threads = [threading.Thread(target=self._connecting) for _ in range(2)]
        self._threads += [threading.Thread(target=self._keeping, args=(number,)) for number in range(2 if keeps else 0)]

    def __enter__(self) -> "Load":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        if kind is None:
            # A busy machine takes longer over them.
            until(lambda: self.asked > ENOUGH)
        self._over.set()
        for thread in self._threads:
            thread.join()

    def lost_nothing(self, reloads: int = 1, resets: int = 0, stall: float = 0.0) -> None:
        """Hold the figures to the bar: a reload may close a kept connection, and reset so many new ones.

        A machine on which a boot takes long may stall for long, too.
        """
        need(self.asked > ENOUGH, f"more than {ENOUGH} requests", f"only {self.asked} requests were made")
        _few(self.new, resets * reloads, f"of {self.asked} new connections")
        for failed in self.kept.values():
            _few(failed, reloads * (1 + resets), "times a kept connection")
        bar = max(STALL, stall)
        if self.worst >= bar:
            raise Late(f"every answer within {bar:.1f} s", f"a request that took {self.worst:.1f} s")

    def _path(self) -> str:
        self.asked += 1
        return view(f"/sleep?s={LONGEST}" if self.asked % 20 == 0 else "/release")

    def _connecting(self) -> None:
        while not self._over.wait(0.01):
            begin = time.monotonic()
            try:
                answer = self.client.ask(self._path())
                if answer.status != 200:
                    self.new.append(f"{answer.status} {answer.text[:80]}")
            except (OSError, http.client.HTTPException) as error:
                self.new.append(repr(error))
            self.worst = max(self.worst, time.monotonic() - begin)

    def _keeping(self, number: int) -> None:
        while not self._over.is_set():
            try:
                self._one_connection(number)
            except (OSError, http.client.HTTPException) as error:
                self.kept[number].append(repr(error))

    def _one_connection(self, number: int) -> None:
        with self.client.open() as connection:
            while not self._over.wait(0.01):
                begin = time.monotonic()
                answer = self.client.again(connection, self._path())
                self.worst = max(self.worst, time.monotonic() - begin)
                if answer.status != 200:
                    self.kept[number].append(f"{answer.status} {answer.text[:80]}")
                if answer.header("Connection").lower() == "close":
                    return


def _few(failed: list[str], allowed: int, of: str) -> None:
    """Hold the failures to as many as are allowed; tell the first of them."""
    first = ", ".join(failed[:3])
    need(len(failed) <= allowed, f"at most {allowed} failed {of}", f"{len(failed)} failed {of}: {first}")
