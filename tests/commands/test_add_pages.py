"""scaffold add page, blueprint, error, redirect and cookie: where they go, what they refuse, and the way back."""

from pathlib import Path

import pytest

from tests.conftest import Scaffold, tree

# What to type, and the positional words that take it back.
ADDED = [
    (["page", "contact-us"], 2),
    (["page", "note", "--rule", "/notes/<name>"], 2),
    (["page", "leaflet", "--standalone"], 2),
    (["blueprint", "admin"], 2),
    (["blueprint", "admin", "--url-prefix", "/back/office"], 2),
    (["error", "404"], 2),
    (["error", "500", "--standalone"], 2),
    (["redirect", "/old/<path:rest>", "/new/<path:rest>", "--code", "302"], 3),
    (["redirect", "/away", "https://example.com/", "--methods", "GET,POST"], 3),
    (["cookie", "theme", "--values", "light,dark"], 2),
    (["cookie", "language", "--values", "en,pt-BR", "--deferred"], 2),
]


def code(project: Path) -> dict[str, bytes]:
    return {path: data for path, (data, _) in tree(project).items() if not path.startswith(".scaffold/")}


def place(project: Path, layout: str, path: str) -> Path:
    """Return a file that is beside the app's module, or below its folder."""
    return project / ("shop" if layout == "package" else ".") / path


def view(layout: str, name: str) -> str:
    """Return the endpoint of a view among the first pages."""
    return f"pages.{name}" if layout == "package" else name


@pytest.mark.parametrize(
    ("words", "named"), ADDED, ids=lambda value: " ".join(value) if isinstance(value, list) else ""
)
def test_what_was_added_is_there_once_and_goes_to_the_byte(
    words: list[str], named: int, project: Path, scaffold: Scaffold
) -> None:
    before = code(project)

    assert scaffold("add", *words).code == 0
    assert scaffold("add", *words).out == "unchanged\n"
    assert scaffold("remove", *words[:named]).code == 0
    assert code(project) == before


def test_a_blueprint_is_nested_where_its_parent_is_made(project: Path, layout: str, scaffold: Scaffold) -> None:
    before = code(project)
    wiring = place(project, layout, "__init__.py" if layout == "package" else "app.py")
    scaffold("add", "blueprint", "admin")
    wired = wiring.read_text()

    assert scaffold("add", "blueprint", "orders", "--parent", "admin", "--url-prefix", "/all").code == 0
    assert scaffold("add", "blueprint", "old-orders", "--parent", "orders").code == 0
    assert wiring.read_text() == wired

    made = 'bp = Blueprint("admin", __name__, url_prefix="/admin")\nbp.register_blueprint(orders.bp)\n\n\n@bp'
    assert made in place(project, layout, "admin.py").read_text()
    test = (project / "tests/test_old_orders.py").read_text()
    assert 'INDEX = "admin.orders.old_orders.index"\nURL = "/admin/all/old-orders/"\n' in test

    assert scaffold("remove", "blueprint", "admin").code == 3
    for name in ("old-orders", "orders", "admin"):
        assert scaffold("remove", "blueprint", name).code == 0
    assert code(project) == before


def test_a_route_goes_to_a_nested_blueprint(project: Path, layout: str, scaffold: Scaffold) -> None:
    scaffold("add", "blueprint", "admin")
    scaffold("add", "blueprint", "orders", "--parent", "admin")

    assert scaffold("add", "route", "/list", "--blueprint", "orders", "--name", "every_order").code == 0
    assert '@bp.get("/list")' in place(project, layout, "orders.py").read_text()
    assert 'client.get("/admin/orders/list")' in (project / "tests/test_orders.py").read_text()
    assert scaffold("add", "redirect", "/orders", "admin.orders.every_order").code == 0


@pytest.mark.parametrize(
    ("words", "exit_code", "said"),
    [
        (["blueprint", "about"], 3, "'/about/' is the same URL as '/about'"),
        (["blueprint", "shelf", "--url-prefix", "/about"], 3, "'/about/' is the same URL as '/about'"),
        (["blueprint", "shelf", "--parent", "attic"], 4, "There is no blueprint 'attic'."),
        (["blueprint", "test-shelf"], 2, "pytest takes a module of that name for tests"),
        (["blueprint", "app"], 2, "'app' is not a value for 'NAME'"),
        (["blueprint", "flask"], 2, "imports a package of that name"),
        *((["blueprint", "shelf", "--url-prefix", one], 2, "'--url-prefix'") for one in ("shelf", "/", "/<x>", "//x")),
        (["page", "about"], 0, ""),
        (["page", "about", "--rule", "/other"], 3, "'about' is already the view of '/about'"),
        (["page", "other", "--rule", "/about"], 3, "'/about' is already routed to 'about'"),
        (["error", "999"], 2, "'999' is not a value for 'CODE'"),
        (["cookie", "theme"], 2, "'--values' is missing"),
        (["cookie", "session", "--values", "a,b"], 2, "'session' is not a value for 'NAME'"),
        (["cookie", "about", "--values", "a,b"], 3, "'/about' is already routed to 'about'"),
        *((["cookie", "theme", "--values", one], 2, "'--values'") for one in ("light", "a,a", "a,b;c", 'a,"b"', "a,é")),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_cannot_be_is_refused(
    words: list[str], exit_code: int, said: str, project: Path, scaffold: Scaffold
) -> None:
    scaffold("add", "page", "about")
    before = tree(project)

    result = scaffold("add", *words)

    assert result.code == exit_code
    assert said in result.err
    assert tree(project) == before


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("/old", "none", "no view has this endpoint"),
        ("/old", "no-endpoint", "it is no endpoint, no path"),
        ("/old", "http://example.com", "no URL that begins with 'https://'"),
        ("/old", "https://", "there is no host name behind 'https://'"),
        ("/old", "https://a b/", "it has a character that no URL and no endpoint has"),
        ("/old", "//evil.example", "a browser takes what follows '//' for another site"),
        ("/old", "/\\evil.example", "it has a character that no URL and no endpoint has"),
        ("/old/<one>", "/new/<other>", "the old rule has no variable 'other'"),
        ("/old", "item", "'/item/<int:id>' needs a value for 'id', which the old rule does not have"),
        ("/old/<id>", "item", "write <int:id> there, too"),
        ("/old/<float:id>", "item", "write <int:id> there, too"),
        ("/<name>", "/old", "the old rule takes it as well, and so leads to itself"),
        ("/old", "/old?again=1", "the old rule takes it as well, and so leads to itself"),
    ],
)
def test_a_redirect_that_leads_nowhere_is_refused(
    old: str, new: str, said: str, project: Path, layout: str, scaffold: Scaffold
) -> None:
    scaffold("add", "route", "/item/<int:id>", "--name", "item_page", "--returns", "text")
    before = tree(project)

    result = scaffold("add", "redirect", old, view(layout, "item_page") if new == "item" else new)

    assert result.code == 2
    assert said in result.err
    assert tree(project) == before


@pytest.mark.parametrize(
    ("old", "new", "written"),
    [
        ("/old", "/new", 'target = f"{request.script_root}/new"'),
        ("/old", "/über uns".replace(" ", "-"), 'target = f"{request.script_root}/%C3%BCber-uns"'),
        ("/old/<a>/<int:b>", "/<b>/<string:a>", 'target = f"{request.script_root}/{b}/{quote(a)}"'),
        ("/old", "/new?a=1#b", 'return redirect(f"{request.script_root}/new?a=1#b", 308)'),
        ("/old", "https://example.com/?a=1", 'return redirect("https://example.com/?a=1", 308)'),
    ],
)
def test_a_redirect_is_written_for_where_it_leads(
    old: str, new: str, written: str, project: Path, layout: str, scaffold: Scaffold
) -> None:
    assert scaffold("add", "redirect", old, new).code == 0

    views = place(project, layout, "pages.py" if layout == "package" else "app.py")
    assert f"    {written}\n" in views.read_text()


@pytest.mark.parametrize("rule", ["/old/<int:id>", "/old/<int(min=3):id>", "/old/<int:id>/<rest>"])
def test_a_redirect_hands_on_the_variables_that_its_endpoint_has(
    rule: str, project: Path, layout: str, scaffold: Scaffold
) -> None:
    scaffold("add", "route", "/item/<int:id>", "--name", "item_page", "--returns", "text")
    endpoint = view(layout, "item_page")

    assert scaffold("add", "redirect", rule, endpoint).code == 0

    views = place(project, layout, "pages.py" if layout == "package" else "app.py")
    assert f'    target = url_for("{endpoint}", id=id)\n' in views.read_text()


HAND_WRITTEN = """\
from flask import Flask, render_template

app = Flask(__name__)


@app.route('/')
def index():
    return render_template('index.html')
"""
HANDLERS = [
    "@app.errorhandler(404)\ndef missing(error):\n    return 'gone', 404\n",
    "@app.errorhandler(NotFound)\ndef missing(error):\n    return 'gone', 404\n",
    "app.register_error_handler(404, index)\n",
]


@pytest.fixture
def hand_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates/base.html").write_text("<html>{% block content %}{% endblock %}</html>\n")
    (tmp_path / "templates/index.html").write_text('{% extends "base.html" %}{% block content %}{% endblock %}\n')
    (tmp_path / "app.py").write_text(HAND_WRITTEN)
    (tmp_path / "requirements.txt").write_text("flask\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_hand_written_project_is_told_of_each_error_page(hand_written: Path, scaffold: Scaffold) -> None:
    before = code(hand_written)
    for status in ("500", "404"):
        assert scaffold("add", "error", status).code == 0

    registered = [
        "app = Flask(__name__)\n\n",
        "app.register_error_handler(404, error_pages.show)\n",
        "app.register_error_handler(500, error_pages.show)\n\n\n@app.route('/')",
    ]
    assert "".join(registered) in (hand_written / "app.py").read_text()

    for status in ("500", "404"):
        assert (hand_written / "error_pages.py").is_file()
        assert scaffold("remove", "error", status).code == 0
    assert code(hand_written) == before


@pytest.mark.parametrize("handler", HANDLERS)
def test_a_second_handler_of_an_error_is_refused(handler: str, hand_written: Path, scaffold: Scaffold) -> None:
    (hand_written / "app.py").write_text(f"{HAND_WRITTEN}\n\n{handler}")

    result = scaffold("add", "error", "404")

    assert result.code == 3
    assert "Errors with the status 404 have a handler already (app.py:1" in result.err
    assert scaffold("add", "error", "410").code == 0


def test_a_handler_of_one_blueprint_is_no_handler_of_the_app(hand_written: Path, scaffold: Scaffold) -> None:
    bp = (
        "from flask import Blueprint\n\nbp = Blueprint('b', __name__)\n\n\n@bp.errorhandler(404)\ndef f(e):\n    pass\n"
    )
    (hand_written / "part.py").write_text(bp)

    assert scaffold("add", "error", "404").code == 0


def test_a_project_without_a_base_page_gets_whole_pages(hand_written: Path, scaffold: Scaffold) -> None:
    for page in (hand_written / "templates").iterdir():
        page.unlink()

    result = scaffold("add", "error", "404")
    assert result.code == 4
    assert "'--standalone'" in result.err

    assert scaffold("add", "error", "404", "--standalone").code == 0
    text = (hand_written / "templates/errors/404.html").read_text()
    assert text.startswith('<!doctype html>\n<html lang="en">\n')
    assert text.endswith("</main>\n</body>\n</html>\n")
    assert "{% extends" not in text
    assert "<title>{{ error.name }}</title>" in text
