"""What the proof asks of the app: a module of views, put into a generated project as its owner would do it."""

from pathlib import Path

MODULE = "probing.py"
RELEASE = "release.txt"
FIRST_RELEASE = "release-1"
SOURCE = '''\
"""Views that tell what reached the app."""

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, redirect, request, session, url_for

bp = Blueprint("probing", __name__)

RELEASE = Path(__file__).with_name("release.txt").read_text().strip()


@bp.get("/who")
def who() -> dict[str, Any]:
    return {
        "remote_addr": request.remote_addr,
        "host": request.host,
        "scheme": request.scheme,
        "secure": request.is_secure,
        "root": request.script_root,
        "url": url_for("probing.who", _external=True),
        "static": url_for("static", filename="style.css"),
        "environ": sorted(name for name in request.environ if name.startswith("HTTP_")),
        "pid": os.getpid(),
    }


@bp.get("/whoami")
def whoami() -> dict[str, str]:
    return {"root": request.script_root, "path": request.path}


@bp.get("/hello")
def hello() -> str:
    return "hello"


@bp.post("/upload")
def upload() -> dict[str, int]:
    files = request.files.getlist("file")
    return {"length": sum(len(file.read()) for file in files) if files else len(request.get_data())}


@bp.get("/sleep")
def sleep() -> str:
    time.sleep(float(request.args["s"]))
    return "slept"


@bp.get("/stream")
def stream() -> Response:
    def chunks() -> Iterator[str]:
        for number in range(4):
            yield f"chunk {number}\\n"
            time.sleep(0.3)

    return Response(chunks(), mimetype="text/plain", headers={"X-Accel-Buffering": "no"})


@bp.get("/empty")
def empty() -> tuple[str, int]:
    return "", 204


@bp.get("/same")
def same() -> tuple[str, int]:
    return "", 304


@bp.get("/fail")
def fail() -> str:
    raise RuntimeError("on purpose")


@bp.get("/moved")
def moved() -> Any:
    return redirect(url_for("probing.hello"))


@bp.get("/session")
def remember() -> str:
    session["name"] = "Ada"
    return "remembered"


@bp.get("/path/<path:p>")
def path(p: str) -> dict[str, str]:
    # PATH_INFO as WSGI has it: UTF-8 bytes, each as one character.
    exact = request.environ["PATH_INFO"].encode("latin-1").decode("utf-8", "replace")
    return {"path": exact, "query": request.query_string.decode()}


@bp.get("/length")
def length() -> dict[str, int]:
    return {"length": len(request.headers.get("X-Long", ""))}


@bp.get("/release")
def release() -> dict[str, Any]:
    return {"release": RELEASE, "pid": os.getpid()}
'''


def put_into(project: Path) -> None:
    """Add the views to the project, beside its health check, and register them the same way."""
    health = "app.register_blueprint(health.bp)"
    package = next((path for path in project.glob("*/__init__.py") if health in path.read_text()), None)
    if package:
        text = package.read_text()
        text = text.replace("import assets, ", "import probing, assets, ", 1)
        package.write_text(text.replace(health, f"{health}\n    app.register_blueprint(probing.bp)", 1))
        home = package.parent
    else:
        home = project
        with (project / "app.py").open("a") as file:
            file.write("\n\nimport probing  # noqa: E402\n\napp.register_blueprint(probing.bp)\n")
    (home / MODULE).write_text(SOURCE)
    (home / RELEASE).write_text(FIRST_RELEASE + "\n")


def release_file(project: Path) -> Path:
    """Return the file that holds the release, which the app reads when it is imported."""
    found = [path for path in project.glob(f"**/{RELEASE}") if ".venv" not in path.parts]
    assert len(found) == 1, found
    return found[0]
