"""Imports that nothing declares, and what is declared and used by nobody."""

from pathlib import Path

import pytest

from tests.audit.looking import findings, places

APP = "import flask\n{0}\napp = flask.Flask(__name__)\n"
PYPROJECT = '[project]\nname = "shop"\ndependencies = ["flask>=3"{0}]\n'
POETRY = '[tool.poetry.dependencies]\npython = "^3.11"\nflask = "^3"\n{0}\n[tool.poetry.group.dev.dependencies]\n{1}\n'
DECLARATIONS = [
    {"requirements.txt": "flask\n"},
    {"requirements/base.txt": "Flask==3.1\n"},
    {"pyproject.toml": PYPROJECT.format("")},
    {"pyproject.toml": POETRY.format("", 'arrow = "*"')},
    {"Pipfile": '[packages]\nflask = "*"\n[dev-packages]\narrow = "*"\n'},
    {"setup.py": "from setuptools import setup\nNEEDED = ['flask']\nsetup(install_requires=NEEDED)\n"},
    {"setup.cfg": "[options]\ninstall_requires =\n    flask\n"},
    {"requirements.txt": "flask\n", "requirements-dev.txt": "arrow\n"},
]
HOLDING = [
    {"requirements.txt": "flask\narrow~=1.3\n"},
    {"requirements.txt": "-r requirements/base.txt\n", "requirements/base.txt": "flask\nArrow==1\n"},
    {"pyproject.toml": PYPROJECT.format(', "arrow"')},
    {"pyproject.toml": PYPROJECT.format("") + '[project.optional-dependencies]\ntime = ["arrow"]\n'},
    {"pyproject.toml": POETRY.format('arrow = "^1"', "")},
    {"Pipfile": '[packages]\nflask = "*"\narrow = "*"\n'},
    {"setup.py": "from setuptools import setup\nsetup(install_requires=['flask', 'arrow>1'])\n"},
    {"setup.cfg": "[options]\ninstall_requires =\n    flask\n    arrow\n"},
]


@pytest.mark.parametrize("declared", DECLARATIONS)
def test_an_import_that_nothing_declares_is_found(declared: dict[str, str], tmp_path: Path) -> None:
    assert places(tmp_path, {"app.py": APP.format("import arrow.parser"), **declared}, "REQ001") == ["app.py:2 REQ001"]


@pytest.mark.parametrize("declared", HOLDING)
def test_one_that_is_declared_is_left_alone(declared: dict[str, str], tmp_path: Path) -> None:
    assert places(tmp_path, {"app.py": APP.format("import arrow.parser"), **declared}, "REQ001") == []


def test_what_the_app_imports_is_followed(tmp_path: Path) -> None:
    files = {
        "requirements.txt": "flask\n",
        "shop/__init__.py": "from flask import Flask\n\n\ndef create_app():\n    app = Flask(__name__)\n"
        "    from shop.views import bp\n    app.register_blueprint(bp)\n    return app\n",
        "shop/views.py": "from flask import Blueprint\nfrom . import tools\nbp = Blueprint('a', __name__)\n",
        "shop/tools.py": "from arrow import get\n",
        "populate.py": "import faker\n",
    }
    assert places(tmp_path, files, "REQ001") == ["shop/tools.py:1 REQ001"]


@pytest.mark.parametrize(
    ("line", "declared"),
    [
        ("import yaml", "PyYAML"),
        ("from PIL import Image", "Pillow"),
        ("import dotenv", "python-dotenv"),
        ("import bs4", "beautifulsoup4"),
        ("import jwt", "PyJWT"),
        ("import psycopg2", "psycopg2-binary"),
        ("from google.cloud import storage", "google-cloud-storage"),
        ("import flask_login", "Flask_Login"),
        ("import sqlalchemy", "Flask-SQLAlchemy"),
        ("from wtforms import Form", "flask-wtf"),
        ("import werkzeug, jinja2, click, markupsafe, itsdangerous", ""),
        ("import json, tomllib, distutils", ""),
        ("try:\n    import uvloop\nexcept ImportError:\n    uvloop = None", ""),
        ("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import arrow", ""),
        ("def later():\n    import arrow", ""),
        ("import helpers", ""),
    ],
)
def test_names_that_differ_and_what_may_be_missing(line: str, declared: str, tmp_path: Path) -> None:
    files = {"app.py": APP.format(line), "requirements.txt": f"flask\n{declared}\n", "lib/helpers.py": ""}
    assert places(tmp_path, files, "REQ001", "REQ002") == []


def test_a_project_that_declares_nothing_is_left_alone(tmp_path: Path) -> None:
    assert places(tmp_path, {"app.py": APP.format("import arrow")}, "REQ") == []


def test_what_only_developers_get_is_said(tmp_path: Path) -> None:
    files = {"app.py": APP.format("import arrow"), "requirements.txt": "flask\n", "requirements-dev.txt": "arrow\n"}
    (one,) = findings(tmp_path, files, "REQ001")
    assert one.message == "'arrow' is imported and only declared for development"


@pytest.mark.parametrize(
    ("wanted", "found"), [("pytest\n", ["tests/test_app.py:1 REQ003"]), ("pytest\nresponses\n", []), ("", [])]
)
def test_tests_need_the_group_of_developers(wanted: str, found: list[str], tmp_path: Path) -> None:
    files = {
        "app.py": APP.format(""),
        "requirements.txt": "flask\n",
        "requirements-dev.txt": wanted,
        "tests/test_app.py": "import responses\n",
        "tests/server.py": "import aiosmtpd\n",
    }
    assert places(tmp_path, files, "REQ001", "REQ003") == found


@pytest.mark.parametrize(
    ("declared", "place"),
    [
        ({"requirements.txt": "flask\n\nflask-caching>=2\n"}, "requirements.txt:3 REQ002"),
        ({"pyproject.toml": PYPROJECT.format(',\n"flask-caching[redis]>2"')}, "pyproject.toml:4 REQ002"),
        ({"pyproject.toml": POETRY.format('flask-caching = "^2"', "")}, "pyproject.toml:4 REQ002"),
        ({"Pipfile": '[packages]\nflask = "*"\nflask-caching = "*"\n'}, "Pipfile:3 REQ002"),
        ({"setup.py": "setup(\n  install_requires=['flask',\n  'Flask-Caching'])\n"}, "setup.py:3 REQ002"),
    ],
)
def test_a_dependency_that_nothing_uses_is_found(declared: dict[str, str], place: str, tmp_path: Path) -> None:
    assert places(tmp_path, {"app.py": APP.format(""), **declared}, "REQ002") == [place]


@pytest.mark.parametrize(
    "files",
    [
        {"app.py": APP.format("import flask_caching")},
        {"jobs/clear.py": "from flask_caching import Cache\n"},
        {"config.py": "EXTENSIONS = ['flask_caching.Cache']\n"},
        {"Procfile": "worker: flask-caching\n"},
        {"start.sh": "flask caching warm\n"},
        {"README.md": "Then run `flask caching warm`.\n"},
        {"shop.service": "[Service]\nExecStart=/srv/bin/flask-caching\n"},
        {"README.md": "We use flask-caching.\n", "requirements.txt": "flask\nflask-caching  # for the shell\n"},
        {"requirements.txt": "flask\n# the shell of our admins wants it\nflask-caching\n"},
        {"requirements.txt": "flask\nflask-caching==2.3\n    # via shop\n"},
        {"requirements.txt": "flask==3.1\nflask-caching==2.3\nMarkupSafe==3\nitsdangerous==2\n"},
        {"requirements.txt": "flask\n", "requirements-dev.txt": "flask-caching\n"},
        {"requirements.txt": "flask\ngunicorn\npsycopg2-binary\nemail-validator\npytest-cov\nblack\nMarkupSafe\n"},
        {"app.py": "print('no Flask yet')\n", "requirements.txt": "flask\n"},
        {"app.py": APP.format("import celery"), "requirements.txt": "flask\ncelery\ncelery-redbeat\n"},
    ],
)
def test_what_may_be_of_use_is_left_alone(files: dict[str, str], tmp_path: Path) -> None:
    files = {"app.py": APP.format(""), "requirements.txt": "flask\nflask-caching\n", **files}
    assert places(tmp_path, files, "REQ002") == []
