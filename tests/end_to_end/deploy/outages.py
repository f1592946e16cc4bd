"""Checks 14, 20, 21 and 22: the app is down, or hung; the proxy reloads, or stops; the load is spread."""

import re
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests import parts
from tests.end_to_end.deploy.bodies import is_of_the_app
from tests.end_to_end.deploy.client import DOMAIN, Client
from tests.end_to_end.deploy.deployments import Booted, Deployment, wait_for
from tests.end_to_end.deploy.load import Load
from tests.end_to_end.deploy.pages import STYLE
from tests.end_to_end.deploy.processes import Process, command, seconds_of_cpu, until
from tests.end_to_end.deploy.registry import OWN, PROXY, QUIET, check

RECOVERS = 3.0
SCRIPT = Path(__file__).with_name("loopback.lua")


@check(20, PROXY, needs=OWN, quick=False)
def an_app_that_is_down_has_a_page(deployment: Deployment) -> None:
    """An app that is down: no page, no files, and a proxy that has to be told when it is back."""
    if deployment.server is None:
        return
    with deployment.up() as booted:
        assert booted.server
        assert booted.proxy
        booted.server.kill()
        answer = booted.client.ask("/hello")
        assert answer.status in (502, 503, 504), f"{answer.status} {answer.text[:100]}"
        assert not is_of_the_app(answer)
        assert answer.headers.get_content_type() == "text/html", answer.header("Content-Type")
        # Its own page is whole; the ones that are built in say no language.
        assert re.match(r"(?i)<!doctype html>\s*<html[^>]* lang=", answer.text), answer.text[:200]
        if booted.facts.get("serves_static"):
            assert booted.client.ask(STYLE).status == 200, "14: the files are gone with the app"
        with deployment.serving():
            took = wait_for(deployment.client, booted.proxy)
            assert took < RECOVERS, f"the proxy found it after {took:.1f} s"


@check(20, PROXY, needs=OWN, quick=False)
def a_hung_app_is_given_up(deployment: Deployment) -> None:
    """A view that never ends, and a client that waits as long."""
    limit = deployment.timeout + 5
    with deployment.up() as booted:
        begin = time.monotonic()
        answer = booted.client.ask(f"/sleep?s={limit + 6}", timeout=limit + 20)
        took = time.monotonic() - begin
    # Sooner than the limit it is the server that gives up, with a page of its own or without any.
    allowed = {504, *booted.facts.get("hung_statuses", [])} if took > limit - 0.5 else {500, 502, 503, 504}
    assert answer.status in allowed, f"{answer.status} after {took:.1f} s"
    assert took < limit + 3, f"it took {took:.1f} s"


@check(21, PROXY, needs=QUIET, quick=False)
def the_proxy_reloads_and_stops_gently(deployment: Deployment) -> None:
    """A proxy that loses connections when it reads its settings again, or requests when it is stopped."""
    with deployment.up() as booted:
        assert booted.proxy
        assert deployment.proxy
        with Load(deployment.client) as load:
            for _ in range(2):
                time.sleep(0.5)
                booted.proxy.signal(deployment.proxy.reload)
                time.sleep(0.8)
        load.lost_nothing(2, int(booted.facts.get("resets_on_reload", 0)))
        with ThreadPoolExecutor(1) as pool:
            running = pool.submit(booted.client.ask, "/sleep?s=1")
            time.sleep(0.4)
            booted.proxy.signal(deployment.proxy.stop)
            answer = running.result()
            assert (answer.status, answer.text) == (200, "slept")
        assert booted.proxy.wait(10) is not None, "the proxy does not end"
        assert until(lambda: not booted.proxy.members(), 5), "something of the proxy is left"


@check(22, PROXY, quick=False)
def the_workers_share_the_load(booted: Booted) -> None:
    """Two workers of which one does all the work, as threads do with kept connections over TCP."""
    if booted.server is None or booted.deployment.socket is None:
        return
    busy = workers(booted.server)
    if len(busy) < 2:
        return
    before = {pid: seconds_of_cpu(pid) for pid in busy}
    _wrk(booted.client)
    spent = {pid: seconds_of_cpu(pid) - before[pid] for pid in busy}
    share = min(spent.values()) / max(sum(spent.values()), 0.01)
    assert share > 0.2, f"a worker of {len(busy)} did {share:.0%} of the work"


def workers(server: Process) -> list[int]:
    """Return the processes that answer requests: all but the one that started them, and Python's own helpers."""
    return [pid for pid in server.members() if pid != server.pid and "resource_tracker" not in command(pid)]


def _wrk(client: Client) -> None:
    scheme = "https" if client.certificate else "http"
    url = f"{scheme}://{DOMAIN}:{client.port}/hello"
    words = [parts.program("wrk"), "-t1", "-c16", "-d2s", "-s", str(SCRIPT), "-H", f"Host: {DOMAIN}", url]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    made = re.search(r"(\d+) requests in", done.stdout)
    assert made, done.stdout
    assert int(made[1]) > 100, done.stdout
    assert "Non-2xx" not in done.stdout, done.stdout
