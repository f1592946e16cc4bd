"""Programs that Python does not bring: found on this machine, or named with what installs them."""

import os
import shutil
from collections.abc import Sequence

from scaffold.proof.unmet import NotProved

# The package of Debian that brings a program, where it is not called like it; a proxy's manifest says its own.
PACKAGES = {"setpriv": "util-linux", "unshare": "util-linux"}
# Where Debian has what only root is thought to run.
ALSO = ("/usr/local/sbin", "/usr/sbin", "/sbin")


def folders() -> str:
    """Return where programs are looked for, as PATH says it."""
    return os.pathsep.join([os.environ.get("PATH", os.defpath), *ALSO])


def path(name: str, package: str = "") -> str:
    """Return the path of a program; raise `NotProved` when it is not there."""
    found = shutil.which(name, path=folders())
    if found:
        return found
    raise NotProved(f"{name} is not installed", f"sudo apt-get install {package or PACKAGES.get(name, name)}")


def named(words: Sequence[str]) -> str:
    """Return the program that a command starts, by itself or by `env`."""
    return next((word for word in words if word != "env" and "=" not in word), "")
