"""Static files are kept by browsers for a year, under a URL that changes with them."""

from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from flask import Flask, Response, current_app, request
from werkzeug.security import safe_join


def init_app(app: Flask) -> None:
    app.url_defaults(add_version)
    app.after_request(cache_for_long)


def add_version(endpoint: str, values: dict[str, Any]) -> None:
    if endpoint == "static":
        values.setdefault("v", version(values["filename"]))


def cache_for_long(response: Response) -> Response:
    served = request.endpoint == "static" and response.status_code < 400
    # Only under its true version, or an old link would pin the new file to the old URL.
    v = request.args.get("v") if served else None
    if v and request.view_args and v == version(request.view_args["filename"]):
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
