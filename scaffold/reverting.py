"""Taking an operation back: what it made goes, unless somebody changed it or uses it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from scaffold import history
from scaffold.changes import Changes
from scaffold.edits import KINDS, kind
from scaffold.errors import Edited, ScaffoldError, StillUsed, problems

# Kinds of edit that several operations may ask for in the very same words.
SHARED = ("dependency",)
REFERS = (".py", ".html", ".htm", ".j2", ".jinja", ".txt", ".xml")


def operation(
    changes: Changes,
    data: Mapping[str, Any],
    ever: Sequence[Mapping[str, Any]],
    others: Sequence[Mapping[str, Any]] = (),
) -> None:
    """Plan that everything the operation put there goes; raise every reason why something cannot, together.

    `ever` is what was ever done, `others` the operations that stay: what one of them shares stays, too.
    """
    found: list[ScaffoldError] = []
    for path, packed in data.get("files", {}).items():
        found += _attempt(_file, changes, path, packed)
    for path, packed in data.get("replaced", {}).items():
        found += _attempt(_put_back, changes, path, packed)
    for path, what, own in _grouped(_own(data, ever, others)):
        of_file = [one for record in ever for one in fragments(record) if one["path"] == path]
        found += _attempt(kind({"kind": what}, what).revert, path, own, of_file, changes)
    _remove_empty(changes, ever)
    found += references(changes, [str(name) for name in data.get("names", ())])
    if found:
        raise problems(found)


def _attempt(step: Any, *given: Any) -> list[ScaffoldError]:
    try:
        step(*given)
    except ScaffoldError as problem:
        return [problem]
    return []


def _file(changes: Changes, path: str, packed: str) -> None:
    held = changes.read(path)
    try:
        made = history.unpacked(packed)
    except ValueError:  # somebody changed the record: then nobody knows what was made
        raise Edited(path, None, path) from None
    if held not in (None, made):
        raise Edited(path, None, path)
    changes.delete(path)


def _put_back(changes: Changes, path: str, packed: str) -> None:
    try:
        changes.put(path, history.unpacked(packed))
    except ValueError:
        raise Edited(path, None, path) from None


def fragments(data: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the recorded insertions that have the shape they were written in."""
    for one in data.get("fragments", ()):
        if isinstance(one, dict) and all(isinstance(one.get(key), str) for key in ("path", "what", "text")):
            yield one


def _own(
    data: Mapping[str, Any], ever: Sequence[Mapping[str, Any]], others: Sequence[Mapping[str, Any]]
) -> Iterator[dict[str, Any]]:
    """Yield the insertions that go: not what another operation shares, and what was shared as its first owner made it.

    What was there before any of us is the user's.
    """
    shared = {_identity(one) for record in others for one in fragments(record)}
    for one in fragments(data):
        if one["what"] in SHARED and _identity(one) in shared:
            continue
        if not one.get("shared"):
            yield one
            continue
        made = (first for record in ever for first in fragments(record) if _identity(first) == _identity(one))
        yield from [first for first in made if not first.get("shared")][-1:]


def _identity(one: Mapping[str, Any]) -> tuple[str, str, str]:
    return one["path"], one["what"], one["text"]


def _grouped(own: Iterable[dict[str, Any]]) -> list[tuple[str, str, list[dict[str, Any]]]]:
    """Return (path, kind of edit, its insertions); imports go with the functions that need them."""
    groups: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for one in own:
        if one["what"] in KINDS:
            groups.setdefault((one["path"], one["what"]), []).append(one)
    return [(path, what, own) for (path, what), own in groups.items()]


def _remove_empty(changes: Changes, ever: Sequence[Mapping[str, Any]]) -> None:
    """Plan that the files and folders go that we made, once nothing is in them any more."""
    for path in {str(path) for data in ever for path in data.get("created", ())}:
        held = changes.read(path)
        if held is not None and not held.strip():
            changes.delete(path)
    for folder in {str(folder) for data in ever for folder in data.get("folders", ())}:
        changes.delete_folder(folder)


def references(changes: Changes, names: Sequence[str]) -> list[ScaffoldError]:
    """Return where the user's code still refers to these endpoints and pages, the first place of each."""
    return [problem for name in names if (problem := _reference(changes, name))]


def _reference(changes: Changes, name: str) -> StillUsed | None:
    """Return where an endpoint or a page is still named, between quotes; None when it is nowhere."""
    _, dot, last = name.rpartition(".")
    spellings = {name} if name.endswith(".html") or not dot else {name, f".{last}"}
    for path in changes.paths():
        held = _readable(changes, path) if path.endswith(REFERS) else None
        for number, line in enumerate((held or b"").split(b"\n"), 1):
            if any(_names(line, spelling, page=name.endswith(".html")) for spelling in spellings):
                return StillUsed(name, path, number)
    return None


def _readable(changes: Changes, path: str) -> bytes | None:
    try:
        return changes.read(path)
    except ScaffoldError:  # a neighbour that nobody may read refers to nothing we could know of
        return None


def _names(line: bytes, spelling: str, *, page: bool) -> bool:
    quoted = any(quote + spelling.encode() + quote in line for quote in (b"'", b'"'))
    return quoted and (page or b"url_for" in line or b"redirect" in line)
