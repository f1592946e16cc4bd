"""Deployments for the tests here, and nothing left running behind them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from scaffold.proof import processes
from tests.end_to_end.deploy.projects import Maker


@pytest.fixture
def maker(tool: Path, shared: Path) -> Iterator[Maker]:
    """Make deployments, and take them away again."""
    made = Maker(tool, shared)
    try:
        yield made
    finally:
        made.close()


@pytest.fixture(autouse=True)
def nothing_is_left() -> Iterator[None]:
    """Hold each test to ending all that it started."""
    yield
    assert processes.left_over() == []
