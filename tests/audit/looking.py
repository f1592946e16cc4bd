"""Ask rules of a project that is given as texts."""

from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent

from scaffold.audit import run
from scaffold.audit.finding import Finding
from scaffold.project import Project

Files = Mapping[str, str | bytes]


def write(root: Path, files: Files) -> Project:
    """Write the project; texts may be indented as the test is."""
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(text if isinstance(text, bytes) else dedent(text).lstrip("\n").encode())
    return Project(str(root))


def findings(root: Path, files: Files, *codes: str) -> list[Finding]:
    """Return what is found in the project, by the rules whose codes begin so."""
    return run.of_project(write(root, files), codes=codes)


def places(root: Path, files: Files, *codes: str) -> list[str]:
    """Return `path:line code` of each finding."""
    return [f"{one.path}:{one.line} {one.code}" for one in findings(root, files, *codes)]
