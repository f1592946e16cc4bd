"""What happens when nobody reads, or nothing can be written, what a command has to say."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

SCAFFOLD = [sys.executable, "-m", "scaffold"]
FULL = Path("/dev/full")


@pytest.mark.skipif(not FULL.exists(), reason="there is no device that is always full")
@pytest.mark.parametrize("words", [["list"], ["--help"], ["add", "--help"], ["new", "shop"], ["no-command", "--json"]])
def test_a_full_disk_is_one_sentence(words: list[str], tmp_path: Path) -> None:
    with FULL.open("w") as full:
        done = subprocess.run([*SCAFFOLD, *words], cwd=tmp_path, stdout=full, stderr=subprocess.PIPE, text=True)

    assert done.returncode == 10
    assert done.stderr.splitlines()[-1].startswith("Error: What there is to say cannot be written: No space left")
    assert "Traceback" not in done.stderr
    assert (tmp_path / "shop" / "wsgi.py").exists() is (words[0] == "new")


def test_a_reader_that_has_enough_is_no_error(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run([*SCAFFOLD, "list"], cwd=tmp_path, stdout=writing, stderr=subprocess.PIPE, text=True)
    os.close(writing)

    assert (done.returncode, done.stderr) == (130, "")
