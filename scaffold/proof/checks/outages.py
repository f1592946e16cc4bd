"""Checks 14, 20 and 21: the app is down, or hung; the proxy reloads, or stops."""

import re
import time

from scaffold.proof.checks.pages import served_by_proxy, static
from scaffold.proof.checks.registry import OWN, PROXY, QUIET, check
from scaffold.proof.deployment import Deployment
from scaffold.proof.load import Load, once_more_if_late
from scaffold.proof.probing import is_of_the_app, view
from scaffold.proof.processes import until
from scaffold.proof.readiness import wait_for
from scaffold.proof.under_way import under_way
from scaffold.proof.unmet import need

RECOVERS = 3.0


def is_apart(deployment: Deployment) -> bool:
    """Tell whether the app can be down while the proxy is up."""
    return deployment.server is not None


@check(20, PROXY, needs=OWN, quick=False, when=is_apart)
def an_app_that_is_down_has_a_page(deployment: Deployment) -> None:
    """An app that is down: no page, no files, and a proxy that has to be told when it is back."""
    with deployment.up() as booted:
        server, proxy = booted.the_server(), booted.the_proxy()
        url, folder = static(booted)
        server.kill()
        answer = booted.client.ask(view("/hello"))
        need(answer.status in (502, 503, 504), "502, 503 or 504", answer)
        need(not is_of_the_app(answer), "a page of the proxy", answer)
        need(answer.headers.get_content_type() == "text/html", "a page", answer.header("Content-Type"))
        # Its own page is whole; the ones that are built in say no language.
        whole = re.match(r"(?i)<!doctype html>\s*<html[^>]* lang=", answer.text)
        need(whole, "a page that says its language", answer)
        if url and served_by_proxy(booted, folder):
            file = booted.client.below("").ask(url)
            need(file.status == 200, "14: a file, without the app", "14: the files are gone with the app")
        with deployment.serving():
            took = wait_for(deployment.client, proxy)
            # What speaks no HTTP listens before it answers, and only the proxy can tell when it does.
            late = took >= RECOVERS and deployment.direct
            need(not late, f"an answer within {RECOVERS} s", f"the proxy found it after {took:.1f} s")


@check(20, PROXY, needs=OWN, quick=False, patient=True)
def a_hung_app_is_given_up(deployment: Deployment) -> None:
    """A view that never ends, and a client that waits as long."""
    limit = deployment.timeout + 5
    with deployment.up() as booted:
        begin = time.monotonic()
        answer = booted.client.ask(view(f"/sleep?s={limit + 6}"), timeout=limit + 20)
        took = time.monotonic() - begin
    # Sooner than the limit it is the server that gives up, with a page of its own or without any.
    allowed = {504, *booted.facts.get("hung_statuses", [])} if took > limit - 0.5 else {500, 502, 503, 504}
    need(answer.status in allowed, f"one of {sorted(allowed)}", f"{answer} after {took:.1f} s")
    need(took < limit + 3, f"an end after {limit:.0f} s", f"it took {took:.1f} s")


@check(21, PROXY, needs=QUIET, quick=False)
def the_proxy_reloads_and_stops_gently(deployment: Deployment) -> None:
    """A proxy that loses connections when it reads its settings again, or requests when it is stopped."""
    once_more_if_late(_reloaded_and_stopped, deployment)


def _reloaded_and_stopped(deployment: Deployment) -> None:
    begin = time.monotonic()
    with deployment.up() as booted:
        boot = time.monotonic() - begin
        proxy = booted.the_proxy()
        with Load(deployment.client) as load:
            for _ in range(2):
                time.sleep(0.5)
                proxy.signal(deployment.the_proxy().reload)
                time.sleep(0.8)
        # What runs inside the proxy starts anew with it.
        stall = 0.0 if booted.server else 2 * boot
        load.lost_nothing(2, int(booted.facts.get("resets_on_reload", 0)), stall)
        with under_way(booted.client, booted.server or proxy, 1):
            proxy.signal(deployment.the_proxy().stop)
        need(proxy.wait(10) is not None, "an end", "the proxy does not end")
        need(until(lambda: not proxy.members(), 5), "no process of it", "something of the proxy is left")
