"""The calls that change the disk, and what has to be known of it just before."""

import os
import stat
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress

from scaffold.errors import CannotWrite, NotRestored

NEW_FILE = 0o666
MODES = 0o777  # the kernel takes the other bits from a file that is written to, and so do we
NO_FILE = -1
Found = tuple[bytes, int] | None
# Never an existing file, and so never through a link: a repository may hold one under any name.
NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)


def found(place: str) -> Found:
    """Return the bytes and the mode of the file that is there now, None when nothing is.

    The mode of a folder, a link or a device is `NO_FILE`.
    """
    try:
        mode = os.lstat(place).st_mode
        if not stat.S_ISREG(mode):
            return b"", NO_FILE
        with open(place, "rb") as file:
            return file.read(), mode & MODES
    except (FileNotFoundError, NotADirectoryError):
        return None


def make_folders(folder: str) -> list[str]:
    """Make the folder and what is missing above it; return those it made, the outermost first."""
    missing = []
    while not os.path.isdir(folder):
        missing.append(folder)
        folder = os.path.dirname(folder)
    made: list[str] = []
    try:
        for folder in reversed(missing):
            os.mkdir(folder)
            made.append(folder)
    except OSError:
        with suppress(OSError):
            remove_folders(made)
        raise
    return made


def write_file(place: str, data: bytes, mode: int | None, replaced: str | None = None) -> None:
    """Write a new file, durably, with the mode (None: what the umask leaves) and the owner of the one it will replace.

    On the way it is never readable by more than it will be.
    """
    handle = os.open(place, NEW, NEW_FILE if mode is None else mode)
    try:
        view = memoryview(data)
        while view:
            view = view[os.write(handle, view) :]
        if replaced is not None:
            _own(handle, replaced)
        if mode is not None and hasattr(os, "fchmod"):
            os.fchmod(handle, mode)
        os.fsync(handle)
    finally:
        os.close(handle)


def _own(handle: int, replaced: str) -> None:
    """Give the file to the owner of the replaced one: root at work in a container leaves the project its user's."""
    if sys.platform == "win32":
        return
    with suppress(OSError):
        wanted, ours = os.stat(replaced), os.fstat(handle)
        if (wanted.st_uid, wanted.st_gid) != (ours.st_uid, ours.st_gid):
            os.fchown(handle, wanted.st_uid, wanted.st_gid)


def take_place(folder: str, place: str) -> None:
    """Move a folder to where nothing, or an empty folder, is."""
    if os.path.isdir(place):
        os.chmod(folder, stat.S_IMODE(os.stat(place).st_mode))
        if sys.platform == "win32":
            os.rmdir(place)  # raises unless it is empty; elsewhere the rename itself replaces an empty folder
    os.rename(folder, place)


def remove_file(place: str) -> None:
    """Remove the file if it is there."""
    with suppress(FileNotFoundError, NotADirectoryError):
        os.unlink(place)


def remove_folders(folders: Iterable[str]) -> None:
    """Remove those of the folders that are there and empty, the innermost first."""
    for folder in sorted(folders, reverse=True):
        with suppress(FileNotFoundError, NotADirectoryError):
            if not os.listdir(folder):
                os.rmdir(folder)


def remove_tree(place: str) -> None:
    """Remove a file, a link, or a folder with all in it."""
    if os.path.isdir(place) and not os.path.islink(place):
        from shutil import rmtree

        rmtree(place)
    else:
        os.unlink(place)


def sync_tree(tree: str) -> None:
    """Make the folders of the tree durable; its files are already."""
    sync_folders(folder for folder, _, _ in os.walk(tree))


def sync_folders(folders: Iterable[str]) -> None:
    """Make durable which files the folders hold."""
    if sys.platform == "win32":
        return  # folders cannot be opened there; the file system keeps a journal of them
    for folder in folders:
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


@contextmanager
def refusals(path: str, error: type[CannotWrite | NotRestored] = CannotWrite) -> Iterator[None]:
    """Turn what the disk refuses into one sentence about the path."""
    try:
        yield
    except OSError as refusal:
        raise error(path, refusal.strerror or str(refusal)) from refusal
