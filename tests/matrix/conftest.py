"""The projects of the matrix, and what is printed of them: how many, what they cover, what that costs."""

import os
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.conftest import shared, tool, wheel
from tests.matrix import axes, cover, pythons
from tests.matrix.axes import Combination, Space

# The command from the wheel, as the end-to-end tests have it.
__all__ = ["shared", "tool", "wheel"]

# Where a test says which project it was, and how long each of its steps took.
NUMBER, STEPS = "number", "steps"


@cache
def space() -> Space:
    return Space()


@cache
def chosen() -> list[Combination]:
    """Return the projects that are proved: those of the cover, or the whole of it (`make test-all`)."""
    return cover.chosen(space(), whole=is_whole())


def is_whole() -> bool:
    return os.environ.get("MATRIX") == "all"


@pytest.fixture
def folder() -> Iterator[Path]:
    """Return a folder that every account can reach, and whose name is short: a socket's path has 107 characters."""
    with tempfile.TemporaryDirectory(prefix="px-", dir="/tmp", ignore_cleanup_errors=True) as place:
        found = Path(place)
        found.chmod(0o755)
        yield found


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "combination" in metafunc.fixturenames:
        found = list(enumerate(chosen()))
        metafunc.parametrize(("number", "combination"), found, ids=[str(one) for _, one in found])


def told(reports: Iterable[Any]) -> Iterator[str]:
    """Yield the cover of the projects that passed, and what it could not reach; nothing where none ran."""
    steps = {one.nodeid: dict(one.user_properties) for one in reports}
    ran = [told for told in steps.values() if STEPS in told]
    if ran:
        yield from _told([told[NUMBER] for told in ran], [told[STEPS] for told in ran])


def _told(numbers: list[int], steps: list[dict[str, float]]) -> Iterator[str]:
    wanted = cover.wanted(space(), whole=is_whole())
    seen = set().union(*(cover.pairs(chosen()[number], space()) for number in numbers))
    yield f"matrix: {len(wanted & seen)} of {len(wanted)} pairs in {len(numbers)} of {len(chosen())} projects"
    yield f"matrix: {len(space().pairs & seen)} of the {len(space().pairs)} pairs that can be (make test-all)"
    total = sum((Counter(one) for one in steps), Counter())
    yield "matrix: " + ", ".join(f"{name} {seconds:.0f} s" for name, seconds in total.items())
    slowest = max(sum(one.values()) for one in steps)
    yield f"matrix: {total.total() / len(steps):.1f} s for a project, {slowest:.1f} s for the slowest"
    for version in pythons.missing():
        yield f"not proved: Python {version}, which this machine does not have."
    yield from (f"not proved: {one}" for one in axes.OUT_OF_REACH)
