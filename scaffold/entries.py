"""What the journal holds: enough to put every file and folder back as it was."""

import os
import stat
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from scaffold import disk, paths
from scaffold.errors import Unreadable
from scaffold.fields import Fields

if TYPE_CHECKING:
    from scaffold.changes import Op

FOLDER = ".scaffold"
NAME = f"{FOLDER}/journal"
FOLDER_MODES = 0o7777


class Entries(Fields):
    """A word for temporary names, the folders that are made, the modes of those that go, each file's two sides."""

    token: str
    folders: list[str]
    gone: dict[str, int]
    files: dict[str, dict[str, Any]]

    def temporary(self, root: str, path: str) -> str:
        """Return the place the file is written to before it is renamed."""
        number = list(self.files).index(path)
        return os.path.join(os.path.dirname(paths.inside(root, path)), f".scaffold-{self.token}-{number}")

    def parents(self, root: str) -> list[str]:
        """Return the folders whose listing changes."""
        places = [paths.inside(root, path) for path in [*self.files, *self.folders, *self.gone, NAME]]
        return sorted(folder for folder in {os.path.dirname(place) for place in places} if os.path.isdir(folder))

    def before(self, path: str) -> disk.Found:
        """Return the file as it was."""
        return _before(self.files[path])

    def knows(self, path: str, now: disk.Found) -> bool:
        """Tell whether the file is as it was or as we wrote it: whatever else it is, somebody else did that."""
        before, after = self.before(path), self.files[path]["after"]
        if now is None:
            return after is None
        return now[1] != disk.NO_FILE and _digest(now[0]) in (after, before and _digest(before[0]))

    def dump(self) -> bytes:
        """Return the bytes that `parsed` reads."""
        import json

        return json.dumps(self.as_dict()).encode()


def planned(root: str, ops: "Sequence[Op]", folders: Sequence[str]) -> Entries:
    """Return the entries of a change before it is begun."""
    # Nobody can have put a file or a link under a name that holds this word.
    token = os.urandom(6).hex()
    made = paths.missing_folders(root, [op.path for op in ops if op.after])
    places = {folder: paths.inside(root, folder) for folder in folders}
    gone = {folder: stat.S_IMODE(os.stat(place).st_mode) for folder, place in places.items() if os.path.isdir(place)}
    return Entries(token, made, gone, {op.path: _sides(op) for op in ops})


def _sides(op: "Op") -> dict[str, Any]:
    from binascii import b2a_base64

    before = op.before and {"data": b2a_base64(op.before.data, newline=False).decode(), "mode": op.before.mode}
    return {"before": before, "after": op.after and _digest(op.after.data)}


def _digest(data: bytes) -> str:
    """Return what tells our bytes from those that a user has typed since: no more than that, and quick to load."""
    from zlib import crc32

    return f"{len(data)}-{crc32(data):08x}"


def _before(sides: dict[str, Any]) -> disk.Found:
    from binascii import a2b_base64

    held = sides["before"]
    return None if held is None else (a2b_base64(held["data"], strict_mode=True), int(held["mode"]))


def parsed(root: str, data: bytes) -> Entries | None:
    """Return the entries; None when they were not written to their end, so that nothing had begun.

    They may have come with a repository: raise unless they are as we write them, of files inside the project.
    """
    import json

    try:
        held = json.loads(data)
    except (ValueError, RecursionError):
        return None
    if not _is_entries(held):
        raise Unreadable(NAME, None, "it is not a journal of scaffold and should be removed")
    entries = Entries(**held)
    for path in [*entries.files, *entries.folders, *entries.gone]:
        paths.inside(root, path)
    return entries


def _is_entries(held: Any) -> bool:
    match held:
        case {"token": str(token), "folders": list(folders), "gone": dict(gone), "files": dict(files), **more}:
            word = not more and token.isascii() and token.isalnum()
            known = all(isinstance(folder, str) for folder in folders) and all(
                _is_mode(mode, FOLDER_MODES) for mode in gone.values()
            )
            return word and known and all(map(_is_sides, files.values()))
    return False


def _is_mode(mode: Any, most: int) -> bool:
    return isinstance(mode, int) and 0 <= mode <= most


def _is_sides(sides: Any) -> bool:
    match sides:
        case {"before": None, "after": str()}:
            return True
        case {"before": {"data": str(), "mode": mode}, "after": str() | None} if _is_mode(mode, disk.MODES):
            try:
                return _before(sides) is not None
            except ValueError:
                return False
    return False
