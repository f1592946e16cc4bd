"""How many proxies the app believes, in the projects that scaffold deploys and in those of others."""

from pathlib import Path

import pytest

from scaffold.audit import run
from scaffold.changes import Changes
from scaffold.project import find
from tests.audit.looking import findings, places
from tests.conftest import Scaffold

NGINX = """
server {
    listen 443 ssl;
    location / {
        proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
        proxy_pass http://127.0.0.1:8000;
    }
}
"""
CADDY = "shop.example {\n\treverse_proxy 127.0.0.1:8000\n}\n"
HAPROXY = "frontend web\n    bind :443 ssl crt /etc/crt.pem\nbackend app\n    server one 127.0.0.1:8000\n"
APACHE = "<VirtualHost *:443>\nSSLEngine on\nProxyPass / http://127.0.0.1:8000/\n</VirtualHost>\n"
PROXIES = [
    {"deploy/shop.conf": NGINX},
    {"nginx/sites-available/shop": NGINX},
    {"Caddyfile": CADDY},
    {"haproxy.cfg": HAPROXY},
    {"conf/apache.conf": APACHE},
]
APP = """
from flask import Flask, request
from werkzeug.middleware.proxy_fix import ProxyFix

app = Flask(__name__)
app.wsgi_app = ProxyFix(app.wsgi_app{0})
"""
FACTORY = """
import flask
from werkzeug.middleware import proxy_fix


def create_app():
    web = flask.Flask(__name__)
    web.wsgi_app = proxy_fix.ProxyFix(web.wsgi_app, x_proto=1, x_for=2)
    return web
"""
READS = "from flask import Flask, request\napp = Flask(__name__)\n\n\n@app.get('/')\ndef who():\n    return {0}\n"


@pytest.mark.parametrize("proxy", PROXIES)
def test_more_than_the_files_configure_are_too_many(proxy: dict[str, str], tmp_path: Path) -> None:
    assert places(tmp_path, {"app.py": APP.format(", x_for=2"), **proxy}, "DEP01") == ["app.py:5 DEP010"]


@pytest.mark.parametrize("proxy", PROXIES)
def test_none_are_too_few(proxy: dict[str, str], tmp_path: Path) -> None:
    assert places(tmp_path, {"app.py": APP.format(", 0"), **proxy}, "DEP01") == ["app.py:5 DEP011"]


def test_a_factory_is_read_too(tmp_path: Path) -> None:
    assert places(tmp_path, {"shop/__init__.py": FACTORY, **PROXIES[0]}, "DEP010") == ["shop/__init__.py:7 DEP010"]


@pytest.mark.parametrize("read", ["request.remote_addr", "request.host_url", "str(request.is_secure)"])
def test_what_only_proxyfix_makes_right_needs_it(read: str, tmp_path: Path) -> None:
    assert places(tmp_path, {"app.py": READS.format(read), **PROXIES[0]}, "DEP011") == ["app.py:7 DEP011"]


@pytest.mark.parametrize(
    "files",
    [
        {"app.py": APP.format("")},
        {"app.py": APP.format(", x_for=1"), **PROXIES[0]},
        {"app.py": APP.format(", x_for=app.config['HOPS']"), **PROXIES[0]},
        {"app.py": APP.format(", **settings"), **PROXIES[0]},
        # Nobody knows how many there are.
        {"app.py": APP.format(", x_for=2")},
        {"app.py": APP.format(", x_for=2"), "deploy/shop.conf": NGINX.replace("443 ssl", "80")},
        {"app.py": APP.format(", x_for=2"), "deploy/shop.conf": "set_real_ip_from 10.0.0.0/8;\n" + NGINX},
        {"app.py": APP.format(", x_for=2"), **PROXIES[0], **PROXIES[2]},
        {"app.py": APP.format(", x_for=2"), **PROXIES[0], "Procfile": "web: gunicorn app:app\n"},
        {"app.py": APP.format(", x_for=2"), **PROXIES[0], "k8s/web.yaml": "kind: Ingress\n"},
        {"app.py": APP.format(", x_for=2"), "docs/nginx.conf": NGINX},
        # Over another protocol, the proxy says itself who the client is.
        {"app.py": READS.format("request.remote_addr"), "shop.conf": NGINX.replace("proxy_pass http:", "uwsgi_pass ")},
        {"app.py": READS.format("request.path"), **PROXIES[0]},
        {"app.py": READS.format("request.headers.get('X-Forwarded-For')"), **PROXIES[0]},
        {"app.py": READS.format("request.remote_addr"), "run.py": "serve(app, trusted_proxy='*')\n", **PROXIES[0]},
    ],
)
def test_what_is_right_or_unknown_is_left_alone(files: dict[str, str], tmp_path: Path) -> None:
    assert places(tmp_path, files, "DEP010", "DEP011") == []


def test_the_sentence_has_both_numbers(tmp_path: Path) -> None:
    found = findings(tmp_path, {"app.py": APP.format(", x_for=3"), **PROXIES[0]}, "DEP010")
    assert [one.message for one in found] == ["'x_for=3' believes 3 proxies, and there is 1 in front"]


def deployed(scaffold: Scaffold, root: Path, *words: str) -> Path:
    """Return a project of ours that is deployed so."""
    assert scaffold("new", "shop").code == 0
    assert scaffold("deploy", *words, "--domain", "shop.example", "--project", str(root / "shop")).code == 0
    return root / "shop"


def found_in(place: Path) -> list[str]:
    """Return `path code` of each finding."""
    return [f"{one.path} {one.code}" for one in run.of_project(find(str(place)), codes=["DEP01"])]


NGINX_WORDS = ("--server", "gunicorn", "--proxy", "nginx", "--platform", "systemd")
CASES = [
    (NGINX_WORDS, "deploy/production.env", "PROXY_HOPS=1", "PROXY_HOPS=2", "DEP010"),
    (NGINX_WORDS, "deploy/production.env", "PROXY_HOPS=1", "PROXY_HOPS=0", "DEP011"),
    (("--server", "gunicorn", "--platform", "fly"), "fly.toml", 'PROXY_HOPS = "2"', 'PROXY_HOPS = "3"', "DEP010"),
    (("--server", "gunicorn", "--platform", "render"), "render.yaml", 'value: "3"', 'value: "1"', "DEP011"),
    (("--server", "gunicorn", "--platform", "heroku"), "app.json", '"value": "1"', '"value": "2"', "DEP010"),
    (
        ("--server", "gunicorn", "--platform", "kubernetes"),
        "deploy/kubernetes/base/settings.env",
        "PROXY_HOPS=1",
        "PROXY_HOPS=2",
        "DEP010",
    ),
]


@pytest.mark.parametrize(("words", "path", "before", "after", "code"), CASES)
def test_a_number_that_is_changed_is_found_and_put_right(
    words: tuple[str, ...], path: str, before: str, after: str, code: str, tmp_path: Path, scaffold: Scaffold
) -> None:
    place = deployed(scaffold, tmp_path, *words)
    assert found_in(place) == []
    text = (place / path).read_text()
    (place / path).write_text(text.replace(before, after))
    assert found_in(place) == [f"{path} {code}"]

    changes = Changes(str(place))
    (one,) = run.of_project(find(str(place)), codes=["DEP01"])
    assert one.fix is not None
    one.fix(changes)
    assert changes.read(path) == text.encode()


def test_a_number_that_is_missing_is_found(tmp_path: Path, scaffold: Scaffold) -> None:
    place = deployed(scaffold, tmp_path, *NGINX_WORDS)
    settings = place / "deploy/production.env"
    settings.write_text(settings.read_text().replace("PROXY_HOPS=1", "# PROXY_HOPS=1"))
    assert found_in(place) == ["deploy/production.env DEP011"]


def test_the_settings_of_a_developer_need_no_proxy(tmp_path: Path, scaffold: Scaffold) -> None:
    place = deployed(scaffold, tmp_path, *NGINX_WORDS)
    (place / ".env").write_text("PROXY_HOPS=0\n")
    assert found_in(place) == []


def test_an_app_of_somebody_else_that_is_deployed_has_to_believe_the_proxy(tmp_path: Path, scaffold: Scaffold) -> None:
    (tmp_path / "app.py").write_text("from flask import Flask\n\napp = Flask(__name__)\n")
    (tmp_path / "requirements.txt").write_text("flask\n")
    assert scaffold("deploy", "--server", "gunicorn", "--proxy", "caddy", "--project", str(tmp_path)).code == 0
    assert found_in(tmp_path) == []
    (tmp_path / "proxies.py").unlink()
    (tmp_path / "app.py").write_text("from flask import Flask\n\napp = Flask(__name__)\n")
    assert found_in(tmp_path) == ["app.py DEP011"]
    (tmp_path / "app.py").write_text(APP.format(""))
    assert found_in(tmp_path) == []
    (tmp_path / "app.py").write_text(APP.format(", x_for=2"))
    assert found_in(tmp_path) == ["app.py DEP010"]
