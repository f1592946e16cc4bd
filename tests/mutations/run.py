"""One project that has everything, and all its mutations."""

from contextlib import chdir
from pathlib import Path

from scaffold import __main__
from tests import by_hand, everything
from tests.mutations import automatic, mutation, named
from tests.mutations.running import Runner
from tests.mutations.table import Table


def run(layout: str, bin_: Path, folder: Path) -> Table:
    """Make the project in a folder, break it in every way, and return what was seen."""
    for name in ("whole", "bare", "copies"):
        (folder / name).mkdir(parents=True)
    units = mutation.units(everything.brought(layout, folder / "whole"))
    root = folder / "whole" / everything.NAME
    runner = Runner(root, _bare(layout, folder / "bare"), layout, bin_, folder / "copies", units)
    problems = runner.problems(runner.copy("unbroken"))
    assert not problems, problems
    mutations = [*automatic.mutations(units, root), *named.mutations(units, root)]
    return Table(layout, units, runner.all(mutations), automatic.unprobed(units, root))


def _bare(layout: str, folder: Path) -> Path:
    if layout == by_hand.LAYOUT:
        by_hand.write(folder / everything.NAME)
    else:
        with chdir(folder):
            assert __main__.run(["new", everything.NAME, "--layout", layout]) == 0
    return folder / everything.NAME
