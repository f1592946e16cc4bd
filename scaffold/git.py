"""What git would do with a file that holds a secret."""

import os
from enum import Enum


class Fate(Enum):
    """Whether a file's content reaches the repository."""

    OUTSIDE = "no repository holds it"
    IGNORED = "ignored"
    UNTRACKED = "not ignored"
    TRACKED = "tracked"
    UNKNOWN = "nobody can tell"


def fate(place: str) -> Fate:
    """Return what git does with the file at an absolute place, whether it is there or not."""
    folder, name = os.path.split(place)
    if not _in_repository(folder):
        return Fate.OUTSIDE
    code = _git(folder, "check-ignore", "--quiet", "--", name)
    if code == 0:
        return Fate.IGNORED  # of a tracked file it says 1, whatever `.gitignore` has
    if code != 1:
        return Fate.UNKNOWN
    tracked = _git(folder, "ls-files", "--error-unmatch", "--", f":(literal){name}") == 0
    return Fate.TRACKED if tracked else Fate.UNTRACKED


def _in_repository(folder: str) -> bool:
    while not os.path.lexists(os.path.join(folder, ".git")):
        above = os.path.dirname(folder)
        if above == folder:
            return False
        folder = above
    return True


def _git(folder: str, *words: str) -> int:
    """Return git's exit code, -1 where it cannot be run. A repository may name a program as its monitor: not for us."""
    import subprocess

    argv = ["git", "-C", folder, "-c", "core.fsmonitor=false", *words]
    try:
        done = subprocess.run(argv, check=False, stdin=subprocess.DEVNULL, capture_output=True)
    except OSError:
        return -1
    return done.returncode
