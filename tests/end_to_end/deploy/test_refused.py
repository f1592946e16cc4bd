"""What is known to be wrong is refused: with the reason and a way out, and without touching the project."""

import pytest

from scaffold import catalog
from tests.conftest import tree
from tests.end_to_end.deploy import cases
from tests.end_to_end.deploy.cases import Case
from tests.end_to_end.deploy.projects import Maker, refusal

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("case", cases.refused(), ids=str)
def test_what_does_not_work_is_refused(case: Case, maker: Maker) -> None:
    project = maker.project(case.layout)
    before = tree(project)

    said = refusal(maker.tool, project, case)

    assert tree(project) == before
    assert len(said.splitlines()) <= 4
    assert "Traceback" not in said
    assert case.server in said or case.proxy in said
    assert any(reason in said for reason in _reasons(case)), said


def _reasons(case: Case) -> list[str]:
    """Return what the templates say themselves, and what follows from the protocols they speak."""
    chosen = [catalog.find("server", case.server), catalog.find("proxy", case.proxy)]
    own = [str(one["because"]) for template in chosen for one in template.listed("refused")]
    return [*own, " can speak ", "cannot stand in front of"]


def test_every_pair_is_either_booted_or_refused() -> None:
    every = {(one.server, one.answers, one.proxy) for one in cases.combinations()}
    booted = {(one.server, one.answers, one.proxy) for one in cases.pairs()}
    turned_down = {(one.server, one.answers, one.proxy) for one in cases.refused()}
    assert booted | turned_down == every
    assert {one.proxy for one in cases.pairs()} == set(cases.proxies())
    assert {one.server for one in cases.pairs()} == {one.server for one in cases.servers()}


def test_the_cover_is_one() -> None:
    seen = {two for one in cases.covered() for two in cases.twos(one)}
    assert seen == {two for one in cases.everything() for two in cases.twos(one)}
    assert len(cases.covered()) < len(cases.everything()) or not cases.everything()
