"""Checks 9 to 13: who the app believes it talks to, and what its links say."""

import itertools

from scaffold.proof.checks.registry import PROXY, SERVER, check
from scaffold.proof.deployment import Booted, Deployment
from scaffold.proof.probing import view
from scaffold.proof.unmet import need
from scaffold.proof.wire import Client

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
    answer = client.ask(view("/who"), headers)
    need(answer.status == 200, "200", answer)
    told = answer.json()
    return {name: told[name] for name in ("remote_addr", "host", "scheme", "secure", "root", "url")}


def expected(deployment: Deployment) -> dict[str, object]:
    """Return what is true of a request by our client."""
    scheme = "https" if deployment.is_secure else "http"
    true: dict[str, object] = {
        "host": deployment.domain,
        "scheme": scheme,
        "secure": deployment.is_secure,
        "root": deployment.prefix,
        "url": f"{deployment.origin}{deployment.prefix}{view('/who')}",
    }
    # Over a unix socket a client has no address; each server writes something else there.
    return true if deployment.client.path else {**true, "remote_addr": deployment.client.address}


def told(booted: Booted, headers: dict[str, str] | None = None) -> dict[str, object]:
    """Return what the app believes, without what cannot be known."""
    found = seen(booted.client, headers)
    return {name: found[name] for name in expected(booted.deployment)}


def is_true(booted: Booted, headers: dict[str, str] | None = None) -> None:
    """Hold what the app believes of a request with these headers to what is true."""
    found, true = told(booted, headers), expected(booted.deployment)
    wrong = [name for name, value in found.items() if value != true[name]]
    wanted = ", ".join(f"{name} {true[name]!r}" for name in wrong)
    need(not wrong, wanted, ", ".join(f"{name} {found[name]!r}" for name in wrong))


def is_the_edge(deployment: Deployment) -> bool:
    """Tell whether no other proxy stands in front: who connects is a client, and not to be believed."""
    return int(deployment.facts["proxies"]) <= bool(deployment.proxy)


@check(9)
def the_client_is_seen(booted: Booted) -> None:
    """A proxy that tells too little, or an app that believes too few proxies: wrong addresses and links."""
    is_true(booted)


@check(9, when=is_the_edge)
def forged_headers_change_nothing(booted: Booted) -> None:
    """Forwarding headers of a client that the proxy hands on, or that the server itself believes."""
    for headers in [FORGED, *({name: text} for name, text in FORGED.items())]:
        is_true(booted, headers)
    is_true(booted, {"X-Forwarded-For": "6.6.6.6, 6.6.6.7"})


@check(9, when=is_the_edge)
def one_word_about_tls_is_no_error(booted: Booted) -> None:
    """A server that compares X-Forwarded-Ssl with X-Forwarded-Proto, and refuses the request."""
    is_true(booted, {"X-Forwarded-Ssl": "on"})


def has_both(deployment: Deployment) -> bool:
    """Tell whether it is reached over plain HTTP besides."""
    return deployment.plain is not None and deployment.is_secure


@check(9, PROXY, when=has_both)
def plain_http_leads_to_https(booted: Booted) -> None:
    """Pages over plain HTTP, or a redirect that leads elsewhere, or that loses the query."""
    plain = booted.deployment.plain or booted.client
    path = view("/who?a=1&b=%2F")
    answer = plain.ask(path, {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "evil.example"})
    need(answer.status in (301, 302, 307, 308), "a redirect", answer)
    location = answer.header("Location")
    ports = ("", f":{booted.client.port}")
    wanted = [f"https://{plain.domain}{port}{plain.prefix}{path}" for port in ports]
    need(location in wanted, f"a redirect to {wanted[1]}", location)


@check(10)
def no_header_is_an_environment_variable(booted: Booted) -> None:
    """Headers with underscores: SCRIPT_NAME moves a request past the proxy's rules, others pass for forwarding."""
    client = booted.client
    moved = client.ask("/x" + view("/hello"), {"SCRIPT_NAME": "/x"})
    need(moved.text != "hello", "400 or 404", f"/x/hello gave {moved}")
    same = client.ask(view("/whoami"), {"SCRIPT_NAME": view("/who")})
    true = {"root": booted.deployment.prefix, "path": view("/whoami")}
    need(same.status == 400 or same.json() == true, f"400 or {true}", same)
    spelled = client.ask(view("/who"), SPELLED)
    if spelled.status != 400:
        is_true(booted, SPELLED)


@check(11, PROXY, when=lambda deployment: deployment.is_secure)
def https_stays_https(booted: Booted) -> None:
    """A client that talks its own request down to plain HTTP, and so its cookies out of Secure."""
    down = {"X-Forwarded-Proto": "http"}
    scheme = told(booted, down)["scheme"]
    need(scheme == "https", "the scheme https", scheme)
    for headers in ({}, down):
        answer = booted.client.ask(view("/session"), headers)
        cookies = answer.headers.get_all("Set-Cookie", [])
        kept = cookies or answer.status == 204
        need(kept and all("; Secure" in one for one in cookies), "cookies that are Secure", cookies or "no cookie")
    last = booted.client.ask(view("/hello")).header("Strict-Transport-Security")
    need("max-age" in last, "a header Strict-Transport-Security", last or "no Strict-Transport-Security")


@check(11, SERVER, when=is_the_edge)
def a_client_cannot_say_https(booted: Booted) -> None:
    """A server that takes the scheme from a header that anybody can send."""
    for name, text in itertools.product(
        ("X-Forwarded-Proto", "X-Forwarded-Protocol", "X-Url-Scheme"), ("https", "ssl")
    ):
        scheme = told(booted, {name: text})["scheme"]
        need(scheme == "http", "the scheme http", f"{scheme}, by {name}: {text}")
