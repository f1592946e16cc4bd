"""Extras of requirements: `gunicorn[gevent]` asks for more than `gunicorn`, and takes the place of it."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

from scaffold.changes import Changes
from scaffold.edits import Fragment, pyproject, toml
from scaffold.edits.pyproject import KEY, PYPROJECT, Key
from scaffold.edits.requirement import (
    NAME,
    all_lines,
    check_by_hand,
    lines,
    name,
    says_where,
    with_own_line,
    without_line,
)
from scaffold.errors import BadResult

BRACKETS = re.compile(r"\s*\[([^\]]*)\]")


def added(path: str, held: bytes, requirement: str, key: Key, changes: Changes) -> list[Fragment]:
    """Add the extras to the requirement for the same package that is there: it keeps its version."""
    wanted = alone(requirement)
    if not asked(requirement):
        return []
    lacking = [_lacking(requirement, one) for one in _there(path, held, key, changes) if name(one) == name(requirement)]
    if not all(lacking):
        return [Fragment(path, wanted, "dependency", {"shared": True, "extras": []})]
    where: dict[str, Any] = {} if key == KEY else {"key": list(key)}
    data = _with(path, held, requirement, lacking[0], key)
    if data is None:
        # It stands in a file that this one includes, and that others may read, too.
        data, where = with_own_line(path, held, wanted), {"line": True}
    changes.put(path, data)
    return [Fragment(path, wanted, "dependency", {"extras": lacking[0], **where})]


def without(path: str, held: bytes, requirement: str, fragment: Mapping[str, Any], key: Key) -> bytes:
    """Return the file without the extras that were added; what else was changed stays."""
    less = [str(one) for one in pyproject.items(fragment["extras"])]

    def narrower(text: str) -> str:
        return narrowed(text, less)

    if fragment.get("line"):
        return without_line(held, requirement)
    if path != PYPROJECT:
        return next((data for data in _in_lines(held, name(requirement), narrower) if data != held), held)
    texts = (text.encode() for text in _in_items(held.decode(), key, name(requirement), narrower))
    sound = (data for data in texts if pyproject.wanted_or_none(path, data, key) is not None)
    return next((data for data in sound if data != held), held)


def _there(path: str, held: bytes, key: Key, changes: Changes) -> list[str]:
    if path == PYPROJECT:
        return pyproject.wanted(path, pyproject.parsed(path, held), key)
    return [line.text for line in all_lines(path, held, changes, set())]


def _with(path: str, held: bytes, requirement: str, more: list[str], key: Key) -> bytes | None:
    def wider(text: str) -> str:
        return widened(text, more)

    if path != PYPROJECT:
        check_by_hand(path, held, requirement)
        return next(_in_lines(held, name(requirement), wider), None)
    text = next(_in_items(held.decode(), key, name(requirement), wider), "")
    before = pyproject.wanted(path, pyproject.parsed(path, held), key)
    index = [name(one) for one in before].index(name(requirement))
    after = [*before[:index], wider(before[index]), *before[index + 1 :]]
    if pyproject.wanted_or_none(path, text.encode(), key) != after:
        raise BadResult(path, "its list of dependencies did not gain these extras alone")
    return text.encode()


def asked(requirement: str) -> list[str]:
    """Return the normalised extras of a requirement."""
    found = None if says_where(requirement) else _brackets(requirement)
    return [one for part in found[1].split(",") if (one := name(part))] if found else []


def alone(requirement: str) -> str:
    """Return the package and its extras without a version: that of the line which is there holds."""
    return f"{name(requirement)}[{','.join(asked(requirement))}]"


def _lacking(requirement: str, there: str) -> list[str]:
    # Who names a file or an address knows what is in it.
    held = asked(there)
    return [] if says_where(there) else [one for one in asked(requirement) if one not in held]


def widened(text: str, more: Collection[str]) -> str:
    """Return the text of a requirement with these extras as well."""
    found = _brackets(text)
    if found is None:
        end = NAME.match(text).end()  # type: ignore[union-attr]  # a requirement has a name
        return f"{text[:end]}[{','.join(more)}]{text[end:]}"
    parts = [*([found[1]] if found[1].strip() else []), *more]
    return text[: found.start(1)] + ",".join(parts) + text[found.end(1) :]


def narrowed(text: str, less: Collection[str]) -> str:
    """Return the text of a requirement without these extras."""
    found = _brackets(text)
    if found is None:
        return text
    parts = [part for part in found[1].split(",") if name(part) not in less]
    if parts:
        return text[: found.start(1)] + ",".join(parts) + text[found.end(1) :]
    return text[: found.start()] + text[found.end() :]


def _brackets(text: str) -> re.Match[str] | None:
    found = NAME.match(text)
    return BRACKETS.match(text, found.end()) if found else None


def _in_items(text: str, key: Key, package: str, change: Callable[[str], str]) -> Iterator[str]:
    """Yield the TOML text with one requirement for the package changed, for each that the list has."""
    found = next((entry.value for entry in toml.entries(text) if entry.path == key), None)
    for item in found.items if found else ():
        quoted = text[item.start : item.end]
        held = quoted.lstrip("\"'")
        if name(held) == package:
            start = item.end - len(held)
            yield text[:start] + change(held) + text[item.end :]


def _in_lines(held: bytes, package: str, change: Callable[[str], str]) -> Iterator[bytes]:
    """Yield the requirements file with one line for the package changed, for each that it has."""
    for line in lines(held):
        if line.name == package:
            # No other byte moves, whatever the encoding.
            text = held[line.start : line.end].decode("latin-1")
            yield held[: line.start] + change(text).encode("latin-1") + held[line.end :]
