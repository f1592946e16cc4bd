"""Accounts: where root starts them, programs run as who they are for; anybody else runs them as himself."""

import os
import subprocess
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


def able(uid: int, *words: str) -> int:
    """Return the account when it may run this; else root's own, as of what is below /root."""
    if not ROOT or uid == 0:
        return uid
    # "env" takes the step with the account's own rights; setpriv itself may still do more.
    done = subprocess.run([*as_user(uid), "env", *words], capture_output=True, check=False, cwd="/")
    return uid if done.returncode == 0 else 0


def give(path: Path, uid: int, mode: int = 0o750) -> None:
    """Hand a folder over to an account."""
    if ROOT:
        os.chown(path, uid, WWW_DATA)
    path.chmod(mode)


def give_folders(root: Path, uid: int) -> None:
    """Let an account make files wherever the project's owner may; proxies that run the app have its group."""
    if ROOT:
        for folder, _, _ in os.walk(root):
            give(Path(folder), uid, 0o775)
