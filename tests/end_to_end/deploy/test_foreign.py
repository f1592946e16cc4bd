"""A project that somebody wrote by hand is asked the same things, and what it lacks is what the results say."""

import pytest

from scaffold.proof.checks import registry
from scaffold.proof.result import FAILED, NOT_PROVED
from tests import by_hand
from tests.end_to_end.deploy.cases import Case
from tests.end_to_end.deploy.projects import Maker

pytestmark = pytest.mark.slow
# It sets no limit of its own and no Secure for its cookies: a proxy can make up for the first, nobody for the second.
# Which hosts are its own it does not say, so that nobody can tell.
CASES = [
    (Case("gunicorn", layout=by_hand.LAYOUT), {"too-much-is-refused": "413", "too-many-chunks-never-pass": "refusal"}),
    (
        Case("gunicorn", proxy="nginx", layout=by_hand.LAYOUT),
        {"https-stays-https": "Secure", "the-cookie-keeps-to-https": "Secure"},
    ),
]
UNKNOWN = {"other-hosts-are-refused": "TRUSTED_HOSTS"}


@pytest.mark.parametrize(("case", "lacks"), CASES, ids=[str(case) for case, _ in CASES])
def test_a_project_by_hand_is_proved_but_for_what_it_lacks(case: Case, lacks: dict[str, str], maker: Maker) -> None:
    of = registry.PROXY if case.proxy else registry.SERVER
    deployment = maker.deployed(case)
    found = list(registry.results(registry.those(of, registry.OWN, registry.QUIET), deployment, "it"))
    with deployment.up() as booted:
        found += registry.results(registry.those(of), booted, "it")

    unknown = [one for one in found if one.outcome == NOT_PROVED]
    assert {one.name for one in unknown} == set(UNKNOWN), unknown
    assert all(UNKNOWN[one.name] in one.why for one in unknown)
    failed = [one for one in found if one.outcome == FAILED]
    assert {one.name for one in failed} == set(lacks), failed
    for one in failed:
        assert lacks[one.name] in one.expected
        assert "/-/probing/" in one.request
        assert f"Host: {deployment.domain}" in one.request
    assert len(found) > 15
    assert len({one.name for one in found}) == len(found)
    assert all(one.step == of and one.seconds and one.guards for one in found)
