"""A new file passes when it is the old one and what was planned, and nothing else passes."""

import pytest

from scaffold.errors import BadResult
from scaffold.flask_code import check
from scaffold.flask_code.source import Source

OLD = "import os\nfrom a import b\n\n\ndef f():\n    if os:\n        return 1\n"
VIEW = "\n\ndef view():\n    pass\n"
NESTED = OLD.replace("    if os:", "    if os:\n        def view(): pass")


@pytest.mark.parametrize(
    ("new", "functions", "imports"),
    [
        (OLD, [], []),
        (OLD + VIEW, ["view"], []),
        (NESTED, ["view"], []),
        (OLD.replace("import b", "import b, c"), [], [("a", "c")]),
        (OLD.replace("import b", "import a1, b"), [], [("a", "a1")]),
        ("import json\n" + OLD, [], [("json", "")]),
        ("from json import dumps, loads\n" + OLD, [], [("json", "dumps"), ("json", "loads")]),
    ],
)
def test_what_was_planned_passes(new: str, functions: list[str], imports: list[tuple[str, str]]) -> None:
    check.edited(Source("app.py", OLD.encode()), new.encode(), functions, imports)


@pytest.mark.parametrize(
    ("new", "functions", "imports"),
    [
        (OLD, ["view"], []),
        (OLD, [], [("a", "c")]),
        (OLD + VIEW, [], []),
        (OLD + VIEW + VIEW, ["view"], []),
        (OLD + VIEW.replace("pass", "pas s"), ["view"], []),
        (OLD.replace("return 1", "return 2"), [], []),
        (NESTED.replace("if os", "if not os"), ["view"], []),
        (NESTED.replace("def f()", "def f(x)"), ["view"], []),
        (OLD.replace("def f", "@d\ndef f"), [], []),
        (OLD.replace("import b", "import b, c, d"), [], [("a", "c")]),
        (OLD.replace("import b", "import c"), [], [("a", "c")]),
        (OLD.replace("import b", "import b as c"), [], [("a", "b")]),
        (OLD.replace("from a", "from .a"), [], []),
        ("import json\n" + OLD, [], []),
        (OLD.replace("import os\n", ""), [], []),
    ],
)
def test_anything_else_is_caught(new: str, functions: list[str], imports: list[tuple[str, str]]) -> None:
    with pytest.raises(BadResult):
        check.edited(Source("app.py", OLD.encode()), new.encode(), functions, imports)
