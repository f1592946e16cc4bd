"""What a command is about to do to the disk, held in memory until it is written."""

import os
import stat
import sys
from collections.abc import Iterator, Sequence

from scaffold import diff, listing, paths
from scaffold.disk import MODES
from scaffold.errors import CannotWrite, FileExists, Problems, ScaffoldError, Unreadable, UnsafePath
from scaffold.fields import Fields

OURS = ".scaffold/"


class File(Fields):
    """One file: its bytes, its mode (None: as new files are), and whether its content must not be shown."""

    data: bytes
    mode: int | None = None
    secret: bool = False

    @property
    def side(self) -> diff.Side:
        """Return the file as the diff shows it."""
        return diff.Side(self.data, bool((self.mode or 0) & 0o100))


class Op(Fields):
    """One file that will be created, edited or deleted."""

    path: str
    before: File | None
    after: File | None

    @property
    def verb(self) -> str:
        """Return what happens to the file, in the word that is printed and in `--json`."""
        if self.before is None:
            return "create"
        return "delete" if self.after is None else "edit"

    @property
    def secret(self) -> bool:
        """Tell whether either side must not be shown."""
        return bool((self.before and self.before.secret) or (self.after and self.after.secret))

    def diff(self) -> bytes:
        """Return this file's part of the diff."""
        if self.secret:
            return f"# {self.path}: {self.verb}, content withheld\n".encode()
        return diff.of_file(
            self.path, self.before.side if self.before else None, self.after.side if self.after else None
        )


class Changes:
    """The files of one project as they are and as they will be.

    Everything that plans reads through this value, so a second edit sees the first, and what was read is compared with
    the disk again before anything is written.
    """

    def __init__(self, root: str) -> None:
        self.root = root
        self._read: dict[str, File | None] = {}
        self._planned: dict[str, File | None] = {}
        self._folders: set[str] = set()
        self._listing: list[str] | None = None

    def read(self, path: str) -> bytes | None:
        """Return the file's bytes as planned, else as on the disk; None when there is no such file."""
        found = self.file(path)
        return None if found is None else found.data

    def file(self, path: str) -> File | None:
        """Return the file as planned, else as on the disk."""
        path = paths.real(self.root, path)
        return self._planned[path] if path in self._planned else self._on_disk(path)

    def put(self, path: str, data: bytes, mode: int | None = None, *, secret: bool = False) -> None:
        """Plan the file's new bytes; the mode of a file that exists stays unless one is given."""
        path = paths.real(self.root, path)
        held = self.file(path)
        if held is not None:
            mode, secret = held.mode if mode is None else mode, secret or held.secret
        self._planned[path] = File(data, mode, secret)

    def create(self, path: str, data: bytes, mode: int | None = None, *, secret: bool = False) -> None:
        """Plan a file that must be new, or hold these very bytes already; raise `FileExists` when it does not."""
        held = self.read(path)
        if held is None:
            self.put(path, data, mode, secret=secret)
        elif held != data:
            raise FileExists(path)

    def delete(self, path: str) -> None:
        """Plan that the file goes."""
        self._planned[paths.real(self.root, path)] = None

    def delete_folder(self, path: str) -> None:
        """Plan that the folder goes, if then nothing is in it any more."""
        self._folders.add(paths.contained(path))

    def new_folders(self) -> list[str]:
        """Return the folders that the planned files need and that are not there yet."""
        return paths.missing_folders(self.root, [path for path, file in self._planned.items() if file])

    def paths(self) -> list[str]:
        """Return every file of the project, planned ones included, without what tools and virtualenvs put there."""
        if self._listing is None:
            self._listing = sorted(listing.files(self.root))
        gone = {path for path, file in self._planned.items() if file is None}
        new = self._planned.keys() - gone
        return sorted({*self._listing, *new} - gone) if new or gone else self._listing

    def ops(self) -> list[Op]:
        """Return what will happen, one entry a file, without the files that stay as they are."""
        ops = (Op(path, self._on_disk(path), after) for path, after in sorted(self._planned.items()))
        return [op for op in ops if _differs(op)]

    def diff(self) -> bytes:
        """Return what will happen as a diff that `git apply` takes; our own records and secrets are left out."""
        return b"".join(op.diff() for op in self.ops() if not op.path.startswith(OURS))

    def check(self) -> None:
        """Raise every reason for which these changes cannot be written, before anything is."""
        ops = self.ops()
        problems = [problem for op in ops if (problem := _problem(self.root, op))] + list(_collisions(ops))
        if len(problems) == 1:
            raise problems[0]
        if problems:
            raise Problems(problems)

    def write(self) -> None:
        """Write all of it or nothing."""
        from scaffold import journal, stage

        self.check()
        ops = self.ops()
        if not ops:
            return
        if stage.is_free(self.root):
            stage.appear(self.root, ops)
        else:
            journal.commit(self.root, ops, sorted(self._folders))

    def _on_disk(self, path: str) -> File | None:
        if path not in self._read:
            self._read[path] = _load(self.root, path)
        return self._read[path]


def _differs(op: Op) -> bool:
    if op.before is None or op.after is None:
        return op.before is not op.after
    return op.before.data != op.after.data or _mode_differs(op.before.mode, op.after.mode)


def _mode_differs(before: int | None, after: int | None) -> bool:
    return after is not None and before != after and sys.platform != "win32"  # files have no modes there


def _problem(root: str, op: Op) -> ScaffoldError | None:
    try:
        place = paths.inside(root, op.path)
        if op.before is None:
            paths.checked(op.path)
        if os.path.isdir(place):
            raise CannotWrite(op.path, "a folder has that name")
        if op.before and not os.access(place, os.W_OK):
            raise CannotWrite(op.path, "it is read-only")
        _check_folder(op.path, os.path.dirname(place))
    except ScaffoldError as problem:
        return problem
    return None


def _check_folder(path: str, folder: str) -> None:
    while not os.path.lexists(folder):
        folder = os.path.dirname(folder)
    if not os.path.isdir(folder):
        raise CannotWrite(path, f"'{os.path.basename(folder)}' is not a folder")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise CannotWrite(path, f"the folder '{os.path.basename(folder)}' is read-only")


def _collisions(ops: Sequence[Op]) -> Iterator[ScaffoldError]:
    """Yield what cannot be written together: a file where another one needs a folder, names that differ by case."""
    files = {op.path for op in ops if op.after}
    seen: dict[str, str] = {}
    for op in ops:
        for path in (*paths.parents(op.path), op.path):
            known = seen.setdefault(paths.key(path), path)
            if known != path:
                yield UnsafePath(op.path, f"some systems do not tell it from '{known}'")
            elif path in files and path != op.path:
                yield CannotWrite(op.path, f"'{path}' is not a folder")


def _load(root: str, path: str) -> File | None:
    place = paths.inside(root, path)
    try:
        mode = os.lstat(place).st_mode
        if stat.S_ISDIR(mode):
            return None
        if not stat.S_ISREG(mode):
            raise Unreadable(path, None, "it is not a regular file")
        with open(place, "rb") as file:
            return File(file.read(), mode & MODES)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise Unreadable(path, None, error.strerror or str(error)) from error
