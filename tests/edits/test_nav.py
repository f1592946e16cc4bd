"""An entry joins the list in a page's navigation, dressed as its neighbours, and goes again."""

from itertools import permutations
from pathlib import Path

import pytest

from scaffold.errors import Edited
from tests.edits.shapes import Shape

BODY = "{% block body %}{% endblock %}\n"
# What is between the tags of the page's navigation, and what it is with the entry.
SHAPES: dict[str, tuple[str, str]] = {
    "a list": (
        "<nav>\n  <ul>\n    <li>Home</li>\n  </ul>\n</nav>\n",
        "<nav>\n  <ul>\n    <li>Home</li>\n    <li><a href=\"{{ url_for('a.show') }}\">A</a></li>\n  </ul>\n</nav>\n",
    ),
    "an empty list, with tabs": (
        "<nav>\n\t<ul>\n\t</ul>\n</nav>\n",
        "<nav>\n\t<ul>\n\t  <li><a href=\"{{ url_for('a.show') }}\">A</a></li>\n\t</ul>\n</nav>\n",
    ),
    "nested lists": (
        "<nav>\n<ul>\n  <li>More\n    <ul>\n      <li>One</li>\n    </ul>\n  </li>\n</ul>\n</nav>\n",
        "<nav>\n<ul>\n  <li>More\n    <ul>\n      <li>One</li>\n    </ul>\n  </li>\n"
        "  <li><a href=\"{{ url_for('a.show') }}\">A</a></li>\n</ul>\n</nav>\n",
    ),
    "two navigations": (
        "<nav>Crumbs</nav>\n<nav>\n  <ul>\n  </ul>\n</nav>\n<nav>\n  <ul>\n  </ul>\n</nav>\n",
        "<nav>Crumbs</nav>\n<nav>\n  <ul>\n    <li><a href=\"{{ url_for('a.show') }}\">A</a></li>\n  </ul>\n</nav>\n"
        "<nav>\n  <ul>\n  </ul>\n</nav>\n",
    ),
    "classes": (
        '<nav class="navbar">\n  <ul class="navbar-nav">\n    <li class="nav-item active">\n'
        '      <a class="nav-link active" href="/">Home</a>\n    </li>\n  </ul>\n</nav>\n',
        '<nav class="navbar">\n  <ul class="navbar-nav">\n    <li class="nav-item active">\n'
        '      <a class="nav-link active" href="/">Home</a>\n    </li>\n'
        '    <li class="nav-item"><a class="nav-link" href="{{ url_for(\'a.show\') }}">A</a></li>\n  </ul>\n</nav>\n',
    ),
    "comments": (
        "<!-- <nav>\n<ul>\n</ul>\n</nav> -->\n{# <nav>\n<ul>\n</ul>\n</nav> #}\n<nav>\n<ul>\n</ul>\n</nav>\n",
        "<!-- <nav>\n<ul>\n</ul>\n</nav> -->\n{# <nav>\n<ul>\n</ul>\n</nav> #}\n<nav>\n<ul>\n"
        "  <li><a href=\"{{ url_for('a.show') }}\">A</a></li>\n</ul>\n</nav>\n",
    ),
    "capitals": (
        "<NAV>\n  <UL>\n  </UL>\n</NAV>\n",
        "<NAV>\n  <UL>\n    <li><a href=\"{{ url_for('a.show') }}\">A</a></li>\n  </UL>\n</NAV>\n",
    ),
    "no navigation": ("<header></header>\n", "<header></header>\n"),
    "no list": ("<nav><a href='/'>Home</a></nav>\n", "<nav><a href='/'>Home</a></nav>\n"),
    "a list on one line": ("<nav><ul><li>Home</li></ul></nav>\n", "<nav><ul><li>Home</li></ul></nav>\n"),
    "the link is there": (
        "<nav>\n<ul>\n<li>{{ url_for('a.show') }}</li>\n</ul>\n</nav>\n",
        "<nav>\n<ul>\n<li>{{ url_for('a.show') }}</li>\n</ul>\n</nav>\n",
    ),
}
SOURCE = "<li><a href=\"{{ url_for('[[ module ]].show') }}\">[[ title ]]</a></li>\n"
EDIT = {"kind": "nav", "source": "nav.html"}
BASE = "templates/base.html"


def shape_of(root: Path, text: str | bytes) -> Shape:
    files = {BASE: text, "templates/index.html": '{% extends "base.html" %}\n{% block body %}{% endblock %}\n'}
    shape = Shape(root, files)
    shape.sources["nav.html"] = SOURCE
    return shape


@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["lf", "crlf"])
@pytest.mark.parametrize(("held", "result"), SHAPES.values(), ids=SHAPES)
def test_the_entry_is_put_at_the_end_and_every_byte_is_back(held: str, result: str, end: str, tmp_path: Path) -> None:
    shape = shape_of(tmp_path / "p", (held + BODY).replace("\n", end))
    shape.add("a", EDIT, module="a")
    assert shape.text(BASE) == (result + BODY).replace("\n", end)
    shape.take_back("a")
    assert shape.tree() == shape.given


@pytest.mark.parametrize("name", ["a list", "nested lists", "classes", "two navigations"])
def test_several_go_in_any_order(name: str, tmp_path: Path) -> None:
    for number, order in enumerate(permutations(["a", "b", "ab"])):
        shape = shape_of(tmp_path / str(number), SHAPES[name][0] + BODY)
        for one in ("a", "b", "ab"):
            shape.add(one, EDIT, module=one)
        for one in order:
            shape.take_back(one)
            assert all(f"url_for('{other}.show')" in shape.text(BASE) for other in shape.live)
        assert shape.tree() == shape.given


def test_bytes_that_are_not_utf_8_are_left_alone(tmp_path: Path) -> None:
    shape = shape_of(tmp_path / "p", b"caf\xe9" + (SHAPES["a list"][0] + BODY).encode())
    assert shape.add("a", EDIT, module="a") == []
    shape.take_back("a")
    assert shape.tree() == shape.given


def test_a_project_without_pages_gets_no_entry(tmp_path: Path) -> None:
    shape = Shape(tmp_path / "p", {"app.py": ""})
    shape.sources["nav.html"] = SOURCE
    assert shape.add("a", EDIT, module="a") == []


def test_an_entry_that_was_changed_is_kept_and_named(tmp_path: Path) -> None:
    shape = shape_of(tmp_path / "p", SHAPES["a list"][0] + BODY)
    shape.add("a", EDIT, module="a")
    shape.changes.put(BASE, shape.text(BASE).replace(">A<", ">The A<").encode())
    with pytest.raises(Edited, match=r"templates/base\.html:4"):
        shape.take_back("a")
