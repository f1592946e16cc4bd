"""What `secret new` and `secret rotate` will do to the file that has the session key. Reads, never writes."""

import json
import os
import re
import sys
from collections.abc import Iterator, Sequence

from scaffold import git, journal, paths
from scaffold.changes import Changes
from scaffold.envfile import EnvFile
from scaffold.errors import BadResult, Committed, KeyExists, NoKeyFile, ScaffoldError, UnfitKey, Unreadable
from scaffold.fields import Fields
from scaffold.plan import Plan, random_key
from scaffold.project import Project

ENV, EXAMPLE = ".env", ".env.example"
# What the apps that `new` makes ask of every key. Elsewhere a shorter one may be random, and is worth its sessions.
OURS, ELSEWHERE, DIFFERENT = 32, 16, 8
PLACEHOLDER = re.compile("change|example|insecure|password|placeholder|secret", re.IGNORECASE)
COMPOSED = re.compile(r"\$\{[^}]*\}")
READ = re.compile(b"SECRET_KEY_FALLBACKS|from_prefixed_env")

RESTART = "# Restart the app: it reads its keys when it starts."
ELSEWHERE_TOO = "# Where a server has its variables from another file, there: scaffold secret rotate --file FILE"
END = "scaffold secret rotate --drop-fallbacks  # when all that the old key has signed may end"
WEAK = "A key that is too short, or a placeholder, is not kept: what it has signed ends."
UNREAD = (
    "Nothing in the project reads {0}, so what the old key has signed ends. To keep it, set app.config['{0}'] ="
    " [key for key in os.environ.get('{0}', '').split(',') if key]."
)


class Place(Fields):
    """A file that has a key, or will: where it is, and whether it is the one of a project, or of one that we made."""

    root: str
    path: str
    of_project: bool = False
    ours: bool = False

    @property
    def readers(self) -> int:
        """Return the most that the mode may be: a server may read its own file as a member of the group."""
        return 0o600 if self.of_project else 0o660


class Names(Fields):
    """What a file calls the key and the earlier ones, and whether those are a JSON list or have commas between."""

    key: str
    fallbacks: str
    as_json: bool = False

    def read(self, file: EnvFile) -> list[str]:
        """Return the earlier keys, the newest first."""
        text = file.get(self.fallbacks)
        if text.strip().startswith("["):
            try:
                return [str(key) for key in json.loads(text)]
            except ValueError:
                pass
        return [key for key in text.split(",") if key.strip()]

    def write(self, file: EnvFile, keys: Sequence[str]) -> None:
        """Set the earlier keys, in the form that is there already.

        Without any the variable goes: empty, it would be one empty key to an app that splits it at commas.
        """
        if keys:
            text = json.dumps(list(keys), ensure_ascii=False) if self.is_json(file) else ",".join(keys)
            file.set(self.fallbacks, text, beside=self.key)
        elif file.get(self.fallbacks).strip():
            file.unset(self.fallbacks)

    def is_json(self, file: EnvFile) -> bool:
        """Tell whether the earlier keys are a JSON list, or are to be one."""
        held = file.get(self.fallbacks).strip()
        return held.startswith("[") if held else self.as_json


PLAIN = Names("SECRET_KEY", "SECRET_KEY_FALLBACKS")
# What `app.config.from_prefixed_env()` reads: as JSON, where it is JSON.
PREFIXED = Names("FLASK_SECRET_KEY", "FLASK_SECRET_KEY_FALLBACKS", as_json=True)


def in_project(project: Project) -> Place:
    """Return the project's own file."""
    return Place(project.root, ENV, of_project=True, ours=bool(project.names))


def named(file: str, *, new: bool = False) -> Place:
    """Return the file that the user names, or its place when it is new; what a killed run left there is put back."""
    root, name = os.path.split(os.path.realpath(file))
    there = os.path.isfile(os.path.join(root, name))
    if not there and not (new and os.path.isdir(root) and name and not os.path.lexists(os.path.join(root, name))):
        raise NoKeyFile(file, "Name the file that the server has its variables from.")
    journal.recover(root)
    return Place(root, name)


def new(place: Place) -> Plan:
    """Plan a key where there is none; a file that is missing is made after `.env.example`."""
    planned = Plan(Changes(place.root))
    held = planned.changes.read(place.path)
    if held is None:
        file = EnvFile((place.of_project and planned.changes.read(EXAMPLE)) or b"")
        _names(file).write(file, [])  # the earlier keys of an example are known to everybody
    else:
        file = EnvFile(held)
        _check_no_key(place, file)
    names = _names(file)
    _put_new_key(planned, place, file, names, names.read(file))
    return planned


def rotate(place: Place) -> Plan:
    """Plan a new key, and the one that is there as the first of the earlier ones."""
    planned, file = _begun(place)
    names = _names(file)
    _check_fit(place, file, names)
    old = file.get(names.key)
    kept = _put_new_key(planned, place, file, names, [*([old] if old else []), *names.read(file)])
    planned.next_steps = [RESTART, *([ELSEWHERE_TOO] if place.of_project else []), *([END] if kept else [])]
    if kept and place.of_project and not _reads_earlier(planned.changes):
        planned.warnings.append(UNREAD.format(names.fallbacks))
    return planned


def drop(place: Place) -> Plan:
    """Plan that the earlier keys go, and the key stays."""
    planned, file = _begun(place)
    names = _names(file)
    names.write(file, [])
    _put(planned, place, file)
    if planned.changes.ops():
        planned.next_steps = [RESTART]
    return planned


def _begun(place: Place) -> tuple[Plan, EnvFile]:
    planned = Plan(Changes(place.root))
    held = planned.changes.read(place.path)
    if held is None:
        raise NoKeyFile(place.path, "Make it with 'scaffold secret new'.")
    file = EnvFile(held)
    for one in file.statements():
        if not one.readable and PLAIN.key in file.text[one.start : one.end]:
            raise Unreadable(place.path, file.line(one), "the quotes there do not match")
    return planned, file


def _names(file: EnvFile) -> Names:
    return PREFIXED if file.get(PREFIXED.key) and not file.get(PLAIN.key) else PLAIN


def _check_no_key(place: Place, file: EnvFile) -> None:
    """Raise `KeyExists` when the file has a key, were it a weak one."""
    for name in (PLAIN.key, PREFIXED.key):
        found = file.find(name)
        if found and (found.value or "").strip() and not PLACEHOLDER.search(found.value or ""):
            raise KeyExists(place.path, file.line(found), name)


def _check_fit(place: Place, file: EnvFile, names: Names) -> None:
    """Raise `UnfitKey` when a key could not be read back from among the earlier ones."""
    for name in (names.key, names.fallbacks):
        found = file.find(name)
        value = (found and found.value) or ""
        if found and COMPOSED.search(value):
            raise UnfitKey(place.path, file.line(found), name, "it is put together from other variables")
        if found and name == names.key and "," in value and not names.is_json(file):
            raise UnfitKey(place.path, file.line(found), name, "it has a comma, and commas stand between those")


def _put_new_key(planned: Plan, place: Place, file: EnvFile, names: Names, earlier: Sequence[str]) -> list[str]:
    """Plan a new key and those of the earlier ones that are worth keeping; return these."""
    key, kept = random_key(), list(_strong(earlier, OURS if place.ours else ELSEWHERE))
    if len(kept) < len({one.strip() for one in earlier}):
        planned.warnings.append(WEAK)
    others = _others(file, names)
    file.set(names.key, key)
    names.write(file, kept)
    written = EnvFile(file.data)
    if (written.get(names.key), names.read(written), _others(written, names)) != (key, kept, others):
        raise BadResult(place.path, "it would not be read as it was meant")
    _check_uncommitted(planned, place)
    _put(planned, place, file)
    return kept


def _strong(keys: Sequence[str], least: int) -> Iterator[str]:
    """Yield those of the keys that nobody guesses, each once: with a weak one anybody could sign."""
    seen = set()
    for key in keys:
        word = key.strip()
        if len(word) >= least and len(set(word)) >= DIFFERENT and not PLACEHOLDER.search(word) and word not in seen:
            seen.add(word)
            yield key


def _others(file: EnvFile, names: Names) -> list[tuple[str | None, str | None]]:
    """Return what the file sets besides, and the rest of it that is no remark."""
    counted = [one for one in file.statements() if one.name or not one.readable]
    return [(one.name, one.value) for one in counted if one.name not in (names.key, names.fallbacks)]


def _put(planned: Plan, place: Place, file: EnvFile) -> None:
    """Plan the file, readable by those only who may."""
    held = planned.changes.file(place.path)
    mode = 0o600
    if held and held.mode is not None:
        mode = held.mode & place.readers
        if mode != held.mode and sys.platform != "win32":
            planned.warnings.append(f"'{place.path}' has mode {held.mode:04o}: it becomes {mode:04o}.")
    planned.changes.put(place.path, file.data, mode, secret=True)


def _check_uncommitted(planned: Plan, place: Place) -> None:
    """Raise `Committed` when the new key would get into a repository."""
    path = paths.real(place.root, place.path)
    match git.fate(os.path.join(place.root, *path.split("/"))):
        case git.Fate.TRACKED:
            raise Committed(path, tracked=True)
        case git.Fate.UNTRACKED:
            raise Committed(path, tracked=False)
        case git.Fate.UNKNOWN:
            planned.warnings.append(f"git does not say whether it ignores '{path}'. See that nobody commits it.")


def _reads_earlier(changes: Changes) -> bool:
    """Tell whether the project's code reads the earlier keys."""
    return any(READ.search(_readable(changes, path)) for path in changes.paths() if path.endswith(".py"))


def _readable(changes: Changes, path: str) -> bytes:
    try:
        return changes.read(path) or b""
    except ScaffoldError:  # a neighbour that nobody may read
        return b""
