"""One environment for each set of requirements: made by uv, kept below `.cache`, used by every account."""

import hashlib
import json
import os
import subprocess
import sys
import tomllib
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from scaffold.proof.accounts import APP, as_user
from tests import parts
from tests.end_to_end.conftest import REPOSITORY, UV, alone, run

CACHE = REPOSITORY / ".cache" / "environments"


@cache
def python() -> str:
    """Return a Python that the accounts of servers and proxies can run: one in root's home is for root alone."""
    for path in (os.path.realpath(sys.executable), "/usr/bin/python3"):
        # "env" takes the step with the account's own rights; setpriv itself may still do more.
        words = [*as_user(APP), "env", path, "-c", "import sys, venv; assert sys.version_info >= (3, 11)"]
        try:
            if subprocess.run(words, capture_output=True, check=False, cwd="/").returncode == 0:
                return path
        except OSError:
            continue
    raise parts.Missing("python3", "Every account must be able to run it.")


def requirements(project: Path) -> list[str]:
    """Return what the project says that it needs to run."""
    listed = project / "requirements.txt"
    if listed.exists():
        return listed.read_text().split()
    with (project / "pyproject.toml").open("rb") as file:
        return list(tomllib.load(file)["project"]["dependencies"])


def environment(project: Path, packages: Sequence[str] = ()) -> Path:
    """Return an environment that holds what the project needs, and link it into the project.

    The packages of Debian are what it takes to build it.
    """
    needed = sorted(requirements(project))
    digest = hashlib.sha256("\n".join([python(), *needed]).encode()).hexdigest()[:16]
    folder = CACHE / digest
    CACHE.mkdir(parents=True, exist_ok=True)
    with alone(CACHE / f"{digest}.lock"):
        if not (folder / "done").exists():
            for package in packages:
                parts.package(package)
            run(UV, "venv", "--quiet", "--clear", "--python", python(), folder, cwd=CACHE)
            run(UV, "pip", "install", "--quiet", "--python", folder / "bin" / "python", *needed, cwd=CACHE)
            (folder / "done").touch()
    (project / ".venv").symlink_to(folder)
    return folder


def check_versions(project: Path) -> None:
    """Compare what is installed with what the project asks for, and everything installed with each other."""
    python = project / ".venv" / "bin" / "python"
    run(UV, "pip", "check", "--python", python, cwd=project)
    listed = json.loads(run(UV, "pip", "list", "--format", "json", "--python", python, cwd=project))
    versions = {canonicalize_name(one["name"]): one["version"] for one in listed}
    for text in requirements(project):
        requirement = Requirement(text)
        found = versions[canonicalize_name(requirement.name)]
        assert requirement.specifier, f"{text} says no version"
        assert requirement.specifier.contains(found), f"{text}: {found} is installed"
