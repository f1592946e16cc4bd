"""Deployments for the tests here, nothing left running behind them, and what no machine of ours can prove."""

import importlib.util
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scaffold.proof import processes
from tests.end_to_end.deploy.projects import Maker

HERE = Path(__file__).parent


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


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Print what was not proved: what no machine of ours can run."""
    ran = [one for one in terminalreporter.getreports("passed") if "end_to_end/deploy/" in one.nodeid]
    file = HERE / "not_proved.py"
    if not ran or not file.exists():
        return
    spec = importlib.util.spec_from_file_location("not_proved", file)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    for line in module.NOT_PROVED:
        terminalreporter.write_line(f"not proved: {line}")
