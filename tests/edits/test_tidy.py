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
    f"""\
from markupsafe import escape


{HEAD}str:
    return f"<h1>[[ title ]]</h1><p>{{escape(1)}}</p>[[ url ]] <p>{{1}}</p>"
""",
    f"""\
{HEAD}dict[str, object]:
    return {{"title": "[[ title ]]", "url": "[[ url ]] and more"[[ items ]]}}
""",
    f"""\
from flask import Response


{HEAD}Response:
    return Response(f"[[ title ]] [[ url ]] {{1}}\\n", mimetype="text/plain")
""",
]
START = """\
from flask.testing import FlaskClient


def test_[[ name ]](client: FlaskClient) -> None:
"""
TESTS = [
    SOURCES["test.py"],
    START + '    assert client.[[ method ]]("[[ url ]]").status_code == 404\n',
    START + '    assert client.get("/").get_json() == {"title": "[[ title ]]"[[ items ]]}\n',
    START + '    assert "[[ url ]]" in client.get("/").text\n',
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
        items = "".join(f', "key {number}": "value of the key"' for number in range(random.randint(0, 3)))
        texts = {"view.py": random.choice(VIEWS), "test.py": random.choice(TESTS)}
        sources = {name: text.replace("[[ items ]]", items) for name, text in texts.items()}
        methods = random.choice([["GET"], ["GET", "POST"], ["OPTIONS"]])
        added = add(root, rules(random), *methods, roles=ROLES, sources=sources)
        write(root, dict(added.files))

    ruff = [f"{sys.prefix}/bin/ruff"]
    check = [*ruff, "check", "--isolated", "--select", "E,F,I,B,UP,SIM,RUF", "--ignore", "RUF001", str(root)]
    assert "All checks passed!" in subprocess.run(check, capture_output=True, text=True, check=False, cwd=root).stdout
    formatted = [*ruff, "format", "--isolated", "--diff", str(root)]
    assert subprocess.run(formatted, capture_output=True, text=True, check=False, cwd=root).stdout == ""
