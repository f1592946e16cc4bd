"""A section of a Markdown file, found by its heading."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from scaffold.changes import Changes
from scaffold.edits import Context, Fragment
from scaffold.errors import Edited

HEADING = re.compile(rb" {0,3}#{1,6}(?:[ \t]|$)")
FENCE = re.compile(rb" {0,3}(`{3,}(?=[^`]*$)|~{3,})(.*)")
MARK = b"\xef\xbb\xbf"  # the byte order mark


def target(edit: dict[str, Any], context: Context) -> str:
    """Return the file's path."""
    return str(edit.get("file", "README.md"))


def apply(edit: dict[str, Any], target: str, context: Context) -> list[Fragment]:
    """Put the section before the heading the edit names, else at the end; a project without the file stays without."""
    held = context.changes.read(target)
    section = context.template.source(edit["source"], context.answers).strip("\n")
    headings = {} if held is None else _headings(held)
    if held is None:
        return []
    if section.partition("\n")[0].strip().encode() in headings:
        return [Fragment(target, section, "section", {"shared": True})]
    end = "\r\n" if b"\r\n" in held else "\n"
    place = headings.get(str(edit.get("before", "")).encode(), len(held))
    text = _spaced(section.replace("\n", end), held[:place].decode("utf-8", "replace"), end, last=place == len(held))
    context.changes.put(target, held[:place] + text.encode() + held[place:])
    return [Fragment(target, text, "section")]


def _headings(data: bytes) -> dict[bytes, int]:
    """Return where each heading begins; a `#` inside a code block is not one."""
    found: dict[bytes, int] = {}
    position, fence = len(MARK) if data.startswith(MARK) else 0, b""
    for line in data[position:].split(b"\n"):
        mark = FENCE.match(line)
        if fence:
            # Only a longer or equal row of the same mark, and nothing behind it, closes a block.
            fence = b"" if mark and mark[1].startswith(fence) and not mark[2].strip() else fence
        elif mark:
            fence = mark[1]
        elif HEADING.match(line):
            found.setdefault(line.strip(), position)
        position += len(line) + 1
    return found


def _spaced(section: str, before: str, end: str, *, last: bool) -> str:
    """Return the section with the blank lines around it that are not there yet."""
    above = before.replace("\r\n", "\n")
    gap = "" if not above.strip("\n\ufeff") or above.endswith("\n\n") else end if above.endswith("\n") else end * 2
    if not last:
        return gap + section + end * 2
    return gap + section + ("" if above and not above.endswith("\n") else end)


def revert(
    path: str, fragments: Sequence[Mapping[str, Any]], ever: Sequence[Mapping[str, Any]], changes: Changes
) -> None:
    """Plan the file without these sections, if they are still as they were made."""
    held = changes.read(path)
    for fragment in fragments if held is not None else ():
        text = fragment["text"].encode()
        start = (held or b"").rfind(text)
        heading = text.strip().partition(b"\n")[0].strip()
        if start >= 0 and held is not None:
            held = held[:start] + held[start + len(text) :]
        elif held is not None and heading in _headings(held):
            line = held.count(b"\n", 0, _headings(held)[heading]) + 1
            raise Edited(path, line, heading.decode("utf-8", "replace"))
    if held is not None:
        changes.put(path, held)
