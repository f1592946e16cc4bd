"""Processes: all of a session is found and ended, by whichever way the machine tells of them."""

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from scaffold.proof import accounts, ports, processes
from scaffold.proof.processes import Process, until
from scaffold.proof.unmet import Unmet

FAMILY = """
import os, signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
for _ in range(2):
    if not os.fork():
        break
time.sleep(60)
"""


@pytest.fixture
def family(tmp_path: Path) -> Iterator[Process]:
    """Give a process and its two children, none of which heeds SIGTERM."""
    process = Process([sys.executable, "-c", FAMILY], tmp_path, {}, tmp_path / "log")
    assert until(lambda: len(process.members()) == 3), process.output()
    yield process
    process.kill()


@pytest.fixture(params=["proc", "ps"])
def told(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the machine tell of its processes as Linux does, and as macOS does."""
    if request.param == "ps":
        assert shutil.which("ps")
        monkeypatch.setattr(processes, "_table", processes._from_ps)


@pytest.mark.usefixtures("told")
def test_all_of_a_session_is_found_and_ended(family: Process) -> None:
    assert len(processes.children(family.pid)) == 2
    assert set(processes.children(family.pid)) | {family.pid} == set(family.members())
    assert set(family.members()) <= set(processes.left_over())
    family.signal("SIGTERM")
    assert family.wait(0.1) is None
    family.kill()
    assert family.members() == []
    assert not family.is_running()
    assert processes.left_over() == []


def test_what_is_left_is_ended_at_once(family: Process) -> None:
    os.kill(family.pid, 9)
    family.wait()
    assert len(processes.left_over()) == 2
    processes.end_all()
    assert until(lambda: processes.left_over() == [])


def test_output_goes_to_the_log(tmp_path: Path) -> None:
    words = [sys.executable, "-c", "import sys; print('out'); print('err', file=sys.stderr); sys.exit(3)"]
    for _ in range(2):
        process = Process(words, tmp_path, {}, tmp_path / "log")
        assert process.wait() == 3
        process.kill()
    assert sorted(process.output().split()) == ["err", "err", "out", "out"]


def test_what_cannot_be_started_is_told(tmp_path: Path) -> None:
    with pytest.raises(Unmet, match=r"expected a start of 'no-such-program --now', got .*No such file"):
        Process(["no-such-program", "--now"], tmp_path, {}, tmp_path / "log")


def test_a_port_is_given_once() -> None:
    given = [ports.free_port() for _ in range(50)]
    assert len(set(given)) == 50
    assert all(ports.FIRST <= port < ports.LAST for port in given)


def test_a_port_is_given_to_one_process() -> None:
    ports.free_port()
    script = "import sys; from scaffold.proof import ports; print(ports.free_port(), flush=True); sys.stdin.read()"
    others = [
        subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    given = [int(other.stdout.readline()) for other in others if other.stdout]
    for other in others:
        other.communicate()
    blocks = {port // ports.BLOCK for port in (ports.free_port(), *given)}
    assert len(blocks) == 4


def test_a_port_that_is_in_use_is_not_given() -> None:
    port = ports.free_port()
    with socket.socket() as taken:
        taken.bind((ports.HOST, port))
        taken.listen()
        assert port not in {ports.free_port() for _ in range(ports.BLOCK)}


def test_an_account_that_may_not_run_it_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "program"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    tmp_path.chmod(0o700)
    if accounts.ROOT:
        assert accounts.able(accounts.APP, str(program)) == 0
        assert accounts.able(accounts.APP, "true") == accounts.APP
    monkeypatch.setattr(accounts, "ROOT", False)
    assert accounts.able(accounts.APP, str(program)) == accounts.APP
    assert accounts.as_user(accounts.APP) == []
