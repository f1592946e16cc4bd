"""A new project: built in a hidden folder beside its place, where it then appears by one rename."""

import os
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from scaffold import disk
from scaffold.entries import FOLDER
from scaffold.errors import NotEmpty
from scaffold.lock import held
from scaffold.signals import Check, held_back

if TYPE_CHECKING:
    from scaffold.changes import Op


def is_free(root: str) -> bool:
    """Tell whether a project can appear at the root by one rename: nothing is there, or an empty folder.

    A folder that the caller stands in, or that is a mount, stays what it is and is filled.
    """
    if not os.path.lexists(root):
        return True
    if not os.path.isdir(root) or os.path.islink(root) or os.path.ismount(root) or os.listdir(root):
        return False
    return os.access(os.path.dirname(os.path.abspath(root)), os.W_OK) and not os.path.samefile(root, os.curdir)


def appear(root: str, ops: "Sequence[Op]") -> None:
    """Build the files beside the root and let them appear there by one rename.

    A run that is killed leaves the hidden folder; the next one for the same root takes it over.
    """
    root = os.path.abspath(root)
    parent, name = os.path.split(root)
    stage = os.path.join(parent, f".{name}.scaffold")
    with held_back() as check, disk.refusals(root):
        made = disk.make_folders(stage)
        try:
            with held(stage):
                _check_ours(stage)
                _fill(stage, ops, root, check)
        except BaseException:
            with suppress(OSError):
                disk.remove_folders(made)
            raise
        with suppress(OSError):  # it is done; what is left undone, the next command does
            disk.remove_folders([os.path.join(root, FOLDER)])
            disk.sync_folders([parent])


def _check_ours(stage: str) -> None:
    names = sorted(os.listdir(stage))
    if names and FOLDER not in names:
        raise NotEmpty(stage, names)  # whatever it is, no run of ours began it


def _fill(stage: str, ops: "Sequence[Op]", root: str, check: Check) -> None:
    try:
        _empty(stage)
        _build(stage, ops, check)
        check()
        disk.take_place(stage, root)
    except BaseException:
        with suppress(OSError):  # else it is the next run that removes it
            _empty(stage)
            os.rmdir(stage)
        raise


def _empty(stage: str) -> None:
    # Our own folder goes last: as long as there is anything, it shows that a run of ours made it.
    for name in sorted(os.listdir(stage), key=lambda name: name == FOLDER):
        disk.remove_tree(os.path.join(stage, name))


def _build(stage: str, ops: "Sequence[Op]", check: Check) -> None:
    disk.make_folders(os.path.join(stage, FOLDER))  # the mark: what is in `stage` without it is somebody else's
    for op in ops:
        check()
        if op.after:
            place = os.path.join(stage, *op.path.split("/"))
            with disk.refusals(op.path):
                disk.make_folders(os.path.dirname(place))
                disk.write_file(place, op.after.data, op.after.mode)
    disk.sync_tree(stage)
