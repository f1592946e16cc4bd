"""The record of what was done, in the project's `.scaffold/` folder: one small text file per operation.

A file is named `WHAT.INSTANCE.ID.AFTER.json`: the template, a digest of what names the instance, a digest of the
content, and the operations it came after. So the newest operations, and whether an instance is ours, are known from the
names alone, and two branches that each add something never write the same file.
"""

import json
import re
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import scaffold
from scaffold.changes import Changes
from scaffold.edits import Fragment

FOLDER = ".scaffold"
SCHEMA = 1
# The longest name must stay one that every system can hold; what it leaves out, the next operation names.
MOST = 16
NAME = re.compile(r"([a-z][a-z0-9_-]{0,39})\.([0-9a-f]{6})\.([0-9a-f]{8})\.(0|[0-9a-f]{8}(?:-[0-9a-f]{8})*)\.json")
KINDS: dict[str, type] = {
    "command": list,
    "templates": list,
    "answers": dict,
    "roles": dict,
    "files": dict,
    "fragments": list,
}
IGNORED = b"# Only there while a command writes.\njournal\n"


@dataclass(frozen=True)
class Operation:
    """What one command did."""

    what: str
    instance: str
    command: list[str]
    templates: list[str]
    answers: dict[str, Any]
    roles: dict[str, str] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    fragments: list[Fragment] = field(default_factory=list)


@dataclass(frozen=True)
class Record:
    """One operation's file, as its name tells."""

    what: str
    instance: str
    id: str
    after: tuple[str, ...]
    path: str


def instance(answers: Mapping[str, Any], names: Sequence[str]) -> str:
    """Return the digest that stands for one instance of a template: its positional answers and its scope."""
    return _digest(json.dumps([[name, answers.get(name)] for name in names]).encode(), 6)


def records(changes: Changes) -> list[Record]:
    """Return the records of a project, by their file names, without reading them."""
    import os

    try:
        names = sorted(os.listdir(os.path.join(changes.root, FOLDER)))
    except OSError:
        return []
    return [record for name in names if (record := _record(name))]


def _record(name: str) -> Record | None:
    found = NAME.fullmatch(name)
    if found is None:
        return None
    what, named, identity, after = found.groups()
    return Record(what, named, identity, tuple(part for part in after.split("-") if part != "0"), f"{FOLDER}/{name}")


def find(changes: Changes, what: str, instance: str) -> dict[str, Any]:
    """Return what is recorded of an instance; nothing when we did not make it."""
    for record in records(changes):
        if record.what == what and record.instance == instance:
            return load(changes, record)
    return {}


def load(changes: Changes, record: Record) -> dict[str, Any]:
    """Return the content of one record: plain data that anybody may have written, so nothing of it is trusted."""
    try:
        data = json.loads(changes.read(record.path) or b"{}")
        json.dumps(data, ensure_ascii=False).encode()  # half a character could not be written anywhere
    except (ValueError, RecursionError):
        return {}
    known = isinstance(data, dict) and data.get("schema") == SCHEMA
    return data if known and all(isinstance(data.get(key, kind()), kind) for key, kind in KINDS.items()) else {}


def add(changes: Changes, operation: Operation) -> str:
    """Plan the record of an operation and return its id."""
    heads = _heads(records(changes))
    content = _content(operation, heads)
    identity = _digest(content, 8)
    after = "-".join(heads[:MOST]) or "0"
    changes.put(f"{FOLDER}/{operation.what}.{operation.instance}.{identity}.{after}.json", content)
    if changes.read(f"{FOLDER}/.gitignore") is None:
        changes.put(f"{FOLDER}/.gitignore", IGNORED)
    return identity


def _heads(found: Sequence[Record]) -> list[str]:
    followed = {earlier for record in found for earlier in record.after}
    return [record.id for record in found if record.id not in followed]


def _content(operation: Operation, heads: Sequence[str]) -> bytes:
    data = {
        "schema": SCHEMA,
        "scaffold": scaffold.__version__,
        "command": operation.command,
        "after": list(heads),
        "templates": operation.templates,
        "answers": operation.answers,
        "roles": operation.roles,
        "files": {path: packed(content) for path, content in operation.files.items()},
        "fragments": [{"path": f.path, "what": f.what, "text": f.text} for f in operation.fragments],
    }
    return json.dumps(data, indent=1, ensure_ascii=False).encode() + b"\n"


def packed(data: bytes) -> str:
    """Return the bytes as the record holds them: compressed, as text."""
    from zlib import compress

    return b64encode(compress(data, 9)).decode()


def unpacked(text: str) -> bytes:
    """Return the bytes that `packed` made text of."""
    from zlib import decompress

    return decompress(b64decode(text))


def _digest(data: bytes, size: int) -> str:
    from hashlib import sha256

    return sha256(data).hexdigest()[:size]
