"""Which Python runs a project: the one that was asked for, else ours where the project takes it."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from scaffold.errors import BadAnswer
from scaffold.fields import Fields
from scaffold.proof.unmet import NotProved

ASKED = (
    "import json, sys; base = getattr(sys, '_base_executable', '') or sys.executable;"
    "print(json.dumps([base, '.'.join(map(str, sys.version_info[:3]))]))"
)
TOO_OLD = "there is no Python with the version '{}', which the project asks for, and none of today would do"
LIMIT = 30
# From the newest to the oldest that a project of today may still want.
KNOWN = tuple(f"3.{minor}" for minor in range(15, 7, -1))
# What the probing views are written for.
LEAST = (3, 9)
VERSION = re.compile(r"\d+(\.\d+)*")
CLAUSE = re.compile(r"\s*(~=|===?|!=|<=|>=|<|>)\s*(\d+(?:\.\d+)*)(\.\*)?\s*")


class Python(Fields):
    """An interpreter that runs, and its full version."""

    place: str
    version: str


def check(wanted: str) -> None:
    """Raise `BadAnswer` for what is neither a version that a project of today runs on nor a Python that is here."""
    if not VERSION.fullmatch(wanted):
        place = shutil.which(wanted)
        if place is None or _asked([place]) is None:
            raise BadAnswer("--python", wanted, "it is neither a version, such as 3.12, nor a Python of this machine")
    elif _numbers(wanted)[:2] < LEAST[: len(_numbers(wanted))]:
        least = ".".join(map(str, LEAST))
        raise BadAnswer("--python", wanted, f"what asks the app runs on {least} and newer")


def found(wanted: str | None, needed: str = "", usual: str = "") -> Python:
    """Return the Python of a version or at a place.

    Without one that is wanted, the one that is usual for the project where it is there, else ours, else the newest that
    the project takes. Raise `NotProved` where this machine has none.
    """
    if wanted and not VERSION.fullmatch(wanted):
        place = shutil.which(wanted)
        python = _asked([place]) if place else None
        if python is None:
            raise NotProved(f"there is no Python '{wanted}'")
        return python
    version = wanted or usual
    first = (python for words in _places(version, "") if (python := _asked(words)) and _is(python, version))
    fitting = (python for words in _places("", needed) if (python := _asked(words)) and fits(python.version, needed))
    python = next(first, None) if version else None
    if python is None and not wanted:
        python = next(fitting, None)
    if python is None:
        least = wanted or _newest(needed)
        raise _missing(wanted or needed, least) if least else NotProved(TOO_OLD.format(needed))
    return python


def _missing(said: str, version: str) -> NotProved:
    name = (
        f"Python {said}"
        if VERSION.fullmatch(said)
        else f"Python with the version '{said}', which the project asks for,"
    )
    if shutil.which("uv"):
        command = f"uv python install {version}"
    elif sys.platform == "darwin":
        command = f"brew install python@{version}"
    elif sys.platform == "win32":
        command = f"py install {version}"
    else:
        command = f"sudo apt-get install python{version} python{version}-venv"
    return NotProved(f"there is no {name} on this machine", command)


def _newest(needed: str) -> str:
    """Return the newest of the known versions that the project would take, "" where it takes none."""
    known = [*KNOWN[1:], KNOWN[0]]
    return next((version for version in known if any(fits(f"{version}.{n}", needed) for n in (0, 99))), "")


def _is(python: Python, wanted: str) -> bool:
    return f"{python.version}.".startswith(f"{wanted}.")


def _places(wanted: str, needed: str) -> Iterator[list[str]]:
    """Yield the words that may start such a Python: ours first, uv's last, which takes the longest to find out."""
    yield [sys.executable]
    for version in [wanted] if wanted else KNOWN:
        if sys.platform == "win32" and shutil.which("py"):
            yield ["py", f"-{version}"]
        if place := shutil.which(f"python{version}"):
            yield [place]
        folder = Path(os.environ.get("PYENV_ROOT") or os.path.expanduser("~/.pyenv")) / "versions"
        yield from ([str(place)] for place in sorted(folder.glob(f"{version}*/bin/python"), reverse=True))
    if uv := shutil.which("uv"):
        words = [uv, "python", "find", "--system", "--no-project", "--no-python-downloads", wanted or needed]
        yield from ([line.strip()] for line in _run(words).splitlines()[-1:])


def _asked(words: list[str]) -> Python | None:
    """Return the Python behind the words, where it runs: that of a virtualenv is the one it was made from."""
    try:
        place, version = json.loads(_run([*words, "-I", "-c", ASKED]))
    except ValueError:
        return None
    return Python(place, version)


def _run(words: list[str]) -> str:
    """Return what a program prints, nothing where it fails."""
    try:
        done = subprocess.run(
            words, check=False, capture_output=True, text=True, timeout=LIMIT, stdin=subprocess.DEVNULL, cwd=os.path.sep
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout if done.returncode == 0 else ""


def fits(version: str, needed: str) -> bool:
    """Tell whether a version is one of those that a specifier takes (PEP 440, for releases)."""
    ours = _numbers(version)
    return all(_fits(ours, *found.groups()) for found in CLAUSE.finditer(needed))


def _fits(ours: tuple[int, ...], sign: str, said: str, star: str | None) -> bool:
    bound = _numbers(said)
    same = ours[: len(bound)] == bound if star else ours == (*bound, *([0] * (len(ours) - len(bound))))
    match sign:
        case "==" | "===":
            return same
        case "!=":
            return not same
        case "~=":
            return ours >= bound and ours[: len(bound) - 1] == bound[:-1]
        case ">=":
            return ours >= bound
        case "<=":
            return ours <= bound or same
        case ">":
            return ours > bound and not same
    return ours < bound


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(one) for one in version.split("."))
