"""Requirements as pip reads them: names, and the lines of a requirements file."""

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass

from scaffold.changes import Changes
from scaffold.errors import NoPlace, Unreadable, UnsafePath

NAME = re.compile(r"\s*([A-Za-z0-9][A-Za-z0-9._-]*)")
EGG = re.compile(r"#egg=([A-Za-z0-9._-]+)")
INCLUDE = re.compile(r"\s*(?:-r|--requirement)[\s=]*(\S+)")
LINE = re.compile(rb"(?:[^\n]*\\\r?\n)*[^\n]*(?:\n|$)")  # with those it goes on in
MARK = b"\xef\xbb\xbf"  # the byte order mark
# `./wheels/x.whl`, `git+https://…`, `C:\x`: a place, and no name.
PLACE = re.compile(r"\s*(?:\.|/|\\|[A-Za-z0-9+]+:|[^\s@]*\.(?:whl|zip|tar\.gz)(?:\s|$))")


def name(requirement: str) -> str:
    """Return the normalised name of a requirement (PyPA: name normalisation), empty when it has none."""
    found = EGG.search(requirement) or (None if PLACE.match(requirement) else NAME.match(requirement))
    return re.sub(r"[-_.]+", "-", found[1].rstrip("-_.")).lower() if found else ""


def says_where(requirement: str) -> bool:
    """Tell whether it names a file or an address and no package, or the package at its end."""
    return bool(EGG.search(requirement) or PLACE.match(requirement))


@dataclass(frozen=True)
class Line:
    """A line of the file, together with those it goes on in: where it begins and ends, and what it asks for."""

    start: int
    end: int
    name: str
    text: str


def with_line(path: str, held: bytes, requirement: str, changes: Changes) -> bytes:
    """Return the file with the requirement in its place among the others; as it is when they have one of that name."""
    if any(line.name == name(requirement) for line in all_lines(path, held, changes, set())):
        return held
    return with_own_line(path, held, requirement)


def with_own_line(path: str, held: bytes, requirement: str) -> bytes:
    """Return the file with a line for the requirement; raise `NoPlace` where no line may be added by hand."""
    check_by_hand(path, held, requirement)
    end = b"\r\n" if b"\r\n" in held else b"\n"
    place = _place([line for line in lines(held) if line.name], name(requirement), len(held))
    if place == len(held) and held and not held.endswith(b"\n"):
        return held + end + requirement.encode()
    return held[:place] + requirement.encode() + end + held[place:]


def check_by_hand(path: str, held: bytes, requirement: str) -> None:
    """Raise `NoPlace` when the file is compiled from another one."""
    if b"--hash" in held:
        raise NoPlace(
            f"'{path}' pins every package by its hash.", "Add this to what it is compiled from:", f"    {requirement}"
        )


def _place(named: list[Line], new: str, end: int) -> int:
    names = [line.name for line in named]
    if names != sorted(names) or not named:
        return end
    before = [line for line in named if line.name < new]
    return before[-1].end if before else named[0].start


def all_lines(path: str, held: bytes, changes: Changes, seen: set[str]) -> Iterator[Line]:
    """Yield the lines of the file, and those of the files that it includes."""
    if b"\0" in held:
        raise Unreadable(path, None, "it is not text in UTF-8")
    seen.add(path)
    for line in lines(held):
        yield line
        included = INCLUDE.match(line.text)
        other = included and posixpath.normpath(posixpath.join(posixpath.dirname(path), included[1]))
        if other and other not in seen:
            yield from all_lines(other, _read(other, changes), changes, seen)


def _read(path: str, changes: Changes) -> bytes:
    try:
        return changes.read(path) or b""
    except UnsafePath:
        return b""  # an address, or a file outside the project, which is not ours to look at


def lines(held: bytes) -> Iterator[Line]:
    """Yield the lines of a requirements file."""
    start = len(MARK) if held.startswith(MARK) else 0
    for found in LINE.finditer(held, start):
        if found[0]:
            text = _text(found[0])
            bare = text.strip().startswith(("#", "-")) and not EGG.search(text)
            yield Line(start, found.end(), "" if bare else name(text), text)
        start = found.end()


def _text(line: bytes) -> str:
    return line.decode("utf-8", "replace")


def without_line(held: bytes, requirement: str) -> bytes:
    """Return the file without the line that is exactly this requirement."""
    rest = held.splitlines(keepends=True)
    wanted = requirement.encode()
    index = next((n for n in reversed(range(len(rest))) if rest[n].strip() == wanted), None)
    if index is None:
        return held
    del rest[index]
    if index == len(rest) and rest and not held.endswith(b"\n"):
        rest[-1] = rest[-1].rstrip(b"\r\n")
    return b"".join(rest)
