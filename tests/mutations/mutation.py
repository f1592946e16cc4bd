"""A unit is what one command brought into a project, with its probes; a mutation is one thing of it that is broken."""

import ast
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from scaffold.edits import Fragment
from scaffold.proof import probes
from scaffold.proof.probes import Probe
from scaffold.template import Template
from tests.everything import Brought

# A text of a file, and what becomes of it; the same text when there is nothing to break.
Change = Callable[[str], str]
# What stands on it is everything: other probes may turn red with its own.
ANY = ("*",)


@dataclass(frozen=True, eq=False)
class Asked:
    """A probe, and the template that declares it."""

    template: Template
    probe: Probe

    @property
    def name(self) -> str:
        return f"{self.template.full_name}: {self.probe.name}"

    @property
    def paths(self) -> set[str]:
        """Return the paths that it asks for."""
        return {urlsplit(url).path for url in (self.probe.url, self.probe.token) if url}


@dataclass(frozen=True, eq=False)
class Unit:
    """What one command brought, and the probes that it declared for that."""

    words: tuple[str, ...]
    parts: Sequence[Brought]
    asked: Sequence[Asked] = field(repr=False)

    @property
    def name(self) -> str:
        return " ".join(self.words)

    @property
    def paths(self) -> set[str]:
        return {path for one in self.asked for path in one.paths}

    def files(self, suffix: str) -> list[str]:
        """Return its own files, and those that it put something into."""
        held = [*(path for part in self.parts for path in part.files), *(one.path for one in self.fragments)]
        return sorted({path for path in held if path.endswith(suffix) and not path.startswith("tests/")})

    @property
    def fragments(self) -> list[Fragment]:
        return [one for part in self.parts for one in part.fragments]

    def told(self, name: str) -> bool:
        """Tell whether an answer of it is given, and is not empty."""
        return any(part.answers.get(name) for part in self.parts)


@dataclass(frozen=True, eq=False)
class Mutation:
    """One thing that is broken in one file, by which probes of the unit it belongs to must turn red."""

    unit: Unit
    what: str
    path: str
    change: Change
    # The templates whose probes turn red instead, where the unit has none about it.
    hits: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return f"{self.unit.name}: {self.what}"

    def into(self, root: Path) -> None:
        """Break it in a copy of the project."""
        place = root / self.path
        held = place.read_text()
        broken = self.change(held)
        assert broken != held, f"{self.name}: nothing to break in {self.path}"
        if self.path.endswith(".py"):
            ast.parse(broken)
        place.write_text(broken)


def units(brought: Sequence[Brought]) -> list[Unit]:
    """Return what each command brought, in their order."""
    by_words: dict[tuple[str, ...], list[Brought]] = {}
    for one in brought:
        by_words.setdefault(one.words, []).append(one)
    return [Unit(words, parts, _asked(parts)) for words, parts in by_words.items()]


def _asked(parts: Sequence[Brought]) -> list[Asked]:
    return [Asked(one.template, probe) for one in parts for probe in probes.of(one.template, one.answers)]
