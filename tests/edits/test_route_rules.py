"""One view with several rules, one function for several methods, and rules below a prefix that has variables."""

from pathlib import Path

import pytest

from tests.conftest import Scaffold, tree
from tests.edits.adding import write
from tests.edits.running import VIEWS, passes, views

ADDED = {
    "a rule without its variable": (
        ["/hello/", "/hello/<name>", "--returns", "html"],
        """\
@OWNER.get("/hello/")
@OWNER.get("/hello/<name>")
def hello(name: str | None = None) -> str:
    answer = "<h1>Hello</h1>"
    if name is not None:
        answer += f"<p>Name: {escape(name)}</p>"
    return answer
""",
    ),
    "a variable of two types": (
        ["/one/<int:key>", "/two/<key>", "--returns", "text", "--name", "found"],
        """\
@OWNER.get("/one/<int:key>")
@OWNER.get("/two/<key>")
def found(key: int | str) -> Response:
    return Response(f"Found {key}\\n", mimetype="text/plain")
""",
    ),
    "what every rule has comes first": (
        ["/x/<a>", "/x/<a>/<int:b>", "--returns", "json", "--query", "page:int=1"],
        """\
@OWNER.get("/x/<a>")
@OWNER.get("/x/<a>/<int:b>")
def x(a: str, b: int | None = None) -> dict[str, object]:
    page = request.args.get("page", 1, type=int)
    return {"title": "X", "a": a, "page": page, "b": b}
""",
    ),
    "one function for all methods": (
        ["/note/<int:note_id>", "--methods", "GET,POST,PUT", "--one-function", "--returns", "json"],
        """\
@OWNER.route("/note/<int:note_id>", methods=["GET", "POST", "PUT"])
def note(note_id: int) -> dict[str, object]:
    answer: dict[str, object] = {"title": "Note", "note_id": note_id}
    if request.method == "POST":
        answer["method"] = "POST"
    elif request.method == "PUT":
        answer["method"] = "PUT"
    return answer
""",
    ),
    "one function with a page": (
        ["/sign-in", "--methods", "GET,POST", "--one-function"],
        """\
@OWNER.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> str:
    notice = ""
    if request.method == "POST":
        notice = "The method was POST."
    return render_template("sign_in.html", notice=notice)
""",
    ),
    "one function for one method is as any other": (
        ["/one", "--one-function", "--returns", "html"],
        """\
@OWNER.get("/one")
def one() -> str:
    return "<h1>One</h1>"
""",
    ),
    "values with the names of what else is in an object": (
        ["/o/<title>/<method>", "--methods", "GET,POST", "--one-function", "--returns", "json"],
        """\
@OWNER.route("/o/<title>/<method>", methods=["GET", "POST"])
def o(title: str, method: str) -> dict[str, object]:
    answer: dict[str, object] = {"title": title, "method": method}
    if request.method == "POST":
        answer["request_method"] = "POST"
    return answer
""",
    ),
}
OWNERS = {"package": "bp", "module": "app"}


@pytest.mark.parametrize("name", ADDED)
def test_the_view_is(name: str, scaffold: Scaffold, project: Path, layout: str) -> None:
    words, view = ADDED[name]

    assert scaffold("add", "route", *words).code == 0

    assert view.replace("OWNER", OWNERS[layout]) in views(project, layout)


def test_all_of_them_pass_and_go_again_to_the_byte(scaffold: Scaffold, project: Path) -> None:
    before = code(project)
    for words, _ in ADDED.values():
        assert scaffold("add", "route", *words).code == 0
        assert scaffold("add", "route", *words).out == "unchanged\n"
    passes(project)

    for words, _ in ADDED.values():
        result = scaffold("remove", "route", words[0])
        assert result.code == 0, result.err

    assert code(project) == before


def code(project: Path) -> dict[str, tuple[bytes, int]]:
    files = tree(project).items()
    return {path: file for path, file in files if not path.startswith(".scaffold/") and "cache" not in path}


def test_the_tests_ask_for_every_rule(scaffold: Scaffold, project: Path, layout: str) -> None:
    scaffold("add", "route", "/hello/", "/hello/<name>", "/hi/<name>/<int:times>", "--returns", "html")

    text = (project / "tests" / f"test_{Path(VIEWS[layout]).name}").read_text()

    assert 'client.get("/hello/")\n    expected = "<h1>Hello</h1>"\n' in text
    assert 'client.get("/hello/ada")\n    expected = "<h1>Hello</h1><p>Name: ada</p>"\n' in text
    assert 'client.get("/hi/ada/8")\n    expected = "<h1>Hello</h1><p>Name: ada</p><p>Times: 8</p>"\n' in text
    assert "def test_hello_with_name_times_escapes_its_values" in text


def test_a_page_shows_what_is_there(scaffold: Scaffold, project: Path, layout: str) -> None:
    scaffold("add", "route", "/hello/", "/hello/<name>", "--query", "times:int=1")

    page = (project / Path(VIEWS[layout]).parent / "templates" / "hello.html").read_text()

    assert page == (
        '{% extends "base.html" %}\n\n{% block title %}Hello{% endblock %}\n\n{% block content %}\n  <h1>Hello</h1>\n'
        "  <dl>\n    <dt>Times</dt>\n    <dd>{{ times }}</dd>\n    {% if name is not none %}\n"
        "    <dt>Name</dt>\n    <dd>{{ name }}</dd>\n    {% endif %}\n  </dl>\n{% endblock %}\n"
    )


REFUSED = {
    "the same URL twice": (["/a/<x>", "/a/<y>"], 2, "it matches the same URLs as '/a/<x>'"),
    "a slash more": (["/a", "/a/"], 2, "it matches the same URLs as '/a'"),
    "the second is there": (["/new", "/about"], 3, "'/about' is already routed to 'about'"),
    "the first is there": (["/about", "/new"], 3, "'/about' is already routed to 'about'"),
    "each is another view's": (["/about", "/more"], 3, "'/about' is already routed to 'about'"),
    "the second is like one": (["/new", "/about/"], 3, "'/about/' is the same URL as '/about'"),
    "the second is no rule": (["/new", "about"], 2, "does not start with '/'"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_every_rule_is_checked(name: str, scaffold: Scaffold, project: Path, layout: str) -> None:
    words, exit_code, sentence = REFUSED[name]
    scaffold("add", "route", "/about")
    scaffold("add", "route", "/more")
    before = views(project, layout)

    result = scaffold("add", "route", *words)

    assert result.code == exit_code
    assert sentence in result.err
    assert views(project, layout) == before


def test_the_first_rule_names_all_of_it(scaffold: Scaffold, project: Path) -> None:
    before = code(project)
    scaffold("add", "route", "/hello/", "/hello/<name>")

    assert scaffold("remove", "route", "/hello/<name>").code != 0
    assert scaffold("add", "route", "/hello/").code == 3
    assert scaffold("remove", "route", "/hello/").code == 0

    assert code(project) == before


PREFIXED = {
    "shop/__init__.py": """\
from flask import Flask

from shop import pages


def create_app() -> Flask:
    app = Flask(__name__)
    app.register_blueprint(pages.bp, url_prefix="PREFIX")
    return app
""",
    "shop/pages.py": 'from flask import Blueprint\n\nbp = Blueprint("pages", __name__)\n',
    "pyproject.toml": '[tool.pytest.ini_options]\npythonpath = ["."]\n',
    "tests/conftest.py": """\
import pytest
from flask.testing import FlaskClient

from shop import create_app


@pytest.fixture
def client() -> FlaskClient:
    app = create_app()
    app.testing = True
    return app.test_client()
""",
}
POPPED = """

@bp.url_value_preprocessor
def pull_language(endpoint, values):
    g.language = values.pop("lang")
"""


def prefixed(root: Path, prefix: str, more: str = "", again: str = "") -> None:
    files = {path: text.replace("PREFIX", prefix) for path, text in PREFIXED.items()}
    if more:
        files["shop/pages.py"] = files["shop/pages.py"].replace("import Blueprint", "import Blueprint, g") + more
    files["shop/__init__.py"] = files["shop/__init__.py"].replace("    return app", f"{again}    return app")
    write(root, files)


def view(root: Path) -> str:
    return (root / "shop/pages.py").read_text().rpartition("\n\n\n")[2]


def test_a_view_takes_the_variables_of_its_prefix(scaffold: Scaffold, tmp_path: Path) -> None:
    prefixed(tmp_path, "/<lang>/<int:shop_id>")

    words = ["/item/<name>", "--blueprint", "pages", "--returns", "html"]
    result = scaffold("add", "route", *words)

    assert result.code == 0, result.err
    assert "def item(lang: str, shop_id: int, name: str) -> str:" in view(tmp_path)
    tests = (tmp_path / "tests/test_pages.py").read_text()
    assert 'client.get("/ada/8/item/edsger")' in tests
    passes(tmp_path)


def test_a_variable_that_is_taken_away_before_the_view_is_none_of_its_own(scaffold: Scaffold, tmp_path: Path) -> None:
    prefixed(tmp_path, "/<lang>", POPPED)

    assert scaffold("add", "route", "/item/<name>", "--blueprint", "pages", "--returns", "json").code == 0

    assert "def item(name):" in view(tmp_path)
    assert 'client.get("/ada/item/grace")' in (tmp_path / "tests/test_pages.py").read_text()
    passes(tmp_path)


def test_what_another_blueprint_takes_away_stays(scaffold: Scaffold, tmp_path: Path) -> None:
    prefixed(tmp_path, "/<lang>")
    write(tmp_path, {"shop/other.py": f"from flask import Blueprint, g\n\nbp = Blueprint('other', __name__)\n{POPPED}"})

    assert scaffold("add", "route", "/item", "--blueprint", "pages", "--returns", "json").code == 0

    assert "def item(lang" in view(tmp_path)


def test_a_variable_of_one_prefix_of_two_may_be_missing(scaffold: Scaffold, tmp_path: Path) -> None:
    again = '    app.register_blueprint(pages.bp, url_prefix="/all", name="all")\n'
    prefixed(tmp_path, "/<lang>", again=again)

    assert scaffold("add", "route", "/item", "--blueprint", "pages", "--returns", "json").code == 0

    assert "def item(lang: str | None = None)" in view(tmp_path)
    passes(tmp_path)


def test_a_name_that_the_prefix_has_is_refused(scaffold: Scaffold, tmp_path: Path) -> None:
    prefixed(tmp_path, "/<lang>")

    result = scaffold("add", "route", "/item/<lang>", "--blueprint", "pages")

    assert result.code == 2
    assert "'lang' is in the prefix '/<lang>' already" in result.err


def test_a_prefix_with_a_converter_that_nobody_knows_gives_its_variable(scaffold: Scaffold, tmp_path: Path) -> None:
    prefixed(tmp_path, "/<slug:lang>")

    assert scaffold("add", "route", "/item", "--blueprint", "pages", "--returns", "json").code == 0

    assert "def item(lang: str)" in view(tmp_path)
    assert not (tmp_path / "tests/test_pages.py").exists()


def test_a_name_that_a_module_gives_the_view_is_refused(scaffold: Scaffold, tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text("import flask\n\napp = flask.Flask(__name__)\n")

    result = scaffold("add", "route", "/x/<flask>", "--returns", "text")

    assert result.code == 2
    assert "would hide 'flask'" in result.err


def test_a_method_that_is_added_later_leaves_the_tests_green(scaffold: Scaffold, project: Path) -> None:
    scaffold("add", "route", "/note/<int:note_id>", "--returns", "json")

    assert scaffold("add", "route", "/note/<int:note_id>", "--methods", "DELETE", "--returns", "empty").code == 0

    passes(project, "pytest")


APP = """\
from flask import Flask, g

app = Flask(__name__)


@app.url_value_preprocessor
def pull_language(endpoint, values):
    g.language = values.pop("lang", None) if values else None
"""


def test_what_the_app_takes_away_is_no_parameter_wherever_the_rule_is(scaffold: Scaffold, tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(APP)

    assert scaffold("add", "route", "/<lang>/item/<int:n>", "--returns", "html", "--test").code == 0

    assert 'def item(n):\n    return f"<h1>Item</h1><p>N: {n}</p>"' in (tmp_path / "app.py").read_text()
    passes(tmp_path, "pytest")
