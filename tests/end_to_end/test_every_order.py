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

# The projects of the matrix are each made in an order of their own besides.
ORDERS = 2
# How many words name what an `add` put there; the others tell what it is like.
NAMED = {"form": 1, "api": 1, "route": 1, "redirect": 2}


def shuffled(seed: int) -> list[list[str]]:
    """Return every `add` in an order of its own; the first is the order in which they are listed."""
    # What is brought by what requires it needs no command of its own.
    words = [one for one in everything.commands() if one[1] != "csrf"]
    if seed:
        random.Random(seed).shuffle(words)
    return words


def removal(words: list[str]) -> list[str]:
    """Return the command that takes back what an `add` put there: its positional answers and its place name it."""
    _, what, *rest = words
    options = next((n for n, word in enumerate(rest) if word.startswith("--")), len(rest))
    place = [word for n, word in enumerate(rest) if "--blueprint" in (word, rest[n - 1])]
    return ["remove", what, *rest[:options][: NAMED.get(what)], *place]


def lines(project: Path) -> dict[str, list[str]]:
    """Return the lines of each file, sorted: what is left when order does not count."""
    return {path: sorted(data.decode().splitlines()) for path, data in code(project).items() if path != ".env"}


def code(project: Path) -> dict[str, bytes]:
    files = tree(project).items()
    return {path: data for path, (data, _) in files if not path.startswith(".scaffold/") and "__pycache__" not in path}


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
        done_at_last(words, tool, project)

        # What somebody wrote by hand decides how we write beside it, and what we wrote last is beside it, too.
        if layout != by_hand.LAYOUT:
            first = first or lines(project)
            assert lines(project) == first
            run(programs / "ruff", "check", "--no-cache", cwd=project)
            run(programs / "ruff", "format", "--check", "--no-cache", cwd=project)
            run(programs / "mypy", "--cache-dir", tmp_path / "mypy", cwd=project)
        run(programs / "python", "-B", "-m", "pytest", "-q", "-p", "no:cacheprovider", cwd=project)

        back = [removal(one) for one in words]
        random.Random(seed).shuffle(back)
        done_at_last(back, tool, project)
        assert code(project) == fresh


def done_at_last(commands: list[list[str]], tool: Path, project: Path) -> None:
    """Run all of them; one that is refused waits for the others: it needs what they bring, or they need it."""
    left = commands[:]
    while left:
        waiting = [one for one in left if not done(one, tool, project)]
        assert len(waiting) < len(left), waiting
        left = waiting


def done(command: list[str], tool: Path, project: Path) -> bool:
    """Tell whether a command worked; the only other thing it may do is to refuse."""
    ended = subprocess.run([tool, *command], cwd=project, env=clean_environment(), capture_output=True, check=False)
    assert ended.returncode in (0, 2, 3, 4), ended.stderr.decode()
    return ended.returncode == 0
