"""What `pyproject.toml` says that a project needs, as `tomllib` reads it."""

import tomllib
from collections.abc import Mapping
from typing import Any

from scaffold.errors import Unreadable

PYPROJECT = "pyproject.toml"
KEY = ("project", "dependencies")
Key = tuple[str, ...]


def parsed(path: str, data: bytes) -> dict[str, Any]:
    """Return what the file says; raise `Unreadable` when it is not TOML."""
    try:
        return tomllib.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise Unreadable(path, None, f"it is not TOML ({error})") from error


def table(declared: Mapping[str, Any], key: str) -> dict[str, Any]:
    """Return the table under the key, empty when something else is there or nothing."""
    held = declared.get(key)
    return held if isinstance(held, dict) else {}


def items(value: Any) -> list[Any]:
    """Return the list, empty when something else is there."""
    return value if isinstance(value, list) else []


def wanted(path: str, declared: Mapping[str, Any], key: Key) -> list[str]:
    """Return the requirements below the key; raise `Unreadable` when they are no list of texts."""
    for part in key[:-1]:
        declared = table(declared, part)
    found = declared.get(key[-1], [])
    if not isinstance(found, list) or not all(isinstance(item, str) for item in found):
        raise Unreadable(path, None, "its dependencies are not a list of texts")
    return found


def wanted_or_none(path: str, data: bytes, key: Key) -> list[str] | None:
    """Return the requirements below the key, None when they cannot be read."""
    try:
        return wanted(path, parsed(path, data), key)
    except Unreadable:
        return None


def rest(declared: Mapping[str, Any], key: Key) -> dict[str, Any]:
    """Return what is declared without the list."""
    first, *others = key
    others_of_it = {name: value for name, value in declared.items() if name != first}
    return {**others_of_it, first: rest(declared[first], tuple(others))} if others else others_of_it
