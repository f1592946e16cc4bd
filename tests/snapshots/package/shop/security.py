"""Headers that tell browsers what this site never does, and links that stay on it."""

import re

from flask import Flask, Response, request
from werkzeug.exceptions import SecurityError

HEADERS = {
    # Nothing inline, nothing from elsewhere: scripts and styles are static files.
    "Content-Security-Policy": (
        "default-src 'self'; object-src 'none'; base-uri 'none'; "
        "form-action 'self'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
PREFIX = re.compile(r"(/(?!/)[^\s\\]*)?")


def init_app(app: Flask) -> None:
    app.before_request(check_where_links_lead)
    app.after_request(set_headers)


def check_where_links_lead() -> None:
    # A proxy may hand on what a client says of these. Under the prefix "//evil.example"
    # every link and every redirect would lead there.
    prefix = request.environ.get("SCRIPT_NAME", "")
    if request.scheme not in ("http", "https") or not PREFIX.fullmatch(prefix):
        raise SecurityError


def set_headers(response: Response) -> Response:
    # setdefault, so that a view can decide otherwise for its own response.
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    # Browsers would remember this, and refuse plain HTTP in development for a year.
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    return response
