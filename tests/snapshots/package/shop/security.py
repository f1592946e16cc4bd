"""Headers that tell browsers what this site never does."""

from flask import Flask, Response, request

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


def init_app(app: Flask) -> None:
    app.after_request(set_headers)


def set_headers(response: Response) -> Response:
    # setdefault, so that a view can decide otherwise for its own response.
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    # Browsers would remember this, and refuse plain HTTP in development for a year.
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    return response
