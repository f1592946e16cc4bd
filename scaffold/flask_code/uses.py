"""Where the user's code still uses a module that is about to go: imports of it, and links to its endpoints."""

import ast
import posixpath
import re
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from scaffold.errors import ScaffoldError, StillUsed
from scaffold.flask_code.files import imported
from scaffold.flask_code.source import Source

if TYPE_CHECKING:
    from scaffold.changes import Changes

BLUEPRINT = re.compile(rb"Blueprint\(\s*[\"'](\w+)[\"']")
FUNCTION = re.compile(rb"^(?:async )?def (\w+)\(", re.MULTILINE)


def of_modules(changes: "Changes", gone: Collection[str]) -> Iterator[StillUsed]:
    """Yield the first import of each of these files, which are planned to go, in the code that stays."""
    paths = {path for path in changes.paths() if path.endswith(".py")}
    for module in sorted(gone):
        name = posixpath.basename(module).removesuffix(".py")
        for path in sorted(paths):
            line = _line_of_import(changes, path, module, name, paths | {module})
            if line:
                yield StillUsed(module, path, line)
                break


def _line_of_import(changes: "Changes", path: str, module: str, name: str, paths: Collection[str]) -> int | None:
    try:
        raw = changes.read(path) or b""
        tree = Source(path, raw).tree if name.encode() in raw else ast.Module([], [])
    except ScaffoldError:  # a neighbour that nobody can read uses nothing we could know of
        return None
    for node in ast.walk(tree):
        if isinstance(node, (ast.Import, ast.ImportFrom)) and module in _meant(changes, path, node, paths):
            return node.lineno
    return None


def _meant(changes: "Changes", path: str, node: ast.Import | ast.ImportFrom, paths: Collection[str]) -> Iterator[str]:
    """Yield the project's files that the statement imports."""
    if isinstance(node, ast.Import):
        words = [alias.name for alias in node.names]
        level = 0
    else:
        start = node.module or ""
        words = [start, *(f"{start}.{alias.name}".strip(".") for alias in node.names)]
        level = node.level
    for word in filter(None, words):
        for found in imported(path, level, word, paths):
            if level or _is_root(changes, found, word):
                yield found
                break  # what Python finds first is what it means


def _is_root(changes: "Changes", found: str, word: str) -> bool:
    """Tell whether the file's name begins at a folder that Python looks in: in no package."""
    place = found.removesuffix(".py").removesuffix("/__init__")
    folder = place[: -len(word)].rstrip("/")
    return changes.read(posixpath.join(folder, "__init__.py")) is None


def endpoints(files: "dict[str, bytes]") -> list[str]:
    """Return what `url_for` may call the views of blueprints in these files."""
    found = []
    for path, data in files.items():
        names = BLUEPRINT.findall(data) if path.endswith(".py") else []
        found += [f"{name.decode()}.{view.decode()}" for name in names for view in FUNCTION.findall(data)]
    return found
