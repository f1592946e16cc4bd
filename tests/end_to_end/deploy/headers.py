"""Checks 9 to 13: who the app believes it talks to, and what its links say."""

import itertools

from tests.end_to_end.deploy.client import ADDRESS, DOMAIN, Client
from tests.end_to_end.deploy.deployments import Booted, Deployment
from tests.end_to_end.deploy.registry import PROXY, SERVER, check

FORGED = {
    "X-Forwarded-For": "6.6.6.6",
    "X-Forwarded-Proto": "ftp",
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-Prefix": "/evil",
    "X-Forwarded-Port": "666",
    "X-Forwarded-Ssl": "off",
    "X-Forwarded-Protocol": "ssl",
    "X-Real-Ip": "6.6.6.6",
    "Forwarded": "for=6.6.6.6;proto=ftp;host=evil.example",
}
SPELLED = {"X_Forwarded_For": "7.7.7.7", "X_FORWARDED_PROTO": "ftp", "X_Forwarded_Host": "evil.example"}


def seen(client: Client, headers: dict[str, str] | None = None) -> dict[str, object]:
    """Return what the app believes about a request with these headers."""
    answer = client.ask("/who", headers)
    assert answer.status == 200, f"{answer.status}: {answer.text[:200]}"
    told = answer.json()
    return {name: told[name] for name in ("remote_addr", "host", "scheme", "secure", "root", "url")}


def expected(deployment: Deployment) -> dict[str, object]:
    """Return what is true of a request by our client."""
    scheme = "https" if deployment.is_secure else "http"
    true: dict[str, object] = {
        "host": DOMAIN,
        "scheme": scheme,
        "secure": deployment.is_secure,
        "root": deployment.prefix,
        "url": f"{scheme}://{DOMAIN}{deployment.prefix}/who",
    }
    # Over a unix socket a client has no address; each server writes something else there.
    return true if deployment.client.path else {**true, "remote_addr": ADDRESS}


def told(booted: Booted, headers: dict[str, str] | None = None) -> dict[str, object]:
    """Return what the app believes, without what cannot be known."""
    found = seen(booted.client, headers)
    return {name: found[name] for name in expected(booted.deployment)}


def is_true(booted: Booted, headers: dict[str, str] | None = None) -> None:
    """Hold what the app believes of a request with these headers to what is true."""
    found, true = told(booted, headers), expected(booted.deployment)
    wrong = {name: (value, true[name]) for name, value in found.items() if value != true[name]}
    assert not wrong, f"with {headers}: {wrong}"


@check(9)
def the_client_is_seen(booted: Booted) -> None:
    """A proxy that tells too little, or an app that believes too few proxies: wrong addresses and links."""
    is_true(booted)


@check(9)
def forged_headers_change_nothing(booted: Booted) -> None:
    """Forwarding headers of a client that the proxy hands on, or that the server itself believes."""
    for headers in [FORGED, *({name: text} for name, text in FORGED.items())]:
        is_true(booted, headers)
    is_true(booted, {"X-Forwarded-For": "6.6.6.6, 6.6.6.7"})


@check(9)
def one_word_about_tls_is_no_error(booted: Booted) -> None:
    """A server that compares X-Forwarded-Ssl with X-Forwarded-Proto, and refuses the request."""
    is_true(booted, {"X-Forwarded-Ssl": "on"})


@check(9, PROXY)
def plain_http_leads_to_https(booted: Booted) -> None:
    """Pages over plain HTTP, or a redirect that leads elsewhere, or that loses the query."""
    plain = booted.deployment.plain
    if plain is None or not booted.deployment.is_secure:
        return
    answer = plain.ask("/who?a=1&b=%2F", {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "evil.example"})
    assert answer.status in (301, 302, 307, 308), answer.status
    location = answer.header("Location")
    ports = ("", f":{booted.client.port}")
    wanted = [f"https://{DOMAIN}{port}{plain.prefix}/who?a=1&b=%2F" for port in ports]
    assert location in wanted, location


@check(10)
def no_header_is_an_environment_variable(booted: Booted) -> None:
    """Headers with underscores: SCRIPT_NAME moves a request past the proxy's rules, others pass for forwarding."""
    client = booted.client
    moved = client.ask("/x/hello", {"SCRIPT_NAME": "/x"})
    assert moved.status in (400, 404), f"/x/hello gave {moved.status}: {moved.text[:100]}"
    same = client.ask("/whoami", {"SCRIPT_NAME": "/who"})
    assert same.status == 400 or same.json() == {"root": booted.deployment.prefix, "path": "/whoami"}, same.text[:200]
    spelled = client.ask("/who", SPELLED)
    assert spelled.status == 400 or told(booted, SPELLED) == expected(booted.deployment), spelled.text[:300]


@check(11, PROXY)
def https_stays_https(booted: Booted) -> None:
    """A client that talks its own request down to plain HTTP, and so its cookies out of Secure."""
    if not booted.deployment.is_secure:
        return
    assert told(booted, {"X-Forwarded-Proto": "http"})["scheme"] == "https"
    for headers in ({}, {"X-Forwarded-Proto": "http"}):
        cookie = booted.client.ask("/session", headers).header("Set-Cookie")
        assert "; Secure" in cookie, cookie
    last = booted.client.ask("/hello").header("Strict-Transport-Security")
    assert "max-age" in last, "no Strict-Transport-Security"


@check(11, SERVER)
def a_client_cannot_say_https(booted: Booted) -> None:
    """A server that takes the scheme from a header that anybody can send."""
    for name, text in itertools.product(
        ("X-Forwarded-Proto", "X-Forwarded-Protocol", "X-Url-Scheme"), ("https", "ssl")
    ):
        assert told(booted, {name: text})["scheme"] == "http", f"{name}: {text}"
