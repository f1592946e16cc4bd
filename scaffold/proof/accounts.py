"""Accounts: where root starts them, programs run as who they are for; anybody else runs them as himself."""

import os
from pathlib import Path

from scaffold.proof import programs

ROOT = getattr(os, "geteuid", lambda: -1)() == 0
# The account of proxies on Debian, and one for the app whose group is theirs, as a unit with Group=www-data has it.
WWW_DATA = 33
APP = 10001
STRANGER = 65534


def as_user(uid: int, gid: int = WWW_DATA) -> list[str]:
    """Return the words before a command that give it an account; none where that may not be."""
    if not ROOT:
        return []
    return [programs.path("setpriv"), f"--reuid={uid}", f"--regid={gid}", "--clear-groups"]


def give(path: Path, uid: int, mode: int = 0o750) -> None:
    """Hand a folder over to an account."""
    if ROOT:
        os.chown(path, uid, WWW_DATA)
    path.chmod(mode)
