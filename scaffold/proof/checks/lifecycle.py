"""Checks 1 to 8: starting, crashing, stopping, reloading."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Sequence

from scaffold.proof import probing, programs
from scaffold.proof.accounts import ROOT, STRANGER, WWW_DATA, as_user
from scaffold.proof.checks.registry import OWN, QUIET, SERVER, check
from scaffold.proof.deployment import Booted, Deployment
from scaffold.proof.load import Load, once_more_if_late
from scaffold.proof.probing import view
from scaffold.proof.processes import Process, children, until
from scaffold.proof.readiness import PATIENCE, answers, wait_for
from scaffold.proof.under_way import under_way
from scaffold.proof.unmet import NotProved, Unmet, need
from scaffold.proof.wire import Client

SETTLES = 15.0
ENDS = 8.0


def reloads(deployment: Deployment) -> bool:
    """Tell whether new code is loaded without a stop."""
    return bool(deployment.server.reload if deployment.server else deployment.facts.get("reload_file"))


def has_socket(deployment: Deployment) -> bool:
    """Tell whether a client connects to the server's own socket."""
    return deployment.socket is not None and deployment.client.path == str(deployment.socket)


@check(1)
def health_is_ok(booted: Booted) -> None:
    """A server that listens and cannot answer."""
    answer = booted.client.ask(booted.deployment.health)
    need(answer.status == 200, "200", answer)
    if booted.facts.get("ours"):
        need(answer.text == "ok\n", "200 ok", answer)


@check(1, SERVER, needs=OWN)
def a_broken_app_is_seen(deployment: Deployment) -> None:
    """A server that ends with 0, or never, when the app cannot be imported: its unit would count as well."""
    file = probing.release_file(deployment.project).with_name(probing.MODULE)
    text = file.read_text()
    file.write_text("raise RuntimeError('broken on purpose')\n")
    process = deployment.start_server()
    try:
        stays = deployment.facts.get("broken_app") == "stays"
        # What is imported before it breaks may take a while.
        ends = until(lambda: not process.is_running(), ENDS if stays else PATIENCE) or stays
        need(ends, "a server that ends", "it goes on without an app")
        need(not answers(deployment.client), "no answer", "an answer, without an app")
        by_code = process.popen.returncode != 0 or deployment.facts.get("restart") == "always"
        need(by_code, "an exit code that is not 0", "it ends with 0, and is not started again")
        need("broken on purpose" in process.output(), "the error in its log", "nothing says why")
    finally:
        process.kill()
        file.write_text(text)


@check(3, SERVER, needs=OWN)
def a_killed_worker_is_replaced(deployment: Deployment) -> None:
    """A server that ends, or stays lame, with its first crashed worker."""
    with deployment.serving() as server:
        victim = int(deployment.client.ask(view("/release")).json()["pid"])
        os.kill(victim, signal.SIGKILL)
        time.sleep(0.3)
        again = None
        try:
            if victim == server.pid or deployment.facts.get("restart") == "always":
                again = _as_a_supervisor(deployment, server)
            if away := deployment.facts.get("away_after_kill"):
                need(until(lambda: answers(deployment.client), away), f"an answer within {away} s", "none")
            for _ in range(6):
                answer = deployment.client.ask(deployment.health)
                need(answer.status == 200, "200", answer)
                time.sleep(0.5)
            need((again or server).is_running(), "a server that goes on", server.output()[-1000:])
        finally:
            if again:
                again.kill()


def _as_a_supervisor(deployment: Deployment, server: Process) -> Process | None:
    """Start it again if it ended, as a unit with its Restart= does."""
    if not until(lambda: not server.is_running(), 5):
        return None
    wanted = deployment.facts.get("restart")
    starts = wanted == "always" or (wanted == "on-failure" and server.popen.returncode != 0)
    need(starts, "a server that is started again", "nobody starts it again")
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
        need(server.is_running(), "a server that runs", server.output()[-1000:])


@check(5, SERVER, needs=OWN)
def a_stop_lets_requests_end(deployment: Deployment) -> None:
    """Requests that are cut off when the server is told to stop; some do that seven times of eight."""
    once_more_if_late(_stopped_three_times, deployment)


def _stopped_three_times(deployment: Deployment) -> None:
    stop = deployment.the_server().stop
    for _ in range(3):
        with deployment.serving() as server:
            _stopped_in_the_middle(deployment.client, server, lambda: server.signal(stop))
            gone = until(lambda: not server.members(), 5)
            need(gone, "no process of it", "something of it is left")


@check(6, SERVER, needs=OWN)
def it_stops_as_the_first_process(deployment: Deployment) -> None:
    """A server that ignores its signal where nobody else is there to handle it: in a container."""
    once_more_if_late(_stopped_as_the_first_process, deployment)


def _stopped_as_the_first_process(deployment: Deployment) -> None:
    isolated = [programs.path("unshare"), *([] if ROOT else ["--map-root-user"]), "--pid", "--fork", "--kill-child"]
    _may_isolate(isolated)
    with deployment.serving(*isolated) as outer:
        (inner,) = children(outer.pid)
        number = signal.Signals[deployment.the_server().stop]
        _stopped_in_the_middle(deployment.client, outer, lambda: os.kill(inner, number))


def _may_isolate(words: Sequence[str]) -> None:
    done = subprocess.run([*words, "true"], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise NotProved(f"no program may have processes of its own here ({done.stderr.strip()})")


def _stopped_in_the_middle(client: Client, process: Process, stop: Callable[[], None]) -> None:
    with under_way(client, process, 2):
        stop()
    need(process.wait(ENDS) is not None, "an end", "it does not end")


@check(7, needs=QUIET, quick=False, when=reloads)
def a_reload_loses_nothing(deployment: Deployment) -> None:
    """A reload that refuses connections, that stalls, or after which a worker still runs the old code."""
    once_more_if_late(_reloaded, deployment)


def _reloaded(deployment: Deployment) -> None:
    file = probing.release_file(deployment.project)
    keeps = bool(deployment.proxy or deployment.keeps_connections)
    begin = time.monotonic()
    try:
        with deployment.up() as booted, Load(deployment.client, keeps) as load:
            boot = time.monotonic() - begin
            time.sleep(0.5)
            file.write_text("release-2\n")
            _reload(booted)
            new = until(lambda: _is_everywhere(deployment.client, "release-2"), SETTLES)
            need(new, "the new code in every answer", "the old code still answers")
            time.sleep(0.3)
    finally:
        file.write_text(probing.FIRST_RELEASE + "\n")
    load.lost_nothing(stall=2 * boot)


def _reload(booted: Booted) -> None:
    """Have new code loaded: by a signal, or by touching the file that what runs inside a proxy is started from."""
    if booted.server:
        booted.server.signal(booted.deployment.the_server().reload)
    else:
        (booted.deployment.project / str(booted.facts["reload_file"])).touch()


def _is_everywhere(client: Client, release: str) -> bool:
    try:
        return all(client.ask(view("/release")).json()["release"] == release for _ in range(20))
    except (OSError, Unmet):
        return False


@check(8, SERVER, when=has_socket)
def only_the_proxy_can_connect(booted: Booted) -> None:
    """A socket that the proxy's account cannot open, or that every account can."""
    path = booted.client.path
    held = os.stat(path)
    mode = held.st_mode & 0o777
    need(mode in (0o660, 0o770), "a socket with the mode 660 or 770", oct(mode))
    group = WWW_DATA if ROOT else os.getgid()
    need(held.st_gid == group, f"a socket of the group {group}", held.st_gid)
    if ROOT:
        need(_may_connect(path, WWW_DATA), "a socket that the proxy may open", "one that it may not")
        need(not _may_connect(path, STRANGER), "a socket for the proxy alone", "one that everybody may open")


def _may_connect(path: str, uid: int) -> bool:
    words = [*as_user(uid, uid), "test", "-w", path]
    return subprocess.run(words, check=False).returncode == 0
