"""The audit of every awkward project of the corpus, and of one that was written by hand."""

from pathlib import Path

import pytest

from scaffold.audit import run
from scaffold.project import Project
from tests import by_hand

CORPUS = Path(__file__).parent.parent / "corpus"
PROJECTS = sorted(path for path in CORPUS.glob("*/project") if path.is_dir())
# All that these have no need of: tests for each of their routes.
UNTESTED = "RTE003"


@pytest.mark.parametrize("path", PROJECTS, ids=lambda path: str(path.parent.name))
def test_whatever_code_looks_like_it_is_read_without_a_false_alarm(path: Path) -> None:
    found = run.of_project(Project(str(path)), codes=["SAF", "RTE", "TPL"])
    assert [one for one in found if one.code != UNTESTED] == []


def test_a_project_written_by_hand_has_no_finding(tmp_path: Path) -> None:
    by_hand.write(tmp_path)
    assert run.of_project(Project(str(tmp_path)), codes=["SAF", "RTE", "TPL"]) == []
