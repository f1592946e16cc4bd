"""What is added to a tidy project leaves nothing to do for ruff, however long the rule is."""

import subprocess
import sys
from pathlib import Path
from random import Random

import pytest

from tests.edits.adding import SOURCES, add, write

APP = "from flask import Flask\n\napp = Flask(__name__)\n"
CONFTEST = """\
import pytest
from flask.testing import FlaskClient

from app import app


@pytest.fixture
def client() -> FlaskClient:
    return app.test_client()
"""
ROLES = {"views_file": "app.py", "tests_dir": "tests"}
HEAD = '@bp.[[ method ]]("[[ rule ]]")\ndef [[ name ]]([[ parameters ]]) -> '
VIEWS = [
    SOURCES["view.py"],
    'from markupsafe import escape\n\n\n{HEAD}str:\n    return f"<h1>[[ title ]]</h1><p>{escape("a b")}</p>[[ url ]] <p>{1}</p>"\n',
    '{HEAD}dict[str, object]:\n    return {"title": "[[ title ]]", "url": "[[ url ]] and more"[[ items ]]}\n',
    'from flask import Response\n\n\n{HEAD}Response:\n    return Response(f"[[ title ]] [[ url ]] {1}\\n", mimetype="text/plain")\n',
]
TESTS = [
    SOURCES["test.py"],
    'def test_[[ name ]](client: FlaskClient) -> None:\n    assert client.[[ method ]]("[[ url ]]").status_code == 404\n',
    'def test_[[ name ]](client: FlaskClient) -> None:\n    assert client.get("/").get_json() == {"title": "[[ title ]]"[[ items ]]}\n',
    'def test_[[ name ]](client: FlaskClient) -> None:\n    assert "[[ url ]]" in client.get("/").text\n',
]
WORDS = ["user", "items", "a", "a-word-of-some-length", "settings", "élan", "it's", "two words", '"q"', "日本語"]
CONVERTERS = ["", "int:", "float:", "path:", "uuid:", "string(length=2):", "int(min=1, max=99):", 'any(about, "a b"):']
NAMES = ["x", "username", "post_id", "number_of_items_in_the_cart", "id", "key"]


def rules(random: Random) -> str:
    names = random.sample(NAMES, 3)
    pieces = [str(random.randrange(10**6))]
    for _ in range(random.randint(0, 5)):
        variable = f"<{random.choice(CONVERTERS)}{names.pop()}>" if names and random.random() < 0.5 else ""
        pieces.append(variable or random.choice(WORDS))
    return "/" + "/".join(pieces)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_ruff_finds_nothing(tmp_path: Path, seed: int) -> None:
    random, root = Random(seed), tmp_path / "project"
    write(root, {"app.py": APP, "tests/conftest.py": CONFTEST})
    for _ in range(30):
        view = random.choice(VIEWS).replace("{HEAD}", HEAD).replace("[[ items ]]", ', "key": "value of the key"' * random.randint(0, 2))
        test = "from flask.testing import FlaskClient\n\n\n" * ("import" not in (test := random.choice(TESTS))) + test
        test = test.replace("[[ items ]]", ', "key": "value of the key"' * random.randint(0, 2))
        methods = random.choice([["GET"], ["GET", "POST"], ["OPTIONS"]])
        added = add(root, rules(random), *methods, roles=ROLES, sources={"view.py": view.replace('{escape("a b")}', "{escape(1)}"), "test.py": test})
        write(root, dict(added.files))

    ruff = [f"{sys.prefix}/bin/ruff"]
    check = [*ruff, "check", "--isolated", "--select", "E,F,I,B,UP,SIM,RUF", "--ignore", "RUF001", str(root)]
    assert "All checks passed!" in subprocess.run(check, capture_output=True, text=True, check=False, cwd=root).stdout
    formatted = [*ruff, "format", "--isolated", "--diff", str(root)]
    assert subprocess.run(formatted, capture_output=True, text=True, check=False, cwd=root).stdout == ""
