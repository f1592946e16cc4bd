"""The Pythons of a machine: those that are there, and a copy of what is for root alone."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.matrix import pythons

VERSION = ".".join(map(str, sys.version_info[:2]))


def test_every_promised_version_is_there_or_missing() -> None:
    assert pythons.promised() == [*dict.fromkeys(pythons.promised())]
    assert {*pythons.there(), *pythons.missing()} == set(pythons.promised())
    assert VERSION in pythons.there()


def test_a_script_that_looks_for_a_python_is_none(tmp_path: Path) -> None:
    shim = tmp_path / "python3.99"
    shim.write_text("#!/bin/sh\nexec pyenv exec python3.99\n")
    assert not pythons.is_program(shim)
    assert not pythons.is_program(tmp_path / "python3.98")
    assert pythons.is_program(Path(os.path.realpath(sys.executable)))


@pytest.mark.slow
@pytest.mark.parametrize("version", pythons.there())
def test_every_account_can_run_it(version: str) -> None:
    path = pythons.everybodys(version)
    account = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] if os.geteuid() == 0 else []
    asked = "import ctypes, sqlite3, ssl, sys; print('.'.join(map(str, sys.version_info[:2])), sys.prefix)"
    # "env" takes the step with the account's own rights.
    words = [*account, "env", str(path), "-c", asked]
    done = subprocess.run(words, capture_output=True, text=True, check=False, cwd="/", env={"PATH": os.defpath})
    assert done.stdout.split() == [version, str(path.parent.parent)], done.stderr
