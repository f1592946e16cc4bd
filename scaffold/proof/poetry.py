"""Requirements as Poetry and Pipenv write them, turned into those that pip reads."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

NUMBERS = re.compile(r"([\^~])\s*(\d+(?:\.\d+)*)\S*\Z")


def requirements(table: Mapping[str, Any]) -> list[str] | None:
    """Return what a `[tool.poetry]` asks for to run; None where it asks for nothing."""
    held = table.get("dependencies")
    return listed(held) if isinstance(held, dict) else None


def for_developers(table: Mapping[str, Any], groups: Sequence[str]) -> list[str]:
    """Return what the groups of these names ask for."""
    found = listed(table.get("dev-dependencies"))
    others = table.get("group")
    for name, group in others.items() if isinstance(others, dict) else ():
        if name.lower() in groups and isinstance(group, dict):
            found += listed(group.get("dependencies"))
    return found


def python(table: Mapping[str, Any]) -> str:
    """Return which Pythons it is for."""
    held = table.get("dependencies")
    said = held.get("python") if isinstance(held, dict) else ""
    return _specifier(said) if isinstance(said, str) else ""


def listed(table: Any) -> list[str]:
    """Return the requirements of one table, those that nobody has to have left out."""
    return list(_listed(table)) if isinstance(table, dict) else []


def _listed(table: Mapping[str, Any]) -> Iterator[str]:
    for name, said in table.items():
        if name.lower() == "python":
            continue
        if isinstance(said, str):
            yield name + _specifier(said)
        elif isinstance(said, dict):
            if not said.get("optional"):
                yield _placed(name, said)
        else:  # several, each for some machines
            yield name


def _placed(name: str, said: Mapping[str, Any]) -> str:
    extras = said.get("extras")
    full = f"{name}[{','.join(map(str, extras))}]" if isinstance(extras, list) else name
    if "git" in said:
        reference = next((said[key] for key in ("rev", "tag", "branch", "ref") if key in said), "")
        return f"{full} @ git+{said['git']}{f'@{reference}' if reference else ''}"
    for key in ("url", "path", "file"):
        if key in said:
            return f"{full} @ {said[key]}" if "://" in str(said[key]) else f"./{said[key]}"
    markers = f"; {said['markers']}" if "markers" in said else ""
    return f"{full}{_specifier(str(said.get('version', '')))}{markers}"


def _specifier(said: str) -> str:
    """Return what PEP 440 makes of a constraint, nothing where it has no word for it."""
    parts = [part.strip() for part in said.split(",")]
    if "|" in said or any(part in ("", "*") for part in parts):
        return ""
    return ",".join(_part(part) for part in parts)


def _part(part: str) -> str:
    found = NUMBERS.match(part) if not part.startswith("~=") else None
    if found is None:
        return f"=={part}" if part[0].isdigit() else part.replace(" ", "")
    sign, version = found.groups()
    numbers = [int(one) for one in version.split(".")]
    at = 0 if len(numbers) == 1 else 1
    if sign == "^":
        at = next((n for n, one in enumerate(numbers) if one), len(numbers) - 1)
    until = [*numbers[:at], numbers[at] + 1]
    return f">={version},<{'.'.join(map(str, until))}"
