"""The folder in which environments are kept: where it is, who may be at work in it, and what goes when."""

import os
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from scaffold.proof.unmet import NotProved

# What an environment holds once it was made to its end.
DONE = "done.json"
# After how many seconds one goes that nobody has used, and one that has a newer one beside it.
UNUSED, REPLACED = 30 * 24 * 60 * 60, 24 * 60 * 60
# Where root keeps what every account is to read.
SYSTEM = "/var/cache"


def folder() -> Path:
    """Return the folder with all environments; those of root have to be where every account can read them."""
    if said := os.environ.get("SCAFFOLD_CACHE"):
        base = Path(said)
    elif sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or os.path.expanduser("~/AppData/Local")) / "scaffold"
    elif sys.platform == "darwin":
        base = Path(os.path.expanduser("~/Library/Caches/scaffold"))
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")) / "scaffold"
        if os.geteuid() == 0 and not _is_open(base):
            base = Path(SYSTEM) / "scaffold"
    found = base.absolute() / "environments"
    try:
        found.mkdir(parents=True, exist_ok=True)
        if sys.platform != "win32" and os.geteuid() == 0:
            for place in (base, found):
                place.chmod(0o755)
    except OSError as error:
        raise NotProved(f"environments cannot be kept in '{found}': {error.strerror}", "SCAFFOLD_CACHE=DIR") from error
    return found


def _is_open(place: Path) -> bool:
    """Tell whether every account may go through the folders above a place."""
    return all(not one.exists() or one.stat().st_mode & 0o001 for one in place.parents)


@contextmanager
def alone(cache: Path, digest: str) -> Iterator[None]:
    """Let one run at a time look at the environments of one digest; the lock goes with its holder."""
    with (cache / f"{digest}.lock").open("a+b") as file:
        _take(file.fileno(), wait=True)
        yield


def clear(cache: Path, digest: str, current: Path) -> None:
    """Remove the environments that nobody has used for long, and of this digest what is half-made or replaced."""
    for folder in cache.glob("*-*/"):
        done = folder / DONE
        is_ours = folder.name.startswith(f"{digest}-")
        if folder == current or _age(done if done.exists() else folder) < (REPLACED if is_ours else UNUSED):
            continue
        with suppress(OSError):
            if is_ours:
                shutil.rmtree(folder, ignore_errors=True)
                continue
            with (cache / f"{folder.name.partition('-')[0]}.lock").open("a+b") as file:
                _take(file.fileno(), wait=False)
                shutil.rmtree(folder, ignore_errors=True)


def _age(place: Path) -> float:
    return time.time() - place.stat().st_mtime


if sys.platform == "win32":
    import msvcrt

    def _take(handle: int, *, wait: bool) -> None:
        while True:
            try:
                os.lseek(handle, 0, os.SEEK_SET)
                return msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
            except OSError:
                if not wait:
                    raise
            time.sleep(0.1)

else:
    import fcntl

    def _take(handle: int, *, wait: bool) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
