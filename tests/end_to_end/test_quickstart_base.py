"""What every new project does, sentence by sentence of the Flask quickstart, over real HTTP."""

import json
import re
import runpy
import shlex
import shutil
import signal
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from scaffold import catalog, names
from scaffold.errors import BadName
from scaffold.proof.ports import free_port
from tests.end_to_end.conftest import REPOSITORY, Environment, Maker, install, run
from tests.end_to_end.production import gunicorn
from tests.end_to_end.serving import PATIENCE, Server, serving
from tests.end_to_end.test_from_nothing import CODES, JSON, PAGE, flask, with_uv

pytestmark = pytest.mark.slow

LINK = re.compile(r'(?:href|src|action)="([^"#]+)')
LOCALHOST = b"Host: localhost"
VIEWS = """


@{owner}.get("/fail/<int:code>")
def fail(code: int) -> str:
    if code == 500:
        1 / 0
    if code in (429, 503):
        raise (TooManyRequests if code == 429 else ServiceUnavailable)(retry_after=7)
    abort(code)


@{owner}.get("/broken-page")
def broken_page() -> str:
    return render_template("broken.html")


@{owner}.get("/broken-end")
def broken_end() -> str:
    return "never seen"


@{owner}.after_request
def end(response: Response) -> Response:
    if request.path == "/broken-end":
        1 / 0
    return response


@{owner}.post("/form")
def form() -> str:
    return request.form["name"]


@{owner}.get("/projects/")
def projects() -> str:
    return "projects"


@{owner}.get("/user/<name>")
def user(name: str) -> str:
    return "user"


@{owner}.get("/go")
def go() -> BaseResponse:
    return redirect(url_for("{before}user", name="John Doe", page=2), 303)


@{owner}.get("/save")
def save() -> BaseResponse:
    flash("Saved.", "success")
    flash("<b>Not</b> sent.", "error")
    return redirect(url_for("{before}index"), 303)


@{owner}.get("/long")
def long() -> str:
    session["long"] = secrets.token_hex(4000)
    return "sent"


@{owner}.get("/log")
def log() -> str:
    current_app.logger.warning("saw %s", request.args["text"])
    return "logged"


@{owner}.get("/who")
def who() -> dict[str, object]:
    return {{"remote": request.remote_addr, "root": request.url_root}}
"""
IMPORTS = """\
import secrets
from flask import Response, abort, current_app, flash, redirect, render_template, request, session, url_for
from werkzeug import Response as BaseResponse
from werkzeug.exceptions import ServiceUnavailable, TooManyRequests
"""
BROKEN_PAGE = '{% extends "base.html" %}{% block content %}begun {{ 1 / 0 }}{% endblock %}'


@pytest.fixture(scope="module", params=["package", "module"])
def layout(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def fresh(make: Maker, layout: str) -> Environment:
    """Return a project as it is straight after `new`, deployed with gunicorn."""
    environment = make("shop", layout)
    environment.scaffold("deploy", "--server", "gunicorn")
    install(environment.project)
    return environment


@pytest.fixture(scope="module")
def shop(fresh: Environment, layout: str, tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """Return a copy of the project with views to ask."""
    project = tmp_path_factory.mktemp("copy") / "shop"
    shutil.copytree(fresh.project, project, ignore=shutil.ignore_patterns(".venv", "__pycache__"))
    (project / ".venv").symlink_to(fresh.project / ".venv")
    views = project / PAGE[layout]
    owner, before = ("bp", "pages.") if layout == "package" else ("app", "")
    views.write_text(IMPORTS + views.read_text() + VIEWS.format(owner=owner, before=before))
    pages = project / ("shop/templates" if layout == "package" else "templates")
    (pages / "broken.html").write_text(BROKEN_PAGE)
    return Environment(project, fresh.tool)


Serve = Callable[..., Server]


@pytest.fixture(scope="module")
def serve(shop: Environment, layout: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serve]:
    """Serve the project under gunicorn with these settings, once for each set of them."""
    folder = tmp_path_factory.mktemp("logs")
    started: dict[tuple[tuple[str, str], ...], Server] = {}
    with ExitStack() as stack:

        def served(**variables: str) -> Server:
            key = tuple(sorted(variables.items()))
            if key not in started:
                log = folder / f"log-{len(started)}"
                started[key] = stack.enter_context(gunicorn(shop, layout, log, **variables))
            return started[key]

        yield served


@pytest.fixture(scope="module")
def production(serve: Serve) -> Server:
    return serve()


def lines(server: Server, request_id: str) -> list[dict[str, object]]:
    """Return what is logged under the id of a request."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        found = [json.loads(line) for line in server.output().splitlines() if request_id in line]
        if any("status" in entry for entry in found):
            return found
        time.sleep(0.02)
    raise AssertionError(f"no line for {request_id}: {server.output()}")


# Rows 1 and 2: it runs, under a name that hides nothing, on a port that is free, for this machine alone.


def test_python_m_flask_run_needs_no_app_and_no_variable(fresh: Environment, tmp_path: Path) -> None:
    port = free_port()
    argv: list[str | Path] = [fresh.bin / "python", "-m", "flask", "run", "--port", str(port)]
    with serving(argv, port=port, cwd=fresh.project, env=fresh.variables(), log=tmp_path / "log") as server:
        assert server.request("/").status == 200


def test_no_project_can_have_the_name_of_a_module_that_it_or_its_tools_import(fresh: Environment) -> None:
    code = "import importlib.metadata as m; print(*{str(f).split('/')[0] for d in m.distributions() for f in d.files})"
    tops = {name.removesuffix(".py") for name in fresh.run("python", "-c", code).split()}
    importable = {name for name in tops if name.isidentifier() and name[0].isalpha()} - {"shop", "app"}
    assert {"flask", "dotenv", "pygments", "mypy"} <= importable, "the list is not what it should be"

    for name in sorted(importable):
        with pytest.raises(BadName):
            names.package(name)


def test_a_port_that_is_taken_is_named_and_what_to_type_works(tool: Path, tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        said = run(tool, "new", "shop", "--run", "--port", str(port), cwd=tmp_path, env=with_uv(), code=7)
        assert f"Port {port} is taken." in said
        assert "'--port'" in said
        folder, argv = said.rstrip().rpartition("    cd ")[2].split(" && ")
        words = shlex.split(argv)
        with serving(words, port=int(words[-1]), cwd=Path(folder), env=with_uv(), log=tmp_path / "log") as server:
            assert server.request("/").status == 200


def listening(port: int) -> set[str]:
    """Return the addresses on which somebody listens to the port, as Linux writes them."""
    found = set()
    for table in (Path("/proc/net/tcp"), Path("/proc/net/tcp6")):
        for line in table.read_text().splitlines()[1:] if table.exists() else []:
            _, local, _, state, *_ = line.split()
            if state == "0A" and int(local.rpartition(":")[2], 16) == port:
                found.add(local.rpartition(":")[0])
    return found


@pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="there is no table of sockets to read")
def test_only_this_machine_can_connect(fresh: Environment, tmp_path: Path) -> None:
    with flask(fresh, tmp_path / "log") as server:
        assert listening(server.port) == {"0100007F"}
    # What the project says is run in production listens there, too, and the config names no other address.
    assert "gunicorn --bind 127.0.0.1:8000 " in (fresh.project / "README.md").read_text()
    assert "bind" not in runpy.run_path(str(fresh.project / "gunicorn.conf.py"))


# Row 3: debug mode, for whoever asks for it on the command line.


def test_debug_reloads_and_shows_the_debugger(shop: Environment, layout: str, tmp_path: Path) -> None:
    project = tmp_path / "copy"
    shutil.copytree(shop.project, project, ignore=shutil.ignore_patterns(".venv", "__pycache__"))
    port = free_port()
    argv: list[str | Path] = [shop.bin / "flask", "run", "--debug", "--port", str(port)]
    env, log = shop.variables(), tmp_path / "log"
    with serving(argv, port=port, cwd=project, env=env, log=log, group=True) as server:
        page = server.request("/fail/500")
        assert page.status == 500
        assert "Werkzeug Debugger" in page.text
        assert "ZeroDivisionError" in page.text

        time.sleep(1.1)  # the reloader compares times of whole seconds on some file systems
        views = project / PAGE[layout]
        views.write_text(views.read_text().replace('return "projects"', 'return "other projects"'))
        end = time.monotonic() + PATIENCE
        text = ""
        while text != "other projects" and time.monotonic() < end:
            time.sleep(0.1)
            try:
                text = server.request("/projects/").text
            except OSError:
                continue  # it is just between the two
        assert text == "other projects"


DEBUG = re.compile(r"FLASK_DEBUG\s*[=:]|\bdebug\s*[=:]\s*(?:True|true|1|on)\b|--debug\b|\.debug\s*=", re.IGNORECASE)


def test_no_file_of_a_project_can_turn_debug_on(tool: Path, layout: str, tmp_path: Path) -> None:
    run(tool, "new", "shop", "--layout", layout, cwd=tmp_path)
    for server in catalog.names("server"):
        # For all of them, also the one that runs inside it.
        run(tool, "deploy", "--server", server, "--proxy", "apache", cwd=tmp_path / "shop")

    files = [path for path in (tmp_path / "shop").rglob("*") if path.is_file() and ".scaffold" not in path.parts]
    saying = {path.relative_to(tmp_path / "shop").as_posix() for path in files if DEBUG.search(path.read_text())}
    # The README tells how to ask for it, and a test asks.
    assert saying == {"README.md"}
    assert DEBUG.search("FLASK_DEBUG=1")
    assert DEBUG.search("app.run(debug=True)")


def test_production_shows_no_debugger(production: Server) -> None:
    page = production.request("/fail/500")
    assert "Debugger" not in page.text
    assert production.request("/console").status == 404
    assert production.request("/?__debugger__=yes&cmd=resource&f=style.css").text.startswith("<!doctype html>")


# Row 7: every URL is built.


def test_no_template_of_ours_has_a_url_in_it() -> None:
    hard = re.compile(r"""(?:href|src|action)=["']/|redirect\(\s*["']/|fetch\(["']/""")
    folder = REPOSITORY / "project_templates"
    files = [path for path in folder.rglob("*") if path.suffix in (".html", ".py", ".js", ".css") and path.is_file()]
    ours = [path for path in files if "tests_dir" not in str(path) and not path.name.startswith("test")]

    assert len(ours) > 10
    assert [path.relative_to(folder).as_posix() for path in ours if hard.search(path.read_text())] == []


PAGES = [
    "/",
    "/nothing",
    "/form",
    "/fail/400",
    "/fail/413",
    "/fail/500",
    "/fail/503",
    "/broken-page",
    "/static/none.css",
]


def test_everything_carries_the_prefix_that_a_proxy_mounts_it_under(serve: Serve) -> None:
    server, prefix = serve(PROXY_HOPS="1"), {"X-Forwarded-Prefix": "/my"}

    for path in PAGES:
        links = LINK.findall(server.request(path, headers=prefix).text)
        assert len(links) >= 3, path
        assert [link for link in links if not link.startswith("/my/")] == [], path
    assert server.request("/go", headers=prefix).header("Location") == "/my/user/John%20Doe?page=2"
    slash = server.request("/projects?q=1", headers=prefix)
    assert slash.status == 308
    assert slash.header("Location").endswith(f":{server.port}/my/projects/?q=1")
    style = next(link for link in LINK.findall(server.request("/", headers=prefix).text) if ".css" in link)
    answer = server.request(style.removeprefix("/my"), headers=prefix)
    assert (answer.status, answer.header("Content-Type").split(";")[0]) == (200, "text/css")


def test_everything_carries_the_prefix_that_the_server_mounts_it_under(serve: Serve) -> None:
    server = serve(SCRIPT_NAME="/my")

    for path in PAGES:
        links = LINK.findall(server.request(f"/my{path}").text)
        assert len(links) >= 3, path
        assert [link for link in links if not link.startswith("/my/")] == [], path
    assert server.request("/my/go").header("Location") == "/my/user/John%20Doe?page=2"
    assert server.request("/my/projects").header("Location").endswith(f":{server.port}/my/projects/")
    for link in LINK.findall(server.request("/my/").text):
        assert server.request(link).status == 200, link


# Row 9: static files.


def test_a_static_file_that_changes_gets_another_url(shop: Environment, layout: str, tmp_path: Path) -> None:
    project = tmp_path / "copy"
    shutil.copytree(shop.project, project, ignore=shutil.ignore_patterns("__pycache__"), symlinks=True)
    style = project / ("shop/static" if layout == "package" else "static") / "style.css"
    with gunicorn(Environment(project, shop.tool), layout, tmp_path / "log") as server:
        before = next(link for link in LINK.findall(server.request("/").text) if ".css" in link)
        kept = server.request(before)
        assert kept.header("Cache-Control") == "public, max-age=31536000, immutable"
        assert server.request(before, headers={"If-None-Match": kept.header("ETag")}).status == 304

        style.write_text(style.read_text() + "/* new */\n")

        after = next(link for link in LINK.findall(server.request("/").text) if ".css" in link)
        assert after != before
        assert server.request(after).text.endswith("/* new */\n")
        assert "immutable" in server.request(after).header("Cache-Control")
        assert server.request(before).header("Cache-Control") == "no-cache"


def test_what_is_no_static_file_is_kept_by_nobody(production: Server) -> None:
    style = next(link for link in LINK.findall(production.request("/").text) if ".css" in link)
    version = style.partition("?")[2]

    for path in ("none.css", "a%00b", "../app.py", "..%2fapp.py", "", "x" * 3000):
        answer = production.request(f"/static/{path}?{version}")
        assert answer.status == 404, path
        assert "max-age" not in answer.header("Cache-Control"), path
    for headers, method, status in (({"Range": "bytes=99999-"}, "GET", 416), ({}, "POST", 405)):
        answer = production.request(style, method, headers=headers)
        assert answer.status == status
        assert "max-age" not in answer.header("Cache-Control")


# Row 18: errors.


@pytest.mark.parametrize("code", CODES)
def test_an_error_is_a_page_or_json_with_its_own_headers(production: Server, code: int) -> None:
    path = "/form" if code == 405 else f"/fail/{code}"

    for headers, kind in (({}, "text/html; charset=utf-8"), (JSON, "application/problem+json")):
        answer = production.request(path, headers=headers)
        head = production.request(path, "HEAD", headers=headers)
        assert (answer.status, head.status) == (code, code)
        assert answer.header("Content-Type") == head.header("Content-Type") == kind
        assert head.body == b""
        assert head.header("Content-Length") == str(len(answer.body))
        assert "Accept" in answer.header("Vary")
        assert "Traceback" not in answer.text
        assert answer.header("Retry-After") == ("7" if code in (429, 503) else "")
        allowed = set(filter(None, answer.header("Allow").split(", ")))
        assert allowed == ({"POST", "OPTIONS"} if code == 405 else set())
    assert json.loads(answer.body)["status"] == code
    assert answer.header("X-Content-Type-Options") == "nosniff"


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("*/*", "text/html"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html"),
        ("application/json;q=0.9, text/html", "text/html"),
        ("text/html;q=0.5, application/json", "application/problem+json"),
        ("text/*;q=0.1, application/problem+json;q=0.2", "application/problem+json"),
        ("application/json;q=0", "text/html"),
        ("application/xml", "text/html"),
        ("junk;;;q=zz", "text/html"),
    ],
)
def test_json_is_for_those_who_prefer_it(production: Server, accept: str, kind: str) -> None:
    answer = production.request("/nothing", headers={"Accept": accept})

    assert answer.status == 404
    assert answer.header("Content-Type").split(";")[0] == kind


@pytest.mark.parametrize("path", ["/broken-page", "/broken-end"])
def test_a_crash_after_the_view_is_a_500_page_too(production: Server, path: str) -> None:
    page, problem = production.request(path), production.request(path, headers=JSON)

    assert (page.status, problem.status) == (500, 500)
    assert "</nav>" in page.text
    for text in ("begun", "never seen", "Traceback", "ZeroDivisionError"):
        assert text not in page.text
    assert json.loads(problem.body)["title"] == "Internal Server Error"
    logged = lines(production, page.header("X-Request-ID"))
    assert any("ZeroDivisionError" in str(entry.get("exception")) for entry in logged)


# Rows 21 and 22: what a session carries.


def test_a_session_that_browsers_would_drop_is_said_in_one_line(production: Server) -> None:
    answer = production.request("/long")

    assert (answer.status, answer.text) == (200, "sent")
    warned = [entry for entry in lines(production, answer.header("X-Request-ID")) if entry["level"] == "WARNING"]
    assert len(warned) == 1
    assert "cookie is too large" in str(warned[0]["message"])
    assert not [line for line in production.output().splitlines() if line.startswith(("/", "  "))]


TEST = """\
from flask.testing import FlaskClient


def test_it(client: FlaskClient) -> None:
    client.get("/long")
"""


def test_a_session_that_browsers_would_drop_fails_a_test(shop: Environment, tmp_path: Path) -> None:
    project = tmp_path / "copy"
    shutil.copytree(shop.project, project, ignore=shutil.ignore_patterns("__pycache__"), symlinks=True)
    (project / "tests" / "test_long.py").write_text(TEST)

    said = Environment(project, shop.tool).run("pytest", "-q", "tests/test_long.py", code=1)

    assert "UserWarning: The 'shop' cookie is too large" in said


def test_a_flashed_message_is_on_the_next_page_and_on_no_other(shop: Environment, tmp_path: Path) -> None:
    with flask(shop, tmp_path / "log") as server:
        saved = server.request("/save")
        assert (saved.status, saved.header("Location")) == (303, "/")
        page = server.request("/", headers={"Cookie": saved.header("Set-Cookie").partition(";")[0]})
        assert re.search(r'<p class="flash flash-success" role="status">\s*Saved\.', page.text)
        assert re.search(r'<p class="flash flash-error" role="alert">\s*&lt;b&gt;Not&lt;/b&gt; sent\.', page.text)
        cookie = page.header("Set-Cookie")
        assert cookie.startswith("shop=;")
        assert "Max-Age=0" in cookie
        assert "flash-" not in server.request("/").text


# Row 23: the log.

FORGED = "%0A%0D%1B%5B31m%C2%85%E2%80%A8%E2%80%A9forged"


def test_nobody_forges_a_line_in_production(production: Server) -> None:
    answers = [
        production.raw(b"GET /a" + FORGED.encode() + b" HTTP/1.1", LOCALHOST),
        production.raw(b"GET /log?text=" + FORGED.encode() + b" HTTP/1.1", LOCALHOST),
        production.raw(b"GET /raw\x1b[31m\xe2\x80\xa8\xc2\x85forged HTTP/1.1", LOCALHOST),
        production.raw(b"G\x1bET / HTTP/1.1", LOCALHOST),
        production.raw(b"GET / HTTP/1.1", b"Host: ev\x1b[31m\xe2\x80\xa8il"),
        production.raw(b"GET / HTTP/1.1", LOCALHOST, b"X-Request-ID: a\x1b[31m\xe2\x80\xa8"),
    ]
    last = production.request("/nothing", headers={"X-Request-ID": "the-last-one"})

    assert last.status == 404
    assert [answer.split(b" ")[1] for answer in answers] == [b"404", b"200", b"400", b"400", b"400", b"400"]
    lines(production, "the-last-one")
    output = production.log.read_bytes().decode()
    assert "forged" in output
    assert not re.search("[\r\x1b\x85\u2028\u2029]", output)
    for line in output.split("\n")[:-1]:
        # gunicorn writes lines of its own, about itself and about what is no HTTP.
        assert line.startswith("[") or json.loads(line)["level"], line


def test_nobody_forges_a_line_in_development(shop: Environment, tmp_path: Path) -> None:
    with flask(shop, tmp_path / "log") as server:
        for line, *headers in (
            (b"GET /a" + FORGED.encode() + b" HTTP/1.1", LOCALHOST),
            (b"GET /log?text=" + FORGED.encode() + b" HTTP/1.1", LOCALHOST),
            (b"GET /raw\x1b[31m\xe2\x80\xa8forged HTTP/1.1", LOCALHOST),
            (b"G\x1b[31mET / HTTP/1.1", LOCALHOST),
            (b"GET / HTTP/1.1", b"Host: ev\x1b[31m\xe2\x80\xa8il"),
            (b"GET / HTTP/1.1", LOCALHOST, b"X-Request-ID: a\x1b[31m\xe2\x80\xa8"),
        ):
            server.raw(line, *headers)
        server.stop(signal.SIGTERM)
    output = server.log.read_bytes().decode()
    ours = [line for line in output.split("\n") if " INFO [" in line or " WARNING [" in line]
    assert len(ours) >= 5
    assert not [line for line in ours if re.search("[\r\x1b\x85\u2028\u2029]", line)]
    assert not re.search("^(forged|il)", output, re.MULTILINE)


@pytest.mark.parametrize(
    ("headers", "kept"),
    [
        ([b"X-Request-ID: proxy-1.a_B"], True),
        ([b"X-Request-ID: " + b"a" * 64], True),
        ([b"X-Request-ID: " + b"a" * 65], False),
        ([b"X-Request-ID: a b"], False),
        ([b"X-Request-ID: a", b"X-Request-ID: b"], False),
        ([b"X-Request-ID: a,b"], False),
        ([b"X-Request-ID:"], False),
        ([b"X_Request_ID: a"], False),
        ([], False),
    ],
)
def test_an_id_is_taken_from_a_proxy_when_it_is_one(production: Server, headers: list[bytes], kept: bool) -> None:
    answer = production.raw(b"GET /nothing HTTP/1.1", LOCALHOST, *headers).decode()

    (name,) = re.findall(r"^X-Request-ID: (.*?)\r$", answer, re.MULTILINE)
    if kept:
        assert name.encode() == headers[0].partition(b": ")[2]
    else:
        assert re.fullmatch("[0-9a-f]{16}", name)
        (entry,) = lines(production, name)
        assert (entry["path"], entry["status"]) == ("/nothing", 404)


# Row 24: exactly as many proxies are believed as there are.

CLIENT = {"X-Forwarded-For": "6.6.6.6, 7.7.7.7, 8.8.8.8", "X-Forwarded-Proto": "ftp, https"}


@pytest.mark.parametrize(
    ("hops", "remote", "scheme"), [("0", "127.0.0.1", "http"), ("1", "8.8.8.8", "https"), ("2", "7.7.7.7", "https")]
)
def test_as_many_proxies_are_believed_as_there_are(serve: Serve, hops: str, remote: str, scheme: str) -> None:
    server = serve(PROXY_HOPS=hops)

    seen = json.loads(server.request("/who", headers=CLIENT).body)

    assert seen == {"remote": remote, "root": f"{scheme}://127.0.0.1:{server.port}/"}
    assert json.loads(server.request("/who").body)["remote"] == "127.0.0.1"
    few = server.request("/who", headers={"X-Forwarded-For": "6.6.6.6"})
    assert json.loads(few.body)["remote"] == ("6.6.6.6" if hops == "1" else "127.0.0.1")


@pytest.mark.parametrize(
    "said",
    [
        {"X-Forwarded-Host": "evil.example"},
        {"X-Forwarded-Host": "localhost, evil.example"},
        {"X-Forwarded-Prefix": "//evil.example"},
        {"X-Forwarded-Prefix": "/\\evil.example"},
        {"X-Forwarded-Prefix": "/\t/evil.example"},
        {"X-Forwarded-Prefix": "https://evil.example"},
        {"X-Forwarded-Proto": "javascript"},
    ],
)
def test_no_header_makes_links_lead_to_another_site(serve: Serve, said: dict[str, str]) -> None:
    server = serve(PROXY_HOPS="1")
    for path in ("/", "/go", "/projects", "/nothing"):
        answer = server.request(path, headers=said)
        assert answer.status == 400
        assert answer.header("Location") == ""
        assert LINK.findall(answer.text) == []

    deaf = serve(PROXY_HOPS="0")
    answer = deaf.request("/projects", headers=said)
    assert (answer.status, answer.header("Location")) == (308, f"http://127.0.0.1:{deaf.port}/projects/")
