"""A statement joins the wiring of an app, however somebody wrote it, and goes again without a trace."""

import ast
import re
from pathlib import Path
from random import Random

import pytest

from scaffold.errors import Edited, NoPlace
from tests.edits.shapes import EXTENSION, LIMITER, Shape, bind, register

HEAD = "from flask import Flask\n"
GUARD = '\n\nif __name__ == "__main__":\n    app.run()\n'
VIEW = '@app.route("/")\ndef index():\n    return "home"\n'
# The app's file, and what it is once a blueprint was registered and a command bound.
SHAPES: dict[str, tuple[str, str]] = {
    "factory": (
        "\n\ndef create_app():\n    app = Flask(__name__)\n\n    @app.route('/')\n    def index():\n        return ''\n"
        "\n    return app\n",
        "\n\ndef create_app():\n    app = Flask(__name__)\n\n    @app.route('/')\n    def index():\n        return ''\n"
        "\n    users.init_app(app)\n\n    app.register_blueprint(shop.bp)\n\n    return app\n",
    ),
    "factory without blank lines": (
        "def create_app():\n    app = Flask(__name__)\n    app.secret_key = 'x'\n    return app\n",
        "def create_app():\n    app = Flask(__name__)\n    app.secret_key = 'x'\n    users.init_app(app)\n"
        "    app.register_blueprint(shop.bp)\n    return app\n",
    ),
    "late imports": (
        "\n\ndef create_app():\n    app = Flask(__name__)\n\n    from views import bp\n    app.register_blueprint(bp)\n"
        "\n    return app\n",
        "\n\ndef create_app():\n    app = Flask(__name__)\n\n    from views import bp\n    users.init_app(app)\n"
        "    app.register_blueprint(bp)\n    app.register_blueprint(shop.bp)\n\n    return app\n",
    ),
    "early return": (
        "\n\ndef create_app(bare=False):\n    app = Flask(__name__)\n    if bare:\n        return app\n"
        "    return app\n",
        "\n\ndef create_app(bare=False):\n    app = Flask(__name__)\n    users.init_app(app)\n"
        "    app.register_blueprint(shop.bp)\n    if bare:\n        return app\n    return app\n",
    ),
    "sorted": (
        "\napp = Flask(__name__)\n\nlogs.init_app(app)\nzones.init_app(app)\n\napp.register_blueprint(a.bp)\n"
        "app.register_blueprint(z.bp)\n",
        "\napp = Flask(__name__)\n\nlogs.init_app(app)\nusers.init_app(app)\nzones.init_app(app)\n\n"
        "app.register_blueprint(a.bp)\napp.register_blueprint(shop.bp)\napp.register_blueprint(z.bp)\n",
    ),
    "not sorted, with comments and keywords, over lines": (
        "\napp = Flask(__name__)\n# The database.\ndb.init_app(app)\n# Its migrations.\nalembic.init_app(\n    app,\n)"
        "  # last\napp.register_blueprint(z.bp, url_prefix='/z')\napp.register_blueprint(\n    a.bp\n)\n",
        "\napp = Flask(__name__)\n# The database.\ndb.init_app(app)\n# Its migrations.\nalembic.init_app(\n    app,\n)"
        "  # last\nusers.init_app(app)\napp.register_blueprint(z.bp, url_prefix='/z')\napp.register_blueprint(\n"
        "    a.bp\n)\napp.register_blueprint(shop.bp)\n",
    ),
    "a comment above the next one": (
        "\napp = Flask(__name__)\n\n# Zones.\n# All of them.\nzones.init_app(app)\n",
        "\napp = Flask(__name__)\n\nusers.init_app(app)\n# Zones.\n# All of them.\nzones.init_app(app)\n\n"
        "app.register_blueprint(shop.bp)\n",
    ),
    "given by its name": (
        "\napp = Flask(__name__)\n\ndb.init_app(app=app)\n",
        "\napp = Flask(__name__)\n\ndb.init_app(app=app)\nusers.init_app(app)\n\napp.register_blueprint(shop.bp)\n",
    ),
    "routes of a module": (
        f"\napp = Flask(__name__)\napp.secret_key = 'x'\n\n\n{VIEW}{GUARD}",
        "\napp = Flask(__name__)\napp.secret_key = 'x'\n\nusers.init_app(app)\n\napp.register_blueprint(shop.bp)\n\n\n"
        f"{VIEW}{GUARD}",
    ),
    "set up below the routes": (
        f"\napp = Flask(__name__)\n\n\n{VIEW}\n\napp.config['SECRET_KEY'] = 'x'{GUARD}",
        f"\napp = Flask(__name__)\n\n\n{VIEW}\n\napp.config['SECRET_KEY'] = 'x'\n\nusers.init_app(app)\n\n"
        f"app.register_blueprint(shop.bp){GUARD}",
    ),
    "behind a proxy": (
        "\napp = Flask(__name__)\n\n# The proxy.\napp.wsgi_app = ProxyFix(app.wsgi_app)\n\n"
        "client = app.test_client()\n",
        "\napp = Flask(__name__)\n\nusers.init_app(app)\n\napp.register_blueprint(shop.bp)\n\n# The proxy.\n"
        "app.wsgi_app = ProxyFix(app.wsgi_app)\n\nclient = app.test_client()\n",
    ),
    "two names": (
        "\napplication = app = Flask(__name__)\n",
        "\napplication = app = Flask(__name__)\n\nusers.init_app(app)\n\napp.register_blueprint(shop.bp)\n",
    ),
    "another name": (
        f"\nserver = Flask(__name__)\n{GUARD.replace('app', 'server')}",
        "\nserver = Flask(__name__)\n\nusers.init_app(server)\n\nserver.register_blueprint(shop.bp)\n"
        f"{GUARD.replace('app', 'server')}",
    ),
    "one of two ways": (
        "import os\n\nif os.environ.get('X'):\n    app = Flask(__name__)\nelse:\n    app = Flask('x')\n\n\n" + VIEW,
        "import os\n\nif os.environ.get('X'):\n    app = Flask(__name__)\nelse:\n    app = Flask('x')\n\n"
        "users.init_app(app)\n\napp.register_blueprint(shop.bp)\n\n\n" + VIEW,
    ),
    "under try": (
        "\ntry:\n    app = Flask(__name__)\nfinally:\n    pass\n",
        "\ntry:\n    app = Flask(__name__)\n    users.init_app(app)\n    app.register_blueprint(shop.bp)\nfinally:\n"
        "    pass\n",
    ),
    "under with": (
        "\nwith open('x') as file:\n    app = Flask(__name__)\n\n    app.register_blueprint(a.bp)\n",
        "\nwith open('x') as file:\n    app = Flask(__name__)\n\n    users.init_app(app)\n\n"
        "    app.register_blueprint(a.bp)\n"
        "    app.register_blueprint(shop.bp)\n",
    ),
    "in a class": (
        "\n\nclass Server:\n    def __init__(self):\n        self.app = Flask(__name__)\n\n    def run(self):\n"
        "        pass\n",
        "\n\nclass Server:\n    def __init__(self):\n        self.app = Flask(__name__)\n\n"
        "        users.init_app(self.app)\n"
        "\n        self.app.register_blueprint(shop.bp)\n\n    def run(self):\n        pass\n",
    ),
    "no last line end": (
        "\napp = Flask(__name__)",
        "\napp = Flask(__name__)\n\nusers.init_app(app)\n\napp.register_blueprint(shop.bp)",
    ),
    "tabs": (
        "\n\ndef make():\n\tapp = Flask(__name__)\n\n\treturn app\n",
        "\n\ndef make():\n\tapp = Flask(__name__)\n\n\tusers.init_app(app)\n\n\tapp.register_blueprint(shop.bp)\n\n"
        "\treturn app\n",
    ),
}
ANY_END = {"lf": "\n", "crlf": "\r\n", "cr": "\r"}
ADDED = {
    "users": bind("users"),
    "shop": register("shop"),
    "alpha": register("alpha"),
    "csrf": EXTENSION,
    "limiter": LIMITER,
    "zoo": bind("zoo"),
}


@pytest.mark.parametrize("end", ANY_END)
@pytest.mark.parametrize("name", SHAPES)
def test_a_statement_is_put_among_its_like_and_every_byte_is_back(name: str, end: str, tmp_path: Path) -> None:
    before, after = SHAPES[name]
    shape = Shape(tmp_path / "p", {"app.py": (HEAD + before).replace("\n", ANY_END[end])})

    shape.add("shop", register("shop"), module="shop")
    shape.add("users", bind("users"), module="users")

    body = [line for line in re.split("\r\n|\r|\n", shape.text()) if not re.match("import (shop|users)$", line)]
    assert "\n".join(body).endswith(after.lstrip("\n"))
    assert [line for line in body if line] == [line for line in (HEAD + after).split("\n") if line]
    assert len(set(re.findall("\r\n|\r|\n", shape.text()))) == 1
    for order in (["shop", "users"], ["users", "shop"]):
        for one in order:
            shape.take_back(one)
        assert shape.tree() == shape.given
        for one in order:
            shape.add(one, ADDED[one], module=one)


@pytest.mark.parametrize("name", SHAPES)
@pytest.mark.parametrize("package", [True, False], ids=["package", "module"])
def test_any_order_in_and_out_gives_the_bytes_back(name: str, package: bool, tmp_path: Path) -> None:
    source = HEAD + SHAPES[name][0]
    files = {"web/__init__.py": source} if package else {"app.py": source}
    answers = {"package_dir": "web", "sibling": "."} if package else {}
    path = next(iter(files))
    random = Random(name)
    shape = Shape(tmp_path / "p", files, **answers)
    steps = 0
    while steps < 60 or shape.live:
        missing = sorted(ADDED.keys() - shape.live.keys())
        grows = steps < 60 and bool(missing) and (not shape.live or random.random() < 0.6)
        one = random.choice(missing if grows else sorted(shape.live))
        if grows:
            shape.add(one, ADDED[one], module="" if ADDED[one]["kind"] == "extension" else one)
        else:
            shape.take_back(one)
        text = shape.text(path)
        ast.parse(text)
        assert all(f"{one}." in text for one in shape.live)
        assert is_tidy(text, source), text
        steps += 1
    assert shape.tree() == shape.given


def is_tidy(text: str, before: str) -> bool:
    """Tell whether there are no more blank lines in a row than there were, and no more than two."""
    most = max(len(found) for found in re.findall(r"\n+", before))
    return max(len(found) for found in re.findall(r"\n+", text)) <= max(most, 2)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_byte_order_mark_and_an_encoding_stay(end: str, tmp_path: Path) -> None:
    text = f"# -*- coding: utf-8 -*-{end}from flask import Flask{end}{end}app = Flask(__name__)  # caf\xe9{end}"
    shape = Shape(tmp_path / "p", {"app.py": b"\xef\xbb\xbf" + text.encode()})
    shape.add("shop", register("shop"), module="shop")
    assert shape.tree()["app.py"].startswith(b"\xef\xbb\xbf# -*-")
    shape.take_back("shop")
    assert shape.tree() == shape.given


@pytest.mark.parametrize(
    "text",
    ["def make(): app = Flask(__name__); return app\n", "app = Flask(__name__); app.secret_key = 'x'\n"],
    ids=["factory", "module"],
)
def test_a_line_with_several_statements_is_no_place(text: str, tmp_path: Path) -> None:
    shape = Shape(tmp_path / "p", {"app.py": HEAD + text})
    with pytest.raises(NoPlace, match="middle of another one"):
        shape.add("shop", register("shop"), module="shop")


def test_a_name_that_the_file_has_already_gets_another_one(tmp_path: Path) -> None:
    shape = Shape(tmp_path / "p", {"app.py": HEAD + "\napp = Flask(__name__)\n\n\n" + VIEW.replace("index", "shop")})
    shape.add("shop", register("shop"), module="shop")
    assert "import shop as shop_module\n" in shape.text()
    assert "\napp.register_blueprint(shop_module.bp)\n" in shape.text()
    shape.take_back("shop")
    assert shape.tree() == shape.given


CHANGED = {
    "a prefix": ("app.register_blueprint(shop.bp)", "app.register_blueprint(shop.bp, url_prefix='/s')"),
    "a comment": ("app.register_blueprint(shop.bp)", "app.register_blueprint(shop.bp)  # mine"),
    "under a condition": ("app.register_blueprint(shop.bp)", "if x:\n    app.register_blueprint(shop.bp)"),
    "on a line with another": ("app.register_blueprint(shop.bp)", "app.register_blueprint(shop.bp); x = 1"),
    "its result kept": ("app.register_blueprint(shop.bp)", "x = 1\napp.register_blueprint(blueprint=shop.bp)"),
}


@pytest.mark.parametrize(("old", "new"), CHANGED.values(), ids=CHANGED)
def test_a_statement_that_was_changed_is_kept_and_named(old: str, new: str, tmp_path: Path) -> None:
    shape = Shape(tmp_path / "p", {"app.py": HEAD + "\napp = Flask(__name__)\n"})
    shape.add("shop", register("shop"), module="shop")
    shape.changes.put("app.py", shape.text().replace(old, new).encode())
    with pytest.raises(Exception, match=r"app\.py:\d") as raised:
        shape.take_back("shop")
    problems = getattr(raised.value, "problems", [raised.value])
    assert isinstance(problems[0], Edited)


def test_a_statement_that_somebody_wrapped_is_still_ours(tmp_path: Path) -> None:
    shape = Shape(tmp_path / "p", {"app.py": HEAD + "\napp = Flask(__name__)\n"})
    shape.add("shop", register("shop"), module="shop")
    text = shape.text().replace("register_blueprint(shop.bp)", "register_blueprint(\n    shop.bp\n)")
    shape.changes.put("app.py", text.encode())
    shape.take_back("shop")
    assert shape.tree() == shape.given


def test_what_was_there_before_us_stays(tmp_path: Path) -> None:
    text = "import shop\nfrom flask import Flask\n\napp = Flask(__name__)\n\napp.register_blueprint(shop.bp)\n"
    shape = Shape(tmp_path / "p", {"app.py": text})
    recorded = shape.add("shop", register("shop"))
    assert [one.get("shared") for one in recorded] == [True]
    shape.take_back("shop")
    assert shape.tree() == shape.given


def test_a_statement_that_two_ask_for_goes_with_the_last(tmp_path: Path) -> None:
    for order in (["one", "two"], ["two", "one"]):
        shape = Shape(tmp_path / "-".join(order), {"app.py": HEAD + "\napp = Flask(__name__)\n", "shop.py": ""})
        for name in ("one", "two"):
            shape.add(name, register("shop"))
        shape.take_back(order[0])
        assert "register_blueprint(shop.bp)" in shape.text()
        shape.take_back(order[1])
        assert shape.tree() == shape.given


def test_a_name_in_a_text_is_no_use_of_the_module(tmp_path: Path) -> None:
    text = HEAD + "\napp = Flask(__name__)\nLINKS = ['shop']\n"
    shape = Shape(tmp_path / "p", {"app.py": text})
    shape.add("shop", register("shop"), module="shop")
    shape.take_back("shop")
    assert shape.tree() == shape.given


NAMES = {
    "a condition": "    if shop := app.config.get('SHOP'):\n        print(shop)\n",
    "a handler": "    try:\n        print()\n    except OSError as shop:\n        print(shop)\n",
    "a pattern": "    match app.name:\n        case shop:\n            print(shop)\n",
    "a rest": "    match app.config:\n        case {'A': 1, **shop}:\n            print(shop)\n",
    "a test in a with": "    with open(shop := 'x'):\n        pass\n",
}


@pytest.mark.parametrize("what", NAMES)
def test_a_name_that_the_factory_uses_is_left_to_it(what: str, tmp_path: Path) -> None:
    text = f"{HEAD}\n\ndef create_app():\n    app = Flask(__name__)\n{NAMES[what]}    return app\n"
    shape = Shape(tmp_path, {"app.py": text})

    shape.add("shop", register("shop"))

    assert "import shop as shop_module\n" in shape.text("app.py")
    assert "    app.register_blueprint(shop_module.bp)\n" in shape.text("app.py")
    shape.take_back("shop")
    assert shape.text("app.py") == text
