"""The project's own tests: whether there are any, and what they are written for."""

import configparser
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from scaffold import listing

PYTEST, UNITTEST = "pytest", "unittest"
NAMES = re.compile(r"(test_.*|.*_test|tests?)\.py")
CASE = re.compile(r"^class\s+\w+\(.*\bTestCase\b", re.MULTILINE)
FUNCTION = re.compile(r"^(async\s+)?def\s+test\w*\(|^\s*(import|from)\s+pytest\b", re.MULTILINE)
CLASS = re.compile(r"^class\s+Test\w*\s*[:(]", re.MULTILINE)
# A file, and for those that hold other tools' settings too the keys that lead to pytest's.
CONFIGURED = (
    *("pytest.ini", ".pytest.ini", "pytest.toml", "conftest.py", "tests/conftest.py", "test/conftest.py"),
    *("pyproject.toml:tool.pytest", "tox.ini:pytest", "setup.cfg:tool:pytest"),
)


def style(root: Path) -> str:
    """Return what runs the project's tests, "" when it has none."""
    texts = [_text(root / path) for path in listing.files(str(root)) if NAMES.fullmatch(path.rpartition("/")[2])]
    if any(FUNCTION.search(text) for text in texts):
        return PYTEST
    has_cases = any(CASE.search(text) for text in texts)
    if has_cases or any(CLASS.search(text) for text in texts):
        return PYTEST if not has_cases or any(is_there(root, mark) for mark in CONFIGURED) else UNITTEST
    return ""


def is_there(root: Path, mark: str) -> bool:
    """Tell whether the project has a file, or the section of a file, that configures a tool.

    "setup.cfg:flake8" is a section, "pyproject.toml:tool.ruff" a table.
    """
    name, _, section = mark.partition(":")
    if not section:
        return (root / name).is_file()
    if name.endswith(".toml"):
        return _at(toml(root / name), section.split(".")) is not None
    return any(one == section or one.startswith(f"{section}-") for one in _sections(root / name))


def toml(place: Path) -> dict[str, Any]:
    """Return what a TOML file says; nothing where it is not there, or is no TOML."""
    try:
        return tomllib.loads(_text(place))
    except (ValueError, RecursionError):
        return {}


def _at(table: Any, keys: list[str]) -> Any:
    for key in keys:
        table = table.get(key) if isinstance(table, dict) else None
    return table


def _sections(place: Path) -> Iterator[str]:
    parser = configparser.RawConfigParser(strict=False)
    try:
        parser.read_string(_text(place))
    except configparser.Error:
        return iter(())
    return iter(parser.sections())


def _text(place: Path) -> str:
    try:
        return place.read_text("utf-8-sig", errors="replace")
    except OSError:
        return ""
