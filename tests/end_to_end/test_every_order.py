"""Everything that can be added, in several random orders: the same project each time, and an empty diff at the end."""

import random
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests import by_hand, everything
from tests.conftest import tree
from tests.end_to_end.conftest import Environment, begin, clean_environment, run

pytestmark = pytest.mark.slow

ORDERS = 3
# What can only be added once another thing is there, by the word that names it.
AFTER = {"parts": "shop"}


def shuffled(seed: int) -> list[list[str]]:
    """Return every `add` in an order of its own; the first is the order in which they are listed."""
    # What is brought by what requires it needs no command of its own.
    words = [one for one in everything.commands() if one[1] != "csrf"]
    if seed:
        random.Random(seed).shuffle(words)
    for later, earlier in AFTER.items():
        first = next(one for one in words if one[2:3] == [earlier])
        second = next(one for one in words if one[2:3] == [later])
        if words.index(second) < words.index(first):
            words.remove(second)
            words.insert(words.index(first) + 1, second)
    return words


def removal(words: list[str]) -> list[str]:
    """Return the command that takes back what an `add` put there: its positional answers name it."""
    named = {"form": 3, "api": 3, "redirect": 4}.get(words[1], len(words))
    positional = words[:named]
    options = next((n for n, word in enumerate(positional) if word.startswith("--")), len(positional))
    return ["remove", *positional[1:options]]


def lines(project: Path) -> dict[str, list[str]]:
    """Return the lines of each file, sorted: what is left when order does not count."""
    return {path: sorted(data.decode().splitlines()) for path, data in code(project).items() if path != ".env"}


def code(project: Path) -> dict[str, bytes]:
    return {path: data for path, (data, _) in tree(project).items() if not path.startswith(".scaffold/")}


@pytest.mark.parametrize("layout", ["package", "module", by_hand.LAYOUT])
def test_the_order_leaves_no_trace(
    layout: str, complete: Callable[[str], Environment], tool: Path, tmp_path: Path
) -> None:
    programs = complete(layout).bin
    first: dict[str, list[str]] = {}
    for seed in range(ORDERS):
        folder = tmp_path / str(seed)
        folder.mkdir()
        project = begin(tool, folder, "shop", layout)
        fresh = code(project)
        words = shuffled(seed)
        for one in words:
            run(tool, *one, cwd=project)

        first = first or lines(project)
        assert lines(project) == first
        if layout != by_hand.LAYOUT:
            run(programs / "ruff", "check", "--no-cache", cwd=project)
            run(programs / "ruff", "format", "--check", "--no-cache", cwd=project)
            run(programs / "mypy", "--cache-dir", tmp_path / "mypy", cwd=project)
        run(programs / "python", "-B", "-m", "pytest", "-q", "-p", "no:cacheprovider", cwd=project)

        take_back([removal(one) for one in words], seed, tool, project)
        assert code(project) == fresh


def take_back(commands: list[list[str]], seed: int, tool: Path, project: Path) -> None:
    """Remove everything in a random order; what is still used or needed by something else waits for the next round."""
    left = commands[:]
    while left:
        random.Random(seed).shuffle(left)
        waiting = [one for one in left if not removed(one, tool, project)]
        assert len(waiting) < len(left), waiting
        left = waiting


def removed(command: list[str], tool: Path, project: Path) -> bool:
    """Tell whether a removal worked; the only other thing it may do is to refuse."""
    done = subprocess.run([tool, *command], cwd=project, env=clean_environment(), capture_output=True, check=False)
    assert done.returncode in (0, 3), done.stderr.decode()
    return done.returncode == 0
