"""What follows from the choices is the same everywhere it is written."""

import json
from pathlib import Path

import pytest

from scaffold import catalog
from scaffold import project as projects
from scaffold.changes import Changes
from scaffold.deployment import choices, facts
from scaffold.template import Template
from tests import by_hand
from tests.conftest import Scaffold


def of(root: Path, **wanted: object) -> dict[str, object]:
    """Return the facts of the template that comes last."""
    found = projects.find(str(root))
    return facts.of_deployment(found, Changes(found.root), choices.changed(choices.Choices(), wanted))[-1][1]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({}, {"bind": "tcp", "hops": 0, "proxies": 0, "edge": True, "protocol": "http", "has_proxy": False}),
        ({"proxy": "hedge"}, {"bind": "unix", "hops": 1, "edge": True, "serves_static": True, "several": False}),
        ({"proxy": "hedge", "proxies": "3"}, {"hops": 3, "edge": False, "proxies": 3}),
        ({"proxies": "2"}, {"hops": 2, "edge": False}),
        ({"proxy": "hedge", "upstream": ("a:1", "b:2")}, {"bind": "tcp", "several": True}),
        ({"proxy": "hedge", "bind": "tcp"}, {"bind": "tcp"}),
        ({"limit": "2M"}, {"body_limit": 2 * 1024 * 1024}),
        ({"limit": "1000"}, {"body_limit": 1000}),
        ({}, {"body_limit": 16 * 1024 * 1024, "certificate": "/etc/letsencrypt/live/example.com/fullchain.pem"}),
        ({"timeout": "5"}, {"timeout": 5, "proxy_timeout": 10, "stop_timeout": 15}),
        ({"certificate": "/tls/c.pem"}, {"certificate": "/tls/c.pem", "own_certificate": True}),
        ({"run": "/tmp/run"}, {"run_dir": "/tmp/run", "socket": "/tmp/run/shop.sock"}),
        ({"prefix": "/mnt/"}, {"prefix": "/mnt"}),
        ({"shell": "thin"}, {"hard": False, "stop_signal": "SIGQUIT", "reload_signal": "SIGHUP"}),
        ({"proxy": "hedge", "rings": "7"}, {"ring_count": 7}),
        ({"platform": ("meadow",)}, {"hops": 2, "proxies": 2}),
        ({"platform": ("meadow",), "proxies": "5"}, {"hops": 5}),
        ({"proxy": "hedge", "platform": ("garden",)}, {"hops": 1, "bind": "tcp", "place": "network"}),
    ],
)
def test_a_choice_has_consequences(project: Path, wanted: dict[str, object], expected: dict[str, object]) -> None:
    found = of(project, server="acorn", **wanted)

    assert {name: found[name] for name in expected} == expected


def test_the_proxy_finds_the_app_where_it_listens(project: Path) -> None:
    def addresses(**wanted: object) -> list[object]:
        upstreams = of(project, server="acorn", proxy="hedge", **wanted)["upstreams"]
        assert isinstance(upstreams, list)
        return [(one["kind"], one["address"], one["host"], one["port"]) for one in upstreams]

    assert addresses() == [("unix", "unix:/run/shop/shop.sock", "", "")]
    assert addresses(bind="tcp", port="9000") == [("tcp", "127.0.0.1:9000", "127.0.0.1", "9000")]
    assert addresses(platform=("garden",)) == [("tcp", "acorn.garden:8000", "acorn.garden", "8000")]
    assert addresses(upstream=("a:1", "[::1]:2")) == [("tcp", "a:1", "a", "1"), ("tcp", "[::1]:2", "[::1]", "2")]


def test_the_words_differ_in_the_address_alone(project: Path, layout: str) -> None:
    target = "wsgi:app" if layout == "package" else "app:app"
    found = of(project, server="acorn", proxy="hedge", port="9000")

    assert found["local_words"] == ["acorn", "--at", "127.0.0.1:9000", "--rings", "4", target]
    assert found["service_words"] == ["acorn", "--at", "/run/shop/shop.sock", "--rings", "4", target]
    assert found["container_command"] == f"acorn --at 0.0.0.0:9000 --rings 4 {target}"
    assert str(found["start_command"]).startswith("python -m dotenv run -- acorn ")


def test_what_the_proxy_runs_has_no_command(scaffold: Scaffold, project: Path) -> None:
    result = scaffold("deploy", "--server", "mod_wsgi", "--proxy", "apache")

    found = of(project, server="mod_wsgi", proxy="apache", workers="3")
    assert (found["protocol"], found["processes"], found["start_command"]) == ("embedded", 3, "")
    assert [line for line in result.err.splitlines() if line.isspace()] == []


def test_the_protocol_is_what_both_speak(project: Path) -> None:
    assert of(project, server="birch", proxy="hedge")["service_words"][1] == "sap"  # type: ignore[index]
    assert of(project, server="birch", proxy="hedge")["local_words"][1] == "http"  # type: ignore[index]
    assert of(project, server="birch", proxy="hedge", protocol="http")["protocol"] == "http"
    assert of(project, server="acorn", proxy="hedge")["protocol"] == "http"


def test_the_settings_of_production_follow(scaffold: Scaffold, project: Path) -> None:
    scaffold("deploy", "--server", "acorn", "--proxy", "hedge", "--domain", "shop.example", "--limit", "2M")

    lines = (project / "deploy" / "production.env").read_text().splitlines()
    assert {"TRUSTED_HOSTS=shop.example", "PROXY_HOPS=1", "MAX_CONTENT_LENGTH=2097152"} <= set(lines)
    assert (project / "deploy" / "hedge.conf").read_text() == "to http unix:/run/shop/shop.sock 2097152 True\n"
    scaffold("deploy", "--proxy", "none")
    assert "PROXY_HOPS=0\n" in (project / "deploy" / "production.env").read_text()


def test_a_hand_written_factory_gets_a_target_and_believes_its_proxy(scaffold: Scaffold, tmp_path: Path) -> None:
    root = tmp_path / "hand"
    (root / "web").mkdir(parents=True)
    (root / "requirements.txt").write_text("flask\n")
    (root / "web" / "__init__.py").write_text(
        "from flask import Flask\n\n\ndef create_app():\n    app = Flask(__name__)\n    return app\n"
    )

    result = scaffold("deploy", "--server", "acorn", "--proxy", "hedge", "--project", str(root), "--json")
    again = scaffold("deploy", "--domain", "shop.example", "--project", str(root), "--json")

    start = json.loads(result.out)["start"]
    assert start["argv"] == ["acorn", "--at", "127.0.0.1:8000", "--rings", "4", "wsgi:app"]
    assert json.loads(again.out)["start"] == start
    assert "app = create_app()" in (root / "wsgi.py").read_text()
    assert "proxies.init_app(app)" in (root / "web" / "__init__.py").read_text()
    assert "TRUSTED_HOSTS" not in (root / "deploy" / "production.env").read_text()
    scaffold("deploy", "--proxy", "none", "--project", str(root))
    assert not (root / "web" / "proxies.py").exists()
    assert "proxies" not in (root / "web" / "__init__.py").read_text()


@pytest.mark.parametrize("template", catalog.templates("server", "proxy", "platform"), ids=lambda one: one.full_name)
def test_every_folder_of_ours_goes_with_a_project_written_by_hand(
    scaffold: Scaffold, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, template: Template
) -> None:
    monkeypatch.delenv("SCAFFOLD_TEMPLATES")
    root = tmp_path / "my-shop"
    root.mkdir()
    by_hand.write(root)
    kind = [] if template.kind == "server" else [f"--{template.kind}", template.name]

    result = scaffold(
        "deploy",
        "--server",
        template.name if not kind else "gunicorn",
        *kind,
        "--root",
        "/srv/shop",
        "--project",
        str(root),
    )

    assert result.code in (0, 3), result.err


@pytest.mark.parametrize(
    ("code", "limit"),
    [
        ("app.config['MAX_CONTENT_LENGTH'] = 5 * 1024", 5120),
        ("app.config.update(MAX_CONTENT_LENGTH=7)", 7),
        ("class Config:\n    MAX_CONTENT_LENGTH: int = 9", 9),
        ("app.config['MAX_CONTENT_LENGTH'] = limit()", 16 * 1024 * 1024),
        ("pass", 16 * 1024 * 1024),
    ],
)
def test_the_limit_is_what_the_code_says(tmp_path: Path, code: str, limit: int) -> None:
    root = tmp_path / "hand"
    root.mkdir()
    (root / "requirements.txt").write_text("flask\n")
    (root / "app.py").write_text(f"from flask import Flask\n\napp = Flask(__name__)\n{code}\n")

    assert of(root, server="acorn")["body_limit"] == limit
