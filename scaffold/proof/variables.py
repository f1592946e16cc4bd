"""The environment of a throw-away copy: its own key and database, and the harmless ones of the user's settings."""

import os
import re
import secrets
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from scaffold.envfile import EnvFile
from scaffold.fields import Fields

# The files that the flask command reads; the later one decides.
FILES = (".flaskenv", ".env")
DATA, HOME, TEMPORARY = "data", "home", "tmp"
# Names whose values are nobody's business, and those that lead to the user's data.
SECRET = re.compile("KEY|SECRET|TOKEN|PASS|PWD|CREDENTIAL|DSN|PRIVATE", re.I)
STORE = re.compile(r"(^|_)(DB|DATABASE|PG\w*|POSTGRES\w*|MYSQL|MARIADB|MONGO\w*|REDIS)(_|$)", re.I)
DATABASE = re.compile(r"(DATABASE|DB)_(URL|URI)\Z", re.I)
DATABASES = ("DATABASE_URL", "SQLALCHEMY_DATABASE_URI")
# What a secret looks like under any other name: a URL with a host, a user with a password, a long random word.
LOOKS = re.compile(r"[a-z][a-z0-9+.-]*://[^/]|[^\s/]+:[^\s/]+@|\A(?=.*\d)(?=.*[a-z])(?!/)[\w+/=-]{20,}\Z", re.I)
# Switches that would let the app run otherwise than in production.
MODE = re.compile(r"(^|_)(DEBUG|TESTING)\Z", re.I)
OFF = {"1": "0", "true": "false", "yes": "no", "on": "off"}
# Without these no program starts on Windows.
WINDOWS = ("SYSTEMROOT", "WINDIR", "COMSPEC", "PATHEXT", "SYSTEMDRIVE")


class Variables(Fields):
    """The variables of every program in the copy, and the names of the user's whose values stay with the user."""

    given: Mapping[str, str]
    withheld: tuple[str, ...]


def of_copy(source: Path, root: Path, folder: Path) -> Variables:
    """Return the variables of a copy: of the project at `source`, which is at `root` in the throw-away `folder`."""
    database = f"sqlite:///{(folder / DATA / 'database.sqlite').as_posix()}"
    given, withheld = _of_user(source, root, database)
    own = {
        "SECRET_KEY": secrets.token_hex(32),
        "HOME": str(folder / HOME),
        "TMPDIR": str(folder / TEMPORARY),
        "LANG": "C.UTF-8",
        **dict.fromkeys(DATABASES, database),
    }
    if sys.platform == "win32":
        own |= {name: os.environ[name] for name in WINDOWS if name in os.environ}
        own |= {"USERPROFILE": own["HOME"], "TEMP": own["TMPDIR"], "TMP": own["TMPDIR"]}
    if _has_code(root / "src"):
        own["PYTHONPATH"] = str(root / "src")
    return Variables({**given, **own}, tuple(name for name in withheld if name not in own))


def _has_code(folder: Path) -> bool:
    """Tell whether it is a folder beside the project's files from which its packages are imported."""
    if (folder / "__init__.py").exists() or not folder.is_dir():
        return False
    return any(one.suffix == ".py" or (one / "__init__.py").exists() for one in folder.iterdir())


def _of_user(source: Path, root: Path, database: str) -> tuple[dict[str, str], tuple[str, ...]]:
    given: dict[str, str] = {}
    withheld: set[str] = set()
    for name, value in _said(source):
        if DATABASE.search(name):
            given[name] = database
        elif is_harmless(name, inside := value.replace(str(source), str(root)), root):
            given[name] = production(name, inside)
        else:
            withheld.add(name)
    return {name: value for name, value in given.items() if name not in withheld}, tuple(sorted(withheld))


def _said(source: Path) -> Iterator[tuple[str, str]]:
    for name in FILES:
        try:
            held = EnvFile((source / name).read_bytes())
        except OSError:
            continue
        yield from ((one.name, one.value) for one in held.statements() if one.name and one.value is not None)


def is_harmless(name: str, value: str, root: Path) -> bool:
    """Tell whether a setting may go along: neither a secret, nor a way to what the user's programs have stored."""
    if SECRET.search(name) or STORE.search(name) or LOOKS.search(value) or not value.isprintable():
        return False
    path = value.removeprefix("sqlite:///")
    if not os.path.isabs(os.path.expanduser(path)) or Path(path).is_relative_to(root):
        return True
    # A path below which a site is mounted looks like a file's, too.
    return Path(path).parent == Path("/") and not os.path.exists(path)


def production(name: str, value: str) -> str:
    """Return the value with which the app runs as it does in production."""
    if MODE.search(name):
        off = OFF.get(value.lower(), value)
        return off.capitalize() if value[:1].isupper() else off
    return "production" if value == "development" else value


def without_secrets(data: bytes, source: Path, root: Path) -> bytes:
    """Return a file of settings as it may be in the copy."""
    held = EnvFile(data)
    given, _ = _of_user(source, root, "")
    for name in {one.name for one in held.statements() if one.name}:
        if given.get(name):
            held.set(name, given[name])
        else:
            held.unset(name)
    return held.data
