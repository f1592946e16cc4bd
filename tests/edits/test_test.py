"""A test lands in the project's own test module, with the project's own fixture, in the project's own style."""

from pathlib import Path

import pytest

from tests.edits.adding import add, write

APP = "from flask import Flask, render_template\n\napp = Flask(__name__)\n"
CONFTEST = """\
import pytest
from app import app as application


@pytest.fixture
def app():
    return application


@pytest.fixture
def client(app):
    return app.test_client()
"""
CLIENT_TEST = """\
from flask.testing import FlaskClient


def test_about(client: FlaskClient) -> None:
    response = client.get("/about")

    assert response.status_code == 200
"""
BARE_TEST = """\
def test_about(client):
    response = client.get("/about")

    assert response.status_code == 200
"""


def test_a_new_module_is_complete(tmp_path: Path) -> None:
    write(
        tmp_path / "project", {"app.py": APP, "tests/conftest.py": CONFTEST.replace("(app)", "(app: Flask) -> object")}
    )

    assert add(tmp_path / "project", "/about").text("tests/test_app.py") == CLIENT_TEST


def test_a_new_module_is_written_as_conftest_is(tmp_path: Path) -> None:
    write(tmp_path / "project", {"app.py": APP, "tests/conftest.py": CONFTEST})

    assert add(tmp_path / "project", "/about").text("tests/test_app.py") == BARE_TEST


@pytest.mark.parametrize(
    ("module", "added"),
    [
        ("", BARE_TEST),
        ("\n\n\n", BARE_TEST),
        ('"""Tests."""\n', "\n\n" + BARE_TEST),
        ("def test_index(client):\n    pass\n", "\n\n" + BARE_TEST),
        ("def test_index(client):\n    pass", "\n\n\n" + BARE_TEST),
        ("def test_index(client):\n    pass\n\n\n", BARE_TEST),
        ("def test_index(client):\n\tpass\n", "\n\n" + BARE_TEST.replace("    ", "\t")),
        ("def test_index(client):\n    assert ''\n", "\n\n" + BARE_TEST.replace('"', "'")),
        ("def test_about(client):\n    pass\n", "\n\n" + BARE_TEST.replace("test_about", "test_about_2")),
        ("def test_index(client):\r\n    pass\r\n", "\r\n\r\n" + BARE_TEST.replace("\n", "\r\n")),
        ("# coding: latin-1\nX = 'é'\n", "\n\n" + BARE_TEST),
    ],
)
def test_a_test_is_appended(tmp_path: Path, module: str, added: str) -> None:
    raw = module.encode("latin-1" if "latin" in module else "utf-8")
    files: dict[str, str | bytes] = {"app.py": APP, "tests/conftest.py": CONFTEST, "tests/test_app.py": raw}
    write(tmp_path / "project", files)

    assert add(tmp_path / "project", "/about").files["tests/test_app.py"] == raw + added.encode()


def test_the_types_of_a_typed_module_are_imported_in_order(tmp_path: Path) -> None:
    module = "from app import app\n\n\ndef test_index(client: object) -> None:\n    assert app\n"
    write(tmp_path / "project", {"app.py": APP, "tests/conftest.py": CONFTEST, "tests/test_app.py": module})

    text = add(tmp_path / "project", "/about").text("tests/test_app.py")

    assert text == "from flask.testing import FlaskClient\n\n" + module + "\n\n" + CLIENT_TEST.partition("\n\n\n")[2]


@pytest.mark.parametrize(
    ("fixture", "parameter", "client"),
    [
        ("def client(app):\n    return app.test_client()\n", "client", "client"),
        ("def test_client():\n    with app.test_client() as c:\n        yield c\n", "test_client", "test_client"),
        ("def browser():\n    c = app.test_client()\n    yield c\n", "browser", "browser"),
        ("def testapp():\n    return create_app()\n", "testapp", "testapp.test_client()"),
        ("def app():\n    yield create_app()\n", "app", "app.test_client()"),
    ],
)
def test_the_projects_own_fixture_is_used(tmp_path: Path, fixture: str, parameter: str, client: str) -> None:
    conftest = f"import pytest\n\n\n@pytest.fixture()\n{fixture}"
    write(tmp_path / "project", {"app.py": APP, "tests/conftest.py": conftest})

    text = add(tmp_path / "project", "/about").text("tests/test_app.py")

    assert text.startswith(f"def test_about({parameter}):\n    response = {client}.get")


def test_the_app_is_typed_where_the_tests_are(tmp_path: Path) -> None:
    conftest = (
        "import pytest\nfrom flask import Flask\n\n\n@pytest.fixture\ndef app() -> Flask:\n    return create_app()\n"
    )
    write(tmp_path / "project", {"app.py": APP, "tests/conftest.py": conftest})

    text = add(tmp_path / "project", "/about").text("tests/test_app.py")

    assert text.startswith("from flask import Flask\n\n\ndef test_about(app: Flask) -> None:\n")


@pytest.mark.parametrize("files", [{}, {"tests/test_x.py": "import unittest\n"}, {"tests/README": ""}])
def test_no_test_is_invented_where_there_is_no_fixture(tmp_path: Path, files: dict[str, str | bytes]) -> None:
    write(tmp_path / "project", {"app.py": APP, **files})

    assert list(add(tmp_path / "project", "/about").files) == ["app.py"]


def test_each_method_has_a_test_and_none_is_written_twice(tmp_path: Path) -> None:
    files = {"app.py": APP, "tests/conftest.py": CONFTEST, "tests/test_app.py": BARE_TEST}
    write(tmp_path / "project", dict(files))

    text = add(tmp_path / "project", "/about", "GET", "POST").text("tests/test_app.py")

    assert text == BARE_TEST + "\n\n" + BARE_TEST.replace("test_about", "test_about_post").replace(".get(", ".post(")


def test_the_module_is_named_after_the_views_file(tmp_path: Path) -> None:
    shop = APP + "\n\n@app.get('/')\ndef index():\n    return ''\n"
    write(tmp_path / "project", {"shop/__init__.py": shop, "test/conftest.py": CONFTEST})

    assert "test/test_shop.py" in add(tmp_path / "project", "/about").files


def test_a_fixture_of_the_module_itself_is_used(tmp_path: Path) -> None:
    module = "import pytest\n\n\n@pytest.fixture\ndef browser():\n    return app.test_client()\n"
    write(tmp_path / "project", {"app.py": APP, "tests/test_app.py": module})

    assert "def test_about(browser):" in add(tmp_path / "project", "/about").text("tests/test_app.py")
