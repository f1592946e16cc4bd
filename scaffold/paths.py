"""The one containment rule: which paths may be read or written, whatever they came from."""

import os
import stat
from collections.abc import Callable, Iterable, Iterator

from scaffold.errors import UnsafePath

LONGEST = 240
PORTS = frozenset(f"{port}{number}" for port in ("com", "lpt") for number in "0123456789¹²³")
WINDOWS_NAMES = PORTS | {"con", "prn", "aux", "nul", "conin$", "conout$"}
# What no file name holds on Windows; with it a path could also name a drive or a stream there.
FORBIDDEN = frozenset('<>:"|?*\\')
# Links of Windows that `S_ISLNK` does not know (a junction), beside those it knows.
REPARSE_LINKS = (0xA0000003, 0xA000000C)


def contained(path: str) -> str:
    """Return the path when it is a relative one that stays inside; raise `UnsafePath` when not.

    Its parts are separated by `/`. This is what a file of the user's must be, whatever else is odd about its name.
    """
    return _judged(path, _escape)


def checked(path: str) -> str:
    """Return the path when every system can hold it, and it is `contained`; raise `UnsafePath` when not.

    This is what a file that we make must be. The names that Windows reserves: learn.microsoft.com, "Naming files,
    paths and namespaces".
    """
    if len(path) > LONGEST:
        raise UnsafePath(path, f"it is longer than {LONGEST} characters")
    return _judged(path, lambda part: _escape(part) or _unportable(part))


def _judged(path: str, fault: Callable[[str], str | None]) -> str:
    if not path:
        raise UnsafePath(path, "it is empty")
    if path.startswith("/"):
        raise UnsafePath(path, "it is absolute")
    for part in path.split("/"):
        if reason := fault(part):
            raise UnsafePath(path, reason)
    return path


def _escape(part: str) -> str | None:
    if part in ("", ".", ".."):
        return f"a part of it is '{part}'"
    if not part.isprintable():
        return "it has a control character"
    if os.sep == "\\" and not FORBIDDEN.isdisjoint(part):
        return "it has a character that Windows does not allow"
    # With a dot or a space at its end, or by its short name, it is the same folder on Windows.
    if part.lower().rstrip(". ") in (".git", "git~1"):
        return "git owns that folder"
    return None


def _unportable(part: str) -> str | None:
    if not FORBIDDEN.isdisjoint(part):
        return "it has a character that not every system allows"
    if part[-1] in ". ":
        return "a part of it ends in a dot or a space"
    if part.split(".")[0].rstrip().lower() in WINDOWS_NAMES:
        return f"Windows reserves the name '{part}'"
    return None


def key(path: str) -> str:
    """Return what two paths have in common that are one file on a Mac or on Windows."""
    if path.isascii():
        return path.lower()
    from unicodedata import normalize

    return normalize("NFC", normalize("NFD", path).casefold())


def parents(path: str) -> Iterator[str]:
    """Yield the folders the path leads through, the outermost first."""
    parts = path.split("/")
    return ("/".join(parts[:length]) for length in range(1, len(parts)))


def missing_folders(root: str, files: Iterable[str]) -> list[str]:
    """Return the folders that the files need and that are not there."""
    folders = {folder for path in files for folder in parents(path)}
    return sorted(folder for folder in folders if not os.path.isdir(os.path.join(root, *folder.split("/"))))


def inside(root: str, path: str) -> str:
    """Return where the path is on this disk; raise `UnsafePath` when a folder on the way there is a link."""
    contained(path)
    place = root
    *folders, name = path.split("/")
    for part in folders:
        place = os.path.join(place, part)
        if _is_link(place):
            raise UnsafePath(path, f"'{part}' is a link to another place")
    return os.path.join(place, name)


def real(root: str, path: str) -> str:
    """Return the path with links resolved, still relative to the root; raise `UnsafePath` when it leads out."""
    contained(path)
    place = root
    for part in path.split("/"):
        place = os.path.join(place, part)
        if _is_link(place):
            return _resolved(root, path)
    return path


def _resolved(root: str, path: str) -> str:
    base = os.path.join(os.path.realpath(root), "")
    target = os.path.realpath(os.path.join(root, *path.split("/")))
    if not target.startswith(base):
        raise UnsafePath(path, "a link leads out of the project")
    return contained(target.removeprefix(base).replace(os.sep, "/"))


def _is_link(place: str) -> bool:
    try:
        found = os.lstat(place)
    except OSError:
        return False
    return stat.S_ISLNK(found.st_mode) or getattr(found, "st_reparse_tag", 0) in REPARSE_LINKS
