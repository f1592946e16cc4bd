"""Static files are kept by browsers for a year, under a URL that changes with them."""

from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from flask import Flask, Response, current_app, request
from werkzeug.security import safe_join


def init_app(app: Flask) -> None:
    app.url_defaults(add_version)
    app.endpoint("static")(static)


def add_version(endpoint: str, values: dict[str, Any]) -> None:
    if endpoint == "static":
        values.setdefault("v", version(values["filename"]))


def static(filename: str) -> Response:
    response = current_app.send_static_file(filename)
    # Only under its true version, or an old link would pin the new file to the old URL.
    if (v := request.args.get("v")) and v == version(filename):
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


def version(filename: str) -> str | None:
    path = safe_join(current_app.static_folder or "", filename)
    try:
        return digest(path, Path(path).stat().st_mtime_ns) if path else None
    except OSError:
        return None


@lru_cache
def digest(path: str, modified: int) -> str:
    return sha256(Path(path).read_bytes()).hexdigest()[:12]
