"""A throw-away copy of a project, in which whatever runs can spoil nothing of the user's."""

import hashlib
import os
import re
import shutil
import stat
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

from scaffold import git, listing, paths, signals
from scaffold.errors import UnsafePath
from scaffold.proof import variables
from scaffold.proof.unmet import NotProved

# A socket's path has room for 107 characters, so that the folder's name is short.
SHORT, PREFIX = "/tmp", "px-"  # noqa: S108 - mkdtemp makes the folder, under a name of its own
UNUSUAL, LONGEST = re.compile(r"[^A-Za-z0-9._-]+"), 40
HISTORY = ".scaffold"
SETTINGS = ".flaskenv"
ENVIRONMENT = f"/{listing.ENVIRONMENT}"
JOURNAL = f"{HISTORY}/journal"
SKIPPED = (listing.SKIPPED | {".cache"}) - {HISTORY}
# What holds the user's data, and what is never taken along, tracked or not.
DATA = ("instance", "*.sqlite", "*.sqlite3", "*.db", "*.sqlite-*", "*.db-journal", "*.db-wal", "*.db-shm")
EXAMPLE = ".env.example"
SECRETS = (
    *(".env", ".env.*", ".envrc", "secret.env", "secrets.env"),
    *("*.pem", "*.key", "*.crt", "*.cer", "*.der", "*.p12", "*.pfx", "*.jks", "*.keystore", "*.kdbx", "*.ppk"),
    *("id_rsa*", "id_dsa*", "id_ecdsa*", "id_ed25519*", ".netrc", "_netrc", ".pypirc", ".pgpass", ".htpasswd"),
    *("credentials.json", "client_secret*.json", "service-account*.json", "service_account*.json"),
)
Seen = Mapping[str, tuple[int, int]]


@dataclass(frozen=True)
class Copy:
    """A copy of a project, the folder that holds all that is thrown away, and the variables of every program in it.

    `withheld` names the settings of the user's that stayed behind.
    """

    source: Path
    root: Path
    folder: Path
    variables: dict[str, str]
    withheld: tuple[str, ...]
    before: Seen
    digests: Mapping[str, bytes]

    def changed(self) -> list[str]:
        """Return what of the user's tree is not as it was before the copy was made."""
        now = _seen(self.source)
        return sorted(path for path in {*self.before, *now} if self._differs(path, now))

    def _differs(self, path: str, now: Seen) -> bool:
        if self.before.get(path) == now.get(path):
            return False
        digest = self.digests.get(path)
        return digest is None or path not in now or digest != _digest(self.source / path)


@contextmanager
def copied(root: str) -> Iterator[Copy]:
    """Yield a copy of the project, which is removed in the end, whatever happens."""
    made: list[Path] = []
    try:
        with signals.held_back() as check:
            made.append(_folder())
            check()
        yield _filled(Path(root).resolve(), made[0])
    finally:
        with signals.held_back():
            for folder in made:
                _remove(folder)


def _folder() -> Path:
    short = SHORT if os.path.isdir(SHORT) and os.access(SHORT, os.W_OK) else None
    folder = Path(os.path.realpath(tempfile.mkdtemp(prefix=PREFIX, dir=short)))
    if _is_root():
        # Then servers run as other accounts.
        folder.chmod(0o755)
    return folder


def _is_root() -> bool:
    return sys.platform != "win32" and os.geteuid() == 0


def _filled(source: Path, folder: Path) -> Copy:
    root = folder / _name(source)
    before = _seen(source)
    try:
        # With a history in it, even an empty one, it is a project's root, whatever lies in the folders above.
        (root / HISTORY).mkdir(parents=True)
        for name in (variables.DATA, variables.HOME, variables.TEMPORARY):
            (folder / name).mkdir()
            if _is_root():
                (folder / name).chmod(0o1777)
        digests = dict(_brought(source, root, chosen(source)))
    except OSError as error:
        raise NotProved(f"the project cannot be copied: {error}") from error
    open_to_all(root)
    found = variables.of_copy(source, root, folder)
    return Copy(source, root, folder, dict(found.given), found.withheld, before, digests)


def _name(source: Path) -> str:
    """Return the name of the project's folder; of one that a server's configuration cannot hold, what is left of it."""
    return UNUSUAL.sub("-", source.name)[:LONGEST].strip("-.") or "project"


def chosen(root: Path) -> list[str]:
    """Return the paths that a copy of the project has: what git would keep, else what was not made by tools."""
    history = list(_walked(root, HISTORY))
    known = git.files(str(root))
    if known is None:
        return sorted({*_walked(root), *history})
    tracked, others = known
    found = {*_expanded(root, tracked), *_wanted(_expanded(root, others)), *history}
    return sorted(path for path in found if not _is_secret(path))


def _wanted(listed: Iterable[str]) -> Iterator[str]:
    """Yield of what git was told nothing about what is no tool's."""
    found = list(filter(_is_wanted, listed))
    environments = tuple(path.removesuffix(listing.ENVIRONMENT) for path in found if path.endswith(ENVIRONMENT))
    return (path for path in found if not path.startswith(environments))


def _expanded(root: Path, listed: Iterable[str]) -> Iterator[str]:
    """Yield the paths that git lists; of another repository in this one, what it holds."""
    for path in listed:
        place = root / path
        if place.is_dir() and not place.is_symlink():
            yield from _walked(root, path.rstrip("/"))
        else:
            yield path


def _walked(root: Path, folder: str = "") -> Iterator[str]:
    """Yield the path of all that is below a folder and is wanted; links are not followed."""
    try:
        entries = sorted(os.scandir(root / folder), key=lambda entry: entry.name)
    except OSError:
        return
    if folder and any(entry.name == listing.ENVIRONMENT for entry in entries):
        return
    for entry in entries:
        path = f"{folder}/{entry.name}" if folder else entry.name
        if not _is_wanted(path) or _is_secret(path):
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from _walked(root, path)
        else:
            yield path


def _is_wanted(path: str) -> bool:
    """Tell whether it is no tool's and none of the user's data: git may not have been told of them."""
    parts = path.split("/")
    if path == JOURNAL or parts[0] == DATA[0] or any(part in SKIPPED or part.endswith(".egg-info") for part in parts):
        return False
    return not any(fnmatch(parts[-1].lower(), pattern) for pattern in DATA[1:])


def _is_secret(path: str) -> bool:
    name = path.rpartition("/")[2].lower()
    return name != EXAMPLE and any(fnmatch(name, pattern) for pattern in SECRETS)


def _brought(source: Path, root: Path, listed: Iterable[str]) -> Iterator[tuple[str, bytes]]:
    """Copy the files; yield the digest of each."""
    for path in listed:
        try:
            place = Path(paths.inside(str(source), path))
            mode = place.lstat().st_mode
        except (UnsafePath, FileNotFoundError, NotADirectoryError):
            continue  # what git knows may be gone, or lie behind a link
        if stat.S_ISLNK(mode):
            _link(source, place, root / path)
        elif stat.S_ISREG(mode):
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(place, root / path)
            yield path, _digest(root / path)
            if path == SETTINGS:
                (root / path).write_bytes(variables.without_secrets(place.read_bytes(), source, root))


def _link(source: Path, place: Path, to: Path) -> None:
    """Make the link in the copy lead to the same place of the copy; one that leads out is left out."""
    target = Path(os.path.realpath(place))
    if target.is_relative_to(source):
        to.parent.mkdir(parents=True, exist_ok=True)
        with suppress(OSError):  # on Windows not everybody may make links
            to.symlink_to(os.path.relpath(target, place.parent), target.is_dir())


def open_to_all(root: Path) -> None:
    """Let every account read what root has written."""
    if not _is_root():
        return
    for folder, _, names in os.walk(root):
        os.chmod(folder, 0o755)  # noqa: S103 - what it holds of secrets was left out
        for name in names:
            place = os.path.join(folder, name)
            if not os.path.islink(place):
                os.chmod(place, stat.S_IMODE(os.stat(place).st_mode) | 0o644)


def _seen(root: Path) -> dict[str, tuple[int, int]]:
    """Return the size and the time of every file; a folder counts by being there."""
    found: dict[str, tuple[int, int]] = {}
    for folder, folders, names in os.walk(root):
        start = os.path.relpath(folder, root)
        folders[:] = [name for name in folders if name != ".git"]
        for name in (*folders, *names):
            path = name if start == "." else f"{start}/{name}".replace(os.sep, "/")
            with suppress(FileNotFoundError):
                now = os.lstat(os.path.join(folder, name))
                found[path] = (-1, 0) if stat.S_ISDIR(now.st_mode) else (now.st_size, now.st_mtime_ns)
    return found


def _digest(place: Path) -> bytes:
    with suppress(OSError), place.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()
    return b""


def _remove(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    if folder.exists():  # something in it may not be written to
        for place, _, names in os.walk(folder):
            for one in (place, *(os.path.join(place, name) for name in names)):
                with suppress(OSError):
                    if not os.path.islink(one):
                        os.chmod(one, 0o700)
        shutil.rmtree(folder, ignore_errors=True)
