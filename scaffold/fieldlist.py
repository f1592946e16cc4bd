"""Fields as they are typed: `name`, `email:email`, `phone:tel?`, `size:choice(small,large)`."""

import re
from collections.abc import Collection, Iterable, Sequence
from keyword import iskeyword
from typing import Any

from scaffold.errors import BadAnswer

WORD = re.compile(r"(?P<name>[^:?]+)(?::(?P<type>[a-z]+)(?:\((?P<choices>[^()]*)\))?)?(?P<optional>\?)?")
CHOICE = "choice"
# What code means something else by: attributes of these names would hide the types beside them.
TAKEN = frozenset(["bool", "float", "id", "int", "self", "str"])


def parsed(
    words: Iterable[str], types: Sequence[str], flag: str, refused: Collection[str] = ()
) -> dict[str, dict[str, Any]]:
    """Return the fields by their names, in order; raise `BadAnswer` with the reason for a word that is none.

    Each has name, label, type, required and choices. The first of the types is that of a word without one; without
    types any is taken.
    """
    found: dict[str, dict[str, Any]] = {}
    for word in words:
        field = _field(word, types, flag)
        if field["name"] in refused:
            raise BadAnswer(flag, word, "it means something else there")
        if field["name"] in found:
            raise BadAnswer(flag, word, f"there are two fields '{field['name']}'")
        found[field["name"]] = field
    return found


def _field(word: str, types: Sequence[str], flag: str) -> dict[str, Any]:
    match = WORD.fullmatch(word)
    name = match["name"] if match else ""
    plain = name.isascii() and name.isidentifier() and name == name.lower() and not name.startswith("_")
    if match is None or not plain or iskeyword(name) or name in TAKEN:
        reason = "it means something in Python" if plain else "write it as 'name' or 'name:type'"
        raise BadAnswer(flag, word, reason)
    kind = match["type"] or (types[0] if types else "str")
    if types and kind not in types:
        raise BadAnswer(flag, word, f"'{kind}' is not one of {', '.join(types)}")
    return {
        "name": name,
        "label": name.replace("_", " ").capitalize(),
        "type": kind,
        "required": not match["optional"],
        "choices": _choices(word, kind, match["choices"], flag),
    }


def _choices(word: str, kind: str, given: str | None, flag: str) -> list[str]:
    choices = [part.strip() for part in given.split(",")] if given else []
    if kind != CHOICE and given is not None:
        raise BadAnswer(flag, word, f"only '{CHOICE}' takes values in brackets")
    if kind == CHOICE and (not choices or not all(choices) or len(set(choices)) < len(choices)):
        raise BadAnswer(flag, word, "say what can be chosen: 'size:choice(small,large)'")
    if any(not re.fullmatch(r"[\w .-]+", choice) for choice in choices):
        raise BadAnswer(flag, word, "a choice is made of letters, digits, spaces, '.', '-' and '_'")
    return choices
