"""Check 25: whose session cookie the app believes, and where browsers send it."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Iterator, Mapping

from scaffold.proof.checks.registry import check
from scaffold.proof.deployment import Booted
from scaffold.proof.probing import view
from scaffold.proof.unmet import NotProved, need
from scaffold.proof.wire import Answer

# What people write where a key has to be, and what examples have there.
WELL_KNOWN = [
    *("", "123456", "admin", "change-me", "change me", "changeme", "default", "dev", "development", "flask", "key"),
    *("my-secret-key", "my_secret_key", "mysecretkey", "not-so-secret", "password", "secret", "secret!", "secret key"),
    *("secret-key", "secret_key", "secretkey", "SECRET_KEY", "super secret key", "super-secret-key", "supersecret"),
    *("supersecretkey", "test", "testing", "topsecret", "you-will-never-guess", "your-secret-key", "your_secret_key"),
    *("hard to guess string", '_5#y2L"F4Q8z\\n\\xec]/', '_5#y2L"F4Q8z\n\xec]/'),
]
# How Flask's own sessions are signed.
SALT = b"cookie-session"
OURS, FORGED = "Ada", "Mallory"
FLAGS = ("Secure", "HttpOnly", "SameSite")


@check(25, quick=False)
def a_session_lasts(booted: Booted) -> None:
    """A session that the next request, or another worker, does not know any more."""
    name, cookie = the_cookie(booted)
    for _ in range(4):
        answer = held(booted, name, cookie)
        need(OURS in answer.text, f"a session with the name {OURS}", answer)


@check(25, quick=False)
def a_changed_session_is_not_believed(booted: Booted) -> None:
    """A session that whoever holds it can write as they like."""
    name, cookie = the_cookie(booted)
    for what, value in changed(cookie):
        answer = held(booted, name, value)
        need(answer.status < 500, f"no error over a cookie with {what}", answer)
        need(OURS not in answer.text and FORGED not in answer.text, f"no session with {what}", answer)


@check(25, quick=False)
def no_well_known_key_signs_a_session(booted: Booted) -> None:
    """A key that everybody knows: whoever signs a session with it is whom they like to be."""
    name, _ = the_cookie(booted)
    for key in WELL_KNOWN:
        answer = held(booted, name, signed({"name": FORGED}, key))
        need(FORGED not in answer.text, "no session that is signed with a well-known key", f"one with the key '{key}'")


@check(25, quick=False, when=lambda deployment: deployment.is_secure)
def the_cookie_keeps_to_https(booted: Booted) -> None:
    """A session that a script, another site or a plain request can get hold of."""
    answer = booted.client.ask(view("/session"))
    line = _line(answer, the_name(booted))
    given = {one.partition("=")[0].strip().lower() for one in line.split(";")[1:]}
    lacks = [flag for flag in FLAGS if flag.lower() not in given]
    need(not lacks, f"a session's cookie with {', '.join(FLAGS)}", f"one without {', '.join(lacks)}")


def the_name(booted: Booted) -> str:
    """Return what the session's cookie is called."""
    settings = booted.client.ask(view("/settings")).json()
    if not settings["has_key"]:
        raise NotProved("the app has no SECRET_KEY, and so no sessions")
    return str(settings["session_cookie"])


def the_cookie(booted: Booted) -> tuple[str, str]:
    """Return the name and the value of a cookie that the app signed."""
    name = the_name(booted)
    line = _line(booted.client.ask(view("/session")), name)
    return name, line.partition(";")[0].partition("=")[2]


def _line(answer: Answer, name: str) -> str:
    lines = [one for one in answer.headers.get_all("Set-Cookie", []) if one.startswith(f"{name}=")]
    if not lines:
        raise NotProved(f"the app keeps its sessions in no cookie '{name}'")
    return str(lines[0])


def held(booted: Booted, name: str, value: str) -> Answer:
    """Return what the app says is in the session of this cookie."""
    return booted.client.ask(view("/session/held"), {"Cookie": f"{name}={value}"})


def changed(cookie: str) -> Iterator[tuple[str, str]]:
    """Yield what was changed of a cookie, and the cookie; one that is a mere number is another number."""
    other = _encoded(json.dumps({"name": FORGED}).encode())
    if cookie.count(".") < 2:
        yield "one letter changed", _flipped(cookie)
        return
    payload, stamp, signature = cookie.rsplit(".", 2)
    later = _encoded((int(time.time()) + 1000).to_bytes(4, "big"))
    yield "another payload", f"{other}.{stamp}.{signature}"
    yield "another time", f"{payload}.{later}.{signature}"
    yield "another signature", f"{payload}.{stamp}.{_flipped(signature)}"
    yield "half a signature", f"{payload}.{stamp}.{signature[: len(signature) // 2]}"
    yield "an empty signature", f"{other}.{stamp}."
    yield "no signature", other
    yield "no signature and no time", f"{other}.."


def _flipped(text: str) -> str:
    """Return the text with its first letter changed: of the last, some bits may stand for nothing."""
    return ("B" if text[:1] == "A" else "A") + text[1:]


def signed(session: Mapping[str, str], key: str) -> str:
    """Return a session as Flask signs it with a key."""
    payload = _encoded(json.dumps(dict(session), separators=(",", ":")).encode())
    value = f"{payload}.{_encoded(int(time.time()).to_bytes(4, 'big'))}"
    derived = hmac.new(key.encode(), SALT, hashlib.sha1).digest()
    return f"{value}.{_encoded(hmac.new(derived, value.encode(), hashlib.sha1).digest())}"


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
