"""Folders with a few files, as the tests of proofs want them."""

import sys
from collections.abc import Mapping
from pathlib import Path

from scaffold.proof.environment import Environment


def write(root: Path, files: Mapping[str, str]) -> Path:
    for name, text in files.items():
        place = root / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)
    return root


def ours() -> Environment:
    """Return the environment that runs these tests, which has pytest, ruff and mypy."""
    place = Path(sys.executable).parent
    version = ".".join(map(str, sys.version_info[:3]))
    return Environment(Path(sys.prefix), Path(sys.executable), place, "venv and pip", True, version)
