"""Checks 1 to 8: starting, crashing, stopping, reloading."""

import os
import signal
import subprocess
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

from tests import parts
from tests.end_to_end.deploy import probing
from tests.end_to_end.deploy.client import Answer, Client
from tests.end_to_end.deploy.deployments import Booted, Deployment, answers, wait_for
from tests.end_to_end.deploy.load import Load
from tests.end_to_end.deploy.processes import ROOT, STRANGER, WWW_DATA, Process, as_user, children, until
from tests.end_to_end.deploy.registry import OWN, QUIET, SERVER, check

REQUEST = 1.0
SETTLES = 15.0
ENDS = 8.0


@check(1)
def health_is_ok(booted: Booted) -> None:
    """A server that listens and cannot answer."""
    answer = booted.client.ask("/healthz")
    assert (answer.status, answer.text) == (200, "ok\n")


@check(1, SERVER, needs=OWN)
def a_broken_app_is_seen(deployment: Deployment) -> None:
    """A server that ends with 0, or never, when the app cannot be imported: its unit would count as well."""
    file = probing.release_file(deployment.project).with_name(probing.MODULE)
    text = file.read_text()
    file.write_text("raise RuntimeError('broken on purpose')\n")
    process = deployment.start_server()
    try:
        assert until(lambda: not process.is_running(), ENDS) or deployment.facts.get("broken_app") == "stays", (
            "it goes on without an app"
        )
        assert not answers(deployment.client)
        by_code = process.popen.returncode != 0 or deployment.facts.get("restart") == "always"
        assert by_code, "it ends with 0, and is not started again"
        assert "broken on purpose" in process.output(), "nothing says why"
    finally:
        process.kill()
        file.write_text(text)


@check(3, SERVER, needs=OWN)
def a_killed_worker_is_replaced(deployment: Deployment) -> None:
    """A server that ends, or stays lame, with its first crashed worker."""
    with deployment.serving() as server:
        victim = int(deployment.client.ask("/release").json()["pid"])
        os.kill(victim, signal.SIGKILL)
        time.sleep(0.3)
        again = None
        try:
            if victim == server.pid or deployment.facts.get("restart") == "always":
                again = _as_a_supervisor(deployment, server)
            for _ in range(6):
                assert deployment.client.ask("/healthz").status == 200
                time.sleep(0.5)
            assert (again or server).is_running(), server.output()[-1000:]
        finally:
            if again:
                again.kill()


def _as_a_supervisor(deployment: Deployment, server: Process) -> Process | None:
    """Start it again if it ended, as a unit with its Restart= does."""
    if not until(lambda: not server.is_running(), 5):
        return None
    wanted = deployment.facts.get("restart")
    assert wanted == "always" or (wanted == "on-failure" and server.popen.returncode != 0), "nobody starts it again"
    server.kill()
    again = deployment.start_server()
    wait_for(deployment.client, again)
    return again


@check(4, SERVER, needs=OWN)
def it_boots_after_a_crash(deployment: Deployment) -> None:
    """A socket that a killed server left behind, and that keeps the next one from starting."""
    with deployment.serving() as server:
        server.kill()
    with deployment.serving() as server:
        assert server.is_running()


@check(5, SERVER, needs=OWN)
def a_stop_lets_requests_end(deployment: Deployment) -> None:
    """Requests that are cut off when the server is told to stop; some do that seven times of eight."""
    assert deployment.server
    stop = deployment.server.stop
    for _ in range(3):
        with deployment.serving() as server:
            _stopped_in_the_middle(deployment.client, server, lambda: server.signal(stop))
            assert until(lambda: not server.members(), 5), "something of it is left"


@check(6, SERVER, needs=OWN)
def it_stops_as_the_first_process(deployment: Deployment) -> None:
    """A server that ignores its signal where nobody else is there to handle it: in a container."""
    isolated = [parts.program("unshare"), *([] if ROOT else ["--map-root-user"]), "--pid", "--fork", "--kill-child"]
    with deployment.serving(*isolated) as outer:
        (inner,) = children(outer.pid)
        assert deployment.server
        number = signal.Signals[deployment.server.stop]
        _stopped_in_the_middle(deployment.client, outer, lambda: os.kill(inner, number))


def _stopped_in_the_middle(client: Client, process: Process, stop: Callable[[], None]) -> None:
    with ThreadPoolExecutor(2) as pool:
        running: list[Future[Answer]] = [pool.submit(client.ask, f"/sleep?s={REQUEST}") for _ in range(2)]
        time.sleep(0.4)
        stop()
        for one in running:
            answer = one.result()
            assert (answer.status, answer.text) == (200, "slept")
    assert process.wait(ENDS) is not None, "it does not end"


@check(7, needs=QUIET, quick=False)
def a_reload_loses_nothing(deployment: Deployment) -> None:
    """A reload that refuses connections, that stalls, or after which a worker still runs the old code."""
    touched = deployment.facts.get("reload_file") if deployment.server is None else ""
    if not touched and not (deployment.server and deployment.server.reload):
        return
    file = probing.release_file(deployment.project)
    keeps = bool(deployment.proxy or deployment.keeps_connections)
    begin = time.monotonic()
    with deployment.up() as booted, Load(deployment.client, keeps) as load:
        boot = time.monotonic() - begin
        time.sleep(0.5)
        file.write_text("release-2\n")
        if deployment.server and booted.server:
            booted.server.signal(deployment.server.reload)
        else:
            (deployment.project / str(touched)).touch()
        assert until(lambda: _is_everywhere(deployment.client, "release-2"), SETTLES), "the old code still answers"
        time.sleep(0.3)
    file.write_text(probing.FIRST_RELEASE + "\n")
    load.lost_nothing(stall=2 * boot)


def _is_everywhere(client: Client, release: str) -> bool:
    try:
        return all(client.ask("/release").json()["release"] == release for _ in range(20))
    except OSError:
        return False


@check(8, SERVER)
def only_the_proxy_can_connect(booted: Booted) -> None:
    """A socket that the proxy's account cannot open, or that every account can."""
    path = booted.deployment.socket
    if path is None or booted.deployment.client.path != str(path):
        return
    mode = path.stat().st_mode & 0o777
    assert mode in (0o660, 0o770), oct(mode)
    assert path.stat().st_gid == (WWW_DATA if ROOT else os.getgid())
    if ROOT:
        assert _may_connect(str(path), WWW_DATA)
        assert not _may_connect(str(path), STRANGER)


def _may_connect(path: str, uid: int) -> bool:
    words = [*as_user(uid, uid), "test", "-w", path]
    return subprocess.run(words, check=False).returncode == 0
