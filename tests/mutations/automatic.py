"""Mutations that nobody writes down: whatever a template brings has its views, pages and guards broken, one by one."""

import ast
import re
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from tests.mutations import views
from tests.mutations.mutation import ANY, Mutation, Unit

GUARD = re.compile(r"^@?\w+\.before_request\b.*$", re.M)


def mutations(units: Sequence[Unit], root: Path) -> Iterator[Mutation]:
    """Yield every mutation of a project that is there."""
    owners = _owners(units, root)
    for unit in units:
        if unit.asked:
            yield from _of_views(unit, owners, root)
            yield from _of_guards(unit, owners, root)
            yield from _of_pages(unit, root)


def unprobed(units: Sequence[Unit], root: Path) -> list[str]:
    """Return what has views, and no probe."""
    return sorted({unit.name for unit in _owners(units, root).values() if not unit.asked})


def _owners(units: Sequence[Unit], root: Path) -> dict[tuple[str, str], Unit]:
    """Return whose each view is: of who put the function there, else of who brought the file."""
    owners: dict[tuple[str, str], Unit] = {}
    for unit in units:
        for part in unit.parts:
            for path in part.files:
                if path.endswith(".py"):
                    owners |= {(path, view.name): unit for view in views.of((root / path).read_text())}
    for unit in units:
        for one in unit.fragments:
            if one.what == "view":
                owners |= {(one.path, view.name): unit for view in views.of(one.text)}
    return owners


def _of_views(unit: Unit, owners: dict[tuple[str, str], Unit], root: Path) -> Iterator[Mutation]:
    for (path, name), owner in owners.items():
        if owner is not unit:
            continue
        view = next(one for one in views.of((root / path).read_text()) if one.name == name)
        for what, broken in _ways(unit, view):
            yield Mutation(unit, f"{name} {what}", path, partial(views.rewritten, name=name, broken=broken))


def _ways(unit: Unit, view: ast.FunctionDef) -> Iterator[tuple[str, views.Broken]]:
    yield "does nothing", views.does_nothing
    yield "is moved", views.is_moved
    yield "has another method", views.has_another_method
    # What no file is called by is not there, whatever the converter says.
    if unit.told("rejects") and "send_from_directory" not in ast.unparse(view):
        yield "takes anything", views.takes_anything
    if any(isinstance(one, ast.Name) and one.id == "escape" for one in ast.walk(view)):
        yield "escapes nothing", views.escapes_nothing
    for number, status in enumerate(views.statuses(view)):
        yield f"says {views.STATUSES[status]} for its {number + 1}. status, {status}", views.has_another_status(number)


def _of_guards(unit: Unit, owners: dict[tuple[str, str], Unit], root: Path) -> Iterator[Mutation]:
    """Take away what a blueprint asks before each request, one line at a time."""
    for path in sorted({path for (path, _), owner in owners.items() if owner is unit}):
        if all(owner is unit for (held, _), owner in owners.items() if held == path):
            for number, found in enumerate(GUARD.finditer((root / path).read_text())):
                yield Mutation(unit, f"{found[0]} is not there", path, partial(_without, number=number))


def _without(text: str, number: int) -> str:
    found = list(GUARD.finditer(text))[number]
    return text[: found.start()] + text[found.end() :]


def _of_pages(unit: Unit, root: Path) -> Iterator[Mutation]:
    own = {path for part in unit.parts for path in part.files}
    for one in unit.fragments:
        if one.what == "page":
            own.add(one.path)
    for path in sorted(path for path in own if path.endswith(".html")):
        name = path.rpartition("templates/")[2]
        wide = any(f'extends "{name}"' in page.read_text() for page in root.rglob("*.html"))
        yield Mutation(unit, f"{name} is empty", path, lambda text: "", ANY if wide else ())
        if unit.told("hostile"):
            yield Mutation(unit, f"{name} escapes nothing", path, views.unescaped)
