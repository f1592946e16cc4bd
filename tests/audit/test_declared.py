"""Where projects declare what they need: files that are whole, and files that are not."""

from pathlib import Path

import pytest

from scaffold.audit import declared
from scaffold.audit.subject import Subject
from tests.audit.looking import write


def read(root: Path, path: str, text: str) -> list[declared.Requirement]:
    """Return what one file declares."""
    return declared.of_project(Subject(write(root, {path: text})))


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("pyproject.toml", '[dependency-groups]\ndev = ["arrow", {include-group = "x"}]\n'),
        ("pyproject.toml", '[tool.uv]\ndev-dependencies = ["arrow"]\n'),
        ("pyproject.toml", '[tool.pdm.dev-dependencies]\ntest = ["arrow"]\n'),
        ("pyproject.toml", '[tool.hatch.envs.default]\ndependencies = ["arrow"]\n'),
        ("pyproject.toml", '[tool.poetry.dev-dependencies]\narrow = "*"\n'),
        ("pyproject.toml", '[build-system]\nrequires = ["arrow"]\n'),
        ("setup.py", "from setuptools import setup\nsetup(tests_require=['arrow'])\n"),
        ("setup.cfg", "[options.extras_require]\ndev =\n    arrow\n"),
        ("dev-requirements.txt", "arrow\n"),
        ("requirements/test.in", "arrow\n"),
    ],
)
def test_groups_of_developers_are_told_apart(path: str, text: str, tmp_path: Path) -> None:
    assert [(one.name, one.for_development) for one in read(tmp_path, path, text)] == [("arrow", True)]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("pyproject.toml", "[project\n"),
        ("pyproject.toml", "project = 1\ntool = []\n"),
        ("pyproject.toml", "[project]\ndependencies = [1, []]\n[tool]\npoetry = 3\n"),
        ("Pipfile", "packages = 1\n"),
        ("setup.py", "setup(\n"),
        ("setup.py", "setup(install_requires=needed())\n"),
        ("setup.cfg", "no section\n"),
        ("requirements.txt", "# nothing\n-e .\n--index-url https://example.com\n./wheels/a.whl\n"),
    ],
)
def test_what_is_not_as_expected_declares_nothing(path: str, text: str, tmp_path: Path) -> None:
    assert read(tmp_path, path, text) == []
