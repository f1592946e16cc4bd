"""A project's Python files: read once each, found by the names of imports, told apart from tests."""

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from scaffold.errors import ScaffoldError, Unreadable
from scaffold.flask_code.module import Module
from scaffold.flask_code.source import Source

if TYPE_CHECKING:
    from scaffold.changes import Changes

TEST_FOLDERS = frozenset(["test", "tests", "testing"])


class Files:
    """The files as they are planned, else as they are on the disk; the unreadable ones are kept with their reason."""

    def __init__(self, changes: "Changes") -> None:
        self._changes = changes
        self._modules: dict[str, Module | None] = {}
        self.unreadable: dict[str, ScaffoldError] = {}
        self.paths = frozenset(path for path in changes.paths() if path.endswith(".py"))

    def raw(self, path: str) -> bytes | None:
        """Return the file's bytes, None when it is not there or cannot be read."""
        try:
            return self._changes.read(path)
        except ScaffoldError as problem:
            self.unreadable[path] = problem
            return None

    def module(self, path: str) -> Module | None:
        """Return the file, None when it is not there or cannot be read."""
        if path not in self._modules:
            self._modules[path] = None
            raw = self.raw(path)
            if raw is not None:
                try:
                    self._modules[path] = Module(Source(path, raw))
                except Unreadable as problem:
                    self.unreadable[path] = problem
        return self._modules[path]

    def is_parsed(self, path: str) -> bool:
        """Tell whether the file was parsed already."""
        return path in self._modules

    def readable(self, path: str) -> Module:
        """Return the file; raise the reason for which it cannot be read."""
        module = self.module(path)
        if module is None:
            raise self.unreadable.get(path) or Unreadable(path, None, "there is no such file")
        return module

    def parsed(self) -> list[Module]:
        """Return every file that was parsed so far."""
        return [module for module in self._modules.values() if module is not None]


def imported(path: str, level: int, name: str, paths: Collection[str]) -> Iterator[str]:
    """Yield the project's files that an import with so many dots may mean in this file, the likeliest first."""
    inner = name.replace(".", "/")
    for folder in _folders(path, level):
        base = "/".join(part for part in (folder, inner) if part)
        for candidate in (f"{base}.py", f"{base}/__init__.py" if base else "__init__.py"):
            if candidate in paths:
                yield candidate


def _folders(path: str, level: int) -> list[str]:
    """Return the folders to look in: one for a relative import, every folder above the file for an absolute one."""
    parts = path.split("/")[:-1]
    if level:
        return ["/".join(parts[: len(parts) - level + 1])] if level <= len(parts) + 1 else []
    above = ["/".join(parts[:count]) for count in range(len(parts) + 1)]
    return list(dict.fromkeys(["", "src", *above]))


def is_test(path: str) -> bool:
    """Tell whether pytest or unittest would take the file for a test, or for what tests share."""
    *folders, name = path.split("/")
    if TEST_FOLDERS & set(folders) or name == "conftest.py" or name == "tests.py":
        return True
    return name.startswith("test_") or name.endswith("_test.py")


def module_name(path: str) -> str:
    """Return the file as an import writes it."""
    parts = path.removesuffix(".py").split("/")
    if parts[0] == "src":
        del parts[0]
    return ".".join(parts[:-1] if parts[-1] == "__init__" and len(parts) > 1 else parts)
