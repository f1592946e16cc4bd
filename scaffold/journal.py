"""Writing into a project that exists: all together or not at all, and mending what a killed run left behind.

The journal holds the previous bytes and modes from before the first change until after the last. Removing it is what
makes the changes final; finding it is what takes them back.
"""

import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from scaffold import disk, paths
from scaffold.errors import Changed, EditedSince, NotRestored, Unreadable
from scaffold.lock import held
from scaffold.signals import Check, held_back

if TYPE_CHECKING:
    from scaffold.changes import Op

FOLDER = ".scaffold"
NAME = f"{FOLDER}/journal"


def commit(root: str, ops: "Sequence[Op]") -> None:
    """Write the changes; on an error or a signal, everything is put back."""
    root = os.path.realpath(root)
    with held_back() as check, disk.refusals(root), held(root):
        if _is_pending(root):
            _restore(root)
        _check_unchanged(root, ops)
        try:
            journal = _begin(root, ops)
            _prepare(root, journal, ops, check)
            _check_unchanged(root, ops)  # again, for writing takes its time
            _take_effect(root, journal, ops, check)
            check()
            disk.remove_file(os.path.join(root, NAME))
        except BaseException:
            _restore(root)
            raise
        with suppress(OSError):  # it is done; what is left undone, the next command does
            _remove_empty_folder(root)


def recover(root: str) -> bool:
    """Put back what a killed run had begun to write; tell whether there was anything."""
    if not _is_pending(root):
        return False
    root = os.path.realpath(root)
    with held_back() as check, disk.refusals(root), held(root):
        edited = _restore(root)
        check()
    if edited:
        raise EditedSince(edited)
    return True


def _is_pending(root: str) -> bool:
    if os.path.lexists(paths.inside(root, NAME)):
        return True
    try:  # a run that was killed before it had a journal, or after, left the folder alone
        with os.scandir(os.path.join(root, FOLDER)) as entries:
            return not any(entries)
    except OSError:
        return False


@dataclass(frozen=True)
class Journal:
    """A word for the temporary names, the folders that will be made, and of each file its two sides."""

    token: str
    folders: list[str]
    files: dict[str, dict[str, Any]]

    def temporary(self, root: str, path: str) -> str:
        """Return the place the file is written to before it is renamed."""
        number = list(self.files).index(path)
        return os.path.join(os.path.dirname(paths.inside(root, path)), f".scaffold-{self.token}-{number}")

    def parents(self, root: str) -> list[str]:
        """Return the folders whose listing changes."""
        places = [paths.inside(root, path) for path in [*self.files, *self.folders, NAME]]
        return sorted(folder for folder in {os.path.dirname(place) for place in places} if os.path.isdir(folder))


def _begin(root: str, ops: "Sequence[Op]") -> Journal:
    import json

    # Nobody can have put a file or a link under a name that holds this word.
    token = os.urandom(6).hex()
    journal = Journal(token, _missing_folders(root, ops), {op.path: _sides(op) for op in ops})
    disk.make_folders(os.path.join(root, FOLDER))
    disk.write_file(os.path.join(root, NAME), json.dumps(asdict(journal)).encode(), 0o600)
    disk.sync_folders([os.path.join(root, FOLDER), root])
    return journal


def _sides(op: "Op") -> dict[str, Any]:
    from base64 import b64encode

    before = op.before and {"data": b64encode(op.before.data).decode(), "mode": op.before.mode}
    return {"before": before, "after": op.after and _digest(op.after.data)}


def _digest(data: bytes) -> str:
    from hashlib import sha256

    return sha256(data).hexdigest()


def _missing_folders(root: str, ops: "Sequence[Op]") -> list[str]:
    split = [op.path.split("/") for op in ops if op.after]
    folders = {"/".join(parts[:length]) for parts in split for length in range(1, len(parts))}
    return sorted(folder for folder in folders if not os.path.isdir(os.path.join(root, *folder.split("/"))))


def _check_unchanged(root: str, ops: "Sequence[Op]") -> None:
    for op in ops:
        with disk.refusals(op.path):
            if disk.found(paths.inside(root, op.path)) != (op.before and (op.before.data, op.before.mode)):
                raise Changed(op.path)


def _prepare(root: str, journal: Journal, ops: "Sequence[Op]", check: Check) -> None:
    for folder in journal.folders:
        with disk.refusals(folder):
            disk.make_folders(paths.inside(root, folder))
    for op in ops:
        check()
        if op.after:
            with disk.refusals(op.path):
                replaced = paths.inside(root, op.path) if op.before else None
                disk.write_file(journal.temporary(root, op.path), op.after.data, op.after.mode, replaced)


def _take_effect(root: str, journal: Journal, ops: "Sequence[Op]", check: Check) -> None:
    for op in ops:
        check()
        place = paths.inside(root, op.path)
        with disk.refusals(op.path):
            if op.after:
                os.replace(journal.temporary(root, op.path), place)
            else:
                os.unlink(place)
    disk.sync_folders(journal.parents(root))


def _restore(root: str) -> list[str]:
    """Put back what the journal holds, if there is one; return the files that were edited since, and stay."""
    with disk.refusals(NAME, NotRestored):
        written = disk.found(paths.inside(root, NAME))
        journal = _parsed(root, written[0]) if written else None
    edited = [path for path in journal.files if not _put_back(root, journal, path)] if journal else []
    with disk.refusals(NAME, NotRestored):
        if journal:
            disk.remove_folders(paths.inside(root, folder) for folder in journal.folders)
            disk.sync_folders(journal.parents(root))
        disk.remove_file(os.path.join(root, NAME))
        _remove_empty_folder(root)
    return edited


def _remove_empty_folder(root: str) -> None:
    folder = os.path.join(root, FOLDER)
    disk.remove_folders([folder])
    disk.sync_folders([folder if os.path.isdir(folder) else root])


def _put_back(root: str, journal: Journal, path: str) -> bool:
    """Put one file back; return False, and leave it alone, when it is neither as it was nor as we wrote it."""
    place, temporary = paths.inside(root, path), journal.temporary(root, path)
    before, after = _before(journal.files[path]), journal.files[path]["after"]
    with disk.refusals(path, NotRestored):
        disk.remove_file(temporary)
        now = disk.found(place)
        if now == before:
            return True
        if not _is_known(now, before, after):
            return False
        if before is None:
            disk.remove_file(place)
        else:
            disk.make_folders(os.path.dirname(place))
            disk.write_file(temporary, *before, replaced=place)
            os.replace(temporary, place)
    return True


def _is_known(now: disk.Found, before: disk.Found, after: str | None) -> bool:
    if now is None:
        return after is None
    return now[1] != disk.NO_FILE and _digest(now[0]) in (after, before and _digest(before[0]))


def _before(sides: dict[str, Any]) -> disk.Found:
    from base64 import b64decode

    held = sides["before"]
    return None if held is None else (b64decode(held["data"], validate=True), int(held["mode"]))


def _parsed(root: str, data: bytes) -> Journal | None:
    """Return the journal; None when it was not written to its end, so that nothing had begun.

    It may have come with a repository: raise unless it is one as we write it, of files inside the project.
    """
    import json

    try:
        held = json.loads(data)
    except (ValueError, RecursionError):
        return None
    if not _is_journal(held):
        raise Unreadable(NAME, None, "it is not a journal of scaffold and should be removed")
    journal = Journal(**held)
    for path in [*journal.files, *journal.folders]:
        paths.inside(root, path)
    return journal


def _is_journal(held: Any) -> bool:
    match held:
        case {"token": str(token), "folders": list(folders), "files": dict(files), **more}:
            texts = all(isinstance(folder, str) for folder in folders)
            return not more and token.isascii() and token.isalnum() and texts and all(map(_is_sides, files.values()))
    return False


def _is_sides(sides: Any) -> bool:
    match sides:
        case {"before": None, "after": str()}:
            return True
        case {"before": {"data": str(), "mode": int(mode)}, "after": str() | None} if 0 <= mode <= disk.MODES:
            try:
                return _before(sides) is not None
            except ValueError:
                return False
    return False
