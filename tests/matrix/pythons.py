"""The Pythons that projects are proved with: those that the package promises and this machine has."""

import os
import shutil
import tomllib
from functools import cache
from pathlib import Path

from tests.end_to_end.conftest import REPOSITORY, alone

CACHE = REPOSITORY / ".cache" / "pythons"
# What Debian's own modules are made for, and what its headers belong to.
DEBIAN = Path("/usr/bin/python3")
LANGUAGE = "Programming Language :: Python :: 3."
UNUSED = ("test", "idlelib", "site-packages", "config-*", "*.a")


def promised() -> list[str]:
    """Return the versions that the package says it is for."""
    with (REPOSITORY / "pyproject.toml").open("rb") as file:
        classifiers = tomllib.load(file)["project"]["classifiers"]
    return [f"3.{one.removeprefix(LANGUAGE)}" for one in classifiers if one.startswith(LANGUAGE)]


def there() -> list[str]:
    """Return the versions that this machine has."""
    return [version for version in promised() if found(version)]


def missing() -> list[str]:
    """Return the versions that this machine lacks."""
    return [version for version in promised() if not found(version)]


def of_debian() -> str:
    """Return the version of Debian's own Python, "" where there is none."""
    return DEBIAN.resolve().name.removeprefix("python") if DEBIAN.exists() else ""


@cache
def found(version: str) -> Path | None:
    """Return a Python of this version, one that every account can run before any other."""
    every = [path for path in _places(version) if is_program(path)]
    return next(iter(sorted(every, key=_is_private)), None)


def _places(version: str) -> list[Path]:
    name = f"python{version}"
    home = Path.home()
    installed = [
        *Path(os.environ.get("PYENV_ROOT") or home / ".pyenv").glob(f"versions/{version}.*"),
        *(home / ".local" / "share" / "uv" / "python").glob(f"cpython-{version}.*"),
    ]
    folders = [DEBIAN.parent, *map(Path, filter(None, os.environ.get("PATH", "").split(os.pathsep)))]
    return [folder / name for folder in [*folders, *(one / "bin" for one in sorted(installed))]]


def is_program(path: Path) -> bool:
    """Tell whether it is a Python itself: neither a script that looks for one, nor that of an environment."""
    if not path.is_file() or (path.parent.parent / "pyvenv.cfg").exists():
        return False
    with path.open("rb") as file:
        return file.read(2) != b"#!"


def _is_private(path: Path) -> bool:
    return not all(folder.stat().st_mode & 0o001 for folder in path.resolve().parents)


def everybodys(version: str) -> Path:
    """Return a Python of this version that the accounts of servers and proxies can run.

    Root's own, below its home, are for root alone: they are copied.
    """
    path = found(version)
    assert path, f"this machine has no Python {version}"
    if os.geteuid() or not _is_private(path):
        return path
    prefix = path.resolve().parent.parent
    copy = CACHE / prefix.name
    CACHE.mkdir(parents=True, exist_ok=True)
    with alone(CACHE / f"{prefix.name}.lock"):
        if not (copy / "done").exists():
            shutil.rmtree(copy, ignore_errors=True)
            shutil.copytree(prefix, copy, symlinks=True, ignore=shutil.ignore_patterns(*UNUSED))
            for program in {(copy / "bin" / path.name).resolve(), *(copy / "lib").glob("libpython*.so.*")}:
                _look_beside(program, f"{prefix}/lib".encode())
            (copy / "done").touch()
    return copy / "bin" / path.name


def _look_beside(program: Path, folder: bytes) -> None:
    """Have a program look for its libraries beside itself, and no longer in the folder it was made for."""
    beside = b"$ORIGIN/../lib"
    if len(beside) <= len(folder):
        # The name ends at the first NUL; nothing may move in such a file.
        program.write_bytes(program.read_bytes().replace(folder + b"\0", beside.ljust(len(folder) + 1, b"\0")))
