"""Taking an operation back: what it made goes, unless somebody changed it or uses it."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

from scaffold import history, mending
from scaffold.changes import Changes
from scaffold.edits import KINDS, kind, requirement
from scaffold.errors import Edited, ScaffoldError, StillUsed, problems

# Kinds of edit that several operations may ask for, and what of an insertion tells it from others.
SHARED = ("config", "dependency", "extension", "lines", "section", "wiring")
REFERS = (".py", ".html", ".htm", ".j2", ".jinja", ".txt", ".xml")
LINKS = re.compile(rb"url_for|redirect|login_view")
# An endpoint in a call that began on a line above.
OPENED = re.compile(rb"(?:url_for|redirect)\(\s*(?:endpoint\s*=\s*)?\Z")
REACH = 200
Data = Mapping[str, Any]
Identity = tuple[str, str, str]


def operation(
    changes: Changes,
    data: Data,
    ever: Sequence[Data],
    others: Sequence[Data] = (),
    made: Mapping[Identity, Sequence[dict[str, Any]]] | None = None,
) -> None:
    """Plan that everything the operation put there goes; raise every reason why something cannot, together.

    `ever` is what was ever done, `others` the operations that stay: what one of them shares stays, too. `made` is what
    is there by our doing (`ours`).
    """
    found: list[ScaffoldError] = []
    # Two branches may each have brought the same.
    kept = {path for other in others for path in other.get("files", {})}
    for path, packed in data.get("files", {}).items():
        found += _attempt(_file, changes, path, packed) if path not in kept else []
    for path, what, own in _grouped(_own(data, others, made or {})):
        of_file = [one for record in ever for one in history.fragments(record) if one["path"] == path]
        found += _attempt(_reverting(what), path, own, of_file, changes)
    for path, packed in data.get("replaced", {}).items():
        found += _attempt(_put_back, changes, path, packed)
    _remove_empty(changes, ever)
    found += references(changes, [str(name) for name in data.get("names", ())])
    found += _of_modules(changes, data)
    if found:
        raise problems(found)


def _reverting(what: str) -> Callable[..., None]:
    """Return what takes this kind of insertion out again."""
    return mending.revert if what == mending.WHAT else kind({"kind": what}, what).revert


def _of_modules(changes: Changes, data: Data) -> list[ScaffoldError]:
    """Return where the user's code still imports the modules that go, or links to their endpoints."""
    from scaffold.flask_code import uses

    gone: dict[str, bytes] = {}
    for path, packed in data.get("files", {}).items():
        with suppress(ScaffoldError, ValueError):
            if path.endswith(".py") and changes.read(path) is None:
                gone[path] = history.unpacked(packed)
    found = references(changes, uses.endpoints(gone), relative=False)
    return [*uses.of_modules(changes, gone), *found] if gone else []


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


def ours(steps: Iterable[tuple[history.Record, Data]]) -> dict[Identity, list[dict[str, Any]]]:
    """Return the shared insertions that are there by our doing, after all these steps in their order.

    What one operation put there is ours as long as it, or one that found it there, has not been taken back. What was
    there before any of us is the user's.
    """
    made: dict[Identity, list[dict[str, Any]]] = {}
    holders: dict[Identity, set[str]] = {}
    for record, data in steps:
        if record.what in history.TAKING_BACK:
            for identity, held in holders.items():
                held.discard(record.instance)
                if not held:
                    made.pop(identity, None)
            continue
        own: dict[Identity, list[dict[str, Any]]] = {}
        for one in history.fragments(data):
            if one["what"] in SHARED:
                holders.setdefault(_identity(one), set()).add(record.id)
                if not one.get("shared"):
                    own.setdefault(_identity(one), []).append(one)
        made |= own
    return made


def _own(
    data: Data, others: Sequence[Data], made: Mapping[Identity, Sequence[dict[str, Any]]]
) -> Iterator[dict[str, Any]]:
    """Yield the insertions that go: not what another operation shares, and what was shared as its maker made it."""
    shared = {_identity(one) for record in others for one in history.fragments(record)}
    for one in history.fragments(data):
        if one["what"] in SHARED and _identity(one) in shared:
            continue
        if one.get("shared"):
            yield from made.get(_identity(one), ())
        else:
            yield one


def _identity(one: Mapping[str, Any]) -> Identity:
    text = one["text"].strip()
    if one["what"] == "dependency":
        # Extras come and go apart from the package that they belong to.
        text = text if "extras" in one else requirement.name(text)
    elif one["what"] == "config":
        text = str(one.get("name", ""))
    elif one["what"] == "lines":
        text = text.splitlines()[-1].strip() if text else ""
    elif one["what"] == "section":
        text = text.partition("\n")[0].strip()
    return one["path"], one["what"], text


def _grouped(own: Iterable[dict[str, Any]]) -> list[tuple[str, str, list[dict[str, Any]]]]:
    """Return (path, kind of edit, its insertions); imports go with the functions that need them."""
    groups: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for one in own:
        if one["what"] in (*KINDS, mending.WHAT):
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


def references(changes: Changes, names: Sequence[str], *, relative: bool = True) -> list[ScaffoldError]:
    """Return where the user's code still refers to these endpoints and pages, the first place of each.

    Within a blueprint an endpoint may be written from its dot on.
    """
    if not names:
        return []
    held = {path: _readable(changes, path) or b"" for path in changes.paths() if path.endswith(REFERS)}
    return [problem for name in names if (problem := _reference(held, name, relative=relative))]


def _reference(held: Mapping[str, bytes], name: str, *, relative: bool) -> StillUsed | None:
    """Return where an endpoint or a page is still named, between quotes; None when it is nowhere."""
    _, dot, last = name.rpartition(".")
    is_page = name.endswith(".html")
    spelled = [name] if is_page or not dot or not relative else [name, f".{last}"]
    quoted = rb"([\"'])(?:" + b"|".join(re.escape(one.encode()) for one in spelled) + rb")\1"
    for path, data in held.items():
        for found in re.finditer(quoted, data):
            line = data[data.rfind(b"\n", 0, found.start()) + 1 :].partition(b"\n")[0]
            if is_page or LINKS.search(line) or OPENED.search(data, max(0, found.start() - REACH), found.start()):
                return StillUsed(name, path, data.count(b"\n", 0, found.start()) + 1)
    return None


def _readable(changes: Changes, path: str) -> bytes | None:
    try:
        return changes.read(path)
    except ScaffoldError:  # a neighbour that nobody may read refers to nothing we could know of
        return None
