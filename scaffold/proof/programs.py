"""Programs that Python does not bring: found on this machine, or named with what installs them."""

import os
import shutil
import sys
from collections.abc import Mapping, Sequence
from typing import Any

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
    if found is None:
        raise NotProved(f"{name} is not installed", installing(package or PACKAGES.get(name, name)))
    return found


def installing(package: str) -> str:
    """Return the command that installs a package on this machine, "" where nobody can say."""
    tools = {"apt-get": "sudo apt-get install", "brew": "brew install", "dnf": "sudo dnf install"}
    there = (command for tool, command in tools.items() if shutil.which(tool))
    command = next(there, tools["apt-get"] if sys.platform == "linux" else "")
    return command and f"{command} {package}"


def of_proxy(words: Sequence[str], facts: Mapping[str, Any]) -> str:
    """Return the path of the program that a proxy's command starts, once what it loads is there, too."""
    found = path(named(words), str(facts.get("proxy_package", "")))
    needed = str(facts.get("needs_file", ""))
    if needed and not os.path.exists(needed):
        raise NotProved(f"{needed} is not there", f"sudo {facts['install_command']}")
    return found


def named(words: Sequence[str]) -> str:
    """Return the program that a command starts, by itself or by `env`."""
    return next((word for word in words if word != "env" and "=" not in word), "")
