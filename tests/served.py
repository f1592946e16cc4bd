"""What a project is when Flask runs it: its URL map, its pages, its own tests. One fork for each look, on one start."""

import io
import json
import os
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from importlib import import_module
from pathlib import Path
from typing import IO, Any, NamedTuple

# Flask adds these by itself.
AUTOMATIC = frozenset(["HEAD", "OPTIONS"])


class Endpoint(NamedTuple):
    """One rule of a URL map."""

    rule: str
    methods: tuple[str, ...]
    endpoint: str


class Look(NamedTuple):
    """What one look at a project found: its URL map, and the status and text of each page that was asked for."""

    urls: list[Endpoint]
    pages: dict[str, tuple[int, str]]
    tests: str


Looking = Callable[..., Look]


@contextmanager
def looking() -> Iterator[Looking]:
    """Give a function that looks at a project from a process of its own."""
    process = subprocess.Popen([sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdin is not None
    assert process.stdout is not None
    ask, answer = process.stdin, process.stdout

    def look(
        root: Path, app: str, get: Sequence[str] = (), env: Mapping[str, str] | None = None, test: str = ""
    ) -> Look:
        wanted = {"root": str(root), "app": app, "get": list(get), "env": dict(env or {}), "test": test}
        print(json.dumps(wanted), file=ask, flush=True)
        found = json.loads(answer.readline())
        assert "error" not in found, found["error"]
        urls = sorted(Endpoint(rule, tuple(methods), endpoint) for rule, methods, endpoint in found["urls"])
        return Look(urls, {url: (status, text) for url, (status, text) in found["pages"].items()}, found["tests"])

    with process:
        try:
            yield look
        finally:
            ask.close()


class Served(BaseException):
    """The app began to serve: what comes after it in the module is never reached."""

    def __init__(self, app: Any) -> None:
        self.app = app


def _serve(app: Any, *_: object, **__: object) -> None:
    raise Served(app)


def _loaded(name: str) -> Any:
    """Return the app: MODULE:EXPRESSION."""
    module, _, expression = name.partition(":")
    try:
        return eval(expression, vars(import_module(module)))
    except Served as served:
        return served.app


def _look(wanted: dict[str, Any]) -> dict[str, Any]:
    os.chdir(wanted["root"])
    os.environ.update(wanted["env"])
    sys.path[:0] = [wanted["root"], os.path.join(wanted["root"], "src")]
    if wanted["test"]:
        return {"urls": [], "pages": {}, "tests": _tested(wanted["test"])}
    app = _loaded(wanted["app"])
    rules = [(one.rule, sorted(one.methods - AUTOMATIC), one.endpoint) for one in app.url_map.iter_rules()]
    client = app.test_client()
    pages = {url: (answer.status_code, answer.text) for url in wanted["get"] for answer in [client.get(url)]}
    return {"urls": rules, "pages": pages, "tests": ""}


def _tested(folder: str) -> str:
    import pytest

    with redirect_stdout(io.StringIO()) as said, redirect_stderr(said):
        pytest.main(
            ["-q", "--tb=short", "-p", "no:cacheprovider", "-W", "error", "-c", os.devnull, "--rootdir", ".", folder]
        )
    return said.getvalue()


def _child(wanted: dict[str, Any], to: IO[str]) -> None:
    try:
        found = _look(wanted)
    except BaseException:
        found = {"error": traceback.format_exc()}
    to.write(json.dumps(found))
    to.flush()


def main() -> None:
    """Answer each line with a look, from a process that has nothing but Flask in it."""
    import flask

    setattr(flask.Flask, "run", _serve)  # noqa: B010
    sys.dont_write_bytecode = True
    sys.path.pop(0)
    answer = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    for line in sys.stdin:
        reading, writing = os.pipe()
        child = os.fork()
        if not child:
            with os.fdopen(writing, "w") as to:
                _child(json.loads(line), to)
            os._exit(0)
        os.close(writing)
        with os.fdopen(reading) as found:
            print(found.read(), file=answer, flush=True)
        os.waitpid(child, 0)


if __name__ == "__main__":
    main()
