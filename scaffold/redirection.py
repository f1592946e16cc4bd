"""Where a redirect may lead, as it is typed: an endpoint, a path on the same site, a URL on another one."""

import re


def kind(text: str) -> str:
    """Return what the text names: `endpoint`, `path` (which takes the query along), `fixed` or `url`."""
    if text.startswith("https://"):
        return "url"
    if text.startswith("/"):
        return "fixed" if "?" in text or "#" in text else "path"
    return "endpoint"


def fault(text: str) -> str | None:
    """Return why a redirect cannot lead there, None when it can."""
    if any(character in text for character in " \"\\'{}") or not text.isprintable():
        return "it has a character that no URL and no endpoint has"
    named = kind(text)
    if named == "url":
        host = text.removeprefix("https://").partition("/")[0]
        return None if re.fullmatch(r"[\w.-]+(:[0-9]+)?", host) else "there is no host name behind 'https://'"
    if named == "endpoint":
        dotted = all(part.isidentifier() for part in text.split("."))
        return None if dotted else "it is no endpoint, no path that begins with '/', no URL that begins with 'https://'"
    if text.startswith("//"):
        return "a browser takes what follows '//' for another site"
    return None
