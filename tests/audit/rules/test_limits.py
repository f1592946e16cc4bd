"""Limits of request bodies: what the proxy takes, and what the app takes."""

from pathlib import Path

import pytest

from tests.audit.looking import findings, places

APP = "from flask import Flask\napp = Flask(__name__)\napp.config['MAX_CONTENT_LENGTH'] = {0}\n"
CLASS = "class Config:\n    MAX_CONTENT_LENGTH = {0}\n"
MAPPING = "def create_app():\n    app = Flask(__name__)\n    app.config.from_mapping(MAX_CONTENT_LENGTH={0})\n"
NGINX = "server {{\n  {0}\n  location / {{\n    proxy_pass http://127.0.0.1:8000;\n  }}\n}}\n"
CADDY = "a.example {{\n\trequest_body {{\n\t\tmax_size {0}\n\t}}\n\treverse_proxy 127.0.0.1:8000\n}}\n"
APACHE = "LimitRequestBody {0}\nProxyPass / http://127.0.0.1:8000/\n"
HAPROXY = "frontend web\n  http-request deny if {{ req.body_size gt {0} }}\nbackend app\n  server a 127.0.0.1:8000\n"
MEBIBYTE = 1024**2


@pytest.mark.parametrize("text", [APP, CLASS, MAPPING])
def test_a_proxy_that_refuses_what_the_app_takes_is_found(text: str, tmp_path: Path) -> None:
    files = {"app.py": text.format("16 * 1024 * 1024"), "nginx.conf": NGINX.format("client_max_body_size 4m;")}
    assert places(tmp_path, files, "DEP013") == ["nginx.conf:2 DEP013"]


@pytest.mark.parametrize(
    ("path", "text", "small", "large"),
    [
        ("nginx.conf", NGINX, "client_max_body_size 1m;", "client_max_body_size 1g;"),
        ("nginx.conf", NGINX, "client_max_body_size 900k;", "client_max_body_size 0;"),
        ("Caddyfile", CADDY, "1MB", "1GiB"),
        ("shop.conf", APACHE, MEBIBYTE, 100 * MEBIBYTE),
        ("haproxy.cfg", HAPROXY, MEBIBYTE, 100 * MEBIBYTE),
    ],
)
def test_both_directions_are_found_in_every_proxy(
    path: str, text: str, small: object, large: object, tmp_path: Path
) -> None:
    app = APP.format("8 * 1024 * 1024")
    for size, what in ((small, "refuses what the app takes"), (large, "takes what the app refuses")):
        (one,) = findings(tmp_path, {"app.py": app, path: text.format(size)}, "DEP013")
        assert one.path == path
        assert what in one.message
        assert "in app.py:3" in one.message


def test_nginx_has_a_limit_of_its_own(tmp_path: Path) -> None:
    files = {"app.py": APP.format("16 * 1024 * 1024"), "nginx.conf": NGINX.format("listen 80;")}
    assert places(tmp_path, files, "DEP013") == ["nginx.conf:4 DEP013"]


@pytest.mark.parametrize(
    "files",
    [
        {"app.py": APP.format(16 * MEBIBYTE), "nginx.conf": NGINX.format("client_max_body_size 16m;")},
        {"app.py": APP.format(16 * MEBIBYTE), "nginx.conf": NGINX.format("client_max_body_size 20m;")},
        {"app.py": APP.format(16 * MEBIBYTE), "Caddyfile": CADDY.format("16MiB")},
        {"app.py": APP.format("limit()"), "nginx.conf": NGINX.format("client_max_body_size 1m;")},
        {"app.py": "from flask import Flask\napp = Flask(__name__)\n", "nginx.conf": NGINX.format("")},
        {"app.py": APP.format(16 * MEBIBYTE)},
        # One of several places may take more.
        {
            "app.py": APP.format(16 * MEBIBYTE),
            "nginx.conf": NGINX.format("client_max_body_size 1m;") + "client_max_body_size 16m;\n",
        },
        # A view has a limit of its own.
        {
            "app.py": APP.format(MEBIBYTE) + "\n\ndef view():\n    request.max_content_length = size()\n",
            "nginx.conf": NGINX.format("client_max_body_size 16m;"),
        },
        {
            "app.py": APP.format(MEBIBYTE) + "SIZE = 16 * 1024 ** 2\n\n\ndef view():\n"
            "    request.max_content_length = 16 * 1024 * 1024\n",
            "nginx.conf": NGINX.format("client_max_body_size 16m;"),
        },
    ],
)
def test_what_agrees_or_is_unknown_is_left_alone(files: dict[str, str], tmp_path: Path) -> None:
    assert places(tmp_path, files, "DEP013") == []


def test_the_settings_of_production_win_over_the_code(tmp_path: Path) -> None:
    code = 'import os\nMAX_CONTENT_LENGTH = 1024 * 1024\nlimit = os.environ.get("MAX_CONTENT_LENGTH")\n'
    files = {
        "config.py": code,
        "deploy/production.env": "MAX_CONTENT_LENGTH=16777216\n",
        "nginx.conf": NGINX.format("client_max_body_size 16m;"),
    }
    assert places(tmp_path, files, "DEP013") == []
    files["nginx.conf"] = NGINX.format("client_max_body_size 1m;")
    (one,) = findings(tmp_path, files, "DEP013")
    assert "'MAX_CONTENT_LENGTH=16777216' in deploy/production.env:1" in one.message
