"""Checks 12 and 13: two proxies in a row, and an app below a prefix. They need deployments of their own."""

from scaffold.proof.checks.headers import FORGED, is_true
from scaffold.proof.checks.registry import check
from scaffold.proof.deployment import Booted
from scaffold.proof.probing import view
from scaffold.proof.unmet import need

TWO, PREFIX = "two proxies in a row", "a prefix"


@check(12, TWO)
def the_client_is_seen_through_two(booted: Booted) -> None:
    """A hop count that is not the number of proxies: the app sees the inner one, or what the client wrote."""
    is_true(booted)
    for headers in [FORGED, *({name: text} for name, text in FORGED.items())]:
        is_true(booted, headers)


@check(13, PREFIX)
def links_keep_the_prefix(booted: Booted) -> None:
    """Links, redirects and files that leave the prefix the app is mounted at."""
    deployment, client = booted.deployment, booted.client
    is_true(booted)
    is_true(booted, FORGED)
    path = deployment.prefix + view("/hello")
    location = client.ask(view("/moved")).header("Location")
    need(location in (path, deployment.origin + path), path, location)
    static = str(client.ask(view("/who")).json()["static"])
    folder = f"{deployment.prefix}{booted.facts['static_url']}/"
    need(static.startswith(folder), f"a file below {folder}", static)
    served = client.below("").ask(static)
    need((served.status, served.headers.get_content_type()) == (200, "text/css"), "200, and a style sheet", served)
    told = client.ask(view("/path/a%20b?q=%2F")).json()
    need(told == {"path": view("/path/a b"), "query": "q=%2F"}, "the path as it was sent", told)


@check(13, PREFIX)
def nothing_is_mounted_beside_it(booted: Booted) -> None:
    """An app that answers outside its prefix, where another one may live."""
    outside = booted.client.below("")
    for path in (view("/hello"), booted.deployment.prefix + "x" + view("/hello")):
        answer = outside.ask(path)
        need(answer.status in (301, 302, 308, 404), "404", f"{path} gave {answer}")
        need(answer.text != "hello", "no answer of the app", answer)
        location = answer.header("Location")
        need(f"{outside.domain}{view('/hello')}" not in location, "a redirect to elsewhere", location)
