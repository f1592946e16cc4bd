"""Deployments in a copy: as the command would make them, with what the user has changed, and without the platforms."""

import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from scaffold.deployment.choices import Choices
from scaffold.proof import copying, environment, needs, redeploy
from scaffold.proof.copying import Copy
from scaffold.proof.ports import free_port
from scaffold.proof.unmet import NotProved
from tests import by_hand
from tests.conftest import Scaffold
from tests.proof.projects import write

DEPLOYED = ("deploy", "--server", "gunicorn", "--proxy", "nginx", "--domain", "shop.example.com")
NGINX = "deploy/nginx/shop.conf"
PLACES = {
    "root": "/tmp/px-x/shop",
    "run": "/tmp/px-x/run",
    "port": "8123",
    "http-port": "8180",
    "https-port": "8143",
    "certificate": "/tmp/px-x/chain.pem",
    "certificate-key": "/tmp/px-x/key.pem",
    "timeout": "3",
}
GUNICORN = Choices("gunicorn")


@contextmanager
def deployed(
    root: Path, choices: Choices | None = None, answers: dict[str, str] = PLACES, app: str | None = None
) -> Iterator[tuple[Copy, dict[str, Any]]]:
    with copying.copied(str(root)) as copy:
        found = redeploy.here(copy.root, choices, answers, app)
        assert copy.changed() == []
        yield copy, found


def refused(root: Path, choices: Choices | None = None, answers: dict[str, str] = PLACES) -> NotProved:
    with pytest.raises(NotProved) as raised, deployed(root, choices, answers):
        pass
    return raised.value


def files(root: Path) -> dict[str, str]:
    found = (path for path in root.rglob("*") if path.is_file() and path.name != ".env")
    paths = {path.relative_to(root).as_posix(): path for path in found}
    return {name: path.read_text() for name, path in paths.items() if not name.startswith((".scaffold/", ".git/"))}


def options() -> list[str]:
    return [word for name, value in PLACES.items() for word in (f"--{name}", value)]


@pytest.mark.parametrize(
    ("before", "choices"),
    [
        ([], None),
        (["--platform", "systemd", "--platform", "docker", "--platform", "procfile"], None),
        (["--platform", "compose"], None),
        (["--host", "10.0.0.9", "--upstream", "10.0.0.9:8000"], None),
        ([], Choices("waitress")),
        (["--bind", "tcp"], Choices("uwsgi", "apache")),
        (["--platform", "docker"], Choices("granian", "caddy")),
    ],
    ids=lambda value: "-".join(str(value).split()) if value else "none",
)
def test_it_is_what_the_command_makes(
    before: list[str], choices: Choices | None, scaffold: Scaffold, project: Path, tmp_path: Path
) -> None:
    assert scaffold(*DEPLOYED, *before).code == 0
    chosen = choices or Choices("gunicorn", "nginx")
    # Choices are taken as they are: what was answered before is for those who make them to keep.
    with deployed(project, choices and chosen.changed(given={"domain": "shop.example.com"})) as (copy, found):
        made = files(copy.root)
    assert scaffold("undo").code == 0
    words = ["deploy", *chosen.words()[2:], "--domain", "shop.example.com", *options()]
    result = scaffold(*words, "--json")
    assert result.code == 0, result.err
    assert made == files(project)
    said = json.loads(result.out)["start"]
    assert {**found["start"], "cwd": ""} == {**said, "cwd": ""}
    assert found["choices"].server == chosen.server
    assert found["facts"]["http_port"] == 8180
    assert [template.kind for template, _ in found["templates"]][:2] == ["platform", "server"]


def test_nothing_is_printed(scaffold: Scaffold, project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    scaffold(*DEPLOYED)
    with deployed(project):
        assert capsys.readouterr() == ("", "")


def test_what_the_user_has_changed_is_carried_over(scaffold: Scaffold, project: Path) -> None:
    scaffold(*DEPLOYED, "--platform", "systemd")
    config = (project / NGINX).read_text()
    changed = config.replace("server_tokens off;", "server_tokens on;") + "# my own line\n"
    (project / NGINX).write_text(changed)
    with (project / "deploy" / "production.env").open("a") as file:
        file.write("\nSHOP_NAME=Mine\n")
    with (project / "gunicorn.conf.py").open("a") as file:
        file.write("\nworkers = 7\n")
    pyproject = (project / "pyproject.toml").read_text()
    (project / "pyproject.toml").write_text(pyproject.replace("gunicorn>=", "gunicorn==").replace("27.0.1", "23.0.0"))
    (project / "deploy" / "systemd" / "shop.service").write_text("mine")
    (project / "deploy" / "systemd" / "shop.socket").unlink()
    with deployed(project) as (copy, _):
        made = files(copy.root)
        assert "server_tokens on;" in made[NGINX]
        assert "server_tokens off;" not in made[NGINX]
        assert made[NGINX].endswith("# my own line\n")
        assert "listen 8180;" in made[NGINX]
        assert "/tmp/px-x/chain.pem" in made[NGINX]
        assert "SHOP_NAME=Mine" in made["deploy/production.env"]
        assert "workers = 7" in made["gunicorn.conf.py"]
        assert "gunicorn==23.0.0" in made["pyproject.toml"]
    with deployed(project, Choices("waitress")) as (copy, _):
        assert "SHOP_NAME=Mine" in files(copy.root)["deploy/production.env"]
        assert "waitress" in files(copy.root)["pyproject.toml"]


def test_line_ends_of_windows_are_no_change(scaffold: Scaffold, project: Path) -> None:
    scaffold(*DEPLOYED)
    config = (project / NGINX).read_bytes()
    (project / NGINX).write_bytes(config.replace(b"\n", b"\r\n") + b"# mine\r\n")
    with deployed(project) as (copy, _):
        made = (copy.root / NGINX).read_text()
        assert made.endswith("# mine\n")
        assert "listen 8180;" in made


def test_a_change_where_a_test_needs_another_one_is_named(scaffold: Scaffold, project: Path) -> None:
    scaffold(*DEPLOYED)
    config = (project / NGINX).read_text()
    (project / NGINX).write_text(config.replace("listen 80;", "listen 80 default_server;"))
    said = refused(project)
    assert said.why == f"what was changed in '{NGINX}' is where it has to be changed for a test"
    assert said.command == "scaffold status"


def test_a_file_that_is_missing_is_named_with_the_command_that_brings_it_back(
    scaffold: Scaffold, project: Path
) -> None:
    scaffold(*DEPLOYED)
    (project / NGINX).unlink()
    said = refused(project)
    assert said.why == f"'{NGINX}' of the deployment is missing"
    assert said.command == "scaffold deploy --server gunicorn --proxy nginx --domain shop.example.com"
    scaffold(*said.command.split()[1:])
    with deployed(project):
        pass


def test_without_git_only_what_was_not_changed_can_be_deployed(
    scaffold: Scaffold, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scaffold(*DEPLOYED)
    monkeypatch.setenv("PATH", "")
    with deployed(project):
        pass
    with (project / NGINX).open("a") as file:
        file.write("# mine\n")
    assert refused(project).command == "sudo apt-get install git"


def test_a_project_with_nothing_deployed(scaffold: Scaffold, project: Path) -> None:
    said = refused(project)
    assert (said.why, said.command) == ("nothing is deployed", "scaffold deploy --server gunicorn")
    with deployed(project, GUNICORN) as (copy, found):
        assert found["start"]["service"][:3] == ["gunicorn", "--bind", "127.0.0.1:8123"]
        assert any("gunicorn" in one for step in needs.of_project(copy.root).steps for one in step)


def test_a_combination_that_does_not_work_is_refused(scaffold: Scaffold, project: Path) -> None:
    said = refused(project, Choices("waitress", "nginx"), {**PLACES, "protocol": "uwsgi"})
    assert said.why.startswith("the project cannot be deployed here: ")
    assert "protocol" in said.why


def test_a_history_that_names_a_file_elsewhere_is_refused(scaffold: Scaffold, project: Path) -> None:
    scaffold(*DEPLOYED)
    record = next((project / ".scaffold").glob("deploy.*"))
    record.write_text(record.read_text().replace(f'"{NGINX}"', '"../outside"'))
    assert "../outside" in refused(project).why


HASHED = "flask==3.1.3 --hash=sha256:" + "0" * 64 + "\n"
POETRY = '[tool.poetry]\npackage-mode = false\n[tool.poetry.dependencies]\npython = "^3.11"\nflask = "^3.0"\n'


@pytest.mark.parametrize(
    ("replaced", "steps"),
    [
        ({}, [["-r", "requirements.txt"]]),
        ({"requirements.txt": HASHED}, [["-r", "requirements.txt"], ["-r", "requirements.in"]]),
        ({"requirements.txt": None, "pyproject.toml": POETRY}, [["flask>=3.0,<4", "gunicorn"]]),
        ({"requirements.txt": None, "setup.py": "from setuptools import setup\n"}, [["-r", "requirements.in"]]),
        ({"requirements.txt": None, "Pipfile": '[packages]\nflask = "*"\n'}, [["-r", "requirements.in"], ["flask"]]),
    ],
    ids=["requirements", "hashed", "poetry", "setup.py", "pipfile"],
)
def test_projects_by_hand_get_their_server(
    replaced: dict[str, str | None], steps: list[list[str]], tmp_path: Path
) -> None:
    root = tmp_path / "shop"
    by_hand.write(root)
    (root / "requirements.txt").unlink()
    write(root, {"requirements.txt": "flask\n"} if "requirements.txt" not in replaced else {})
    write(root, {name: text for name, text in replaced.items() if text})
    with deployed(root, GUNICORN) as (copy, found):
        assert found["start"]["service"][-1] == "app:app"
        need = needs.of_project(copy.root)
        assert [[word.partition(">=2")[0] for word in step] for step in need.steps] == steps
        assert "gunicorn" in need.contents or any("gunicorn" in word for step in need.steps for word in step)


def test_a_server_that_is_pinned_already_stays_so(tmp_path: Path) -> None:
    by_hand.write(tmp_path)
    pinned = f"{HASHED}gunicorn==23.0.0 --hash=sha256:{'1' * 64}\n"
    write(tmp_path, {"requirements.txt": pinned})
    with deployed(tmp_path, GUNICORN) as (copy, _):
        assert needs.of_project(copy.root).steps == [["-r", "requirements.txt"]]
        assert (copy.root / "requirements.txt").read_text() == pinned


def test_a_configuration_of_the_users_own_is_what_runs(tmp_path: Path) -> None:
    by_hand.write(tmp_path)
    write(tmp_path, {"gunicorn.conf.py": "workers = 7\n"})
    with deployed(tmp_path, GUNICORN) as (copy, _):
        assert (copy.root / "gunicorn.conf.py").read_text() == "workers = 7\n"


FACTORY = {
    "shop/__init__.py": "from flask import Flask\n\n\ndef create_app():\n    app = Flask(__name__)\n    return app\n",
    "requirements.txt": "flask\n",
}


def test_a_wsgi_file_of_the_users_own_is_what_runs_when_it_has_the_app(tmp_path: Path) -> None:
    own = "from shop import create_app\n\napp = create_app()  # mine\n"
    write(tmp_path, {**FACTORY, "wsgi.py": own})
    with deployed(tmp_path, GUNICORN) as (copy, found):
        assert (copy.root / "wsgi.py").read_text() == own
        assert found["start"]["service"][-1] == "wsgi:app"
    write(tmp_path, {"wsgi.py": own.replace("app =", "site =")})
    assert "'wsgi.py' already exists" in refused(tmp_path, GUNICORN).why


def test_one_of_several_apps(tmp_path: Path) -> None:
    app = "from flask import Flask\n\napp = Flask(__name__)\n"
    write(tmp_path, {"web.py": app, "api.py": app, "requirements.txt": "flask\n"})
    assert "--app" in refused(tmp_path, GUNICORN).why
    with deployed(tmp_path, GUNICORN, app="api:app") as (_, found):
        assert found["start"]["service"][-1] == "api:app"


@pytest.mark.slow
def test_what_it_says_starts_the_server(
    scaffold: Scaffold, project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SCAFFOLD_CACHE", str(tmp_path / "cache"))
    # With our uv, which is quicker.
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    scaffold(*DEPLOYED)
    with copying.copied(str(project)) as copy:
        port = free_port()
        places = {"root": str(copy.root), "run": str(copy.folder), "port": str(port)}
        start = redeploy.here(copy.root, GUNICORN, places)["start"]
        made = environment.made(copy.root)
        variables = {**copy.variables, "PATH": made.path()}
        with subprocess.Popen(
            [made.bin / start["service"][0], *start["service"][1:]], cwd=copy.root, env=variables
        ) as server:
            try:
                assert answer(port) == 200
            finally:
                server.terminate()
        assert copy.changed() == []


def answer(port: int) -> int:
    until = time.monotonic() + 20
    while time.monotonic() < until:
        with suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as found:
            return int(found.status)
        time.sleep(0.1)
    return 0
