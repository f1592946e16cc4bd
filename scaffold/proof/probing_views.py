"""Views that tell what reached the app. This file is copied into a project, and only there is it imported."""

import os
import sys
import time
from collections.abc import Callable, Iterator
from functools import wraps
from pathlib import Path
from typing import Any

from flask import Blueprint, Flask, Response, abort, current_app, redirect, request, session, url_for

# Flask before 2.0 has no `get` and no `post` of blueprints.
bp = Blueprint("scaffold_probing", __name__, url_prefix="/-/probing")

RELEASE = Path(__file__).with_suffix(".txt").read_text().strip()


def put_on(names: dict[str, Any], target: str) -> None:
    """Register the views on the app that a module holds, or on each that its factory makes from now on."""
    name, _, call = target.partition("(")
    made = names.get(name)
    if call and callable(made) and not isinstance(made, type):
        names[name] = _registering(made)
    for held in list(names.values()):
        if isinstance(held, Flask):
            _register(held)


def _registering(factory: Callable[..., Flask]) -> Callable[..., Flask]:
    @wraps(factory)
    def made(*args: Any, **named: Any) -> Flask:
        app = factory(*args, **named)
        if isinstance(app, Flask):
            _register(app)
        return app

    return made


def _register(app: Flask) -> None:
    if bp.name not in app.blueprints:
        app.register_blueprint(bp)
        protection = app.extensions.get("csrf")
        if protection is not None:
            protection.exempt(bp)


@bp.after_app_request
def mark(response: Response) -> Response:
    """Say of each answer that the app made it."""
    response.headers["X-Scaffold-Probing"] = "1"
    return response


@bp.route("/who")
def who() -> dict[str, Any]:
    """Tell what the app believes about the request."""
    file = _static_file()
    return {
        "remote_addr": request.remote_addr,
        "host": request.host,
        "scheme": request.scheme,
        "secure": request.is_secure,
        "root": request.script_root,
        "url": url_for("scaffold_probing.who", _external=True),
        "static": url_for("static", filename=file) if file else "",
        "static_url": current_app.static_url_path or "",
        "environ": sorted(name for name in request.environ if name.startswith("HTTP_")),
        "pid": os.getpid(),
    }


def _static_file() -> str:
    """Return the first of the app's files, a style sheet where there is one."""
    if not current_app.static_folder or not current_app.view_functions.get("static"):
        return ""
    folder = Path(current_app.static_folder)
    files = [path.relative_to(folder).as_posix() for path in folder.rglob("[!.]*") if path.is_file()]
    return min(files, key=lambda file: (not file.endswith(".css"), file), default="")


@bp.route("/map")
def rules() -> dict[str, Any]:
    """Tell every rule there is, but for those of these views."""
    found = [
        {
            "rule": rule.rule,
            "endpoint": rule.endpoint,
            "methods": sorted(rule.methods or ()),
            "arguments": {name: type(one).__name__ for name, one in rule._converters.items()},
            "defaults": {name: str(value) for name, value in (rule.defaults or {}).items()},
            "subdomain": rule.subdomain or rule.host or "",
            "websocket": rule.websocket,
            # Whether Flask itself answers OPTIONS.
            "automatic": bool(getattr(rule, "provide_automatic_options", False)),
        }
        for rule in current_app.url_map.iter_rules()
        if not rule.endpoint.startswith("scaffold_probing.")
    ]
    return {"rules": found}


@bp.route("/settings")
def settings() -> dict[str, Any]:
    """Tell the settings that a client can tell by their effect, and none of the secrets."""
    return {
        "debug": current_app.debug,
        "session_cookie": current_app.config["SESSION_COOKIE_NAME"],
        "has_key": bool(current_app.secret_key),
        "limit": current_app.config.get("MAX_CONTENT_LENGTH"),
        "trusted_hosts": list(current_app.config.get("TRUSTED_HOSTS") or ()),
    }


@bp.route("/whoami")
def whoami() -> dict[str, str]:
    """Tell below what, and where, the app believes to be."""
    return {"root": request.script_root, "path": request.path}


@bp.route("/hello")
def hello() -> str:
    """Answer."""
    return "hello"


@bp.route("/upload", methods=["POST"])
def upload() -> dict[str, int]:
    """Count what arrives."""
    files = request.files.getlist("file")
    return {"length": sum(len(file.read()) for file in files) if files else len(request.get_data())}


@bp.route("/sleep")
def sleep() -> str:
    """Take a while, and say in the log when it begins."""
    print(f"request {request.args.get('name', '')} has begun", file=sys.stderr, flush=True)
    time.sleep(float(request.args["s"]))
    return "slept"


@bp.route("/stream")
def stream() -> Response:
    """Answer in pieces."""

    def chunks() -> Iterator[str]:
        for number in range(4):
            yield f"chunk {number}\n"
            time.sleep(0.3)

    return Response(chunks(), mimetype="text/plain", headers={"X-Accel-Buffering": "no"})


@bp.route("/empty")
def empty() -> tuple[str, int]:
    """Answer without a body."""
    return "", 204


@bp.route("/same")
def same() -> tuple[str, int]:
    """Answer that nothing has changed."""
    return "", 304


@bp.route("/fail")
def fail() -> str:
    """Fail as a view with a defect does."""
    raise RuntimeError("on purpose")


@bp.route("/missing")
def missing() -> str:
    """Say that there is no such thing, whatever other paths the app has pages for."""
    abort(404)


@bp.route("/moved")
def moved() -> Any:
    """Lead to another view."""
    return redirect(url_for("scaffold_probing.hello"))


@bp.route("/session")
def remember() -> tuple[str, int]:
    """Put a name into the session, where the app has the key that it takes."""
    if not current_app.secret_key:
        return "", 204
    session["name"] = "Ada"
    return "remembered", 200


@bp.route("/session/held")
def held() -> dict[str, Any]:
    """Tell what the session holds."""
    return {"session": {str(name): str(value) for name, value in session.items()}}


@bp.route("/path/<path:p>")
def path(p: str) -> dict[str, str]:
    """Tell the path and the query as they arrived."""
    # PATH_INFO as WSGI has it: UTF-8 bytes, each as one character.
    exact = request.environ["PATH_INFO"].encode("latin-1").decode("utf-8", "replace")
    return {"path": exact, "query": request.query_string.decode()}


@bp.route("/length")
def length() -> dict[str, int]:
    """Tell the length of a header."""
    return {"length": len(request.headers.get("X-Long", ""))}


@bp.route("/release")
def release() -> dict[str, Any]:
    """Tell with which release the process began."""
    return {"release": RELEASE, "pid": os.getpid()}
