"""Lines that took the place of others: how the history holds them, how they are taken back, and done again."""

from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any

from scaffold.changes import Changes, Op
from scaffold.edits import Fragment
from scaffold.errors import Edited

# The kind of fragment; no template may ask for one.
WHAT = "mend"


def fragments(op: Op) -> Iterator[Fragment]:
    """Yield what became of the file: the new lines, those they took the place of, and the lines around them."""
    before, after = (_lines(file.data if file else b"") for file in (op.before, op.after))
    for tag, start, end, first, last in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag != "equal":
            more = {
                "before": "".join(before[start:end]),
                "above": "".join(after[max(0, first - 1) : first]),
                "below": "".join(after[last : last + 1]),
            }
            yield Fragment(op.path, "".join(after[first:last]), WHAT, more)


def revert(
    path: str, fragments: Sequence[Mapping[str, Any]], ever: Sequence[Mapping[str, Any]], changes: Changes
) -> None:
    """Plan the file with the lines that were there before; raise `Edited` where ours are not, or more than once."""
    for one in reversed(fragments):
        _put(changes, path, one, str(one["text"]), str(one.get("before", "")))


def again(changes: Changes, fragments: Sequence[Mapping[str, Any]]) -> list[Fragment]:
    """Plan the new lines once more; raise `Edited` where those before them are not, or more than once."""
    for one in fragments:
        _put(changes, one["path"], one, str(one.get("before", "")), str(one["text"]))
    names = ("before", "above", "below")
    return [Fragment(one["path"], one["text"], WHAT, {name: one.get(name, "") for name in names}) for one in fragments]


def _put(changes: Changes, path: str, one: Mapping[str, Any], there: str, wanted: str) -> None:
    lines = _lines(changes.read(path) or b"")
    held, above, below = there.splitlines(keepends=True), str(one.get("above", "")), str(one.get("below", ""))
    found = [n for n in range(len(lines) - len(held) + 1) if lines[n : n + len(held)] == held]
    if len(found) != 1:
        found = [n for n in found if _between(lines, n, n + len(held), above, below)]
    if len(found) != 1:
        raise Edited(path, None, (there.strip() or wanted.strip()).partition("\n")[0])
    lines[found[0] : found[0] + len(held)] = wanted.splitlines(keepends=True)
    changes.put(path, "".join(lines).encode("utf-8", "surrogateescape"))


def _between(lines: Sequence[str], start: int, end: int, above: str, below: str) -> bool:
    return "".join(lines[max(0, start - 1) : start]) == above and "".join(lines[end : end + 1]) == below


def _lines(data: bytes) -> list[str]:
    return data.decode("utf-8", "surrogateescape").splitlines(keepends=True)
