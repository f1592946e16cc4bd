"""A setting is put beside SECRET_KEY, wherever a project sets that, and taken out again to the byte."""

import ast
from itertools import permutations
from pathlib import Path

import pytest

from scaffold.errors import Edited, NoPlace
from tests.edits.shapes import Shape

HEAD = "from flask import Flask\n\napp = Flask(__name__)\n"
ADDED = {"kind": "config", "name": "LIMIT", "value": "10", "comment": "Why."}
MORE = {"kind": "config", "name": "WTF_CSRF_CHECK_DEFAULT", "value": "False"}
LAST = {"kind": "config", "name": "LIMIT_ALL", "value": "[1, 2]", "comment": "More."}
# A file, and what it is with the setting.
SHAPES: dict[str, tuple[str, str]] = {
    "an item": (
        HEAD + "app.config['SECRET_KEY'] = 'x'\n",
        HEAD + "app.config['SECRET_KEY'] = 'x'\n# Why.\napp.config[\"LIMIT\"] = 10\n",
    ),
    "an item, without a last line end": (
        HEAD + "app.config['SECRET_KEY'] = 'x'",
        HEAD + "app.config['SECRET_KEY'] = 'x'\n# Why.\napp.config[\"LIMIT\"] = 10",
    ),
    "an attribute": (
        HEAD + "app.secret_key = 'x'  # y\nx = 1\n",
        HEAD + "app.secret_key = 'x'  # y\n# Why.\napp.config[\"LIMIT\"] = 10\nx = 1\n",
    ),
    "in a factory, with tabs": (
        "def make():\n\tapp = Flask(__name__)\n\tapp.secret_key = (\n\t\t'x'\n\t)\n\treturn app\n",
        "def make():\n\tapp = Flask(__name__)\n\tapp.secret_key = (\n\t\t'x'\n\t)\n\t# Why.\n"
        '\tapp.config["LIMIT"] = 10\n'
        "\treturn app\n",
    ),
    "under a condition": (
        HEAD + "if app.debug:\n    app.secret_key = 'x'\nelse:\n    app.secret_key = key()\n",
        HEAD + "if app.debug:\n    app.secret_key = 'x'\nelse:\n    app.secret_key = key()\n"
        '# Why.\napp.config["LIMIT"] = 10\n',
    ),
    "from_mapping on one line": (
        HEAD + "app.config.from_mapping(SECRET_KEY='x')\n",
        HEAD + "app.config.from_mapping(SECRET_KEY='x', LIMIT=10)\n",
    ),
    "from_mapping on one line, with a comma": (
        HEAD + "app.config.from_mapping(SECRET_KEY='x',)\n",
        HEAD + "app.config.from_mapping(SECRET_KEY='x', LIMIT=10,)\n",
    ),
    "from_mapping over lines": (
        HEAD + "app.config.from_mapping(\n    SECRET_KEY='x',\n    DATABASE=f('y', ),  # z\n)\n",
        HEAD
        + "app.config.from_mapping(\n    SECRET_KEY='x',\n    DATABASE=f('y', ),  # z\n    # Why.\n    LIMIT=10,\n)\n",
    ),
    "from_mapping without a last comma": (
        HEAD + "app.config.from_mapping(\n    A=1,\n    SECRET_KEY='x'\n)\n",
        HEAD + "app.config.from_mapping(\n    A=1,\n    SECRET_KEY='x',\n    # Why.\n    LIMIT=10\n)\n",
    ),
    "from_mapping with a comment and no comma": (
        HEAD + "app.config.from_mapping(\n    A=1,\n    # The key.\n    SECRET_KEY='x'  # secret, very\n)\n",
        HEAD + "app.config.from_mapping(\n    A=1,\n    # Why.\n    LIMIT=10,\n    # The key.\n"
        "    SECRET_KEY='x'  # secret, very\n)\n",
    ),
    "a closing bracket behind the last": (
        HEAD + "app.config.from_mapping(\n    A=1,\n    SECRET_KEY='x')\n",
        HEAD + "app.config.from_mapping(\n    A=1,\n    SECRET_KEY='x',\n    # Why.\n    LIMIT=10)\n",
    ),
    "a comma and a closing bracket behind the last": (
        HEAD + "app.config.from_mapping(\n    A=1,\n    SECRET_KEY='x',)\n",
        HEAD + "app.config.from_mapping(\n    A=1,\n    SECRET_KEY='x',\n    # Why.\n    LIMIT=10,)\n",
    ),
    "aligned with the bracket": (
        HEAD + "app.config.update(SECRET_KEY='x',\n                  A=1)\n",
        HEAD + "app.config.update(SECRET_KEY='x',\n                  A=1,\n                  # Why.\n"
        "                  LIMIT=10)\n",
    ),
    "a value in brackets": (
        HEAD + "app.config.from_mapping(\n    SECRET_KEY=(\n        'x'  # ,\n        'y'\n    ),\n)\n",
        HEAD + "app.config.from_mapping(\n    SECRET_KEY=(\n        'x'  # ,\n        'y'\n    ),\n    # Why.\n"
        "    LIMIT=10,\n)\n",
    ),
    "a value in brackets on one line": (
        HEAD + "app.config.from_mapping(SECRET_KEY=('x'))\n",
        HEAD + "app.config.from_mapping(SECRET_KEY=('x'), LIMIT=10)\n",
    ),
    "update of a dict": (
        HEAD + "app.config.update(dict(\n    SECRET_KEY='x',\n    USERNAME='admin',\n))\n",
        HEAD + "app.config.update(dict(\n    SECRET_KEY='x',\n    USERNAME='admin',\n    # Why.\n    LIMIT=10,\n))\n",
    ),
    "update with braces": (
        HEAD + "app.config.update({'SECRET_KEY': 'x', **more})\n",
        HEAD + "app.config.update({'SECRET_KEY': 'x', **more, \"LIMIT\": 10})\n",
    ),
    "others spread in below": (
        HEAD + "settings = {\n    'SECRET_KEY': 'x',\n    **more,\n}\n",
        HEAD + "settings = {\n    'SECRET_KEY': 'x',\n    **more,\n    # Why.\n    \"LIMIT\": 10,\n}\n",
    ),
    "from_mapping under a condition": (
        HEAD + "if x:\n    app.config.from_mapping(SECRET_KEY='x')\nelse:\n    app.config.from_object('y')\n",
        HEAD + "if x:\n    app.config.from_mapping(SECRET_KEY='x')\nelse:\n    app.config.from_object('y')\n"
        '# Why.\napp.config["LIMIT"] = 10\n',
    ),
    "a class, and one that inherits": (
        "class Config:\n    SECRET_KEY = 'x'\n    DEBUG = False\n\n\nclass Production(Config):\n"
        "    SECRET_KEY = key()\n",
        "class Config:\n    SECRET_KEY = 'x'\n    # Why.\n    LIMIT = 10\n    DEBUG = False\n\n\n"
        "class Production(Config):\n    SECRET_KEY = key()\n",
    ),
    "two classes": (
        "class Debug:\n    SECRET_KEY = 'x'\n\n\nclass Production(object):\n    SECRET_KEY: str = key()\n",
        "class Debug:\n    SECRET_KEY = 'x'\n    # Why.\n    LIMIT = 10\n\n\nclass Production(object):\n"
        "    SECRET_KEY: str = key()\n    # Why.\n    LIMIT = 10\n",
    ),
    "names of a module": ("SECRET_KEY = 'x'\n", "SECRET_KEY = 'x'\n# Why.\nLIMIT = 10\n"),
    "names of the app's own module": (
        "SECRET_KEY = 'x'\n" + HEAD + "app.config.from_object(__name__)\n",
        "SECRET_KEY = 'x'\n# Why.\nLIMIT = 10\n" + HEAD + "app.config.from_object(__name__)\n",
    ),
    "a name that is only the item's value": (
        "SECRET_KEY = 'x'\n" + HEAD + "app.config['SECRET_KEY'] = SECRET_KEY\n",
        "SECRET_KEY = 'x'\n" + HEAD + "app.config['SECRET_KEY'] = SECRET_KEY\n# Why.\napp.config[\"LIMIT\"] = 10\n",
    ),
    "fallback keys below": (
        HEAD + "app.config['SECRET_KEY'] = 'x'\napp.config['SECRET_KEY_FALLBACKS'] = []\n",
        HEAD + "app.config['SECRET_KEY'] = 'x'\napp.config['SECRET_KEY_FALLBACKS'] = []\n# Why.\n"
        'app.config["LIMIT"] = 10\n',
    ),
}
NO_PLACE = {
    "none": HEAD,
    "the environment": HEAD + "os.environ['SECRET_KEY'] = 'x'\nos.environ.update({'SECRET_KEY': 'x'})\n",
    "another object's key": HEAD + "class Client:\n    def __init__(self, key):\n        self.secret_key = key\n",
    "a variable of the app's module": HEAD + "SECRET_KEY = 'x'\n",
    "a variable of a function": HEAD + "def f():\n    SECRET_KEY = 'x'\n",
    "a model": "class Settings(BaseSettings):\n    SECRET_KEY: str = 'x'\n",
}


@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["lf", "crlf"])
@pytest.mark.parametrize(("held", "result"), SHAPES.values(), ids=SHAPES)
def test_the_setting_is_beside_the_key_and_every_byte_is_back(held: str, result: str, end: str, tmp_path: Path) -> None:
    shape = Shape(tmp_path / "p", {"app.py": held.replace("\n", end)})
    shape.add("limit", ADDED)
    assert shape.text().replace("\r\n", "\n") == result
    assert shape.text().count("\n") == shape.text().count(end)
    shape.take_back("limit")
    assert shape.tree() == shape.given


@pytest.mark.parametrize("name", SHAPES)
def test_several_go_in_any_order(name: str, tmp_path: Path) -> None:
    asked = {"limit": ADDED, "csrf": MORE, "all": LAST, "limit again": ADDED}
    for number, order in enumerate(permutations(asked)):
        shape = Shape(tmp_path / str(number), {"app.py": SHAPES[name][0]})
        for one, edit in asked.items():
            shape.add(one, edit)
        for one in order:
            shape.take_back(one)
            ast.parse(shape.text())
            assert all(asked[other]["name"] in shape.text() for other in shape.live)
        assert shape.tree() == shape.given


@pytest.mark.parametrize("text", NO_PLACE.values(), ids=NO_PLACE)
def test_without_a_place_it_is_refused(text: str, tmp_path: Path) -> None:
    shape = Shape(tmp_path / "p", {"app.py": text, "tests/test_a.py": "SECRET_KEY = 'x'\n"})
    with pytest.raises(NoPlace, match="LIMIT"):
        shape.add("limit", ADDED)


def test_the_surest_place_wins(tmp_path: Path) -> None:
    files = {"a.py": "SECRET_KEY = 'x'\n", "b.py": "class C:\n    SECRET_KEY = 'x'\n", "z.py": SHAPES["an item"][0]}
    shape = Shape(tmp_path / "p", files)
    shape.add("limit", ADDED)
    assert {path for path, data in shape.tree().items() if data != shape.given[path]} == {"z.py"}


FALLBACKS = {"kind": "config", "name": "KEYS", "value": "[*[[ fallbacks ]], [[ secret_key ]]]"}
KEYS = {
    "app.config.update(SECRET_KEY=k, SECRET_KEY_FALLBACKS=old)\n": "KEYS=[*old, k]",
    "app.config['SECRET_KEY'] = k\napp.config['SECRET_KEY_FALLBACKS'] = old\n": (
        'app.config["KEYS"] = [*app.config["SECRET_KEY_FALLBACKS"], app.config["SECRET_KEY"]]'
    ),
    "class C:\n    SECRET_KEY = k\n    SECRET_KEY_FALLBACKS = old\n": "KEYS = [*SECRET_KEY_FALLBACKS, SECRET_KEY]",
    "app.config.update(SECRET_KEY=k)\n": "",
    "app.secret_key = k\n": "",
}


@pytest.mark.parametrize(("text", "written"), KEYS.items())
def test_a_value_of_both_keys_is_only_set_where_both_are(text: str, written: str, tmp_path: Path) -> None:
    shape = Shape(tmp_path / "p", {"app.py": HEAD + text})
    shape.add("keys", FALLBACKS)
    assert written in shape.text()
    assert ("KEYS" in shape.text().replace("SECRET_KEY_FALLBACKS", "")) == bool(written)
    shape.take_back("keys")
    assert shape.tree() == shape.given


def test_what_was_set_before_us_stays(tmp_path: Path) -> None:
    shape = Shape(tmp_path / "p", {"app.py": HEAD + "app.config.update(SECRET_KEY='x', LIMIT=3)\n"})
    assert [one["shared"] for one in shape.add("limit", ADDED)] == [True]
    shape.take_back("limit")
    assert shape.tree() == shape.given


def test_a_longer_name_is_another_setting(tmp_path: Path) -> None:
    shape = Shape(tmp_path / "p", {"app.py": HEAD + "app.config.update(SECRET_KEY='x', LIMIT_ALL=3)  # LIMIT\n"})
    shape.add("limit", ADDED)
    assert "LIMIT_ALL=3, LIMIT=10)" in shape.text()


@pytest.mark.parametrize("name", [name for name in SHAPES if name != "two classes"])
def test_a_setting_that_was_changed_is_kept_and_named(name: str, tmp_path: Path) -> None:
    shape = Shape(tmp_path / "p", {"app.py": SHAPES[name][0]})
    shape.add("limit", ADDED)
    shape.changes.put("app.py", shape.text().replace("10", "20").encode())
    with pytest.raises(Edited, match=r"'LIMIT' was changed .*app\.py:\d"):
        shape.take_back("limit")
