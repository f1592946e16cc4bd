"""When something is up: when the app answers, not when a program says so."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from scaffold.proof import readiness
from scaffold.proof.ports import free_port
from scaffold.proof.processes import Process
from scaffold.proof.unmet import NotProved, Unmet
from scaffold.proof.wire import Client
from tests.proof.site import MARKED, site


@pytest.fixture
def process(tmp_path: Path) -> Iterator[Process]:
    words = [sys.executable, "-c", "import time; print('begun', flush=True); time.sleep(60)"]
    process = Process(words, tmp_path, {}, tmp_path / "log")
    yield process
    process.kill()


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readiness, "PATIENCE", 0.3)


def test_it_is_waited_for(process: Process) -> None:
    with site((502, {}, "wait"), (404, {}, "wait"), (200, MARKED, "hello")) as client:
        assert readiness.wait_for(client, process) < 1


@pytest.mark.parametrize(("status", "shown"), [(302, r"\(302 to /login\)"), (401, r"\(401 to /login\)")])
def test_an_app_with_a_login_is_not_proved(status: int, shown: str, process: Process) -> None:
    with site((status, {**MARKED, "Location": "/login"}, "")) as client:
        with pytest.raises(NotProved, match=f"the app answers the probing views itself {shown}"):
            readiness.wait_for(client, process)
        # Of a proxy it is asked no more than to be there.
        readiness.wait_for(client, process, any_status=True)


@pytest.mark.parametrize("status", [302, 404, 500])
def test_what_somebody_else_says_is_no_answer_of_the_app(status: int, process: Process) -> None:
    with site((status, {}, "not me")) as client, pytest.raises(Unmet, match=f"it is not up .it says {status} not me"):
        readiness.wait_for(client, process)


def test_who_is_not_there_is_not_up(process: Process) -> None:
    client = Client(free_port())
    assert not readiness.connects(client)
    with pytest.raises(Unmet, match="it is not up"):
        readiness.wait_for(client, process)
    with pytest.raises(Unmet, match="a server that listens"):
        readiness.wait_until_listening(client, process)


def test_who_ends_is_not_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readiness, "PATIENCE", 60.0)
    process = Process([sys.executable, "-c", "raise SystemExit('no such app')"], tmp_path, {}, tmp_path / "log")
    with pytest.raises(Unmet, match="no such app"):
        readiness.wait_for(Client(free_port()), process)
    process.kill()
