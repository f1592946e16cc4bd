"""Settings, read from the environment. `.env.example` explains each of them."""

import logging
import re
import secrets
from collections.abc import Mapping
from typing import Any

from flask.helpers import get_debug_flag

NUMBERS = {
    "MAX_CONTENT_LENGTH": 16 * 1024 * 1024,
    "MAX_FORM_MEMORY_SIZE": 500_000,
    "MAX_FORM_PARTS": 1_000,
    "PROXY_HOPS": 0,
}
PLACEHOLDER = re.compile("change|example|insecure|password|placeholder|secret", re.I)


def load(environ: Mapping[str, str], *, testing: bool = False) -> dict[str, Any]:
    """Read the settings, or raise with a sentence that says which one is wrong."""
    # An environment that nobody prepared must be the safe one.
    development = environ.get("APP_ENV") == "development" or get_debug_flag() or testing

    # A variable that is set to nothing counts as not set.
    given = {name: text.strip() for name, text in environ.items() if text.strip()}

    key = given.get("SECRET_KEY", "")
    if development:
        # A clone without .env still runs; its sessions end with the process.
        key = key or secrets.token_hex(32)
    else:
        check_key("SECRET_KEY", key)

    fallbacks = split(given.get("SECRET_KEY_FALLBACKS"))
    for fallback in fallbacks:
        check_key("Each key in SECRET_KEY_FALLBACKS", fallback)

    # Never an empty list: Flask would then trust every host.
    hosts = split(given.get("TRUSTED_HOSTS")) or ["localhost", "127.0.0.1"]
    for host in hosts:
        check_host(host)

    level = given.get("LOG_LEVEL", "INFO").upper()
    if level not in logging.getLevelNamesMapping():
        raise RuntimeError(f"LOG_LEVEL must be a level such as INFO, not {level!r}.")

    cookie_name = "shop"

    return {
        "SITE_NAME": "shop",
        "PRODUCTION": not development,
        "SECRET_KEY": key,
        "SECRET_KEY_FALLBACKS": fallbacks,
        # Browsers take a __Host- cookie from this very host over HTTPS only, so no
        # neighbour can plant one. Plain HTTP, in development, needs a plain name.
        "SESSION_COOKIE_NAME": cookie_name if development else f"__Host-{cookie_name}",
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": not development,
        "TRUSTED_HOSTS": hosts,
        "LOG_LEVEL": level,
        **{name: number(name, given.get(name, n)) for name, n in NUMBERS.items()},
    }


def split(text: str | None) -> list[str]:
    return [item.strip() for item in text.split(",")] if text else []


def number(name: str, value: str | int) -> int:
    if not re.fullmatch("[0-9]+", str(value)):
        raise RuntimeError(f"{name} must be a whole number, 0 or more, not {value!r}.")
    return int(value)


def check_key(name: str, key: str) -> None:
    if len(key) < 32 or len(set(key)) < 8 or PLACEHOLDER.search(key):
        raise RuntimeError(
            f"{name} must be at least 32 random characters. Make one with "
            "'python -c \"import secrets; print(secrets.token_hex(32))\"' and set it "
            "in the environment of the server, or in .env for the flask command."
        )


def check_host(host: str) -> None:
    # Flask compares lower-case names without a port, and knows no wildcard and no IPv6.
    if not re.fullmatch(r"[\w.-]+", host) or host != host.lower():
        raise RuntimeError(
            f"TRUSTED_HOSTS holds {host!r}, which matches no host. Write names such as "
            "'example.com', or '.example.com' for everything under it."
        )
