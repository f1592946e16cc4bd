"""A lock on a folder, that keeps two runs apart, leaves nothing behind, and goes when its holder dies."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from scaffold.errors import Busy


@contextmanager
def held(folder: str) -> Iterator[None]:
    """Hold the folder for the time of the block; raise `Busy` when another run of ours has it."""
    handle = _opened(folder)
    try:
        if not _taken(handle, folder):
            raise Busy(folder)
        yield
    finally:
        os.close(handle)


if sys.platform == "win32":
    import msvcrt

    def _opened(folder: str) -> int:
        # Folders cannot be opened there, and one that holds an open file cannot be renamed: the lock is elsewhere.
        from hashlib import sha256
        from tempfile import gettempdir

        name = os.path.normcase(os.path.realpath(folder))
        digest = sha256(name.encode("utf-8", "surrogatepass")).hexdigest()
        return os.open(os.path.join(gettempdir(), f"scaffold-{digest[:32]}.lock"), os.O_RDWR | os.O_CREAT)

    def _taken(handle: int, folder: str) -> bool:
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _opened(folder: str) -> int:
        return os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)

    def _taken(handle: int, folder: str) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError:
            pass  # some network file systems cannot lock a folder; nobody could work there if that stopped us
        # Whoever held it may have moved the folder on, or removed it, since we opened it.
        try:
            return os.path.samestat(os.fstat(handle), os.stat(folder))
        except FileNotFoundError:
            return False
