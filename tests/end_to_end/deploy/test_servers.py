"""Every server, with each of its answers, alone: over TCP and over a unix socket."""

import pytest

from scaffold.proof.checks import registry
from tests.end_to_end.deploy import cases, environments
from tests.end_to_end.deploy.cases import Case
from tests.end_to_end.deploy.checking import failures, failures_at_once
from tests.end_to_end.deploy.projects import Maker

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("case", cases.alone(), ids=str)
def test_a_server_alone_keeps_every_promise(case: Case, maker: Maker) -> None:
    own = registry.those(registry.SERVER, registry.OWN, registry.QUIET)
    deployments = [maker.deployed(case) for _ in own]
    said = failures_at_once(list(zip(own, deployments, strict=True)))

    with deployments[0].up() as booted:
        said += failures(registry.those(registry.SERVER), booted)

    assert not said, "\n".join([str(case), *said])


@pytest.mark.parametrize("case", cases.of_each_server(), ids=str)
def test_what_it_needs_is_installed_as_it_asks(case: Case, maker: Maker) -> None:
    """2: An extra that brings an older server, or a server without what its workers import."""
    deployment = maker.deployed(case)
    environments.check_versions(deployment.project)
