"""An environment that holds what a project needs: made once for each set of needs, and kept for the next time.

What it holds is what the project's files say. So where a deployment is put into a copy, which may ask for a server
more, the environment is made after that.
"""

import hashlib
import json
import os
import platform
import re
import secrets
import shlex
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from scaffold.fields import Fields
from scaffold.proof import cache, calls, needs, pythons, suite
from scaffold.proof.cache import DONE
from scaffold.proof.needs import Need
from scaffold.proof.pythons import Python
from scaffold.proof.unmet import NotProved, Unmet

# Goes up when the same needs would be made into another environment.
SCHEMA = 1
UV, PIP = "uv", "venv and pip"
LIMIT = 1800
MOMENT = 30
SHOWN = 12
# What would lead the installers elsewhere; an index, a proxy or a certificate of the user's stays.
FOREIGN = re.compile(
    r"VIRTUAL_ENV|PYTHON(PATH|HOME|STARTUP|WARNINGS)|CONDA_.*|__PYVENV_LAUNCHER__|PIP_(TARGET|USER|PREFIX|ROOT|PYTHON)"
    r"|UV_(PROJECT_ENVIRONMENT|PYTHON|SYSTEM_PYTHON|TARGET|PREFIX)"
)
# What has them choose other versions.
CHOOSING = re.compile(
    r"(UV|PIP)_(.*INDEX.*|FIND_LINKS|RESOLUTION|PRE(RELEASE)?|EXCLUDE_NEWER|CONSTRAINTS?|OVERRIDES?|NO_BINARY|ONLY_BINARY)"
)
OFFLINE = re.compile(
    r"name resolution|dns error|NewConnectionError|Connection refused|Network is unreachable|nodename nor servname"
    r"|No route to host|getaddrinfo failed|Could not resolve (host|proxy)|Failed to connect to \S+ port",
    re.IGNORECASE,
)
# As git says it of what a project needs by its address.
HOST = re.compile(r"Could not resolve host: ([\w.-]+)")
# What of an installer's output says why it failed.
TELLING = re.compile(r"\s*(ERROR:|error:|\u00d7|\u2570|\u251c|Because|hint:|\[stderr\])")
# Where the programs of the machine are.
SEARCHED = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


class Environment(Fields):
    """An environment, how it was made, and whether it was there already."""

    folder: Path
    python: Path
    bin: Path
    how: str
    was_cached: bool
    version: str

    def path(self) -> str:
        """Return a PATH on which its programs come first, and then those of the machine."""
        own = os.environ.get("PATH", os.defpath) if sys.platform == "win32" else SEARCHED
        return f"{self.bin}{os.pathsep}{own}"


def made(root: Path, wanted: str | None = None, fresh: bool = False) -> Environment:
    """Return an environment for the project at `root`; make it where there is none, or when it is to be `fresh`.

    Call it after `redeploy.here`, which may add a server to what the project needs. Raise `NotProved` where this
    machine lacks what it takes, `Unmet` when the installation fails.
    """
    need = needs.of_project(root)
    python = pythons.found(wanted, need.python, _usual(root))
    if not pythons.fits(python.version, need.python):
        raise NotProved(f"the project is not for Python {python.version}: it asks for '{need.python}'")
    how = UV if shutil.which("uv") else PIP
    place = cache.folder()
    digest = _digest(need, python, how, suite.style(root))
    with cache.alone(place, digest):
        kept = None if fresh else _kept(place, digest)
        # Another run may be at work in the earlier one, so that a fresh one is made beside it.
        folder = kept or _make(place / f"{digest}-{secrets.token_hex(4)}", root, need, python, how)
        os.utime(folder / DONE)
        cache.clear(place, digest, folder)
    return _described(folder, was_cached=kept is not None)


def _usual(root: Path) -> str:
    """Return the version that the project's developers use, where a file says it."""
    words = suite.text(root / ".python-version").split()
    return words[0] if words and pythons.VERSION.fullmatch(words[0]) else ""


def _kept(place: Path, digest: str) -> Path | None:
    """Return the newest environment that was made to its end and still runs; what does not run is removed."""
    found = sorted(place.glob(f"{digest}-*/{DONE}"), key=lambda done: float(_said(done)["at"]), reverse=True)
    for done in found:
        if _runs(done.parent):
            return done.parent
        shutil.rmtree(done.parent, ignore_errors=True)
    return None


def _said(done: Path) -> dict[str, Any]:
    return dict(json.loads(done.read_text()))


def _described(folder: Path, *, was_cached: bool) -> Environment:
    said = _said(folder / DONE)
    place, program = _python(folder)
    return Environment(folder, program, place, said["how"], was_cached, said["version"])


def _python(folder: Path) -> tuple[Path, Path]:
    """Return where its programs are, and its Python."""
    place = folder / ("Scripts" if sys.platform == "win32" else "bin")
    return place, place / ("python.exe" if sys.platform == "win32" else "python")


def _digest(need: Need, python: Python, how: str, style: str) -> str:
    told = sorted(one for one in os.environ.items() if CHOOSING.fullmatch(one[0]))
    keyed = [SCHEMA, told, python.version, python.place, platform.platform(), how, style, *need]
    return hashlib.sha256(json.dumps(keyed).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _runs(folder: Path) -> bool:
    """Tell whether its Python runs: the one that it was made from may be gone."""
    try:
        return calls.call([str(_python(folder)[1]), "-c", ""], folder, _variables(), MOMENT).code == 0
    except OSError:
        return False


def _make(folder: Path, root: Path, need: Need, python: Python, how: str) -> Path:
    try:
        # What builds the project leaves its traces beside it.
        with tempfile.TemporaryDirectory(prefix="px-", ignore_cleanup_errors=True) as scratch:
            source = Path(scratch) / root.name
            shutil.copytree(root, source, symlinks=True)
            _install(folder, source, need, python, how)
        said = json.dumps({"how": how, "version": python.version, "at": time.time()})
        (folder / "begun.json").write_text(said)
        (folder / "begun.json").rename(folder / DONE)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return folder


def _install(folder: Path, source: Path, need: Need, python: Python, how: str) -> None:
    place, program = _python(folder)
    if how == UV:
        uv = str(shutil.which("uv"))
        _do([uv, "venv", "--quiet", "--no-project", "--python", python.place, str(folder)], source)
        pip = [uv, "pip", "install", "--quiet", "--compile-bytecode", "--python", str(program)]
        if need.locked:
            _do([uv, *need.locked, "--quiet", "--compile-bytecode", "--python", str(program)], source, str(folder))
    else:
        _do([python.place, "-m", "venv", str(folder)], source)
        pip = [str(program), "-m", "pip", "--disable-pip-version-check", "--no-input", "install", "--quiet"]
    # What is locked is all there; the project's own list may have become longer since.
    for step in need.steps:
        if not (how == UV and need.locked and step[0] == "-r"):
            _do([*pip, *step], source)
    if need.itself == "needed":
        _do([*pip, f".[{','.join(needs.GROUPS)}]"], source)
    elif need.itself:
        with suppress(Unmet):  # its code may do without
            _do([*pip, "--no-deps", "."], source)
    if suite.style(source) == suite.PYTEST and not list(place.glob("pytest*")):
        _do([*pip, "pytest"], source)


def _do(words: Sequence[str], source: Path, folder: str = "") -> None:
    """Run a step of the installation; raise `NotProved` for what this machine lacks, else `Unmet`."""
    try:
        done = calls.call(words, source, _variables(folder), LIMIT)
    except OSError as error:
        raise NotProved(f"{words[0]} cannot be run: {error.strerror}") from error
    if done.code == 0:
        return
    if "ensurepip is not" in done.output:
        version = ".".join(pythons.found(words[0]).version.split(".")[:2])
        command = f"sudo apt-get install python{version}-venv"
        raise NotProved("this Python cannot make environments: its package 'venv' is missing", command)
    if OFFLINE.search(done.output):
        host = HOST.search(done.output)
        silent = f"'{host[1]}' cannot be reached" if host else "no package index answers"
        raise NotProved(f"what the project needs cannot be fetched: {silent}")
    if done.code is None:
        raise Unmet(f"an installation within {LIMIT} seconds", "none", shlex.join(words))
    raise Unmet("that what the project needs can be installed", _telling(done.lines), shlex.join(words))


def _telling(lines: Sequence[str]) -> str:
    """Return the lines that say why it failed, and what follows them."""
    first = next((n for n, line in enumerate(lines) if TELLING.match(line)), max(0, len(lines) - SHOWN))
    return "\n".join(lines[first:][:SHOWN]) or "no word"


def _variables(folder: str = "") -> dict[str, str]:
    """Return the user's environment for an installer: the index and the proxies are the user's."""
    kept = {name: value for name, value in os.environ.items() if not FOREIGN.fullmatch(name)}
    # Where git is asked for a version, there is none: the copy has no repository.
    own = {"SETUPTOOLS_SCM_PRETEND_VERSION": "0.0.0"}
    return {**kept, **own, **({"UV_PROJECT_ENVIRONMENT": folder} if folder else {})}
