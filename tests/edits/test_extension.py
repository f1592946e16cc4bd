"""An extension's object joins the others, in a module that is made where there is none."""

from itertools import permutations
from pathlib import Path

import pytest

from scaffold.errors import Clash, Edited
from tests.edits.shapes import EXTENSION, LIMITER, Shape

APP = "from flask import Flask\n\napp = Flask(__name__)\n"
IMPORT = "from flask_wtf import CSRFProtect  # type: ignore[import-untyped]\n"
SHAPES: dict[str, tuple[str, str]] = {
    "nothing": ("", f"{IMPORT}\ncsrf = CSRFProtect()\n"),
    "a docstring": ('"""Extensions."""\n', f'"""Extensions."""\n\n{IMPORT}\ncsrf = CSRFProtect()\n'),
    "one before": (
        "from flask_babel import Babel\n\nbabel = Babel()\n",
        f"from flask_babel import Babel\n{IMPORT}\nbabel = Babel()\ncsrf = CSRFProtect()\n",
    ),
    "one after": (
        "from flask_x import X\n\nx = X()\n",
        f"{IMPORT}from flask_x import X\n\ncsrf = CSRFProtect()\nx = X()\n",
    ),
    "a comment above the one after": (
        "from flask_x import X\n\n# X.\nx = X(\n    1,\n)\n",
        f"{IMPORT}from flask_x import X\n\ncsrf = CSRFProtect()\n# X.\nx = X(\n    1,\n)\n",
    ),
    "sections of imports": (
        "from __future__ import annotations\n\nimport os\n\nfrom flask_x import X\n\nX_URL = os.sep\nx = X(X_URL)\n",
        f"from __future__ import annotations\n\nimport os\n\n{IMPORT}from flask_x import X\n\nX_URL = os.sep\n"
        "csrf = CSRFProtect()\nx = X(X_URL)\n",
    ),
    "not sorted": (
        "from flask_x import X\nfrom flask_a import A\nx = X()\na = A()",
        f"from flask_x import X\nfrom flask_a import A\n{IMPORT}x = X()\na = A()\ncsrf = CSRFProtect()",
    ),
    "the same package": (
        "from flask_wtf import FlaskForm\n\n\nclass Form(FlaskForm):\n    pass\n",
        "from flask_wtf import CSRFProtect, FlaskForm\n\ncsrf = CSRFProtect()\n\n\nclass Form(FlaskForm):\n    pass\n",
    ),
    "carriage returns": (
        "from flask_x import X\r\n\r\nx = X()\r\n",
        f"{IMPORT}from flask_x import X\n\ncsrf = CSRFProtect()\nx = X()\n".replace("\n", "\r\n"),
    ),
}


def shape_of(root: Path, held: str | None) -> Shape:
    return Shape(root / "p", {"app.py": APP, **({"extensions.py": held} if held is not None else {})})


@pytest.mark.parametrize(("held", "result"), SHAPES.values(), ids=SHAPES)
def test_the_object_is_put_among_the_others_and_every_byte_is_back(held: str, result: str, tmp_path: Path) -> None:
    shape = shape_of(tmp_path, held)
    shape.add("csrf", EXTENSION)
    assert shape.text("extensions.py") == result
    assert shape.text() == (
        "from flask import Flask\n\nimport extensions\n\napp = Flask(__name__)\n\nextensions.csrf.init_app(app)\n"
    )
    shape.take_back("csrf")
    assert shape.tree() == shape.given


def test_the_module_is_made_and_goes_with_the_last_object(tmp_path: Path) -> None:
    for number, order in enumerate(permutations(["csrf", "limiter"])):
        shape = shape_of(tmp_path / str(number), None)
        shape.add("csrf", EXTENSION)
        shape.add("limiter", LIMITER)
        shape.take_back(order[0])
        assert shape.text("extensions.py").count("\n\n") == 1
        shape.take_back(order[1])
        assert shape.tree() == shape.given


@pytest.mark.parametrize("order", list(permutations(["csrf", "limiter", "csrf again"])), ids=str)
@pytest.mark.parametrize("name", SHAPES)
def test_what_two_ask_for_goes_with_the_last(name: str, order: tuple[str, ...], tmp_path: Path) -> None:
    shape = shape_of(tmp_path, SHAPES[name][0])
    shape.add("csrf", EXTENSION)
    shape.add("limiter", LIMITER)
    recorded = shape.add("csrf again", EXTENSION)
    assert all(one["shared"] for one in recorded)
    for one in order:
        shape.take_back(one)
        wanted = {other.partition(" ")[0] for other in shape.live}
        assert {two for two in ("csrf", "limiter") if f"\n{two} = " in f"\n{shape.text('extensions.py')}"} == wanted
    assert shape.tree() == shape.given


def test_an_object_that_was_there_before_us_stays_and_is_bound_once(tmp_path: Path) -> None:
    held = "from flask_wtf import CSRFProtect\n\ncsrf = CSRFProtect()\n"
    app = "from flask import Flask\nfrom extensions import csrf\n\napp = Flask(__name__)\ncsrf.init_app(app)\n"
    shape = Shape(tmp_path / "p", {"app.py": app, "extensions.py": held})
    shape.add("csrf", EXTENSION)
    assert shape.tree() == shape.given
    shape.take_back("csrf")
    assert shape.tree() == shape.given


def test_a_package_of_extensions_is_taken_for_the_module(tmp_path: Path) -> None:
    shape = Shape(tmp_path / "p", {"app.py": APP, "extensions/__init__.py": ""})
    shape.add("csrf", EXTENSION)
    assert "csrf = CSRFProtect()\n" in shape.text("extensions/__init__.py")
    shape.take_back("csrf")
    assert shape.tree() == shape.given


def test_an_object_that_is_made_elsewhere_is_named(tmp_path: Path) -> None:
    shape = Shape(tmp_path / "p", {"app.py": f"{APP}from flask_wtf import CSRFProtect\ncsrf = CSRFProtect(app)\n"})
    with pytest.raises(Clash, match=r"app\.py:5"):
        shape.add("csrf", EXTENSION)
    assert shape.tree() == shape.given


def test_a_name_that_is_something_else_is_named(tmp_path: Path) -> None:
    shape = shape_of(tmp_path, "csrf = 1\n")
    with pytest.raises(Clash, match=r"extensions\.py:1"):
        shape.add("csrf", EXTENSION)
    assert shape.tree() == shape.given


def test_neighbours_that_nobody_can_read_make_nothing(tmp_path: Path) -> None:
    broken = {"old.py": b"CSRFProtect(\xff", "older.py": b"print 'CSRFProtect('\n"}
    shape = Shape(tmp_path / "p", {"app.py": APP, **broken})
    shape.add("csrf", EXTENSION)
    shape.take_back("csrf")
    assert shape.tree() == shape.given


@pytest.mark.parametrize("new", ["csrf = CSRFProtect(app)", "csrf: CSRFProtect = CSRFProtect()", "csrf = None"])
def test_an_object_that_was_changed_is_kept_and_named(new: str, tmp_path: Path) -> None:
    shape = shape_of(tmp_path, None)
    shape.add("csrf", EXTENSION)
    text = shape.text("extensions.py").replace("csrf = CSRFProtect()", new)
    shape.changes.put("extensions.py", text.encode())
    with pytest.raises(Edited, match=r"extensions\.py:3"):
        shape.take_back("csrf")
