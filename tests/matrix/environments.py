"""The environment of a project of the matrix: its requirements as the newest or the lowest that it allows."""

import hashlib
import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

from packaging.requirements import Requirement

from scaffold import catalog
from tests import parts
from tests.end_to_end.conftest import REPOSITORY, UV, alone, run
from tests.matrix import pythons
from tests.matrix.axes import LOWEST, NEWEST, Combination

CACHE = REPOSITORY / ".cache" / "environments"
LISTED = re.compile(r'^    "([a-z][^"]*>=[^"]*)",$', re.MULTILINE)
RESOLUTIONS = {NEWEST: "highest", LOWEST: "lowest-direct"}


def lock(project: Path, combination: Combination, folder: Path) -> str:
    """Return what is installed for a project: all that it asks for, pinned."""
    bounds = folder / "bounds.txt"
    bounds.write_text("\n".join(_bounds()))
    asked = ["requirements.txt"] if (project / "requirements.txt").exists() else ["pyproject.toml", "--extra", "dev"]
    python = pythons.everybodys(combination.python)
    way = ["--resolution", RESOLUTIONS[combination.dependencies]]
    how: list[str | Path] = [*way, "--constraints", bounds, "--python", python]
    return run(UV, "pip", "compile", "--quiet", "--no-header", "--no-annotate", *asked, *how, cwd=project)


@cache
def _bounds() -> Sequence[str]:
    """Return the lowest versions that templates ask for.

    A project written by hand may leave them open; its oldest Flask would be that of 2010.
    """
    return sorted({f"{one.name}{one.specifier}" for one in _requirements()})


def _requirements() -> Iterator[Requirement]:
    for file in Path(catalog.roots()[0]).glob("base/*/*/pyproject.toml"):
        yield from map(Requirement, LISTED.findall(file.read_text()))
    for template in catalog.templates():
        yield from map(Requirement, template.listed("dependencies"))
        values = [edit["value"] for edit in template.listed("edit") if edit.get("kind") == "dependency"]
        yield from map(Requirement, values)


def environment(project: Path, combination: Combination, folder: Path, packages: Sequence[str]) -> Path:
    """Return an environment that holds what the project needs; one like it is made once.

    The packages of Debian are what it takes to build it.
    """
    pinned = lock(project, combination, folder)
    python = pythons.everybodys(combination.python)
    digest = hashlib.sha256(f"{python}\n{pinned}".encode()).hexdigest()[:16]
    place = CACHE / digest
    CACHE.mkdir(parents=True, exist_ok=True)
    with alone(CACHE / f"{digest}.lock"):
        if not (place / "done").exists():
            for package in packages:
                parts.package(package)
            run(UV, "venv", "--quiet", "--clear", "--python", python, place, cwd=CACHE)
            (place / "lock.txt").write_text(pinned)
            run(
                UV,
                "pip",
                "install",
                "--quiet",
                "--python",
                place / "bin" / "python",
                "-r",
                place / "lock.txt",
                cwd=CACHE,
            )
            (place / "done").touch()
    return place
