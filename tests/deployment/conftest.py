"""A catalog with made-up folders."""

from pathlib import Path

import pytest

from tests.deployment import folders


@pytest.fixture(autouse=True)
def catalog(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put the made-up folders beside ours."""
    folder = tmp_path / "more"
    monkeypatch.setenv("SCAFFOLD_TEMPLATES", str(folder))
    folders.grow(folder)
