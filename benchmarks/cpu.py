"""CPU time of whole process trees, measured in turns."""

import os
import random
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

# What would change how the interpreter starts, or put other code in front of what is installed.
DROPPED = ("PYTHONPATH", "PYTHONSTARTUP", "PYTHONDONTWRITEBYTECODE", "PYTHONPYCACHEPREFIX", "SCAFFOLD_TEMPLATES")


@dataclass(frozen=True)
class Case:
    """A command to measure: `prepare` fills the empty folder that each run gets, before the clock starts."""

    name: str
    words: Sequence[str]
    prepare: Callable[[Path], object] | None = None
    against: str | None = None
    aim: float | None = None


def measure(cases: Sequence[Case], rounds: int) -> dict[str, list[float]]:
    """Return the milliseconds of every run; each round runs every case once, in a new random order."""
    for case in cases:
        run(case)  # compiles what is imported, and warms the disk
    figures: dict[str, list[float]] = {case.name: [] for case in cases}
    for _ in range(rounds):
        for case in random.sample(cases, len(cases)):
            figures[case.name].append(run(case))
    return figures


def run(case: Case) -> float:
    """Run the command in a folder of its own; return the milliseconds that it and its children used."""
    with TemporaryDirectory(prefix="scaffold-benchmark-") as folder:
        place = Path(folder, "run")
        place.mkdir()
        if case.prepare:
            case.prepare(place)
        return _milliseconds(case.words, place)


def _milliseconds(words: Sequence[str], place: Path) -> float:
    with open(place.with_name("output"), "w+b") as output:
        process = subprocess.Popen(
            words, cwd=place, env=environment(place), stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT
        )
        # The children that a process has waited for are part of its own figures.
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            output.seek(0)
            raise SystemExit(f"{' '.join(words)}\n{output.read().decode(errors='replace')}")
    return (used.ru_utime + used.ru_stime) * 1000


def environment(place: Path) -> Mapping[str, str]:
    """Return the environment in which everything is measured; what a program keeps for its user goes beside `place`."""
    kept = {name: value for name, value in os.environ.items() if name not in DROPPED}
    return {**kept, "HOME": str(place.parent)}
