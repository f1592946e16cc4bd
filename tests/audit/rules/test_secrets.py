"""Secrets in the open, and secrets that are none."""

import subprocess
from pathlib import Path

import pytest

from scaffold.audit import run
from scaffold.project import Project
from tests.audit.looking import Files, findings, places, write

APP = "import os\nfrom flask import Flask, session\napp = Flask(__name__)\n"
STRONG = "9f2c41d07be85a36c1e04d7f92ab6c58"
OTHER = "0b8e7a4f3d2c1f6e5a9b8c7d6e5f4a3b"


@pytest.mark.parametrize(
    ("files", "place"),
    [
        ({"app.py": APP + f"app.secret_key = '{STRONG}'\n"}, "app.py:4 SEC001"),
        ({"app.py": APP + f"app.secret_key = b'{STRONG}'\n"}, "app.py:4 SEC001"),
        ({"app.py": APP + "app.config['SECRET_KEY'] = 'dev'\n"}, "app.py:4 SEC001"),
        ({"app.py": APP + "app.config.update(\n    SECRET_KEY='dev',\n)\n"}, "app.py:5 SEC001"),
        ({"app.py": APP + "app.config.from_mapping({'SECRET_KEY': 'dev'})\n"}, "app.py:4 SEC001"),
        ({"app.py": APP + "KEY = 'a' 'b'\napp.secret_key = KEY\n"}, "app.py:5 SEC001"),
        ({"config.py": "class Config:\n    SECRET_KEY = 'x'\n"}, "config.py:2 SEC001"),
        ({"config.py": "SECRET_KEY = 'x'\n"}, "config.py:1 SEC001"),
        ({"config.py": "class ProductionConfig:\n    SECRET_KEY = 'x'\n"}, "config.py:2 SEC001"),
        (
            {
                "config.py": "class Config:\n    SECRET_KEY = 'x'\nclass Prod(Config):\n    A = 1\n"
                "class Stage(Config):\n    SECRET_KEY = os.environ['K']\n"
            },
            "config.py:2 SEC001",
        ),
        ({"config.py": "def load():\n    return {'SECRET_KEY': 'x'}\n"}, "config.py:2 SEC001"),
        ({"app.py": APP + "app.config.setdefault('SECRET_KEY', 'x')\n"}, "app.py:4 SEC001"),
        ({"app.py": APP + "app.secret_key = os.environ.get('SECRET_KEY', 'dev')\n"}, "app.py:4 SEC002"),
        ({"app.py": APP + "app.secret_key = os.getenv('SECRET_KEY') or 'dev'\n"}, "app.py:4 SEC002"),
        ({"config.py": "class Config:\n    SECRET_KEY = config('SECRET_KEY', default='dev')\n"}, "config.py:2 SEC002"),
        ({"app.py": APP + "app.secret_key = os.urandom(24)\n"}, "app.py:4 SEC003"),
        ({"app.py": APP + "app.secret_key = os.urandom(24).hex()\n"}, "app.py:4 SEC003"),
        ({"config.py": "class Config:\n    SECRET_KEY = secrets.token_hex()\n"}, "config.py:2 SEC003"),
        ({"app.py": APP + "app.secret_key = str(uuid.uuid4())\n"}, "app.py:4 SEC003"),
        ({"app.py": APP}, "app.py:3 SEC004"),
        (
            {"app.py": "import flask\nweb = flask.Flask('x')\n", "f.py": "from flask_wtf import FlaskForm\n"},
            "app.py:2 SEC004",
        ),
        ({".env": "# mine\nSECRET_KEY=change-me-please-now\n"}, ".env:2 SEC008"),
        ({".env": "SECRET_KEY=short\n"}, ".env:1 SEC008"),
        ({".env.production": f"SECRET_KEY={'ab' * 20}\n"}, ".env.production:1 SEC008"),
    ],
    ids=str,
)
def test_a_key_that_is_no_secret_is_found(files: Files, place: str, tmp_path: Path) -> None:
    assert places(tmp_path, files, "SEC") == [place]


@pytest.mark.parametrize(
    "files",
    [
        {"app.py": APP + "app.secret_key = os.environ['SECRET_KEY']\n"},
        {"app.py": APP + "app.secret_key = os.environ.get('SECRET_KEY')\n"},
        {"app.py": APP + "app.config['SECRET_KEY'] = read_key()\n"},
        {"app.py": APP + "app.config.from_prefixed_env()\n"},
        {"app.py": APP + "app.config.from_envvar('SETTINGS')\n"},
        {"app.py": APP + "app.config.from_pyfile('config.py', silent=True)\n"},
        {
            "app.py": APP + "app.config.from_object('config')\n",
            "config.py": "import os\nSECRET_KEY = os.environ['K']\n",
        },
        {"app.py": "from flask import Flask\napp = Flask(__name__)\n"},
        {"app.py": "from flask import Flask\nfrom .flask import session\nfrom x import y\napp = Flask(__name__)\n"},
        {"a.py": APP, "b.py": APP},
        {"app.py": APP + "if not app.secret_key:\n    app.secret_key = os.urandom(24)\n"},
        {"config.py": "class TestConfig:\n    SECRET_KEY = 'test'\n"},
        {"config.py": "class Config:\n    SECRET_KEY = 'x'\nclass Prod(Config):\n    SECRET_KEY = os.environ['K']\n"},
        {"config.py": "class DevelopmentConfig:\n    SECRET_KEY = 'dev'\n"},
        {"configs/development.py": "SECRET_KEY = 'dev'\n"},
        {"tests/conftest.py": "app.config['SECRET_KEY'] = 'test'\n"},
        {"app.py": APP + "if app.testing:\n    app.secret_key = 'test'\nelse:\n    app.secret_key = os.environ['K']\n"},
        {"app.py": APP + "key = os.environ.get('K')\nif not key:\n    key = os.urandom(8)\napp.secret_key = key\n"},
        {"app.py": APP + "app.secret_key = os.environ['K']\nprint('SECRET_KEY = \"x\"')\nuser.secret_key = 'x'\n"},
        {".env": f"SECRET_KEY={STRONG}\n"},
        {".env": "SECRET_KEY=\n"},
        {".env.example": "SECRET_KEY=change-me\n"},
        {".env": "APP_ENV=development\nSECRET_KEY=dev\n"},
        {".flaskenv": "FLASK_DEBUG=1\nSECRET_KEY=dev\n"},
        {"dev.env": "SECRET_KEY=dev\n"},
        {".env.test": "SECRET_KEY=test\n"},
    ],
    ids=str,
)
def test_a_key_that_may_be_a_secret_is_left_alone(files: Files, tmp_path: Path) -> None:
    assert places(tmp_path, files, "SEC") == []


def test_what_is_secret_is_not_repeated(tmp_path: Path) -> None:
    files = {"app.py": APP + f"app.secret_key = '{STRONG}'\n", ".env": "SECRET_KEY=hunter2\n"}

    for one in findings(tmp_path, files, "SEC"):
        assert STRONG not in one.message
        assert "hunter2" not in one.message


def git(root: Path, *words: str) -> None:
    subprocess.run(["git", "-C", str(root), *words], check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Make a repository with an app."""
    write(tmp_path, {"app.py": APP + "app.secret_key = os.environ['SECRET_KEY']\n"})
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "add", "--all")
    git(tmp_path, "commit", "--quiet", "--message", "app")
    return tmp_path


def commit(root: Path, files: Files) -> None:
    write(root, files)
    git(root, "add", "--all", "--force")
    git(root, "commit", "--quiet", "--message", "more")


def found(root: Path) -> list[str]:
    return [f"{one.path}:{one.line} {one.code}" for one in run.of_project(Project(str(root)), codes=["SEC"])]


def test_a_secret_that_git_tracks_is_found(repository: Path) -> None:
    commit(repository, {".env": f"A=1\nSECRET_KEY={STRONG}\n", "deploy/db.env": "DB_PASSWORD=correcthorse\n"})

    assert found(repository) == [".env:2 SEC005", "deploy/db.env:1 SEC005"]


def test_a_tracked_file_without_a_secret_is_left_alone(repository: Path) -> None:
    lines = "DEBUG=0\nSECRET_KEY=\nAPI_KEY=change-me\nPASSWORD_FILE=/run/secrets/password\n"
    commit(repository, {"deploy/production.env": lines})

    assert found(repository) == []


@pytest.mark.parametrize("path", [".env", "config.py", "deploy/site.env", "site.cfg", "app.py"])
def test_a_secret_in_use_that_was_committed_once_is_found(path: str, repository: Path) -> None:
    commit(repository, {path: f"SECRET_KEY = '{STRONG}'\n"})
    (repository / path).unlink()
    app = "import os\napp.secret_key = os.environ['SECRET_KEY']\n"
    commit(repository, {".gitignore": ".env\n", "app.py": app})
    write(repository, {".env": f"SECRET_KEY={STRONG}\n"})

    (one,) = run.of_project(Project(str(repository)), codes=["SEC"])

    assert (one.path, one.line, one.code) == (".env", 1, "SEC006")
    assert f"'{path}'" in one.message


def test_a_project_may_be_a_folder_of_a_repository(repository: Path) -> None:
    commit(repository, {"web/.env": f"SECRET_KEY={STRONG}\n", "web/deploy/old.env": f"SECRET_KEY={OTHER}\n"})
    (repository / "web/deploy/old.env").unlink()
    commit(repository, {"web/.gitignore": "/own.env\n"})
    write(repository, {"web/own.env": f"SECRET_KEY={OTHER}\n"})

    assert found(repository / "web") == [".env:1 SEC005", "own.env:1 SEC006"]


def test_a_secret_that_was_replaced_since_is_left_alone(repository: Path) -> None:
    commit(repository, {".env": f"SECRET_KEY={STRONG}\n"})
    (repository / ".env").unlink()
    commit(repository, {".gitignore": ".env\n"})
    write(repository, {".env": f"SECRET_KEY={OTHER}\n"})

    assert found(repository) == []


def test_a_file_without_a_secret_may_be_taken(repository: Path) -> None:
    write(repository, {"deploy/site.env": "A=1\nDB_PASSWORD=change-me\n", "deploy/other.env": "A=1\n"})

    assert found(repository) == []


def test_a_placeholder_in_the_history_is_left_alone(repository: Path) -> None:
    commit(repository, {"config.py": "DB_PASSWORD = 'change-me'\n", ".gitignore": ".env\n"})
    write(repository, {".env": "DB_PASSWORD=change-me\n"})

    assert found(repository) == []


def test_a_weak_key_is_said_to_be_weak(tmp_path: Path) -> None:
    (short,) = findings(tmp_path / "a", {"app.py": APP + "app.secret_key = 'hunter2'\n"}, "SEC")
    (strong,) = findings(tmp_path / "b", {"app.py": APP + f"app.secret_key = '{STRONG}'\n"}, "SEC")

    assert short.message == "'SECRET_KEY' is '***' in the code: it has 7 characters"
    assert strong.message == "'SECRET_KEY' is '***' in the code"


def test_what_is_ignored_already_stays_so(repository: Path) -> None:
    from scaffold.changes import Changes

    write(repository, {".gitignore": "/build/\n", "site.env": f"SECRET_KEY={STRONG}\n"})
    (one,) = run.of_project(Project(str(repository)), codes=["SEC"])
    changes = Changes(str(repository))
    assert one.fix is not None
    one.fix(changes)

    assert changes.read(".gitignore") == b"/build/\n/site.env\n"
    assert run.of_project(Project(str(repository)), codes=["SEC"], changes=changes) == []


def test_a_secret_that_git_would_take_is_found_and_mended(repository: Path) -> None:
    from scaffold.changes import Changes

    write(repository, {"deploy/site.env": f"SECRET_KEY={STRONG}\n"})
    (one,) = run.of_project(Project(str(repository)), codes=["SEC"])
    changes = Changes(str(repository))
    assert one.fix is not None
    one.fix(changes)
    changes.write()

    assert (one.path, one.line, one.code) == ("deploy/site.env", 1, "SEC007")
    assert found(repository) == []
