"""The Procfile under honcho, which starts and stops as the platforms do that read one."""

import http.client
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from scaffold.proof.ports import free_port
from tests import parts
from tests.end_to_end.conftest import UV, Environment, install, run
from tests.end_to_end.deploy import units
from tests.end_to_end.serving import PATIENCE

pytestmark = pytest.mark.slow

KEY = "b5c0d7e2f9a14683b5c0d7e2f9a14683"


@pytest.fixture(scope="module", params=["gunicorn", "granian"])
def project(request: pytest.FixtureRequest, tool: Path, tmp_path_factory: pytest.TempPathFactory) -> Environment:
    folder = tmp_path_factory.mktemp("procfile")
    words = ("--server", request.param, "--platform", "procfile")
    made = Environment(units.made(tool, folder, "shop", "package", words), tool)
    run(UV, "venv", "--quiet", "--python", sys.executable, ".venv", cwd=made.project)
    install(made.project)
    (made.project / "deploy" / "secret.env").write_text(f"SECRET_KEY={KEY}\n")
    return made


@contextmanager
def honcho(project: Environment, port: int, log: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """Start what the README says, on a port of our own."""
    words: list[str | Path] = [parts.wheel("honcho"), "--env", "deploy/production.env,deploy/secret.env", "start"]
    env = project.variables(PORT=str(port))
    with log.open("wb") as output:
        process = subprocess.Popen(words, cwd=project.project, env=env, stdout=output, stderr=output)
    try:
        wait(port, process, log)
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
        process.wait(PATIENCE)


def wait(port: int, process: "subprocess.Popen[bytes]", log: Path) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and process.poll() is None:
        try:
            if ask(port, "/healthz") == (200, "ok\n"):
                return
        except OSError:
            time.sleep(0.05)
    raise AssertionError(log.read_text(errors="replace"))


def ask(port: int, path: str) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        connection.request("GET", path, headers={"Host": units.HOST})
        response = connection.getresponse()
        return response.status, response.read().decode()
    finally:
        connection.close()


def test_the_procfile_is_valid_and_a_broken_one_is_not(project: Environment, tmp_path: Path) -> None:
    (tmp_path / "Procfile").write_text((project.project / "Procfile").read_text().replace("web:", "web"))

    # It calls a file without a process valid, too: what counts is which it found.
    assert "(web)" in run(parts.wheel("honcho"), "check", cwd=project.project)
    assert "(web)" not in run(parts.wheel("honcho"), "check", cwd=tmp_path)


def test_it_starts_on_the_port_it_is_told_and_ends_requests_on_a_stop(project: Environment, tmp_path: Path) -> None:
    port, answers = free_port(), []
    with honcho(project, port, tmp_path / "log") as process:
        asking = [threading.Thread(target=lambda: answers.append(ask(port, "/sleep"))) for _ in range(2)]
        for thread in asking:
            thread.start()
        time.sleep(0.5)
        process.send_signal(signal.SIGTERM)
        for thread in asking:
            thread.join()
        process.wait(PATIENCE)

    assert answers == [(200, "slept")] * 2
    assert not alive(project), (tmp_path / "log").read_text()


def alive(project: Environment) -> list[str]:
    """Return the processes that still run out of the project's environment."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if str(project.project) in (entry / "cmdline").read_text() and int(entry.name) != os.getpid():
                found.append(entry.name)
        except OSError:
            continue
    return found


def test_a_server_that_drops_requests_at_a_sigterm_is_refused(tool: Path, tmp_path: Path) -> None:
    run(tool, "new", "shop", cwd=tmp_path)

    said = run(tool, "deploy", "--server", "waitress", "--platform", "procfile", cwd=tmp_path / "shop", code=3)

    assert "SIGTERM" in said
    assert not (tmp_path / "shop" / "Procfile").exists()
