"""A check that cannot fail proves nothing: each of them is shown a deployment that is broken in its own way."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from scaffold.proof import readiness
from scaffold.proof.checks import lifecycle, registry
from scaffold.proof.deployment import Booted, Deployment
from scaffold.proof.unmet import Unmet
from tests.end_to_end.deploy import breaks, environments, spread
from tests.end_to_end.deploy.breaks import BREAKS, PAIR, PREFIX, SOCKET, TCP, TWO, Break
from tests.end_to_end.deploy.cases import Case
from tests.end_to_end.deploy.checking import failures
from tests.end_to_end.deploy.projects import Maker
from tests.end_to_end.deploy.test_pairs import behind_another

pytestmark = pytest.mark.slow
SERVER = "gunicorn"
CASES = {
    SOCKET: Case(SERVER, bind="unix"),
    TCP: Case(SERVER, bind="tcp", layout="module"),
    PAIR: Case(SERVER, proxy="nginx", bind="unix"),
    PREFIX: Case(SERVER, proxy="nginx", bind="unix", layout="module"),
    TWO: Case(SERVER, proxy="nginx", bind="tcp", protocol="http"),
}


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for less: here most of the time would go into waiting for what never comes."""
    monkeypatch.setattr(readiness, "PATIENCE", 5.0)
    monkeypatch.setattr(lifecycle, "SETTLES", 4.0)
    monkeypatch.setattr(lifecycle, "ENDS", 4.0)


@pytest.mark.parametrize("broken", BREAKS, ids=str)
def test_a_broken_deployment_is_noticed(broken: Break, maker: Maker) -> None:
    check = next(one for one in registry.every() if one.name == broken.check)
    if broken.on == TWO:
        with behind_another(CASES[TWO], maker, broken.change) as booted:
            said = failures([check], booted)
    else:
        options = {"prefix": "/mnt"} if broken.on == PREFIX else {}
        deployment = broken.change(maker.deployed(CASES[broken.on], **options))
        said = made(check, deployment)
    assert said, f"{check.name} does not notice it"
    assert broken.says in said[0]


def made(check: registry.Check, deployment: Deployment) -> list[str]:
    """Return what a check has to say, and what keeps the deployment from being up."""
    if check.needs != registry.SHARED:
        return failures([check], deployment)
    try:
        with deployment.up() as booted:
            return failures([check], booted)
    except Unmet as error:
        return [str(error)]


def test_every_check_is_shown_something_broken() -> None:
    named = {one.check for one in BREAKS} | {"the-workers-share-the-load"}
    assert {one.name for one in registry.every()} == named
    assert {one.number for one in registry.every()} | {2} == set(range(1, 28))


def test_a_worker_that_does_nothing_is_noticed(maker: Maker) -> None:
    with idle(maker.deployed(CASES[PAIR])) as booted:
        check = next(one for one in registry.every() if one.number == 22)
        assert "0% of the work" in failures([check], booted)[0]


@contextmanager
def idle(deployment: Deployment) -> Iterator[Booted]:
    """Give a deployment one of whose workers sleeps."""
    with deployment.up() as booted:
        assert booted.server
        os.kill(spread.workers(booted.server)[0], signal.SIGSTOP)
        yield booted


def test_an_older_server_than_was_asked_for_is_noticed(maker: Maker) -> None:
    deployment = maker.deployed(CASES[TCP])
    breaks.edit(rf'"{SERVER}[^"]*>=\d+', rf'"{SERVER}>=999', "pyproject.toml")(deployment)
    with pytest.raises(AssertionError, match="is installed"):
        environments.check_versions(deployment.project)
