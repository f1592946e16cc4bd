"""The record of what was done, in the project's `.scaffold/` folder: one small text file per operation.

A file is named `WHAT.INSTANCE.ID.AFTER.json`: the template, a digest of what names the instance, a digest of the
content, and the operations it came after. So the newest operations, and whether an instance is ours, are known from the
names alone, and two branches that each add something never write the same file.
"""

import json
import re
import zlib
from binascii import a2b_base64, b2a_base64
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

import scaffold
from scaffold.changes import Changes
from scaffold.edits import Fragment
from scaffold.fields import Fields

FOLDER = ".scaffold"
SCHEMA = 1
# An operation that takes another one back; its INSTANCE is the other one's ID.
UNDO = "undo"
# The same, for what another operation has taken the place of: it comes back with the undoing of that one.
REPLACED = "replaced"
TAKING_BACK = (UNDO, REPLACED)
# The longest name must stay one that every system can hold; what it leaves out, the next operation names.
MOST = 16
NAME = re.compile(r"([a-z][a-z0-9_-]{0,39})\.([0-9a-f]{8})\.([0-9a-f]{8})\.(0|[0-9a-f]{8}(?:-[0-9a-f]{8})*)\.json")
KINDS: dict[str, type] = {
    "command": list,
    "templates": list,
    "answers": dict,
    "roles": dict,
    "files": dict,
    "replaced": dict,
    "folders": list,
    "created": list,
    "names": list,
    "needs": list,
    "replaces": list,
    "brought": bool,
    "fragments": list,
}
# What every insertion has.
SHAPE = ("path", "what", "text")
IGNORED = b"# Only there while a command writes.\njournal\n"


class Operation(Fields):
    """What one command did.

    `brought` when it was not asked for, but another one `needs` it; `replaces` says whose place it took.
    """

    what: str
    instance: str
    command: Sequence[str]
    templates: Sequence[str]
    answers: Mapping[str, Any]
    roles: Mapping[str, str] = {}
    files: Mapping[str, bytes] = {}
    replaced: Mapping[str, bytes] = {}
    folders: Sequence[str] = ()
    created: Sequence[str] = ()
    names: Sequence[str] = ()
    needs: Sequence[str] = ()
    replaces: Sequence[str] = ()
    brought: bool = False
    fragments: Sequence[Fragment] = ()


class Record(Fields):
    """One operation's file, as its name tells."""

    what: str
    instance: str
    id: str
    after: tuple[str, ...]
    path: str


def instance(answers: Mapping[str, Any], names: Sequence[str]) -> str:
    """Return the digest that stands for one instance of a template: its positional answers and its scope."""
    return _digest(json.dumps([[name, answers.get(name)] for name in names]).encode())


def records(changes: Changes, what: str = "", instance: str = "") -> list[Record]:
    """Return the records of a project, or those of one kind or one instance, by their file names, without reading them.

    The names that cannot be meant are passed over before they are taken apart: a history may be long.
    """
    start = f"{what}.{instance}" if what else ""
    return [record for name in sorted(_listed(changes)) if name.startswith(start) and (record := _record(name))]


def _listed(changes: Changes) -> list[str]:
    import os

    try:
        return os.listdir(os.path.join(changes.root, FOLDER))
    except OSError:
        return []


def _record(name: str) -> Record | None:
    found = NAME.fullmatch(name)
    if found is None:
        return None
    what, named, identity, after = found.groups()
    return Record(what, named, identity, tuple(part for part in after.split("-") if part != "0"), f"{FOLDER}/{name}")


def find(changes: Changes, what: str, instance: str) -> dict[str, Any]:
    """Return what is recorded of an instance that was not taken back; nothing when we did not make it."""
    if not records(changes, what, f"{instance}."):
        return {}
    found = [record for record in live(records(changes)) if (record.what, record.instance) == (what, instance)]
    return load(changes, found[-1]) if found else {}


def fragments(data: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the recorded insertions that have the shape they were written in."""
    for one in data.get("fragments", ()):
        if isinstance(one, dict) and all(isinstance(one.get(key), str) for key in SHAPE):
            yield one


def again(data: Mapping[str, Any], what: str, command: Sequence[str], instance: str) -> Operation:
    """Return the operation of a record as one that was asked for: what both put there goes with the last of them."""
    found = []
    for one in fragments(data):
        more = {key: value for key, value in one.items() if key not in SHAPE}
        found.append(Fragment(one["path"], one["text"], one["what"], more))
    files = {}
    for path, content in data.get("files", {}).items():
        with suppress(ValueError):  # somebody changed the record
            files[path] = unpacked(content)
    kept = {name: data.get(name, ()) for name in ("folders", "created", "names", "needs")}
    templates, answers = data.get("templates", ()), data.get("answers", {})
    return Operation(what, instance, command, templates, answers, files=files, fragments=found, **kept)


def in_order(found: Sequence[Record]) -> list[Record]:
    """Return the records such that each comes after those it came after."""
    known = {record.id: record for record in found}
    depths: dict[str, int] = {}
    for record in found:
        waiting = [record]
        while waiting:
            current = waiting[-1]
            before = [known[one] for one in current.after if one in known and one not in depths]
            if before and len(waiting) <= len(found):
                waiting += before
            else:
                depths[current.id] = 1 + max([depths.get(one, 0) for one in current.after], default=0)
                waiting.pop()
    return sorted(found, key=lambda record: (depths[record.id], record.id))


def live(found: Sequence[Record]) -> list[Record]:
    """Return what was done and not taken back, the oldest first."""
    gone = {record.instance for record in found if record.what in TAKING_BACK}
    return [record for record in in_order(found) if record.what not in TAKING_BACK and record.id not in gone]


def undone(found: Sequence[Record]) -> list[Record]:
    """Return what was taken back and not done again since, what was taken back last at the end."""
    known = {record.id: record for record in found}
    there = {(record.what, record.instance) for record in live(found)}
    gone = {record.instance for record in found if record.what == UNDO}
    taken: list[Record] = []
    for record in in_order(found):
        if record.what == UNDO and record.instance in known:
            taken.append(known[record.instance])
        elif record.id not in gone:  # done again, were it replaced since
            taken = [one for one in taken if (one.what, one.instance) != (record.what, record.instance)]
    return [record for record in taken if (record.what, record.instance) not in there]


def load(changes: Changes, record: Record) -> dict[str, Any]:
    """Return the content of one record: plain data that anybody may have written, so nothing of it is trusted."""
    try:
        data = json.loads(changes.read(record.path) or b"{}")
        json.dumps(data, ensure_ascii=False).encode()  # half a character could not be written anywhere
    except (ValueError, RecursionError):
        return {}
    known = isinstance(data, dict) and data.get("schema") == SCHEMA
    return data if known and all(isinstance(data.get(key, kind()), kind) for key, kind in KINDS.items()) else {}


def add(changes: Changes, operation: Operation, after: Sequence[str] = ()) -> str:
    """Plan the record of an operation and return its id; it comes after the newest ones, or after those given."""
    heads = list(after) or _heads(changes)
    content = _content(operation, heads)
    identity = _digest(content)
    after = "-".join(heads[:MOST]) or "0"
    changes.put(f"{FOLDER}/{operation.what}.{operation.instance}.{identity}.{after}.json", content)
    if changes.read(f"{FOLDER}/.gitignore") is None:
        changes.put(f"{FOLDER}/.gitignore", IGNORED)
    return identity


def _heads(changes: Changes) -> list[str]:
    """Return the operations that no other came after."""
    known: list[str] = []
    followed: set[str] = set()
    for name in sorted(_listed(changes)):
        if found := NAME.fullmatch(name):
            known.append(found[3])
            followed.update(found[4].split("-"))
    return [identity for identity in known if identity not in followed]


def _content(operation: Operation, heads: Sequence[str]) -> bytes:
    data = {
        "schema": SCHEMA,
        "scaffold": scaffold.__version__,
        "command": list(operation.command),
        "after": list(heads),
        "templates": list(operation.templates),
        "answers": dict(operation.answers),
        "roles": dict(operation.roles),
        "files": {path: packed(content) for path, content in operation.files.items()},
        "replaced": {path: packed(content) for path, content in operation.replaced.items()},
        "folders": list(operation.folders),
        "created": list(operation.created),
        "names": list(operation.names),
        "needs": list(operation.needs),
        "replaces": list(operation.replaces),
        "brought": operation.brought,
        "fragments": [fragment.recorded() for fragment in operation.fragments],
    }
    # A line for each key, as a reader of a diff likes it; `indent` would take the slow way through all of it.
    lines = [f"{json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}" for key, value in data.items()]
    return ("{\n " + ",\n ".join(lines) + "\n}\n").encode()


def packed(data: bytes) -> str:
    """Return the bytes as the record holds them: compressed, as text."""
    return b2a_base64(zlib.compress(data, 9), newline=False).decode()


def unpacked(text: str) -> bytes:
    """Return the bytes that `packed` made text of; raise ValueError when it was not `packed`."""
    try:
        return zlib.decompress(a2b_base64(text))
    except (TypeError, zlib.error) as problem:
        raise ValueError(str(problem)) from problem


def _digest(data: bytes) -> str:
    # It tells contents apart that nobody made to be mistaken; hashlib would cost a command 3 ms.
    return f"{zlib.crc32(data):08x}"
