"""The order of imports, as isort and ruff have it: sections, then modules, then names."""

import ast
import re
import sys
from collections.abc import Collection

FUTURE, STANDARD, THIRD_PARTY, FIRST_PARTY, LOCAL = range(5)
DIGITS = re.compile(r"(\d+)")

Key = tuple[object, ...]
Import = ast.Import | ast.ImportFrom


def spelled(statement: ast.ImportFrom) -> str:
    """Return the module as the statement writes it, with the dots of a relative import."""
    return "." * statement.level + (statement.module or "")


def section(statement: Import, paths: Collection[str]) -> int:
    """Return which group of imports the statement belongs to."""
    if isinstance(statement, ast.ImportFrom) and statement.level:
        return LOCAL
    module = statement.module or "" if isinstance(statement, ast.ImportFrom) else statement.names[0].name
    top = module.partition(".")[0]
    if top == "__future__":
        return FUTURE
    if top in sys.stdlib_module_names:
        return STANDARD
    return FIRST_PARTY if _in_project(top, paths) else THIRD_PARTY


def _in_project(top: str, paths: Collection[str]) -> bool:
    starts = (f"{top}/", f"src/{top}/")
    return any(path.startswith(starts) or path in (f"{top}.py", f"src/{top}.py") for path in paths)


def statement_key(statement: Import, paths: Collection[str]) -> Key:
    """Return the key by which the statements of a block are sorted."""
    group = section(statement, paths)
    if isinstance(statement, ast.Import):
        return (group, 0, 0, *_name_key(statement.names[0].name), statement.names[0].asname or "")
    first = statement.names[0]
    module = statement.module or ""
    return (group, 1, -statement.level, *_name_key(module), *member_key(first.name), first.asname or "")


def member_key(name: str) -> Key:
    """Return the key by which the names of one statement are sorted: constants, classes, the rest."""
    lower = 1 if name[:1].isupper() else 2
    return (0 if len(name) > 1 and name.isupper() else lower, *_name_key(name))


def _name_key(name: str) -> Key:
    return _natural(name.lower()), _natural(name)


def _natural(name: str) -> Key:
    return tuple(int(part) if index % 2 else part for index, part in enumerate(DIGITS.split(name)))


def is_sorted(keys: list[Key]) -> bool:
    """Tell whether the keys are in order."""
    return keys == sorted(keys)
