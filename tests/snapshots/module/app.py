import json
import logging
import os
import re
import secrets
import sys
import time
from collections.abc import Iterable
from contextlib import suppress
from contextvars import ContextVar
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha256
from logging.config import dictConfig
from pathlib import Path
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask, Request, Response, render_template, request
from flask.helpers import get_debug_flag
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from itsdangerous import URLSafeTimedSerializer
from werkzeug.exceptions import HTTPException, SecurityError
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.security import safe_join
from werkzeug.wrappers import Response as BaseResponse

# Settings come from the environment; .env.example explains each of them. Production is
# the default: an environment that nobody prepared must be the safe one.
PRODUCTION = os.environ.get("APP_ENV") != "development" and not get_debug_flag()
PLACEHOLDER = re.compile("change|example|insecure|password|placeholder|secret", re.I)


def setting(name: str, default: str = "") -> str:
    return os.environ.get(name, "").strip() or default


def split(text: str) -> list[str]:
    return [item.strip() for item in text.split(",")] if text else []


def number(name: str, default: int) -> int:
    text = setting(name, str(default))
    if not re.fullmatch("[0-9]+", text):
        raise RuntimeError(f"{name} must be a whole number, 0 or more, not {text!r}.")
    return int(text)


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


secret_key = setting("SECRET_KEY")
if PRODUCTION:
    check_key("SECRET_KEY", secret_key)
else:
    # A clone without .env still runs; its sessions end with the process.
    secret_key = secret_key or secrets.token_hex(32)

fallbacks = split(setting("SECRET_KEY_FALLBACKS"))
for fallback in fallbacks:
    check_key("Each key in SECRET_KEY_FALLBACKS", fallback)

# Never an empty list: Flask would then trust every host.
hosts = split(setting("TRUSTED_HOSTS", "localhost,127.0.0.1"))
for host in hosts:
    check_host(host)

log_level = setting("LOG_LEVEL", "INFO").upper()
if log_level not in logging.getLevelNamesMapping():
    raise RuntimeError(f"LOG_LEVEL must be a level such as INFO, not {log_level!r}.")


# Logging: one line per request, and the request's id in every line. What could end a
# line, or drive a terminal, is written as an escape: nobody can forge a line of the log
# with a newline in a URL.
request_id: ContextVar[str] = ContextVar("request_id", default="-")
ESCAPES = {code: f"\\x{code:02x}" for code in (*range(0x20), *range(0x7F, 0xA0))}
ESCAPES |= {0x2028: "\\u2028", 0x2029: "\\u2029"}
# Made once: `json.dumps` would make one for each line.
encode = json.JSONEncoder(default=str).encode
SAFE_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")


def text_line(level: str, name: str, message: str) -> str:
    when = time.strftime("%H:%M:%S")
    return f"{when} {level} [{request_id.get()}] {name}: {message}".translate(ESCAPES)


class TextFormatter(logging.Formatter):
    """A traceback is indented, so that none of it passes for a line."""

    def formatMessage(self, record: logging.LogRecord) -> str:
        return text_line(record.levelname, record.name, record.message)

    def formatException(self, ei: Any) -> str:
        lines = super().formatException(ei).splitlines()
        return "\n".join(f"    {line.translate(ESCAPES)}" for line in lines)


class JSONFormatter(logging.Formatter):
    """For programs: an object, of which a traceback is one more field."""

    def format(self, record: logging.LogRecord) -> str:
        fields = {
            "time": datetime.now(UTC).isoformat(),
            "level": record.levelname,
            "logger": record.name,
            "request_id": request_id.get(),
            "message": record.getMessage(),
        }
        fields |= getattr(record, "fields", {})
        if record.exc_info:
            fields["exception"] = self.formatException(record.exc_info)
        return encode(fields)


class RequestLog:
    """Give each request an id, and write its line.

    A WSGI middleware that writes the line itself costs a third of what `after_request`
    and a logger do. It hands the body on untouched, so the time in the line is the time
    until the response started.
    """

    def __init__(self, app: WSGIApplication, *, as_json: bool) -> None:
        self.app = app
        self.as_json = as_json

    def __call__(
        self, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        started = time.perf_counter()
        name = environ.get("HTTP_X_REQUEST_ID", "")
        if not SAFE_ID.fullmatch(name):
            name = secrets.token_hex(8)
        # Never reset: a streamed body may still log, and the next request sets its own.
        request_id.set(name)
        status = "500"  # unless the app gets as far as a response

        def start(line: str, headers: list[tuple[str, str]], *error: Any) -> Any:
            nonlocal status
            status = line.partition(" ")[0]
            return start_response(line, [*headers, ("X-Request-ID", name)], *error)

        try:
            return self.app(environ, start)
        finally:
            if app.logger.isEnabledFor(logging.INFO):
                self.log(environ, status, time.perf_counter() - started)

    def log(self, environ: WSGIEnvironment, status: str, seconds: float) -> None:
        # From the environ alone: `request.host` raises for a host that is not trusted.
        # The query stays out of the log, because people put secrets there.
        method = environ["REQUEST_METHOD"]
        path = environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", "")
        path = path.encode("latin-1").decode("utf-8", "replace")
        address = environ.get("REMOTE_ADDR")
        took = f"{seconds * 1000:.1f}"
        message = f"{method} {path} {status} in {took} ms"
        if self.as_json:
            # By hand: to encode a dict takes longer than all the rest of the line.
            line = (
                '{"time": '
                f'"{datetime.now(UTC).isoformat()}", "level": "INFO", '
                f'"logger": "{app.logger.name}", "request_id": "{request_id.get()}", '
                f'"message": {encode(message)}, "method": {encode(method)}, '
                f'"path": {encode(path)}, "status": {status}, "milliseconds": {took}, '
                f'"remote_addr": {encode(address)}'
                "}"
            )
        else:
            line = text_line("INFO", app.logger.name, message)
        with suppress(OSError, ValueError):  # a full disk must not cost the answer
            write(line)


def is_not_request_line(record: logging.LogRecord) -> bool:
    """Keep the development server's banner, not its requests: we write those."""
    return not str(record.msg).endswith('"%s" %s %s')


def write(line: str) -> None:
    """Write to what is standard error just then: tests put something else there."""
    sys.stderr.write(line + "\n")


class Handler(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        try:
            write(self.format(record))
        except Exception:
            self.handleError(record)


dictConfig(
    {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": JSONFormatter if PRODUCTION else TextFormatter}},
        "handlers": {
            "app": {"()": Handler, "formatter": "line"},
            "development_server": {"()": Handler},
        },
        "root": {"level": log_level, "handlers": ["app"]},
        "loggers": {
            "werkzeug": {"handlers": ["development_server"], "propagate": False}
        },
    }
)
logging.getLogger("werkzeug").addFilter(is_not_request_line)
# What Python warns of, such as a session that is too long for a cookie, is a line too.
logging.captureWarnings(True)


# Headers that tell browsers what this site never does.
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
# Browsers would remember this, and refuse plain HTTP in development for a year.
HTTPS_HEADERS = HEADERS | {"Strict-Transport-Security": "max-age=31536000"}


class Sessions(SecureCookieSessionInterface):
    """What Flask has, without work that most requests do not need."""

    keys: tuple[object, ...] = ()
    signer: URLSafeTimedSerializer | None = None

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        if "HTTP_COOKIE" not in request.environ:
            return self.session_class()
        return super().open_session(app, request)

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        # Made once, and again when a key changes.
        keys = (app.secret_key, *(app.config["SECRET_KEY_FALLBACKS"] or ()))
        if keys != self.keys:
            self.keys, self.signer = keys, super().get_signing_serializer(app)
        return self.signer


class SecurityHeaders:
    """Give each response the headers that its view did not decide about.

    As a WSGI middleware it costs a fifth of what `after_request` does.
    """

    def __init__(self, app: WSGIApplication) -> None:
        self.app = app

    def __call__(
        self, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        defaults = HTTPS_HEADERS if environ["wsgi.url_scheme"] == "https" else HEADERS

        def start(line: str, headers: list[tuple[str, str]], *error: Any) -> Any:
            decided = {name.title() for name, _ in headers}
            headers += [(n, v) for n, v in defaults.items() if n not in decided]
            return start_response(line, headers, *error)

        return self.app(environ, start)


PREFIX = re.compile(r"(/(?!/)[^\s\\]*)?")


def check_where_links_lead() -> None:
    # A proxy may hand on what a client says of these. Under the prefix "//evil.example"
    # every link and every redirect would lead there.
    environ = request.environ
    scheme, prefix = environ["wsgi.url_scheme"], environ.get("SCRIPT_NAME", "")
    if scheme not in ("http", "https") or not PREFIX.fullmatch(prefix):
        raise SecurityError


app = Flask(__name__)
app.session_interface = Sessions()
cookie_name = "shop"
app.config.update(
    SITE_NAME="shop",
    PRODUCTION=PRODUCTION,
    SECRET_KEY=secret_key,
    SECRET_KEY_FALLBACKS=fallbacks,
    # Browsers take a __Host- cookie from this very host over HTTPS only, so no
    # neighbour can plant one. Plain HTTP, in development, needs a plain name.
    SESSION_COOKIE_NAME=f"__Host-{cookie_name}" if PRODUCTION else cookie_name,
    SESSION_COOKIE_SAMESITE="Lax",
    SESSION_COOKIE_SECURE=PRODUCTION,
    TRUSTED_HOSTS=hosts,
    MAX_CONTENT_LENGTH=number("MAX_CONTENT_LENGTH", 16 * 1024 * 1024),
    MAX_FORM_MEMORY_SIZE=number("MAX_FORM_MEMORY_SIZE", 500_000),
    MAX_FORM_PARTS=number("MAX_FORM_PARTS", 1_000),
    PROXY_HOPS=number("PROXY_HOPS", 0),
)

app.wsgi_app = RequestLog(  # type: ignore[method-assign]
    app.wsgi_app, as_json=PRODUCTION
)
app.wsgi_app = SecurityHeaders(app.wsgi_app)  # type: ignore[method-assign]

# Outermost, so that everything inside sees the client and not the proxy. Without a
# proxy anybody could send these headers, so without one nobody reads them.
if hops := app.config["PROXY_HOPS"]:
    app.before_request(check_where_links_lead)
    app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
        app.wsgi_app, x_for=hops, x_host=1, x_prefix=1
    )


# Static files are kept by browsers for a year, under a URL that changes with them.
@app.url_defaults
def add_version(endpoint: str, values: dict[str, Any]) -> None:
    if endpoint == "static":
        values.setdefault("v", version(values["filename"]))


@app.endpoint("static")
def static(filename: str) -> Response:
    response = app.send_static_file(filename)
    # Only under its true version, or an old link would pin the new file to the old URL.
    if (v := request.args.get("v")) and v == version(filename):
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


def version(filename: str) -> str | None:
    path = safe_join(app.static_folder or "", filename)
    try:
        return digest(path, Path(path).stat().st_mtime_ns) if path else None
    except OSError:
        return None


@lru_cache
def digest(path: str, modified: int) -> str:
    return sha256(Path(path).read_bytes()).hexdigest()[:12]


# An exception that nobody handled comes here as a 500, its traceback logged.
@app.errorhandler(HTTPException)
def error_response(error: HTTPException) -> BaseResponse:
    # Start from the error's own response: it has Allow, Retry-After and the like.
    response = error.get_response()
    response.vary.add("Accept")

    # HTML comes first in the offers, because it is the answer to "*/*".
    offers = ["text/html", "application/json", "application/problem+json"]
    if request.accept_mimetypes.best_match(offers, "text/html") != "text/html":
        response.content_type = "application/problem+json"
        problem = {"type": "about:blank", "title": error.name, "status": error.code}
        response.data = app.json.dumps(problem | {"detail": error.description})
    # With a host that is not trusted there are no URLs to put into our page.
    elif not isinstance(error, SecurityError):
        response.data = render_template(
            [f"errors/{error.code}.html", "error.html"], error=error
        )

    return response


@app.get("/healthz")
def healthz() -> tuple[str, dict[str, str]]:
    return "ok\n", {"Content-Type": "text/plain", "Cache-Control": "no-store"}


@app.get("/")
def index() -> str:
    return render_template("index.html")


@app.get("/user/<username>")
def user(username: str) -> str:
    return render_template("user.html", username=username)


@app.get("/post/<int:post_id>")
def post(post_id: int) -> str:
    return render_template("post.html", post_id=post_id)


@app.post("/post/<int:post_id>")
def post_create(post_id: int) -> str:
    return render_template("post.html", post_id=post_id)
