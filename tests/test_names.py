"""A project's name is one that every tool it meets can bear."""

import re
import sys
from keyword import kwlist

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from scaffold import catalog, names
from scaffold.errors import BadName

KEYWORD = "it is a word of the Python language"
STANDARD = "it is a module of the standard library"
IMPORTED = "it would hide a package"
FORM = "letters, digits, '-' and '_' make a name"
WINDOWS = "Windows reserves it"
REFUSED = {
    "": "it is empty",
    "1shop": FORM,
    "-shop": FORM,
    "_shop": FORM,
    "shop-": FORM,
    "shop_": FORM,
    "my shop": FORM,
    "shop!": FORM,
    "shop.py": FORM,
    ".": FORM,
    "..": FORM,
    "~": FORM,
    "$HOME": FORM,
    "{{cookiecutter.x}}": FORM,
    "łódź": FORM,
    "\uff46lask": FORM,
    "a\u0301": FORM,
    "class": KEYWORD,
    "None": KEYWORD,
    "none": KEYWORD,
    "async": KEYWORD,
    "match": KEYWORD,
    "type": KEYWORD,
    "json": STANDARD,
    "JSON": STANDARD,
    "Json": STANDARD,
    "site": STANDARD,
    "email": STANDARD,
    "zoneinfo": STANDARD,
    "flask": IMPORTED,
    "Flask": IMPORTED,
    "FLASK": IMPORTED,
    "werkzeug": IMPORTED,
    "jinja2": IMPORTED,
    "click": IMPORTED,
    "dotenv": IMPORTED,
    "flask-login": IMPORTED,
    "flask_sqlalchemy": IMPORTED,
    "gunicorn": IMPORTED,
    "pytest": IMPORTED,
    "pygments": IMPORTED,
    "typing-extensions": IMPORTED,
    "wtforms": IMPORTED,
    "sitecustomize": IMPORTED,
    "scaffold": IMPORTED,
    "con": WINDOWS,
    "NUL": WINDOWS,
    "Com1": WINDOWS,
    "lpt9": WINDOWS,
    "a/b": "it has a path separator",
    "a\\b": "it has a path separator",
    "../x": "it has a path separator",
    "/etc": "it has a path separator",
    "a\nb": "it has a control character",
    "a\0": "it has a control character",
    "\x1b[31m": "it has a control character",
    "shop\u200b": "it has a control character",
    "\u202ashop": "it has a control character",
    "x" * 65: "it is longer than 64 characters",
    "tests": "the project has a folder or module of that name",
    "templates": "the project has a folder or module of that name",
    "static": "the project has a folder or module of that name",
    "venv": STANDARD,
    "dist": "git is told to leave out folders of that name",
}


@pytest.mark.parametrize(("name", "reason"), REFUSED.items(), ids=map(ascii, REFUSED))
def test_a_name_that_would_not_do_is_refused_with_the_reason_and_one_that_would(name: str, reason: str) -> None:
    with pytest.raises(BadName) as caught:
        names.package(name)
    error = caught.value
    assert reason in error.message
    assert error.exit_code == 2
    assert len(error.message.splitlines()) == 1
    suggested = re.search(r"Try 'scaffold new ([^']+)'", error.message)
    assert suggested
    assert names.package(suggested[1])


BROUGHT = {
    re.split(r"[\s\[<>=~!;]", requirement)[0]
    for template in catalog.templates()
    for requirement in [
        *template.listed("dependencies"),
        *(edit["value"] for edit in template.listed("edit") if edit["kind"] == "dependency"),
    ]
}


@pytest.mark.parametrize("requirement", sorted(name for name in BROUGHT if not name.lower().startswith("types-")))
def test_a_name_that_would_hide_what_a_template_brings_is_refused(requirement: str) -> None:
    with pytest.raises(BadName, match=IMPORTED):
        names.package(requirement)


@pytest.mark.parametrize(
    ("name", "suggested"),
    [
        *(("My Shop!", "my-shop"), ("flask", "my-flask"), ("1shop", "my-1shop"), ("shop.py", "shop-py"), ("łódź", "d")),
        *(
            ("", "myproject"),
            ("日本", "myproject"),
            ("../../etc", "etc"),
            ("ab-" * 30, "ab-" * 19 + "ab"),
            ("_x_", "x"),
        ),
    ],
)
def test_what_is_suggested_is_as_near_as_can_be(name: str, suggested: str) -> None:
    with pytest.raises(BadName, match=f"Try 'scaffold new {suggested}'"):
        names.package(name)


@pytest.mark.parametrize(
    ("name", "package"),
    [
        ("shop", "shop"),
        ("my-shop", "my_shop"),
        ("my_shop", "my_shop"),
        ("MyShop", "MyShop"),
        ("shop2", "shop2"),
        ("a", "a"),
        ("x" * 64, "x" * 64),
        ("flasky", "flasky"),
        ("console", "console"),
        ("classes", "classes"),
        ("json2", "json2"),
    ],
)
def test_the_package_is_the_name_with_underscores(name: str, package: str) -> None:
    assert names.package(name) == package


@pytest.mark.parametrize("name", [*kwlist, *sorted(sys.stdlib_module_names)])
def test_no_word_of_python_and_no_module_of_its_library_passes(name: str) -> None:
    for variant in (name, name.upper(), name.title()):
        with pytest.raises(BadName):
            names.package(variant)


@given(st.text(max_size=80) | st.from_regex(r"\A[a-zA-Z_-]{1,70}\Z"))
@example("a-" * 32)
def test_whatever_is_given_either_it_or_what_is_suggested_is_a_package_and_a_distribution(name: str) -> None:
    try:
        package = names.package(name)
    except BadName as error:
        name = str(error.message).split("scaffold new ")[-1].split("'")[0]
        package = names.package(name)
    assert package.isidentifier()
    assert re.fullmatch(r"[A-Za-z0-9]|[A-Za-z0-9][A-Za-z0-9._-]*[A-Za-z0-9]", name)
