"""Whatever was deployed before leaves no trace: each switch gives what deploying straight away would have given."""

import random
import shutil
from pathlib import Path

import pytest

from scaffold import catalog
from scaffold.changes import Changes
from scaffold.deployment import choices
from tests import by_hand
from tests.conftest import Scaffold, tree

STEPS = 12
pytestmark = pytest.mark.slow
Files = dict[str, object]


def files(project: Path) -> Files:
    """Return the tree without the record of how it came to be."""
    return {path: file for path, file in tree(project).items() if not path.startswith(".scaffold/")}


@pytest.fixture
def catalog_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take the made-up folders out: what we ship is what is switched."""
    monkeypatch.delenv("SCAFFOLD_TEMPLATES")


def step(chance: random.Random) -> list[str]:
    """Return some choice, which need not go with what is there."""
    kind = chance.choice(["server", "proxy", "platform"])
    names = [*(one.name for one in catalog.templates(kind) if one.is_alone), *(["none"] if kind == "proxy" else [])]
    domain = chance.choice([[], [], ["--domain", "shop.example"], ["--proxies", "2"], ["--limit", "2M"]])
    return [f"--{kind}", chance.choice(names), *domain]


@pytest.mark.usefixtures("catalog_of_ours")
@pytest.mark.parametrize("seed", range(4))
def test_a_walk_of_switches_is_as_if_it_had_not_been(
    scaffold: Scaffold, project: Path, tmp_path: Path, seed: int
) -> None:
    walk(scaffold, project, tmp_path, seed)


@pytest.mark.usefixtures("catalog_of_ours")
@pytest.mark.parametrize("seed", range(2))
def test_a_walk_in_a_project_written_by_hand(scaffold: Scaffold, tmp_path: Path, seed: int) -> None:
    project = tmp_path / "hand"
    project.mkdir()
    by_hand.write(project)

    walk(scaffold, project, tmp_path, seed)


def walk(scaffold: Scaffold, project: Path, tmp_path: Path, seed: int) -> None:
    chance = random.Random(f"{project.name} {seed}")
    pristine = tmp_path / "pristine"
    shutil.copytree(project, pristine)
    fresh = files(project)
    assert scaffold("deploy", "--server", "gunicorn", "--project", str(project)).code == 0
    taken = 0
    for _ in range(STEPS):
        before = tree(project)
        words = step(chance)
        result = scaffold("deploy", *words, "--project", str(project))
        if result.code:
            assert result.code in (2, 3), result.err
            assert tree(project) == before, result.err
            continue
        taken += 1
        assert files(project) == straight(scaffold, project, pristine, tmp_path), words
        assert scaffold("status", "--check", "--project", str(project)).code == 0
    assert taken > STEPS / 4
    assert scaffold("remove", *last(scaffold, project)).code == 0
    assert files(project) == fresh


def straight(scaffold: Scaffold, project: Path, pristine: Path, tmp_path: Path) -> Files:
    """Return what the same choices give in a project that was never deployed before."""
    place = tmp_path / "straight"
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(pristine, place / project.name)
    there = deployed(project)
    result = scaffold(*there.words()[1:], "--project", str(place / project.name))
    assert result.code == 0, result.err
    return files(place / project.name)


def deployed(project: Path) -> choices.Choices:
    """Return what is deployed."""
    changes = Changes(str(project))
    return choices.of_records(changes, choices.current(changes))


def last(scaffold: Scaffold, project: Path) -> list[str]:
    """Take everything out but the server; return the words that take that out, too."""
    there = deployed(project)
    for name in (*reversed(there.platforms), *filter(None, [there.proxy])):
        result = scaffold("remove", name, "--project", str(project))
        assert result.code in (0, 3), result.err
    there = deployed(project)
    for name in reversed(there.platforms):
        assert scaffold("remove", name, "--project", str(project)).code == 0
    return [there.server, "--project", str(project)]
