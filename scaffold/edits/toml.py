"""Where things are in a TOML text that is known to be valid: tables, keys, values, to the character.

`tomllib` says what a text means; editing it without touching another byte needs to know where that is written.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

# Longest first: three quotes open another kind of string than one.
STRINGS = (
    re.compile(r'"""(?:[^"\\]|\\.|""?(?!"))*"{3,5}', re.DOTALL),
    re.compile(r"'''(?:[^']|''?(?!'))*'{3,5}", re.DOTALL),
    re.compile(r'"(?:[^"\\\n]|\\.)*"'),
    re.compile(r"'[^'\n]*'"),
)
SPACE = re.compile(r"[ \t]*")
BLANK = re.compile(r"(?:[ \t\r\n\ufeff]|#[^\n]*)*")
BARE = re.compile(r"[A-Za-z0-9_-]+")
SCALAR = re.compile(r"[^,\]}#\r\n]*[^,\]}#\r\n \t]")


@dataclass
class Value:
    """A value: where it is, and what is in it where it is an array or an inline table."""

    start: int
    end: int
    items: "list[Value]" = field(default_factory=list)
    entries: "list[Entry]" = field(default_factory=list)


@dataclass
class Entry:
    """A key with its value; the path leads from the root of the document."""

    path: tuple[str, ...]
    start: int
    value: Value


@dataclass
class Table:
    """A header, or the root: where its line ends, and the entries below it."""

    path: tuple[str, ...]
    end: int
    entries: list[Entry] = field(default_factory=list)


def tables(text: str) -> list[Table]:
    """Return the tables in the order in which they are written, the root first."""
    found = [Table((), 0)]
    place = after_blank(text, 0)
    while place < len(text):
        if text[place] == "[":
            double = text.startswith("[[", place)
            path, place = _key(text, place + 1 + double)
            place = text.index("]", place) + 1 + double
            found.append(Table(path, place))
        else:
            entry = _entry(text, place, found[-1].path)
            found[-1].entries.append(entry)
            place = entry.value.end
        place = after_blank(text, place)
    return found


def entries(text: str) -> Iterator[Entry]:
    """Yield every key of the document with its value, those in inline tables too."""
    waiting = [entry for table in tables(text) for entry in table.entries]
    while waiting:
        entry = waiting.pop(0)
        yield entry
        waiting[:0] = entry.value.entries


def after_blank(text: str, place: int) -> int:
    """Return the first place from there that is not in white space or in a comment."""
    return BLANK.match(text, place).end()  # type: ignore[union-attr]  # it matches the empty text, too


def _space(text: str, place: int) -> int:
    return SPACE.match(text, place).end()  # type: ignore[union-attr]


def _entry(text: str, start: int, above: tuple[str, ...]) -> Entry:
    path, place = _key(text, start)
    value = _value(text, _space(text, text.index("=", place) + 1), above + path)
    return Entry(above + path, start, value)


def _key(text: str, place: int) -> tuple[tuple[str, ...], int]:
    parts: list[str] = []
    while True:
        place = _space(text, place)
        bare = BARE.match(text, place)
        end = bare.end() if bare else _string_end(text, place)
        parts.append(text[place:end] if bare else _unquoted(text[place:end]))
        place = _space(text, end)
        if not text.startswith(".", place):
            return tuple(parts), place
        place += 1


def _unquoted(quoted: str) -> str:
    import tomllib

    return str(tomllib.loads(f"key = {quoted}")["key"])


def _string_end(text: str, place: int) -> int:
    return next(found.end() for pattern in STRINGS if (found := pattern.match(text, place)))


def _value(text: str, place: int, path: tuple[str, ...]) -> Value:
    if text[place] == "[":
        return _array(text, place, path)
    if text[place] == "{":
        return _inline_table(text, place, path)
    if text[place] in "\"'":
        return Value(place, _string_end(text, place))
    return Value(place, SCALAR.match(text, place).end())  # type: ignore[union-attr]


def _array(text: str, start: int, path: tuple[str, ...]) -> Value:
    array = Value(start, start)
    place = after_blank(text, start + 1)
    while text[place] != "]":
        array.items.append(_value(text, place, path))
        place = after_blank(text, array.items[-1].end)
        if text[place] == ",":
            place = after_blank(text, place + 1)
    array.end = place + 1
    return array


def _inline_table(text: str, start: int, path: tuple[str, ...]) -> Value:
    table = Value(start, start)
    place = after_blank(text, start + 1)
    while text[place] != "}":
        table.entries.append(_entry(text, place, path))
        place = after_blank(text, table.entries[-1].value.end)
        if text[place] == ",":
            place = after_blank(text, place + 1)
    table.end = place + 1
    return table
