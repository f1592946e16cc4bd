"""Writing into a project that exists: all together or not at all, and mending what a killed run left behind.

The journal holds the previous bytes and modes from before the first change until after the last. Removing it is what
makes the changes final; finding it is what takes them back.
"""

import os
import stat
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from scaffold import disk, entries, paths
from scaffold.entries import FOLDER, NAME, Entries
from scaffold.errors import Changed, EditedSince, NotRestored
from scaffold.lock import held
from scaffold.signals import Check, held_back

if TYPE_CHECKING:
    from scaffold.changes import Op


def commit(root: str, ops: "Sequence[Op]", folders: Sequence[str] = ()) -> None:
    """Write the changes, and remove the folders if they are empty then; on an error or a signal, all is put back."""
    root = os.path.realpath(root)
    with held_back() as check, disk.refusals(root), held(root):
        if _is_pending(root):
            _restore(root)
        _check_unchanged(root, ops)
        try:
            begun = _begin(root, ops, folders)
            _prepare(root, begun, ops, check)
            _check_unchanged(root, ops)  # again, for writing takes its time
            _take_effect(root, begun, ops, check)
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
        with os.scandir(os.path.join(root, FOLDER)) as found:
            return not any(found)
    except OSError:
        return False


def _check_unchanged(root: str, ops: "Sequence[Op]") -> None:
    for op in ops:
        with disk.refusals(op.path):
            if disk.found(paths.inside(root, op.path)) != (op.before and (op.before.data, op.before.mode)):
                raise Changed(op.path)


def _begin(root: str, ops: "Sequence[Op]", folders: Sequence[str]) -> Entries:
    begun = entries.planned(root, ops, folders)
    disk.make_folders(os.path.join(root, FOLDER))
    disk.write_file(os.path.join(root, NAME), begun.dump(), 0o600)
    disk.sync_folders([os.path.join(root, FOLDER), root])
    return begun


def _prepare(root: str, begun: Entries, ops: "Sequence[Op]", check: Check) -> None:
    for folder in begun.folders:
        with disk.refusals(folder):
            disk.make_folders(paths.inside(root, folder))
    for op in ops:
        check()
        if op.after:
            with disk.refusals(op.path):
                replaced = paths.inside(root, op.path) if op.before else None
                disk.write_file(begun.temporary(root, op.path), op.after.data, op.after.mode, replaced)


def _take_effect(root: str, begun: Entries, ops: "Sequence[Op]", check: Check) -> None:
    for op in ops:
        check()
        place = paths.inside(root, op.path)
        with disk.refusals(op.path):
            if op.after:
                os.replace(begun.temporary(root, op.path), place)
            else:
                os.unlink(place)
    disk.remove_folders(paths.inside(root, folder) for folder in begun.gone)
    disk.sync_folders(begun.parents(root))


def _restore(root: str) -> list[str]:
    """Put back what the journal holds, if there is one; return the files that were edited since, and stay."""
    with disk.refusals(NAME, NotRestored):
        written = disk.found(paths.inside(root, NAME))
    begun = entries.parsed(root, written[0]) if written else None
    edited = _put_all_back(root, begun) if begun else []
    with disk.refusals(NAME, NotRestored):
        disk.remove_file(os.path.join(root, NAME))
        _remove_empty_folder(root)
    return edited


def _put_all_back(root: str, begun: Entries) -> list[str]:
    for folder in sorted(begun.gone):
        with disk.refusals(folder, NotRestored):
            disk.make_folders(paths.inside(root, folder))
            _set_mode(paths.inside(root, folder), begun.gone[folder])
    edited = [path for path in begun.files if not _put_back(root, begun, path)]
    with disk.refusals(NAME, NotRestored):
        disk.remove_folders(paths.inside(root, folder) for folder in begun.folders)
        disk.sync_folders(begun.parents(root))
    return edited


def _set_mode(folder: str, mode: int) -> None:
    if stat.S_IMODE(os.stat(folder).st_mode) != mode:
        os.chmod(folder, mode)


def _put_back(root: str, begun: Entries, path: str) -> bool:
    """Put one file back; return False, and leave it alone, when it is neither as it was nor as we wrote it."""
    place, temporary, before = paths.inside(root, path), begun.temporary(root, path), begun.before(path)
    with disk.refusals(path, NotRestored):
        disk.remove_file(temporary)
        now = disk.found(place)
        if now == before:
            return True
        if not begun.knows(path, now):
            return False
        if before is None:
            disk.remove_file(place)
        else:
            disk.make_folders(os.path.dirname(place))
            disk.write_file(temporary, *before, replaced=place)
            os.replace(temporary, place)
    return True


def _remove_empty_folder(root: str) -> None:
    folder = os.path.join(root, FOLDER)
    disk.remove_folders([folder])
    disk.sync_folders([folder if os.path.isdir(folder) else root])
