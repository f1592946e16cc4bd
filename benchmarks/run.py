"""Measure what scaffold's commands cost, as ratios of CPU time: python benchmarks/run.py."""

from argparse import ArgumentParser
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import cases
import cpu

ROUNDS = 20
HEAD = f"{'':28}{'CPU ms':>15}{'ratio':>16}\n{'':28}{'median':>8}{'min':>7}{'median':>9}{'min':>7}{'aim':>8}  against"


def main() -> None:
    """Measure, and print one line for each command."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS, metavar="N", help=f"runs of each command ({ROUNDS})")
    parser.add_argument("--only", metavar="NAME", help="only the commands whose name holds NAME")
    given = parser.parse_args()
    with TemporaryDirectory(prefix="scaffold-benchmark-") as work:
        chosen = _chosen(cases.every(Path(work)), given.only)
        figures = cpu.measure(chosen, given.rounds)
    print(HEAD)
    for case in chosen:
        print(line(case, figures))
    for reason in cases.missing():
        print(f"not measured: {reason}")


def _chosen(every: Sequence[cpu.Case], only: str | None) -> list[cpu.Case]:
    by_name = {case.name: case for case in every}
    wanted = {case.name for case in every if only is None or only in case.name}
    if not wanted:
        raise SystemExit(f"There is no '{only}'. There is {', '.join(by_name)}.")
    for name in list(wanted):
        baseline = by_name[name].against
        while baseline:
            wanted.add(baseline)
            baseline = by_name[baseline].against
    return [case for case in every if case.name in wanted]


def line(case: cpu.Case, figures: Mapping[str, Sequence[float]]) -> str:
    """Return one line of the table."""
    own = figures[case.name]
    text = f"{case.name:28}{median(own):8.1f}{min(own):7.1f}"
    if case.against is None:
        return text
    base = figures[case.against]
    text += f"{median(own) / median(base):9.2f}{min(own) / min(base):7.2f}"
    aim = "" if case.aim is None else f"<= {case.aim:.2f}"
    return f"{text}{aim:>8}  {case.against}"


if __name__ == "__main__":
    main()
