"""Check 13: an app that is mounted below a prefix."""

from scaffold.proof.checks.headers import FORGED, is_the_edge, is_true
from scaffold.proof.checks.pages import static
from scaffold.proof.checks.registry import PROXY, check
from scaffold.proof.deployment import Booted, Deployment
from scaffold.proof.probing import view
from scaffold.proof.unmet import need


def has_prefix(deployment: Deployment) -> bool:
    """Tell whether it is mounted below a prefix."""
    return bool(deployment.prefix)


@check(13, PROXY, when=has_prefix)
def links_keep_the_prefix(booted: Booted) -> None:
    """Links, redirects and files that leave the prefix the app is mounted at."""
    deployment, client = booted.deployment, booted.client
    for headers in ({}, FORGED if is_the_edge(deployment) else {}):
        is_true(booted, headers)
    path = deployment.prefix + view("/hello")
    location = client.ask(view("/moved")).header("Location")
    need(location in (path, deployment.origin + path), f"a redirect to {path}", location)
    told = client.ask(view("/path/a%20b?q=%2F")).json()
    need(told == {"path": view("/path/a b"), "query": "q=%2F"}, "the path as it was sent", told)
    url, folder = static(booted)
    if url:
        below = f"{deployment.prefix}{folder}/"
        need(url.startswith(below), f"a file below {below}", url)
        served = client.below("").ask(url)
        need(served.status == 200, "200", served.status)


@check(13, PROXY, when=has_prefix)
def nothing_is_mounted_beside_it(booted: Booted) -> None:
    """An app that answers outside its prefix, where another one may live."""
    outside = booted.client.below("")
    for path in (view("/hello"), booted.deployment.prefix + "x" + view("/hello")):
        answer = outside.ask(path)
        need(answer.status in (301, 302, 308, 404), "404", f"{path} gave {answer}")
        need(answer.text != "hello", "no answer of the app", answer)
        location = answer.header("Location")
        need(f"{outside.domain}{view('/hello')}" not in location, "a redirect to elsewhere", location)
