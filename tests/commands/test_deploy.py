"""scaffold deploy."""

import json
import shlex
import tomllib
from pathlib import Path
from typing import Any

import pytest

from scaffold import catalog
from tests.conftest import Scaffold, tree

TARGET = {"package": "wsgi:app", "module": "app:app"}


def test_gunicorn_is_a_config_a_dependency_and_a_section(scaffold: Scaffold, project: Path) -> None:
    result = scaffold("deploy", "--server", "gunicorn")

    assert result.code == 0, result.err
    edited = ["    edit  .gitignore", "    edit  README.md", "    edit  pyproject.toml"]
    made = ["  create  deploy/production.env", "  create  gunicorn.conf.py"]
    assert sorted(result.out.splitlines()) == sorted([*edited, *made])
    declared = tomllib.loads((project / "pyproject.toml").read_text())["project"]["dependencies"]
    assert [each for each in declared if each.startswith("gunicorn")]
    assert declared == sorted(declared)


def test_the_readme_and_json_start_the_very_same_thing(scaffold: Scaffold, project: Path, layout: str) -> None:
    start = json.loads(scaffold("deploy", "--server", "gunicorn", "--json").out)["start"]

    words = ["gunicorn", "--bind", "127.0.0.1:8000", TARGET[layout]]
    assert start["service"] == words
    assert start["argv"] == ["python", "-m", "dotenv", "run", "--", *words]
    assert shlex.join(start["argv"]) + "\n" in (project / "README.md").read_text()
    assert start["env"] == ["SECRET_KEY"]
    assert start["cwd"] == str(project)


def test_a_second_run_says_unchanged_even_when_the_config_was_edited(scaffold: Scaffold, project: Path) -> None:
    scaffold("deploy", "--server", "gunicorn")
    config = project / "gunicorn.conf.py"
    config.write_text(config.read_text() + "preload_app = True\n")
    before = tree(project)

    result = scaffold("deploy", "--server", "gunicorn")

    assert (result.code, result.out) == (0, "unchanged\n")
    assert tree(project) == before


def test_a_config_that_is_not_ours_stays(scaffold: Scaffold, project: Path) -> None:
    (project / "gunicorn.conf.py").write_text("bind = 'mine'\n")
    before = tree(project)

    result = scaffold("deploy", "--server", "gunicorn")

    assert result.code == 3
    assert "gunicorn.conf.py" in result.err
    assert tree(project) == before


def test_force_replaces_it_and_undo_brings_it_back(scaffold: Scaffold, project: Path) -> None:
    (project / "gunicorn.conf.py").write_text("bind = 'mine'\n")
    before = {path: file for path, file in tree(project).items() if not path.startswith(".scaffold/")}

    assert scaffold("deploy", "--server", "gunicorn", "--force").code == 0
    assert "gthread" in (project / "gunicorn.conf.py").read_text()
    assert scaffold("undo").code == 0

    assert {path: file for path, file in tree(project).items() if not path.startswith(".scaffold/")} == before


def test_an_unknown_server_is_named_with_those_there_are(scaffold: Scaffold, project: Path) -> None:
    result = scaffold("deploy", "--server", "gunicron")

    assert result.code == 2
    assert "Did you mean 'gunicorn'?" in result.err


def test_a_proxy_without_a_server_gives_an_example(scaffold: Scaffold, project: Path) -> None:
    result = scaffold("deploy", "--domain", "shop.example")

    assert result.code == 2
    assert "scaffold deploy --server" in result.err


def test_what_proxy_and_app_spoke_goes_with_the_proxy(scaffold: Scaffold, project: Path) -> None:
    fresh = _code(project)
    scaffold("deploy", "--server", "uwsgi", "--proxy", "nginx", "--protocol", "uwsgi")

    assert scaffold("remove", "nginx").code == 0
    assert scaffold("remove", "uwsgi").code == 0
    assert _code(project) == fresh


def test_a_server_takes_the_proxy_along_that_it_cannot_be_without(scaffold: Scaffold, project: Path) -> None:
    fresh = _code(project)
    scaffold("deploy", "--server", "mod_wsgi", "--proxy", "apache")
    deployed = tree(project)

    refused = scaffold("remove", "apache")

    assert refused.code == 3
    assert tree(project) == deployed
    assert scaffold("remove", "mod_wsgi").code == 0
    assert _code(project) == fresh


def test_a_server_that_goes_without_its_proxy_waits_for_it(scaffold: Scaffold, project: Path) -> None:
    scaffold("deploy", "--server", "gunicorn", "--proxy", "apache")

    assert "Take that out first" in scaffold("remove", "gunicorn").err


def _code(project: Path) -> dict[str, tuple[bytes, int]]:
    return {path: held for path, held in tree(project).items() if not path.startswith(".scaffold/")}


def test_a_package_of_ones_own_gains_an_extra_and_loses_it_again(scaffold: Scaffold, tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text("from flask import Flask\n\napp = Flask(__name__)\n")
    requirements = tmp_path / "requirements.txt"
    requirements.write_text("flask\ngunicorn ~= 27.0  # wsgi\n")

    for worker, held in [("gevent", "gunicorn[gevent] ~= 27.0"), ("sync", "gunicorn ~= 27.0")]:
        assert scaffold("deploy", "--server", "gunicorn", "--worker", worker, "--project", str(tmp_path)).code == 0
        assert requirements.read_text() == f"flask\n{held}  # wsgi\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--proxy", "caddy"], ["caddy validate --config deploy/caddy/Caddyfile"]),
        (["--platform", "docker"], ["docker build --tag shop ."]),
        (["--platform", "kubernetes"], ["docker build --tag shop ."]),
        (["--platform", "compose", "--proxy", "caddy"], ["docker compose up --detach --build --wait"]),
        (["--platform", "compose", "--proxy", "haproxy"], ["docker compose up --detach --build --wait"]),
        (["--platform", "fly"], []),
    ],
)
def test_next_are_the_steps_that_are_left_to_the_user(
    scaffold: Scaffold, project: Path, words: list[str], said: list[str]
) -> None:
    result = scaffold("deploy", "--server", "gunicorn", "--domain", "shop.example.test", *words, "--json")

    install, start, *steps = json.loads(result.out)["next_steps"]
    assert (install.split()[0], start.split()[0]) == ("pip", "python")
    assert steps == said


def refusals() -> list[tuple[str, str, dict[str, Any]]]:
    """Return each proxy that refuses a protocol, a server that speaks it, and what the manifest says about it."""
    servers, proxies = catalog.templates("server"), catalog.templates("proxy")
    return [
        (server.name, proxy.name, refusal)
        for proxy in proxies
        for refusal in proxy.listed("refused")
        if refusal["when"].keys() == {"protocol"}
        for server in servers
        if refusal["when"]["protocol"] in server.table("provides").get("protocols", [])
    ]


@pytest.mark.parametrize(("server", "proxy", "refusal"), refusals())
def test_what_a_proxy_says_about_a_protocol_is_heard(
    scaffold: Scaffold, project: Path, server: str, proxy: str, refusal: dict[str, Any]
) -> None:
    result = scaffold("deploy", "--server", server, "--proxy", proxy, "--protocol", refusal["when"]["protocol"])

    assert result.code == 3
    assert refusal["because"] in result.err
