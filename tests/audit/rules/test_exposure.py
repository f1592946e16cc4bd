"""Servers that anybody reaches: in compose, in units, in Procfiles, in the settings of gunicorn."""

from pathlib import Path

import pytest

from tests.audit.looking import findings, places

APP = {"app.py": "from flask import Flask\napp = Flask(__name__)\n"}
DOCKER = {"Dockerfile": 'FROM python\nCMD ["gunicorn", "-b", "0.0.0.0:8000", "app:app"]\n'}
SCRIPT = {
    "Dockerfile": 'FROM python\nENTRYPOINT ["/app/start.sh"]\n',
    "start.sh": "#!/bin/sh\nexec gunicorn \\\n  app:app\n",
}
COMPOSE = 'services:\n  web:\n    build: .\n    ports:\n      - "{0}"\n'
PROXY = "  front:\n    image: nginx:1\n    ports:\n      - 80:80\n"
UNIT = "[Service]\nExecStart=/srv/.venv/bin/{0}\n"


@pytest.mark.parametrize("port", ["8000:8000", "0.0.0.0:80:8000", "[::]:80:8000", "${PORT:-8000}:8000", "80:8000/tcp"])
@pytest.mark.parametrize("image", [DOCKER, SCRIPT])
def test_a_port_that_compose_opens_to_everybody_is_found(port: str, image: dict[str, str], tmp_path: Path) -> None:
    found = places(tmp_path, {**APP, **image, "compose.yaml": COMPOSE.format(port)}, "DEP012")
    assert found == ["compose.yaml:5 DEP012"]


def test_so_is_one_beside_a_proxy(tmp_path: Path) -> None:
    files = {**APP, **DOCKER, "docker-compose.yml": COMPOSE.format("8000:8000") + PROXY}
    (one,) = findings(tmp_path, files, "DEP012")
    assert one.message == "'8000:8000' lets everybody reach the server of 'web', past 'front'"


@pytest.mark.parametrize(
    "files",
    [
        {**DOCKER, "compose.yaml": COMPOSE.format("127.0.0.1:8000:8000")},
        {**DOCKER, "compose.yaml": COMPOSE.format("${WHERE}:8000")},
        {**DOCKER, "compose.yaml": COMPOSE.format("${WHERE:-127.0.0.1:8000}:8000")},
        {**DOCKER, "compose.yaml": COMPOSE.format("8000")},
        {**DOCKER, "compose.yaml": "services:\n  web:\n    build: .\n    expose:\n      - 8000\n" + PROXY},
        {**DOCKER, "compose.dev.yaml": COMPOSE.format("8000:8000")},
        {**DOCKER, "tests/compose.yaml": COMPOSE.format("8000:8000")},
        {**DOCKER, "compose.yaml": COMPOSE.format("8000:8000") + "    command: flask run --debug\n"},
        {**DOCKER, "compose.yaml": "services:\n  db:\n    image: postgres\n    ports:\n      - 5432:5432\n"},
        # The project has a proxy of its own for it.
        {
            **DOCKER,
            "compose.yaml": COMPOSE.format("8000:8000"),
            "Caddyfile": "a.example {\n\treverse_proxy web:8000\n}\n",
        },
        {"Dockerfile": "FROM x\nCMD nginx && gunicorn app:app\n", "compose.yaml": COMPOSE.format("80:80")},
    ],
)
def test_what_is_kept_inside_is_left_alone(files: dict[str, str], tmp_path: Path) -> None:
    assert places(tmp_path, {**APP, **files}, "DEP012") == []


@pytest.mark.parametrize(
    "command",
    [
        "gunicorn --bind 0.0.0.0:8000 app:app",
        "gunicorn -b :8000 app:app",
        "gunicorn --workers 2 \\\n    --bind=[::]:8000 app:app",
        "waitress-serve --port 8000 app:app",
        "waitress-serve --listen=*:8000 app:app",
        "uwsgi --http :9090 --module app:app",
        "granian --host 0.0.0.0 --port 8000 app:app",
        "hypercorn --bind 0.0.0.0:8000 app:app",
    ],
)
def test_a_unit_that_listens_everywhere_is_found(command: str, tmp_path: Path) -> None:
    files = {**APP, "shop.service": UNIT.format(command)}
    assert places(tmp_path, files, "DEP012") == ["shop.service:2 DEP012"]


@pytest.mark.parametrize(
    "command",
    [
        "gunicorn app:app",
        "gunicorn --bind 127.0.0.1:8000 app:app",
        "gunicorn --bind unix:/run/shop.sock app:app",
        "gunicorn -b 0.0.0.0:$PORT app:app",
        "waitress-serve --listen=127.0.0.1:8000 app:app",
        "waitress-serve --unix-socket=/run/shop.sock app:app",
        "redis-server --bind 0.0.0.0",
    ],
)
def test_a_unit_that_does_not_is_left_alone(command: str, tmp_path: Path) -> None:
    assert places(tmp_path, {**APP, "shop.service": UNIT.format(command)}, "DEP012") == []


def test_a_unit_behind_a_proxy_is_left_alone(tmp_path: Path) -> None:
    nginx = "server {\n  location / {\n    proxy_pass http://10.0.0.2:8000;\n  }\n}\n"
    files = {**APP, "shop.service": UNIT.format("gunicorn -b 0.0.0.0:8000 app:app"), "nginx.conf": nginx}
    assert places(tmp_path, files, "DEP012") == []


@pytest.mark.parametrize(
    ("line", "found"), [("gunicorn -b 0.0.0.0:8000 app:app", 1), ("gunicorn -b 0.0.0.0:$PORT app:app", 0)]
)
def test_a_procfile_leaves_the_port_to_the_platform(line: str, found: int, tmp_path: Path) -> None:
    assert len(places(tmp_path, {**APP, "Procfile": f"web: {line}\n"}, "DEP012")) == found


@pytest.mark.parametrize(
    ("files", "found"),
    [
        ({"gunicorn.conf.py": 'bind = "0.0.0.0:8000"\n'}, ["gunicorn.conf.py:1 DEP012"]),
        ({"gunicorn.conf.py": 'bind = "127.0.0.1:8000"\n'}, []),
        ({"gunicorn.conf.py": 'import os\nbind = os.environ["BIND"]\n'}, []),
        ({"gunicorn.conf.py": 'bind = "0.0.0.0:8000"\n', **DOCKER}, []),
    ],
)
def test_the_settings_of_gunicorn_count_outside_of_containers(
    files: dict[str, str], found: list[str], tmp_path: Path
) -> None:
    assert places(tmp_path, {**APP, **files}, "DEP012") == found
