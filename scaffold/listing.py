"""Which files a project holds, without what tools and virtual environments put there."""

import os
from collections.abc import Iterator

from scaffold import paths
from scaffold.errors import UnsafePath

VERSIONS = frozenset([".git", ".hg", ".svn"])
OTHERS = frozenset([".scaffold", ".venv", "venv", "node_modules", "site-packages"])
CACHES = frozenset(["__pycache__", ".tox", ".nox", ".eggs", ".mypy_cache", ".pytest_cache", ".ruff_cache"])
# Other hidden folders may be the user's own.
SKIPPED = VERSIONS | OTHERS | CACHES
ENVIRONMENT = "pyvenv.cfg"


def files(root: str) -> Iterator[str]:
    """Yield the path of every file below the root; links are not followed, their targets inside are listed anyway."""
    folders = [""]
    while folders:
        folder = folders.pop()
        try:
            with os.scandir(os.path.join(root, folder)) as found:
                entries = list(found)
        except OSError:
            continue  # a folder that cannot be read holds nothing for us
        if folder and any(entry.name == ENVIRONMENT for entry in entries):
            continue
        for entry in entries:
            path = f"{folder}/{entry.name}" if folder else entry.name
            if entry.is_dir(follow_symlinks=False):
                if entry.name not in SKIPPED and not entry.name.endswith(".egg-info"):
                    folders.append(path)
            elif entry.is_file(follow_symlinks=False) and _is_name(path):
                yield path


def _is_name(path: str) -> bool:
    try:
        return bool(paths.contained(path))
    except UnsafePath:
        return False
