"""From nothing to a running app: what a new user does, with the installed wheel, over real HTTP."""

import json
import os
import shutil
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from scaffold.proof.ports import free_port
from tests.end_to_end.conftest import Environment, Maker, clean_environment, install, run
from tests.end_to_end.production import KEY, TARGET, gunicorn
from tests.end_to_end.serving import Server, serving

pytestmark = pytest.mark.slow

PAGE = {"package": "shop/pages.py", "module": "app.py"}
JSON = {"Accept": "application/json"}


@pytest.fixture(scope="module", params=["package", "module"])
def layout(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def shop(make: Maker, layout: str) -> Environment:
    """Return a project as it is straight after `new`, deployed with gunicorn."""
    environment = make("shop", layout)
    environment.scaffold("deploy", "--server", "gunicorn")
    install(environment.project)
    return environment


@contextmanager
def flask(project: Environment, log: Path, **variables: str) -> Iterator[Server]:
    """Serve the project as `flask run` does, without `--app` and without an exported setting."""
    port = free_port()
    argv: list[str | Path] = [project.bin / "flask", "run", "--port", str(port)]
    with serving(argv, port=port, cwd=project.project, env=project.variables(**variables), log=log) as server:
        yield server


def test_the_fresh_project_passes_its_own_checks(shop: Environment) -> None:
    shop.run("pytest", "-q", "-W", "error")
    shop.run("ruff", "check", ".")
    shop.run("ruff", "format", "--check", ".")
    shop.run("mypy")


def test_a_clone_without_env_passes_its_tests_and_refuses_to_run(shop: Environment, tmp_path: Path) -> None:
    clone = tmp_path / "shop"
    shutil.copytree(shop.project, clone, ignore=shutil.ignore_patterns(".env", ".venv", "__pycache__"))

    run(shop.bin / "python", "-m", "pytest", "-q", cwd=clone, env=shop.variables())
    refused = run(shop.bin / "flask", "run", "--port", str(free_port()), cwd=clone, env=shop.variables(), code=1)

    assert "SECRET_KEY" in refused
    assert "secrets.token_hex" in refused


def test_no_compiled_file_of_the_wheel_reaches_the_project(shop: Environment, tool: Path) -> None:
    packages = next((tool.parent.parent / "lib").glob("python*")) / "site-packages" / "scaffold"
    assert list(packages.rglob("project_templates/**/*.pyc")), "pip compiled nothing: the test would prove nothing"

    made = shop.project / ".scaffold"
    assert made.is_dir()
    fresh = run(tool, "new", "fresh", "--diff", cwd=made.parent.parent)
    assert ".pyc" not in fresh
    assert "__pycache__/" in fresh  # in .gitignore, and only there


def test_flask_run_serves_the_page_the_static_files_and_the_error_pages(shop: Environment, tmp_path: Path) -> None:
    with flask(shop, tmp_path / "log") as server:
        page = server.request("/")
        assert page.status == 200
        assert "<html lang=" in page.text
        stylesheet = page.text.partition('rel="stylesheet" href="')[2].partition('"')[0]
        style = server.request(stylesheet)
        assert (style.status, style.header("Content-Type").split(";")[0]) == (200, "text/css")

        missing = server.request("/nothing")
        assert missing.status == 404
        assert "</nav>" in missing.text
        problem = server.request("/nothing", headers=JSON)
        assert problem.header("Content-Type") == "application/problem+json"
        assert json.loads(problem.body)["status"] == 404


def test_flask_run_debug_shows_the_debugger(shop: Environment, layout: str, tmp_path: Path) -> None:
    project = with_views(shop, layout, tmp_path)
    port = free_port()
    argv: list[str | Path] = [shop.bin / "flask", "run", "--debug", "--no-reload", "--port", str(port)]
    with serving(argv, port=port, cwd=project, env=shop.variables(), log=tmp_path / "log") as server:
        assert "ZeroDivisionError" in server.request("/fail/0").text
        assert server.request("/").status == 200


CODES = [400, 401, 403, 404, 405, 413, 429, 500, 503]


def with_views(shop: Environment, layout: str, folder: Path) -> Path:
    """Copy the project, with views that fail in every way the error pages are for."""
    project = folder / "copy"
    shutil.copytree(shop.project, project, ignore=shutil.ignore_patterns(".venv", "__pycache__"))
    views = project / PAGE[layout]
    owner = "bp" if layout == "package" else "app"
    views.write_text(
        views.read_text()
        + f"""

@{owner}.get("/fail/<int:code>")
def fail(code: int) -> str:
    from flask import abort

    if code in (0, 500):
        1 / 0
    abort(code)


@{owner}.post("/login")
def login() -> str:
    from flask import request, session

    session["user"] = len(request.get_data())
    return "in"


@{owner}.get("/who")
def who() -> dict[str, object]:
    from flask import request, session, url_for

    url = url_for("static", filename="x", _external=True)
    return {{"user": session.get("user"), "remote": request.remote_addr, "url": url}}
"""
    )
    return project


@pytest.fixture
def production(shop: Environment, layout: str, tmp_path: Path) -> Iterator[Server]:
    """Serve a copy of the project under gunicorn, as production does."""
    copy = Environment(with_views(shop, layout, tmp_path), shop.tool)
    (copy.project / ".venv").symlink_to(shop.project / ".venv")
    with gunicorn(copy, layout, tmp_path / "log") as server:
        yield server


def test_production_answers_every_error_in_the_sites_look(production: Server) -> None:
    for code in CODES:
        page = production.request("/login" if code == 405 else f"/fail/{code}")
        assert page.status == code
        assert "</nav>" in page.text
        assert str(code) in page.text
        assert "Traceback" not in page.text
        problem = production.request("/login" if code == 405 else f"/fail/{code}", headers=JSON)
        assert problem.status == code
        assert problem.header("Content-Type") == "application/problem+json"
        assert json.loads(problem.body)["status"] == code
    assert "POST" in production.request("/login").header("Allow")
    assert "ZeroDivisionError" in production.output()


def test_production_believes_no_forged_cookie(production: Server) -> None:
    answer = production.request("/login", "POST", body=b"ada")
    cookie = answer.header("Set-Cookie")
    assert {"Secure", "HttpOnly", "SameSite=Lax"} <= {part.strip() for part in cookie.split(";")}
    pair = cookie.partition(";")[0]
    name, value = pair.split("=", 1)

    assert json.loads(production.request("/who", headers={"Cookie": pair}).body)["user"] == 3
    for forged in (value[:-2] + value[-2:].swapcase() + "A", "eyJ1c2VyIjozfQ.aaaaaa." + "b" * 27, ""):
        assert json.loads(production.request("/who", headers={"Cookie": f"{name}={forged}"}).body)["user"] is None


def test_production_believes_no_header_of_a_proxy_that_is_not_there(production: Server) -> None:
    spoofed = {
        "X-Forwarded-For": "6.6.6.6",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Host": "evil.example",
        "X-Forwarded-Prefix": "/evil",
        "X-Forwarded-Ssl": "on",
        "Forwarded": "for=6.6.6.6;host=evil.example;proto=https",
        "SCRIPT_NAME": "/who",
    }
    honest, lied = production.request("/who"), production.request("/who", headers=spoofed)

    assert lied.status == 200
    assert json.loads(lied.body) == json.loads(honest.body)
    assert json.loads(lied.body)["remote"] == "127.0.0.1"


def test_production_refuses_a_host_it_does_not_know(production: Server) -> None:
    assert production.request("/", headers={"Host": "evil.example"}).status == 400


def test_production_writes_one_line_for_each_request_and_nobody_forges_one(production: Server) -> None:
    answer = production.request("/nothing%0Aforged%20line?q=%0A", headers={"X-Request-ID": "abc-123"})
    refused = production.request("/who", headers={"X-Request-ID": "x" * 300})

    lines = production.output().splitlines()
    assert answer.header("X-Request-ID") == "abc-123"
    assert len([line for line in lines if "abc-123" in line]) == 1
    assert not [line for line in lines if line.startswith("forged")]
    assert len([line for line in lines if refused.header("X-Request-ID") in line]) == 1


def test_production_says_that_it_lives(production: Server) -> None:
    assert production.request("/healthz").status == 200


def test_gunicorn_finishes_what_is_under_way_when_it_stops(production: Server) -> None:
    assert production.request("/").status == 200
    assert production.stop(signal.SIGTERM) == 0


@pytest.mark.parametrize("key", ["", "change-me-change-me-change-me-change-me", "short"])
def test_production_does_not_start_without_a_real_key(key: str, shop: Environment, layout: str, tmp_path: Path) -> None:
    env = shop.variables(SECRET_KEY=key)
    # 3, or 1 when gunicorn notices its second worker while it stops for the first.
    words: list[str | Path] = [shop.bin / "gunicorn", "--bind", f"127.0.0.1:{free_port()}", TARGET[layout]]
    said = run(*words, cwd=shop.project, env=env, code=None)
    assert "secrets.token_hex" in said


def test_the_gunicorn_config_is_valid_and_a_broken_one_is_not(shop: Environment, layout: str, tmp_path: Path) -> None:
    shop.run("gunicorn", "--check-config", TARGET[layout], SECRET_KEY=KEY)
    broken = tmp_path / "broken.py"
    broken.write_text((shop.project / "gunicorn.conf.py").read_text() + "workers = 'many'\n")
    shop.run("gunicorn", "--check-config", "--config", broken, TARGET[layout], SECRET_KEY=KEY, code=1)


def test_the_start_command_of_the_readme_starts_the_app(shop: Environment, tmp_path: Path) -> None:
    port = free_port()
    start = json.loads(shop.scaffold("deploy", "--server", "gunicorn", "--json"))["start"]
    argv = [word.replace(":8000", f":{port}") for word in start["argv"]]
    with serving(argv, port=port, cwd=Path(start["cwd"]), env=shop.variables(), log=tmp_path / "log") as server:
        assert server.request("/").status == 200


ROUTES = {
    "/hello/<name>": ("/hello/ada", "/hello/a/b"),
    "/short/<string(length=2):code>": ("/short/ab", "/short/abc"),
    "/post/<int:post_id>": ("/post/7", "/post/-7"),
    "/rate/<float:value>": ("/rate/1.5", "/rate/1"),
    "/file/<path:rest>": ("/file/a/b.txt", "/file/"),
    "/item/<uuid:item_id>": ("/item/12345678-1234-5678-1234-567812345678", "/item/1"),
    "/lang/<any(en, de):code>": ("/lang/en", "/lang/fr"),
    "/both/<int:year>/<slug>/": ("/both/2026/x/", "/both/x/x/"),
}


def test_a_route_for_each_converter_answers_and_the_project_stays_green(
    make: Maker, layout: str, tmp_path: Path
) -> None:
    project = make("shop", layout)
    for number, rule in enumerate(ROUTES):
        returns = ["template", "html", "text", "json"][number % 4]
        project.scaffold("add", "route", rule, "--returns", returns)
    project.scaffold("add", "route", "/note/<int:note_id>", "--methods", "GET,POST,DELETE", "--returns", "json")
    assert "unchanged" in project.scaffold("add", "route", "/hello/<name>")

    project.run("pytest", "-q", "-W", "error")
    project.run("ruff", "check", ".")
    project.run("ruff", "format", "--check", ".")
    project.run("mypy")
    with flask(project, tmp_path / "log") as server:
        for good, bad in ROUTES.values():
            assert server.request(good).status == 200, good
            assert server.request(bad).status == 404, bad
        hostile = server.request("/hello/%3Cimg%20src=x%20onerror=alert(1)%3E")
        assert "&lt;img src=x" in hostile.text
        assert "<img src=x" not in hostile.text
        for method in ("GET", "POST", "DELETE"):
            assert server.request("/note/1", method).status == 200
        refused = server.request("/note/1", "PUT")
        assert refused.status == 405
        assert {"GET", "POST", "DELETE"} <= set(refused.header("Allow").split(", "))


def test_install_makes_an_environment_in_place_and_git_a_commit(tool: Path, tmp_path: Path, layout: str) -> None:
    run(tool, "new", "shop", "--layout", layout, "--install", "--git", cwd=tmp_path, env=with_uv())

    shop = tmp_path / "shop"
    run(shop / ".venv" / "bin" / "python", "-m", "pytest", "-q", cwd=shop)
    assert run("git", "status", "--short", cwd=shop) == ""
    assert ".env\n" not in run("git", "ls-files", cwd=shop)


def with_uv() -> dict[str, str]:
    return clean_environment(PATH=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")


def test_a_failed_install_leaves_a_whole_project_and_the_command_to_retry(tool: Path, tmp_path: Path) -> None:
    env = clean_environment(UV_OFFLINE="1", PIP_NO_INDEX="1", UV_NO_CACHE="1", PIP_FIND_LINKS="")

    said = run(tool, "new", "shop", "--install", cwd=tmp_path, env=env, code=7)

    assert "Try that step again with:" in said
    assert "install" in said
    assert (tmp_path / "shop" / "pyproject.toml").is_file()


def test_run_serves_the_project_and_says_where(tool: Path, tmp_path: Path) -> None:
    port = free_port()
    argv: list[str | Path] = [tool, "new", "shop", "--run", "--port", str(port)]
    log = tmp_path / "log"
    with serving(argv, port=port, cwd=tmp_path, env=with_uv(), log=log, group=True) as server:
        assert server.request("/").status == 200
        assert f"http://127.0.0.1:{port}" in server.output()


def test_run_names_the_port_that_is_taken_and_the_flag(tool: Path, tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        said = run(tool, "new", "shop", "--run", "--port", str(port), cwd=tmp_path, env=with_uv(), code=7)

    assert f"Port {port} is taken" in said
    assert "--port" in said


def test_the_wheel_holds_the_page_of_a_report(tool: Path, tmp_path: Path) -> None:
    code = (
        "from scaffold.proof.report import page; from scaffold.proof.result import Report;"
        "print(page.html(Report('shop', '.', 'scaffold test', '3.14', '', 0.0, ())))"
    )

    assert "Nothing was looked at" in run(tool.with_name("python"), "-c", code, cwd=tmp_path)
