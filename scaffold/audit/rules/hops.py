"""Proxies in front: the app has to believe as many of them as there are, no more and no less."""

import ast
import re
from collections.abc import Iterator
from functools import partial
from typing import Any

from scaffold.audit import proxies, trust
from scaffold.audit.finding import ERROR, WARNING, Finding, Rule
from scaffold.audit.subject import Subject
from scaffold.flask_code.module import Module, dotted

# What is read in place of, or beside, what ProxyFix would give.
OTHERS = re.compile(
    rb"ProxyFix|ReverseProxied|[Xx][-_](?:FORWARDED|Forwarded|forwarded|REAL|Real)|access_route|url_scheme"
    rb"|PREFERRED_URL_SCHEME|trusted_proxy|proxy_headers|forwarded_allow_ips"
)
# The settings of production, and those of a developer's machine, where nothing stands in front.
PRODUCTION = "deploy/production.env"
LOCAL = (".env", ".flaskenv")
ADDRESSES = ("remote_addr", "is_secure", "host_url", "url_root", "base_url")


def _too_many(subject: Subject) -> Iterator[Finding]:
    for path, line, hops, expected in trust.settings(subject):
        if hops > max(expected):
            wanted = max(expected)
            message = f"'{trust.SETTING}={hops}' believes {_counted(hops)}, and {_there_are(wanted)} in front"
            yield Finding(path, line, message, fix=partial(trust.put, path, line, hops, wanted))
    for module, call, hops in trust.calls(subject):
        wanted_by_files = trust.expected_of_code(subject)
        if wanted_by_files is not None and hops > wanted_by_files:
            message = f"'x_for={hops}' believes {_counted(hops)}, and {_there_are(wanted_by_files)} in front"
            yield Finding(module.path, call.lineno, message)


def _too_few(subject: Subject) -> Iterator[Finding]:
    for path, line, hops, expected in trust.settings(subject):
        if hops < min(expected) and not (hops == 0 and path in LOCAL):
            wanted = min(expected)
            message = f"'{trust.SETTING}={hops}' believes {_counted(hops)}, and {_there_are(wanted)} in front"
            yield Finding(path, line, message, fix=partial(trust.put, path, line, hops, wanted))
    yield from _too_few_in_code(subject)
    yield from _unset(subject)


def _too_few_in_code(subject: Subject) -> Iterator[Finding]:
    """Yield where ProxyFix counts too few, or where the app reads what only ProxyFix would make right."""
    facts = trust.facts(subject)
    calls = list(trust.calls(subject))
    least = facts["hops"] if facts else int(proxies.the_only(subject) is not None)
    for module, call, hops in calls:
        if hops < least:
            message = f"'x_for={hops}' believes {_counted(hops)}, and {_there_are(least)} in front"
            yield Finding(module.path, call.lineno, message)
    if not facts and least and not any(OTHERS.search(subject.code.raw(path) or b"") for path in subject.code.paths):
        one = proxies.the_only(subject)
        for module, line, what in list(_addresses(subject))[:1]:
            message = f"'{what}' is the proxy's: '{one.path if one else ''}' stands in front, and ProxyFix is not used"
            yield Finding(module.path, line, message)


def _unset(subject: Subject) -> Iterator[Finding]:
    """Yield a deployment whose app is not told that it has proxies."""
    facts = trust.facts(subject)
    if not facts or not facts["hops"]:
        return
    there_are = _there_are(facts["hops"])
    if next(trust.uses(subject), None) is None:
        for app in [one for one in subject.code.routers if one.blueprint is None][:1]:
            yield Finding(app.module.path, app.call.lineno, f"ProxyFix is not used, and {there_are} in front")
    elif (
        trust.reads_setting(subject)
        and PRODUCTION in subject.paths
        and all(path in LOCAL for path, *_ in trust.settings(subject))
    ):
        yield Finding(PRODUCTION, 0, f"'{trust.SETTING}' is not set, and {there_are} in front")


def _there_are(count: int) -> str:
    return f"there is {count}" if count == 1 else f"there are {count or 'none'}"


def _counted(count: int) -> str:
    return "no proxy" if count == 0 else f"{count} prox{'y' if count == 1 else 'ies'}"


def _addresses(subject: Subject) -> Iterator[tuple[Module, int, str]]:
    """Yield where the app reads who asks, or how."""
    for module in subject.modules:
        if b"request" in module.source.raw:
            for node in ast.walk(module.source.tree):
                if isinstance(node, ast.Attribute) and node.attr in ADDRESSES and dotted(node.value) == "request":
                    yield module, node.lineno, f"request.{node.attr}"


def _rules() -> list[Rule]:
    shared: dict[str, Any] = {"mend": "Make the number that of the proxies between the clients and the app."}
    return [
        Rule(
            "DEP010",
            "the app believes more proxies than stand in front",
            ERROR,
            "What a client writes into X-Forwarded-For passes for its address, so limits and logs are its to fool.",
            find=_too_many,
            **shared,
        ),
        Rule(
            "DEP011",
            "the app believes fewer proxies than stand in front",
            WARNING,
            "Links get the wrong scheme, and every client has the address of the proxy.",
            find=_too_few,
            **shared,
        ),
    ]


RULES = _rules()
