"""Checks 12 and 13: two proxies in a row, and an app below a prefix. They need deployments of their own."""

from tests.end_to_end.deploy.client import DOMAIN
from tests.end_to_end.deploy.deployments import Booted
from tests.end_to_end.deploy.headers import FORGED, is_true
from tests.end_to_end.deploy.registry import check

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
    static = str(client.ask("/who").json()["static"])
    assert static.startswith(f"{deployment.prefix}/static/style.css"), static
    location = client.ask("/moved").header("Location")
    assert location in (f"{deployment.prefix}/hello", f"{deployment.origin}{deployment.prefix}/hello"), location
    served = client.below("").ask(static)
    assert (served.status, served.headers.get_content_type()) == (200, "text/css")
    assert client.ask("/path/a%20b?q=%2F").json() == {"path": "/path/a b", "query": "q=%2F"}


@check(13, PREFIX)
def nothing_is_mounted_beside_it(booted: Booted) -> None:
    """An app that answers outside its prefix, where another one may live."""
    outside = booted.client.below("")
    for path in ("/hello", booted.deployment.prefix + "x/hello"):
        answer = outside.ask(path)
        assert answer.status in (301, 302, 308, 404), f"{path} gave {answer.status}"
        assert answer.text != "hello"
        assert f"{DOMAIN}/hello" not in answer.header("Location")
