"""Mutated projects under a real gunicorn: many mutations in each, of units that have nothing to do with each other."""

import os
import re
import shutil
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from scaffold.proof import probes
from scaffold.proof.ports import free_port
from tests.end_to_end.conftest import clean_environment
from tests.end_to_end.production import KEY, TARGET
from tests.end_to_end.serving import serving
from tests.mutations.mutation import ANY, Asked, Mutation, Unit

PROXY = {"X-Forwarded-For": "192.0.2.1", "X-Forwarded-Proto": "https"}
# An answer that anything could have caused says nothing about what the probe is about.
TRIVIAL = re.compile(r"with the status 5\d\d|gave no csrf_token|was not answered")
AT_ONCE = 2
# What is wrong with the answers to the probes that are not met.
Problems = Mapping[Asked, list[str]]


@dataclass(frozen=True)
class Seen:
    """What one mutation did: the probes of its unit that turned red by it, and what it did to those of others."""

    mutation: Mutation
    killed: frozenset[str]
    strays: tuple[str, ...]


def groups(mutations: Iterable[Mutation]) -> list[list[Mutation]]:
    """Put as many mutations together as have no unit, and no path that is asked for, in common."""
    found: list[list[Mutation]] = []
    for one in mutations:
        fitting = (group for group in found if all(_apart(one, other) for other in group))
        if (group := next(fitting, None)) is not None:
            group.append(one)
        else:
            found.append([one])
    return found


def _apart(one: Mutation, other: Mutation) -> bool:
    if one.hits or other.hits:
        return False
    return one.unit is not other.unit and not one.unit.paths & other.unit.paths


@dataclass(frozen=True)
class Runner:
    """A project, the environment that it runs in, and a folder for its copies."""

    project: Path
    # The same project before anything was added to it.
    bare: Path
    layout: str
    bin: Path
    folder: Path
    units: Sequence[Unit]

    def all(self, mutations: Sequence[Mutation]) -> list[Seen]:
        """Return what each mutation did."""
        numbered = list(enumerate(groups(mutations)))
        with ThreadPoolExecutor(AT_ONCE) as pool:
            found = pool.map(lambda one: self._group(*one), numbered)
            return [*(seen for each in found for seen in each), *self._without()]

    def _without(self) -> list[Seen]:
        """Return what it does to leave out all that can be left out: everything is asked of the project as it began."""
        problems = self.problems(self.copy(f"{self.layout}-bare", self.bare))
        added = [unit for unit in self.units if unit.asked and unit.words[:1] == ("add",)]
        strays = self._strays(added, (), problems)
        missing = [Mutation(unit, "is not there", "", str) for unit in added]
        return [Seen(one, _killed(one, problems), strays) for one in missing]

    def _group(self, number: int, group: Sequence[Mutation]) -> list[Seen]:
        copy = self.copy(f"{self.layout}-{number}")
        for one in group:
            one.into(copy)
        problems = self.problems(copy)
        hits = [name for one in group for name in one.hits]
        strays = self._strays([one.unit for one in group], hits, problems)
        return [Seen(one, _killed(one, problems), strays) for one in group]

    def _strays(self, units: Sequence[Unit], hits: Sequence[str], problems: Problems) -> tuple[str, ...]:
        """Return what is said of the probes of other units, which have nothing to do with what is broken."""
        own = {path for unit in units for path in unit.paths}
        return tuple(
            f"{asked.template.full_name}: {said}"
            for asked, told in problems.items()
            if not any(asked in unit.asked for unit in units)
            if hits != list(ANY) and asked.template.full_name not in hits and not asked.paths & own
            for said in told
        )

    def copy(self, name: str, project: Path | None = None) -> Path:
        """Return a copy of the project."""
        ignored = shutil.ignore_patterns(".scaffold", ".venv", "tests", "instance", "__pycache__")
        return shutil.copytree(project or self.project, self.folder / name, ignore=ignored)

    def problems(self, copy: Path) -> Problems:
        """Serve a copy, and return what is wrong with the answer to each probe."""
        port = free_port()
        env = clean_environment(SECRET_KEY=KEY, PROXY_HOPS="1", PYTHONDONTWRITEBYTECODE="1", HOME=os.fspath(copy))
        argv: list[str | Path] = [
            self.bin / "gunicorn",
            "--workers",
            "1",
            "--bind",
            f"127.0.0.1:{port}",
            TARGET[self.layout],
        ]
        with serving(argv, port=port, cwd=copy, env=env, log=copy / "log") as server:
            asked = [one for unit in self.units for one in unit.asked]
            return {one: told for one in asked if (told := probes.ask(server.way, one.probe, PROXY))}


def _killed(mutation: Mutation, problems: Problems) -> frozenset[str]:
    """Return the names of the probes that turned red for what they are about."""
    return frozenset(
        asked.name
        for asked, told in problems.items()
        if asked in mutation.unit.asked or asked.template.full_name in mutation.hits
        if not any(TRIVIAL.search(said) for said in told)
    )
