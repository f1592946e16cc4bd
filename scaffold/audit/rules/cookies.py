"""Cookies and hosts: what a browser sends where, and which names the app answers to."""

import ast
import re
from collections.abc import Iterator

from scaffold.audit.finding import WARNING, Finding, Rule
from scaffold.audit.rules.secrets import needing
from scaffold.audit.settings import overridden
from scaffold.audit.subject import Subject
from scaffold.flask_code import choice
from scaffold.flask_code.module import dotted, keyword, literal

HOSTS, SECURE, REMEMBERED = "TRUSTED_HOSTS", "SESSION_COOKIE_SECURE", "REMEMBER_COOKIE_SECURE"
COOKIES = (SECURE, "SESSION_COOKIE_HTTPONLY", REMEMBERED, "REMEMBER_COOKIE_HTTPONLY")

# Cookies by which somebody is known; nobody listens for the theme of a page.
TELLING = re.compile(r"auth|csrf|jwt|login|remember|sess|sid$|token|user", re.IGNORECASE)


def _place(subject: Subject) -> tuple[str, int] | None:
    """Return where the app is made, None where there is not just one."""
    apps = choice.apps(subject.code)
    return (apps[0].module.path, apps[0].call.lineno) if len(apps) == 1 else None


def _any_host(subject: Subject) -> Iterator[Finding]:
    place = _place(subject)
    if place and not subject.is_told and not subject.mentions(HOSTS) and not subject.mentions("trusted_hosts"):
        yield Finding(*place, f"The app sets no '{HOSTS}'")


def _insecure_session(subject: Subject) -> Iterator[Finding]:
    place = _place(subject)
    # A session of the project's own may well ask for it in its own way.
    if (
        place is None
        or subject.is_told
        or any(map(subject.mentions, (SECURE, "session_interface", "SessionInterface")))
    ):
        return
    for module in subject.modules:
        if (node := needing(module)) is not None:
            what = module.source.segment(node).partition("\n")[0]
            yield Finding(*place, f"The session of '{what}' ('{module.path}') goes without '{SECURE}'")
            return


def _turned_off(subject: Subject) -> Iterator[Finding]:
    for one in subject.settings:
        counts = one.certain and not one.elsewhere and not overridden(one, subject.settings)
        if one.name in COOKIES and counts and _is_false(one.value):
            yield Finding(one.path, one.line, f"'{one.name}' is off")


def _is_false(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and node.value is False


def _remembered(subject: Subject) -> Iterator[Finding]:
    if subject.is_told or subject.mentions(REMEMBERED):
        return
    for module in (one for one in subject.modules if "flask_login" in one.source.text):
        for node in ast.walk(module.source.tree):
            if isinstance(node, ast.Call) and dotted(node.func).rpartition(".")[2] == "login_user":
                given = keyword(node, "remember") or (node.args[1] if len(node.args) > 1 else None)
                if given is not None and not _is_false(given):
                    yield Finding(module.path, node.lineno, f"'login_user' remembers without '{REMEMBERED}'")
                    return


def _plain_cookie(subject: Subject) -> Iterator[Finding]:
    for module in subject.modules:
        if "flask" not in module.source.text:
            continue
        for node in (one for one in ast.walk(module.source.tree) if isinstance(one, ast.Call) and _is_plain(one)):
            if TELLING.search(name := _cookie(node)):
                yield Finding(module.path, node.lineno, f"The cookie '{name}' is set without 'secure'")


def _cookie(call: ast.Call) -> str:
    return literal(call.args[0] if call.args else keyword(call, "key")) or ""


def _is_plain(call: ast.Call) -> bool:
    """Tell whether it sets a cookie, and surely not a secure one."""
    if not isinstance(call.func, ast.Attribute) or call.func.attr != "set_cookie":
        return False
    if len(call.args) > 6 or any(given.arg is None for given in call.keywords):
        return False
    gone = keyword(call, "max_age") or keyword(call, "expires")
    if isinstance(gone, ast.Constant) and gone.value == 0:
        return False  # it is taken away
    secure = keyword(call, "secure")
    return secure is None or _is_false(secure)


OVERHEARD = "A browser sends it over plain HTTP, too, where whoever listens can take it and be that user."
OVER_HTTPS = "Set '{}=True', at least where the site is served over HTTPS."
RULES = [
    Rule(
        "DEP001",
        "the app answers to any host name",
        WARNING,
        "Links it makes, such as one to reset a password, lead to whatever host the request names.",
        f"Set '{HOSTS}' to the names of the site: 'app.config[\"{HOSTS}\"] = [\"example.com\"]' (Flask 3.1).",
        _any_host,
    ),
    Rule(
        "DEP002",
        "the session cookie is sent over plain HTTP",
        WARNING,
        OVERHEARD,
        OVER_HTTPS.format(SECURE),
        _insecure_session,
    ),
    Rule(
        "DEP003",
        "a protection of cookies is turned off",
        WARNING,
        "The cookie can be overheard, or read by any script of the page.",
        "Set it to 'True', at least where the site is served over HTTPS.",
        _turned_off,
    ),
    Rule(
        "DEP004",
        "the cookie that remembers a user is sent over plain HTTP",
        WARNING,
        OVERHEARD,
        OVER_HTTPS.format(REMEMBERED),
        _remembered,
    ),
    Rule(
        "DEP005",
        "a cookie by which somebody is known is set without 'secure'",
        WARNING,
        "A browser sends it over plain HTTP, too, where it can be overheard and replaced.",
        "Give 'secure=True' where it is set, or 'secure=current_app.config[\"SESSION_COOKIE_SECURE\"]'.",
        _plain_cookie,
    ),
]
