"""Requests that are under way while something is stopped: the app has begun with them, and has to end them."""

import itertools
import os
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

from scaffold.proof.load import Late
from scaffold.proof.probing import view
from scaffold.proof.processes import Process, until
from scaffold.proof.unmet import need
from scaffold.proof.wire import Answer, Client

REQUEST = 1.0
# The first one must still be under way when the last one has begun.
BEGINS = 0.8
_numbers = itertools.count(1)


@contextmanager
def under_way(client: Client, app: Process, count: int) -> Iterator[None]:
    """Have requests under way in the block; need that each of them is answered.

    Raise `Late` when only such are lost as no view had begun with: on a busy machine a worker may not be up yet. Where
    the log of the program that the app runs in tells of none, all are taken to have begun.
    """
    names = [f"{os.getpid()}-{next(_numbers)}" for _ in range(count)]
    with ThreadPoolExecutor(count) as pool:
        running: dict[str, Future[Answer]] = {
            name: pool.submit(client.ask, view(f"/sleep?s={REQUEST}&name={name}")) for name in names
        }
        until(lambda: len(_begun(names, app)) == count, BEGINS)
        begun = _begun(names, app) or names
        yield
        for name in begun:
            answer = running[name].result()
            need(_is_whole(answer), "200 slept", answer)
        for name in set(names).difference(begun):
            if running[name].exception() or not _is_whole(running[name].result()):
                raise Late("200 slept", "a request lost that still waited for a worker")


def _is_whole(answer: Answer) -> bool:
    return (answer.status, answer.text) == (200, "slept")


def _begun(names: list[str], app: Process) -> list[str]:
    said = app.output()
    return [name for name in names if f"request {name} has begun" in said]
