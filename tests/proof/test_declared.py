"""Which probes a project asks for: those of what was added to it, and not of what its owner has changed."""

from pathlib import Path

import pytest

from scaffold import project as projects
from scaffold.proof import declared
from tests import everything
from tests.conftest import Scaffold, tree


def asked(folder: Path) -> dict[str, declared.Asked]:
    return {one.words: one for one in declared.of_project(projects.find(str(folder)))}


@pytest.fixture(params=["package", "module"])
def layout(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_all_probes_of_everything_are_found_with_the_answers_of_their_time(layout: str, tmp_path: Path) -> None:
    from scaffold.proof import probes

    told = everything.answers(layout, tmp_path)
    made = [probe for template, answers in told if template.kind != "base" for probe in probes.of(template, answers)]
    folder = tmp_path / everything.NAME
    before = tree(folder)

    found = [probe for one in declared.of_project(projects.find(str(folder))) for probe in one.probes]

    assert tree(folder) == before
    assert {(one.method, one.url, one.name) for one in made} <= {(one.method, one.url, one.name) for one in found}


def test_what_was_taken_back_is_not_asked_for(scaffold: Scaffold, project: Path) -> None:
    scaffold("add", "route", "/one")
    scaffold("add", "route", "/two")
    scaffold("remove", "route", "/one")

    assert "add route /two" in asked(project)
    assert "add route /one" not in asked(project)


def test_what_its_owner_has_changed_may_promise_other_things(scaffold: Scaffold, project: Path) -> None:
    scaffold("add", "route", "/one", "--returns", "text")
    scaffold("add", "route", "/two", "--returns", "text")
    file = next(path for path in project.rglob("*.py") if '"/one"' in path.read_text() and "test" not in path.name)
    text = file.read_text()
    head, _, rest = text.partition("def one() ")
    first, _, after = rest.partition("return ")
    file.write_text(f"{head}def one() {first}return 'mine' or {after}")

    found = asked(project)

    assert found["add route /one --returns text"].edited
    assert not found["add route /one --returns text"].probes
    assert found["add route /two --returns text"].probes
