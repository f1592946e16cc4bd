"""Every server behind every proxy: the quick checks for all of them, every check for a pairwise cover."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from scaffold.proof.checks import registry
from scaffold.proof.deployment import Booted, Deployment
from tests.end_to_end.deploy import cases, fronts, spread
from tests.end_to_end.deploy.cases import Case
from tests.end_to_end.deploy.checking import failures, failures_at_once
from tests.end_to_end.deploy.projects import Maker

pytestmark = pytest.mark.slow
# The modules with checks of their own, so that they are in the list.
CHECKED = (fronts, spread)
PREFIX = "/mnt"
Change = Callable[[Deployment], Deployment]


@pytest.mark.parametrize("case", cases.pairs_beside(cases.covered()), ids=str)
def test_a_pair_keeps_the_quick_promises(case: Case, maker: Maker) -> None:
    deployment = maker.deployed(case)
    with deployment.up() as booted:
        said = failures(registry.those(registry.PROXY, quick=True), booted)
        assert not said, told(case, said, booted)


@pytest.mark.parametrize("case", cases.covered(), ids=str)
def test_a_pair_keeps_every_promise(case: Case, maker: Maker) -> None:
    own = registry.those(registry.PROXY, registry.OWN, registry.QUIET)
    deployments = [maker.deployed(case) for _ in own]
    said = failures_at_once(list(zip(own, deployments, strict=True)))
    with deployments[0].up() as booted:
        said += failures(registry.those(registry.PROXY), booted)
        assert not said, told(case, said, booted)


@pytest.mark.parametrize("case", cases.covered(), ids=str)
def test_a_pair_can_be_mounted_below_a_prefix(case: Case, maker: Maker) -> None:
    with maker.deployed(case, prefix=PREFIX).up() as booted:
        below = [one for one in registry.those(registry.PROXY) if one.number == 13]
        said = failures(below, booted)
        assert not said, told(case, said, booted)


@pytest.mark.parametrize("case", cases.covered(), ids=str)
def test_a_pair_can_stand_behind_another_proxy(case: Case, maker: Maker) -> None:
    with behind_another(case, maker) as booted:
        said = failures(registry.those(fronts.TWO), booted)
        assert not said, told(case, said, booted)


@contextmanager
def behind_another(case: Case, maker: Maker, change: Change = lambda same: same) -> Iterator[Booted]:
    """Give a deployment that stands behind a proxy of the same kind, which is the edge."""
    inner = change(maker.deployed(case, proxies="2"))
    assert inner.client.port
    # Its own app is never started: what it leads to is the other proxy.
    server = next(one for one in cases.pairs() if one.proxy == case.proxy and one.protocol == "http")
    led = replace(server, bind="tcp", layout=case.layout)
    edge = maker.deployed(led, upstream=f"127.0.0.1:{inner.client.port}")
    with inner.up() as booted, edge.but(server=None).up():
        yield Booted(inner.but(client=edge.client), booted.server, booted.proxy)


def told(case: Case, said: list[str], booted: Booted) -> str:
    """Return what is wrong, and what the programs wrote."""
    return "\n".join([" ".join(case.words), *said, booted.output()])
