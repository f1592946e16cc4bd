"""Debug mode, in the shapes in which people turn it on."""

from pathlib import Path

import pytest

from tests.audit.looking import Files, findings, places

APP = "from flask import Flask\napp = Flask(__name__)\n"
GUARDED = "if __name__ == '__main__':\n    "
CONFIG = {"app.py": APP + "app.config.from_object('config.ProductionConfig')\n"}


@pytest.mark.parametrize(
    ("files", "place"),
    [
        ({"app.py": APP + "app.run(debug=True)\n"}, "app.py:3 DBG001"),
        ({"app.py": APP + GUARDED + "app.run(port=80, debug=True)\n"}, "app.py:4 DBG001"),
        ({"app.py": APP + "app.run('127.0.0.1', 5000, True)\n"}, "app.py:3 DBG001"),
        ({"app.py": APP, "run.py": "from app import app as web\nweb.run(debug=1)\n"}, "run.py:2 DBG001"),
        (
            {"shop/__init__.py": "import flask\ndef create_app():\n    app = flask.Flask('shop')\n    return app\n"}
            | {"run.py": "from shop import create_app\napp = create_app()\napp.run(debug=True)\n"},
            "run.py:3 DBG001",
        ),
        ({"app.py": APP + "socketio.run(app, debug=True)\n"}, "app.py:3 DBG001"),
        ({"app.py": APP + "def serve(app):\n    app.run(debug=True)\n"}, "app.py:4 DBG001"),
        ({"app.py": APP + "app.run(host='0.0.0.0', debug=True)\n"}, "app.py:3 DBG002"),
        ({"app.py": APP + GUARDED + "app.run('0.0.0.0', 80, debug=True)\n"}, "app.py:4 DBG002"),
        ({"app.py": APP + "app.run(host='::', debug=True)\n"}, "app.py:3 DBG002"),
        ({"app.py": APP + "socketio.run(app, '0.0.0.0', debug=True)\n"}, "app.py:3 DBG002"),
        ({"app.py": APP + "app.debug = True\n"}, "app.py:3 DBG003"),
        ({"app.py": APP + "app.config['DEBUG'] = True\n"}, "app.py:3 DBG003"),
        ({"app.py": APP + "app.config.update(\n    NAME='x',\n    TESTING=True,\n)\n"}, "app.py:5 DBG003"),
        ({"app.py": APP + "app.config.from_mapping({'DEBUG': True})\n"}, "app.py:3 DBG003"),
        ({**CONFIG, "config.py": "class ProductionConfig:\n    DEBUG = True\n"}, "config.py:2 DBG003"),
        (
            {**CONFIG, "config.py": "class Config:\n    DEBUG = True\nclass ProductionConfig(Config):\n    A = 1\n"},
            "config.py:2 DBG003",
        ),
        (
            {"app.py": APP + "app.config.from_object('settings')\n", "settings.py": "DEBUG = True\n"},
            "settings.py:1 DBG003",
        ),
        (
            {"app.py": APP + "import settings\napp.config.from_object(settings)\n", "settings.py": "DEBUG = True\n"},
            "settings.py:1 DBG003",
        ),
        (
            {"shop/__init__.py": APP + "app.config.from_object('shop.site')\n", "src/shop/site.py": "DEBUG = True\n"},
            "src/shop/site.py:1 DBG003",
        ),
        (
            {"app.py": APP + "app.config.from_pyfile('site.cfg.py')\n", "site.cfg.py": "DEBUG = True\n"},
            "site.cfg.py:1 DBG003",
        ),
        (
            {
                "app.py": APP
                + "from werkzeug.debug import DebuggedApplication\napp.wsgi_app = DebuggedApplication(app)\n"
            },
            "app.py:4 DBG004",
        ),
        ({"Dockerfile": "FROM python\nENV FLASK_DEBUG=1\n"}, "Dockerfile:2 DBG005"),
        ({"Dockerfile": "ENV FLASK_DEBUG true\n"}, "Dockerfile:1 DBG005"),
        ({"docker/Dockerfile": 'CMD ["flask", "--app", "x", "run", "--debug"]\n'}, "docker/Dockerfile:1 DBG005"),
        ({"Procfile": "web: flask --app x --debug run\n"}, "Procfile:1 DBG005"),
        ({"deploy/shop.service": "[Service]\nEnvironment=FLASK_DEBUG=1\n"}, "deploy/shop.service:2 DBG005"),
        ({"compose.prod.yaml": "environment:\n  FLASK_DEBUG: '1'\n"}, "compose.prod.yaml:2 DBG005"),
        ({"deploy/production.env": "FLASK_DEBUG=1\n"}, "deploy/production.env:1 DBG005"),
    ],
    ids=str,
)
def test_debug_that_is_on_is_found(files: Files, place: str, tmp_path: Path) -> None:
    assert places(tmp_path, files, "DBG") == [place]


@pytest.mark.parametrize(
    "files",
    [
        {"app.py": APP + "app.run()\n"},
        {"app.py": APP + "app.run(debug=False)\n"},
        {"app.py": APP + "app.run(host='0.0.0.0')\n"},
        {"app.py": "import os\n" + APP + "app.run(debug=bool(os.getenv('X')))\n"},
        {"app.py": "import asyncio\n" + APP + "asyncio.run(main(), debug=True)\n"},
        {"app.py": APP, "tests/test_app.py": "from app import app\napp.run(debug=True)\n"},
        {"app.py": APP, "examples/show.py": APP + "app.run(debug=True)\n"},
        {"app.py": APP + '"""\napp.run(debug=True)\n"""\n# app.run(debug=True)\n'},
        {"app.py": APP + "if DEVELOPMENT:\n    app.debug = True\n"},
        {"app.py": APP + "app.debug = False\n"},
        {"app.py": APP + "job.debug = True\n"},
        {"app.py": "def make_test_app():\n    app = Flask(__name__)\n    app.config['TESTING'] = True\n"},
        {**CONFIG, "config.py": "class DevelopmentConfig:\n    DEBUG = True\n"},
        {**CONFIG, "config.py": "class TestConfig:\n    TESTING = True\n"},
        {**CONFIG, "config.py": "class Dev:\n    DEBUG = True\n"},
        {**CONFIG, "config.py": "class C:\n    DEBUG = True\nclass ProductionConfig(C):\n    DEBUG = False\n"},
        {"app.py": APP + "app.config.from_object('config.dev')\n", "config/dev.py": "DEBUG = True\n"},
        {"app.py": APP + "app.config.from_object('config.dev.site')\n", "config/dev/site.py": "DEBUG = True\n"},
        {**CONFIG, "config.py": "class Config:\n    DEBUG = True\nclass Stage(Config):\n    A = 1\n"},
        {
            **CONFIG,
            "config.py": "class Config:\n    A = 1\nclass ProductionConfig(Config):\n    B = 1\n",
            "other.py": "class Config:\n    DEBUG = True\n",
        },
        {**CONFIG, "config.py": "class ProductionTest:\n    TESTING = True\n"},
        {"app.py": APP + "if FLAG:\n    app.debug = True\n"},
        {"app.py": APP + "name = 'x'\njobs.run(name, debug=True)\njobs.run('x', debug=True)\njobs.run(debug=True)\n"},
        {"app.py": APP + "app.start(debug=True)\n"},
        {"app.py": APP + "app.config.from_object()\nload('tool')\n", "tool.py": "DEBUG = True\n"},
        {"app.py": APP + "app.config.from_object('')\napp.config.from_object('other')\n", "tool.py": "DEBUG = True\n"},
        {"prod.txt": "FLASK_DEBUG=1\n"},
        {"app.py": APP, "tool.py": "DEBUG = True\n"},
        {"app.py": APP + "if app.debug:\n    app.wsgi_app = DebuggedApplication(app)\n"},
        {"Dockerfile": "# ENV FLASK_DEBUG=1\nENV FLASK_DEBUG=0\n"},
        {"Dockerfile.dev": "ENV FLASK_DEBUG=1\n"},
        {"docker/dev/Dockerfile": "ENV FLASK_DEBUG=1\n"},
        {"docker-compose.yml": "environment:\n  FLASK_DEBUG: 1\n"},
        {".flaskenv": "FLASK_DEBUG=1\n"},
        {".env": "FLASK_DEBUG=1\n"},
        {"README.md": "FLASK_DEBUG=1\n"},
    ],
    ids=str,
)
def test_debug_that_is_not_on_in_production_is_left_alone(files: Files, tmp_path: Path) -> None:
    assert places(tmp_path, files, "DBG") == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("app.run(debug=True)", "app.run()"),
        ("app.run(port=80, debug=True)", "app.run(port=80)"),
        ("app.run(debug=True, port=80)", "app.run(port=80)"),
        ("app.run(\n    debug=True,\n    port=80,\n)", "app.run(\n    port=80,\n)"),
        ("app.run(\n    port=80,\n    debug=True,  # why\n)", "app.run(\n    port=80,  # why\n)"),
        ("app.run('0.0.0.0', debug=1)", "app.run('0.0.0.0')"),
        ("app.debug = True\napp.run()", "app.run()"),
        ("app.config['DEBUG'] = True\n\napp.run()", "\napp.run()"),
    ],
)
def test_the_mended_call_is_the_same_without_debug(before: str, after: str, tmp_path: Path) -> None:
    from scaffold.changes import Changes

    (found,) = findings(tmp_path, {"app.py": f"{APP}{before}\n"}, "DBG")
    changes = Changes(str(tmp_path))
    assert found.fix is not None
    found.fix(changes)
    found.fix(changes)

    assert changes.read("app.py") == f"{APP}{after}\n".encode()


@pytest.mark.parametrize(
    "code",
    [
        "app.run('0.0.0.0', 80, True)",
        "app.config.update(DEBUG=True)",
        "def work():\n    app.debug = True",
        "app.debug = True\nif LOCAL:\n    app.debug = True",
        "app.debug = True; app.run()",
    ],
)
def test_what_has_no_safe_answer_is_not_mended(code: str, tmp_path: Path) -> None:
    (found,) = findings(tmp_path, {"app.py": f"{APP}{code}\n"}, "DBG")

    assert found.fix is None
