"""Lines in a file where order means little: `.gitignore`, `.env.example`."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from scaffold import render
from scaffold.changes import Changes
from scaffold.edits import Context, Fragment

ASSIGNMENT = re.compile(rb"(?:export\s+)?([A-Za-z_]\w*)\s*=")


def target(edit: dict[str, Any], context: Context) -> str:
    """Return the file's path."""
    return render.source(str(edit["file"]), context.answers, context.template)


def apply(edit: dict[str, Any], target: str, context: Context) -> list[Fragment]:
    """Append the lines that the file does not have yet."""
    held = context.changes.read(target) or b""
    lines = [render.source(line, context.answers, context.template) for line in edit["lines"]]
    data = with_missing(held, "".join(f"{line}\n" for line in lines).encode())
    if data == held:
        return []
    context.changes.put(target, data)
    return [Fragment(target, data[len(held) :].decode(), "lines")]


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
        text = fragment["text"].encode()
        start = held.rfind(text)
        if start >= 0:
            held = held[:start] + held[start + len(text) :]
        else:
            ours = {line.strip() for line in text.split(b"\n")} - {b""}
            held = b"".join(line for line in held.splitlines(keepends=True) if line.strip() not in ours)
    changes.put(path, held)
