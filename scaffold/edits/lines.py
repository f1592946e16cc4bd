"""Lines in a file where order means little: `.gitignore`, `.env.example`."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from scaffold import render
from scaffold.changes import Changes
from scaffold.edits import Context, Fragment
from scaffold.errors import FileExists

ASSIGNMENT = re.compile(rb"(?:export\s+)?([A-Za-z_]\w*)\s*=")


def target(edit: dict[str, Any], context: Context) -> list[str]:
    """Return the path of the file, or of one for each item of a list; raise `FileExists` where a new one is there."""
    answers = context.answers
    items = answers[edit["each"]] if "each" in edit else [{}]
    named = [render.source(str(edit["file"]), {**answers, **item}, context.template) for item in items]
    for path in named:
        if edit.get("new") and context.changes.read(path) is not None:
            raise FileExists(path)
    return list(dict.fromkeys(named))


def apply(edit: dict[str, Any], target: list[str], context: Context) -> list[Fragment]:
    """Append the lines that each file does not have yet."""
    return [fragment for path in target for fragment in _appending(edit, path, context)]


def _appending(edit: dict[str, Any], target: str, context: Context) -> list[Fragment]:
    held = context.changes.read(target) or b""
    lines = [render.source(line, context.answers, context.template) for line in edit["lines"]]
    wanted = "".join(f"{line}\n" for line in lines).encode()
    data = with_missing(held, wanted)
    context.changes.put(target, data)
    added = _pieces(data[len(held) :].decode())
    new = {_meaning(piece.split("\n")[-1].encode()) for piece in added}
    shared = [line for line in lines if line.strip() and line[0] != "#" and _meaning(line.encode()) not in new]
    return [
        *(Fragment(target, piece, "lines") for piece in added),
        *(Fragment(target, line, "lines", {"shared": True}) for line in shared),
    ]


def _pieces(added: str) -> list[str]:
    """Return each new line below its comments: another operation that asks for one may keep it."""
    pieces: list[str] = []
    comments: list[str] = []
    for line in filter(None, map(str.strip, added.splitlines())):
        comments.append(line)
        if not line.startswith("#"):
            pieces.append("\n".join(comments))
            comments = []
    return pieces


def with_missing(held: bytes, wanted: bytes) -> bytes:
    """Return the held lines, unchanged, followed by those of the wanted ones that are missing.

    A variable that has another value there is not missing; a comment is when a line it stands above is.
    """
    known = {_meaning(line) for line in held.split(b"\n")}
    missing: list[bytes] = []
    comments: list[bytes] = []
    for line in map(bytes.strip, wanted.split(b"\n")):
        if line.startswith(b"#"):
            comments.append(line)
        elif not line:
            comments = []
        elif _meaning(line) not in known:
            missing += [*(comment for comment in comments if comment not in known), line]
            known |= {_meaning(line), *comments}
    return _appended(held, missing)


def _meaning(line: bytes) -> bytes:
    assignment = ASSIGNMENT.match(line.strip())
    return assignment[1] + b"=" if assignment else line.strip()


def _appended(held: bytes, lines: list[bytes]) -> bytes:
    end = b"\r\n" if b"\r\n" in held else b"\n"
    if held and lines and not held.endswith(b"\n"):  # it has no newline at its end, and is given none
        return held + b"".join(end + line for line in lines)
    return held + b"".join(line + end for line in lines)


def revert(
    path: str, fragments: Sequence[Mapping[str, Any]], ever: Sequence[Mapping[str, Any]], changes: Changes
) -> None:
    """Plan the file without these lines; what the user has taken out already is no matter."""
    held = changes.read(path) or b""
    for fragment in fragments:
        ours = [line.strip() for line in fragment["text"].encode().splitlines() if line.strip()]
        lines = held.splitlines(keepends=True)
        bare = [line.strip() for line in lines]
        starts = [n for n in range(len(bare)) if ours and bare[n : n + len(ours)] == ours]
        last = starts[-1] if starts else len(bare)
        gone = {*range(last, last + len(ours))} if starts else {n for n, line in enumerate(bare) if line in ours}
        kept = [line for n, line in enumerate(lines) if n not in gone]
        if kept and len(lines) - 1 in gone and not held.endswith(b"\n"):
            kept[-1] = kept[-1].rstrip(b"\r\n")  # it had no newline at its end
        held = b"".join(kept)
    changes.put(path, held)
