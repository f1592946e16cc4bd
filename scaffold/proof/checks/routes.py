"""Checks 23 and 24: every rule of the URL map answers, and what is not there has an error page and no debugger."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from scaffold.proof import lacks
from scaffold.proof.checks.registry import check
from scaffold.proof.deployment import Booted
from scaffold.proof.probing import view
from scaffold.proof.unmet import NotProved, Unmet, need
from scaffold.proof.wire import Client

# What stands for a variable, by the class of its converter; of `any` the rule itself says it.
SAMPLES = {"IntegerConverter": "1", "FloatConverter": "1.5", "PathConverter": "a/b"}
SAMPLES["UUIDConverter"] = "00000000-0000-4000-8000-000000000000"
SAMPLE = "x"
# Of those that fail: more would only be harder to read.
SHOWN = 5
DEBUGGERS = ["/?__debugger__=yes&cmd=resource&f=debugger.js", "/console"]
# What only a debugger's pages and scripts hold.
TELLTALE = ("EVALEX", "__debugger__", "Werkzeug Debugger", "openShell")
Rule = Mapping[str, Any]


@check(23, quick=False)
def every_route_answers(booted: Booted) -> None:
    """A view that fails as soon as somebody opens its page."""
    failing, lacking = [], []
    for rule in with_method(booted, "GET"):
        before = booted.deployment.written()
        status = _status(booted.client, "GET", url_of(rule))
        if status is None or status >= 500:
            told = f"GET {url_of(rule)} ('{rule['rule']}') gave {status or 'no answer'}"
            lack = lacks.of_copy(booted.deployment.lines(before))
            lacking += [f"{told}, '{lack}'"] if lack else []
            failing += [] if lack else [told]
    _none(failing, "a status below 500 from every route")
    if lacking:
        raise NotProved(f"the copy has nothing that is stored, and no other service: {_first(lacking)}")


@check(23, quick=False)
def head_says_what_get_says(booted: Booted) -> None:
    """A HEAD that is answered otherwise than the GET it stands for, or with a body."""
    wrong = []
    for rule in with_method(booted, "HEAD"):
        url = url_of(rule)
        got = _status(booted.client, "GET", url)
        head, body = _head(booted.client, url)
        # What fails is told by the check of all routes.
        if got is not None and got < 500 and (head != got or body):
            wrong.append(f"HEAD {url} ('{rule['rule']}') gave {head}{' and a body' if body else ''}, GET gave {got}")
    _none(wrong, "the status of GET and no body")


@check(23, quick=False)
def options_name_the_methods(booted: Booted) -> None:
    """An OPTIONS that is refused, or that leaves out a method."""
    wrong = []
    for rule in with_method(booted, "OPTIONS"):
        url = url_of(rule)
        answer = booted.client.ask(url, method="OPTIONS")
        allowed = {one.strip() for one in answer.header("Allow").split(",")}
        # What keeps everybody out keeps this out as well, and a view may answer in its own way.
        if rule["automatic"] and answer.status < 300 and not set(rule["methods"]) <= allowed:
            wrong.append(f"OPTIONS {url} ('{rule['rule']}') gave Allow: {answer.header('Allow') or 'none'}")
        if answer.status in (405, 501) or answer.status >= 500:
            wrong.append(f"OPTIONS {url} ('{rule['rule']}') gave {answer.status}")
    _none(wrong, "all methods of the route in Allow")


@check(24, quick=False)
def another_method_is_refused(booted: Booted) -> None:
    """A method that no view has, answered as if one had, or without those that there are."""
    answer = booted.client.ask(view("/hello"), method="POST", body=b"")
    need(answer.status == 405, "405", answer)
    allowed = {one.strip() for one in answer.header("Allow").split(",")}
    need({"GET", "HEAD"} <= allowed, "Allow with GET and HEAD", answer.header("Allow") or "no Allow")
    need("Traceback" not in answer.text, "a page without a traceback", answer)


@check(24, quick=False)
def no_debugger_is_reachable(booted: Booted) -> None:
    """A debugger in production: whoever finds it runs code on the server."""
    settings = booted.client.ask(view("/settings")).json()
    need(not settings["debug"], "debug off", "app.debug is on")
    for path in [view("/fail"), *DEBUGGERS, view("/fail?__debugger__=yes&cmd=resource&f=debugger.js")]:
        answer = booted.client.ask(path)
        # A page may lead back to what was asked for, as that of a login does.
        found = [word for word in TELLTALE if word in answer.text and word not in path]
        need(not found, "no debugger", f"{path} gave {answer.status} with {', '.join(found)}")


def with_method(booted: Booted, method: str) -> list[Rule]:
    """Return the rules that answer a method, each URL once; the app says itself what they are."""
    rules = booted.client.ask(view("/map")).json()["rules"]
    reached = [rule for rule in rules if method in rule["methods"] and not _is_apart(rule, booted)]
    found = {url_of(rule): rule for rule in reached}
    if not found:
        raise NotProved(f"the app has no route that answers {method}")
    return list(found.values())


def _is_apart(rule: Rule, booted: Booted) -> bool:
    """Tell whether a rule is for another host, for no plain request, or for what the proxy serves by itself."""
    served = booted.proxy and booted.facts.get("serves_static") and rule["rule"].startswith(booted.facts["static_url"])
    return bool(rule["subdomain"] or rule["websocket"] or served)


def url_of(rule: Rule) -> str:
    """Return a URL that a rule answers, with something for each of its variables."""
    url = ""
    for text, name in _pieces(str(rule["rule"])):
        url += quote(text, safe="/@:+,;=!$&'()*~-._")
        if name:
            url += _sample(name, str(rule["arguments"].get(name.rpartition(":")[2], "")))
    return url


def _pieces(rule: str) -> Iterator[tuple[str, str]]:
    """Yield the texts of a rule, each with what is between the angle brackets after it."""
    while rule:
        text, _, rest = rule.partition("<")
        inside, _, rule = rest.partition(">")
        yield text, inside


def _sample(variable: str, converter: str) -> str:
    if converter == "AnyConverter":
        first = variable.partition("(")[2].partition(",")[0].partition(")")[0]
        return quote(first.strip().strip("\"'"))
    return SAMPLES.get(converter, SAMPLE)


def _status(client: Client, method: str, url: str) -> int | None:
    """Return the status of an answer, None when none comes; its body may never end, and is not read."""
    return _unless_lost(lambda: _begun(client, method, url))


def _begun(client: Client, method: str, url: str) -> int:
    with client.open() as connection:
        connection.request(method, client.prefix + url)
        return connection.getresponse().status


def _head(client: Client, url: str) -> tuple[int | None, bytes]:
    """Return the status of a HEAD, and what comes after the headers."""
    with client.wire() as wire:
        wire.send(client.head(url, "Connection: close", method="HEAD"))
        whole = wire.rest()
    first, _, body = whole.partition(b"\r\n\r\n")
    words = first.split(b" ", 2)
    return (int(words[1]) if len(words) > 1 and words[1].isdigit() else None), body


def _unless_lost(ask: Callable[[], int]) -> int | None:
    from http.client import HTTPException

    try:
        return ask()
    except (OSError, HTTPException):
        return None


def _none(wrong: Sequence[str], expected: str) -> None:
    """Raise `Unmet` with the first of what is wrong."""
    if wrong:
        raise Unmet(expected, _first(wrong), wrong[0].partition(" (")[0])


def _first(told: Sequence[str]) -> str:
    """Return the first of what is told, and how many more there are."""
    more = f"; and {len(told) - SHOWN} more" if len(told) > SHOWN else ""
    return "; ".join(told[:SHOWN]) + more
