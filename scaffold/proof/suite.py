"""The project's own tests: whether there are any, and what they are written for."""

import configparser
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from scaffold import listing

PYTEST, UNITTEST = "pytest", "unittest"
NAMES = re.compile(r"(test_.*|.*_test|tests?)\.py")
# Projects have a class of their own in between, by a name that says so.
CASE = re.compile(r"^class\s+\w+\([^)]*Test", re.MULTILINE)
FUNCTION = re.compile(r"^(async\s+)?def\s+test\w*\(|^\s*(import|from)\s+pytest\b", re.MULTILINE)
CLASS = re.compile(r"^class\s+Test\w*\s*[:(]", re.MULTILINE)
# A file, and for those that hold other tools' settings too the keys that lead to pytest's.
CONFIGURED = (
    *("pytest.ini", ".pytest.ini", "pytest.toml", "conftest.py", "tests/conftest.py", "test/conftest.py"),
    *("pyproject.toml:tool.pytest", "pytest.ini:pytest", "tox.ini:pytest", "setup.cfg:tool:pytest"),
)


def style(root: Path) -> str:
    """Return what runs the project's tests, "" when it has none."""
    paths = [path for path in listing.files(str(root)) if NAMES.fullmatch(path.rpartition("/")[2])]
    texts = [text(root / path) for path in paths]
    if any(FUNCTION.search(text) for text in texts):
        return PYTEST
    has_cases = any(CASE.search(text) for text in texts)
    if not has_cases and not any(CLASS.search(text) for text in texts):
        return ""
    # unittest would not find what is called otherwise.
    is_found = has_cases and any(path.rpartition("/")[2].startswith("test") for path in paths)
    return UNITTEST if is_found and not any(is_there(root, mark) for mark in CONFIGURED) else PYTEST


def is_there(root: Path, mark: str) -> bool:
    """Tell whether the project has a file, or the section of a file, that configures a tool."""
    return settings(root, mark) is not None


def settings(root: Path, mark: str) -> Mapping[str, Any] | None:
    """Return what a section of a file says, None where it is not there; of a whole file that it is.

    "setup.cfg:flake8" is a section, "pyproject.toml:tool.ruff" a table, ".flake8" a file.
    """
    name, _, section = mark.partition(":")
    if not section:
        return {} if (root / name).is_file() else None
    if not name.endswith(".toml"):
        return _section(root / name, section)
    table: Any = toml(root / name)
    for key in section.split("."):
        table = table.get(key) if isinstance(table, dict) else None
    return table if isinstance(table, dict) else None


def toml(place: Path) -> dict[str, Any]:
    """Return what a TOML file says; nothing where it is not there, or is no TOML."""
    try:
        return tomllib.loads(text(place))
    except (ValueError, RecursionError):
        return {}


def _section(place: Path, section: str) -> Mapping[str, Any] | None:
    parser = configparser.RawConfigParser(strict=False, allow_no_value=True)
    try:
        parser.read_string(text(place))
    except configparser.Error:
        return None
    return dict(parser[section]) if parser.has_section(section) else None


def text(place: Path) -> str:
    """Return what a file says, nothing where it is not there."""
    try:
        return place.read_text("utf-8-sig", errors="replace")
    except OSError:
        return ""
