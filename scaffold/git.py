"""What git would do with a file that holds a secret, and what it has of a project."""

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


def tracked(folder: str) -> list[str]:
    """Return the paths below the folder that are tracked, nothing where no repository holds it."""
    return _listed(folder, "ls-files", "-z", "--", ".")


def files(folder: str) -> tuple[list[str], list[str]] | None:
    """Return what is tracked below the folder, and what is neither tracked nor ignored; None where git has no say.

    It has none outside of a repository, below a folder that is ignored, and in a repository of somebody else's.
    """
    if not _in_repository(folder) or _git(folder, "check-ignore", "--quiet", "--", ".") == 0:
        return None
    code, _ = _asked(folder, "rev-parse", "--is-inside-work-tree")
    if code:
        return None
    return tracked(folder), _listed(folder, "ls-files", "-z", "--others", "--exclude-standard", "--", ".")


def ever(folder: str) -> list[str]:
    """Return the paths below the folder that any commit of any branch has added or changed."""
    words = ["log", "--all", "--full-history", "--format=", "--name-only", "--diff-filter=AM", "-z", "--relative"]
    return _listed(folder, *words, "--", ".")


def versions(folder: str, path: str) -> list[tuple[str, bytes]]:
    """Return the commits that added or changed a file, the newest first, each with what the file was then."""
    words = ["log", "--all", "--full-history", "--format=%h%x00", "--diff-filter=AM", "--", f":(literal){path}"]
    found = [one.strip() for one in _listed(folder, *words)]
    return [(commit, _asked(folder, "show", f"{commit}:./{path}")[1]) for commit in found if commit]


def _listed(folder: str, *words: str) -> list[str]:
    if not _in_repository(folder):
        return []
    _, told = _asked(folder, *words)
    return list(dict.fromkeys(one for one in told.decode(errors="surrogateescape").split("\0") if one.strip()))


def _git(folder: str, *words: str) -> int:
    """Return git's exit code, -1 where it cannot be run."""
    return _asked(folder, *words)[0]


def _asked(folder: str, *words: str) -> tuple[int, bytes]:
    """Return git's exit code, -1 where it cannot be run, and what it says.

    A repository may name a program as its monitor: not for us.
    """
    import subprocess

    argv = ["git", "-C", folder, "-c", "core.fsmonitor=false", *words]
    try:
        done = subprocess.run(argv, check=False, stdin=subprocess.DEVNULL, capture_output=True)
    except OSError:
        return -1, b""
    return done.returncode, done.stdout if done.returncode == 0 else b""


def prefix(folder: str) -> str:
    """Return what leads from the root of the repository to the folder, with a slash behind; "" for the root itself."""
    return _asked(folder, "rev-parse", "--show-prefix")[1].decode(errors="surrogateescape").strip()


def merged(ours: bytes, base: bytes, theirs: bytes) -> bytes | None:
    """Return what both sides made of a text; None where they made different things of the same lines."""
    import tempfile

    if ours in (base, theirs):
        return theirs
    if theirs == base:
        return ours
    with tempfile.TemporaryDirectory() as folder:
        names = ("ours", "base", "theirs")
        for name, data in zip(names, (ours, base, theirs), strict=True):
            with open(os.path.join(folder, name), "wb") as file:
                file.write(data)
        code, found = _asked(folder, "merge-file", "--stdout", "--quiet", *names)
    return None if code else found
