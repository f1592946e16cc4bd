"""A view goes where a careful reader of the file would put it, written as its neighbours are, and nothing else moves.

In the cases, `«` and `»` stand around what the edit inserts: without them is the file before, with their content the
file after.
"""

import ast
import re
from pathlib import Path
from typing import Any

import pytest

from scaffold.errors import BadResult, Clash, NoPlace, Unreadable
from scaffold.flask_code import place
from tests.edits.adding import add, write

INSERTED = re.compile("«(.*?)»", re.DOTALL)


def before(text: str) -> str:
    """Return a case's file as it was."""
    return INSERTED.sub("", text)


def after(text: str) -> str:
    """Return a case's file as it must become."""
    return INSERTED.sub(r"\1", text)


CASES: dict[str, tuple[str, str]] = {
    "after the last view of a module": (
        "/about",
        """\
from flask import Flask«, render_template»

app = Flask(__name__)


@app.route('/')
def index():
    return 'home'
«

@app.route('/about')
def about():
    return render_template('about.html')
»""",
    ),
    "before the main guard and the comment above it": (
        "/about",
        """\
from flask import Flask«, render_template»

app = Flask(__name__)

«
@app.get("/about")
def about() -> str:
    return render_template("about.html")


»# Only by hand.
if __name__ == "__main__":
    app.run()
""",
    ),
    "between the last view and what follows it": (
        "/about",
        """\
import flask

app = flask.Flask(__name__)


@app.route("/")
def index():
    return "home"
«

@app.route("/about")
def about():
    return flask.render_template("about.html")
»

def helper():
    return 1


if __name__ == "__main__":
    app.run()
""",
    ),
    "before whatever the main guard calls": (
        "/about",
        """\
from flask import Flask, render_template

app = Flask(__name__)

«
@app.get("/about")
def about() -> str:
    return render_template("about.html")


»if __name__ == "__main__":
    main()
""",
    ),
    "before a factory gives up": (
        "/about",
        """\
from flask import Flask, render_template


def create_app(render_template_only):
    app = Flask(__name__)
«
    @app.get("/about")
    def about():
        return render_template("about.html")
»
    raise NotImplementedError
""",
    ),
    "in a function that hides the name it needs": (
        "/about",
        """\
from flask import Flask, render_template«
from flask import render_template as flask_render_template»


def create_app(render_template):
    app = Flask(__name__)
«
    @app.get("/about")
    def about():
        return flask_render_template("about.html")
»
    return app
""",
    ),
    "as a closure in a factory": (
        "/about",
        """\
from flask import Flask«, render_template»


def create_app(config, *, debug=False):
    app = Flask(__name__)
    if debug:
        app.debug = True
«
    @app.get("/about")
    def about():
        return render_template("about.html")
»
    return app
""",
    ),
    "after the closures of a factory, before an early return": (
        "/about",
        """\
from flask import Flask«, render_template»


def make(testing):
    app = Flask(__name__)

    @app.route("/")
    def index():
        return "home"
«
    @app.route("/about")
    def about():
        return render_template("about.html")
»
    if testing:
        return app

    app.config["X"] = 1
    return app
""",
    ),
    "in a class that keeps its app": (
        "/about",
        """\
from flask import Flask«, render_template»


class Server:
    def __init__(self):
        self.app = Flask(__name__)

        @self.app.route("/")
        def index():
            return "home"
«
        @self.app.route("/about")
        def about():
            return render_template("about.html")
»
    def start(self):
        self.app.run()
""",
    ),
    "in the body of a class": (
        "/about",
        """\
from flask import Flask«, render_template»


class Web:
    app = Flask(__name__)

    @app.route("/")
    def index():
        return "home"
«
    @app.route("/about")
    def about():
        return render_template("about.html")
»
""",
    ),
    "under try": (
        "/about",
        """\
try:
    from flask import Flask

    app = Flask(__name__)

    @app.route("/")
    def index():
        return "home"
«
    @app.route("/about")
    def about():
        return flask_render_template("about.html")
»
except ImportError:
    app = None
""".replace("flask_render_template", "render_template").replace(
            "try:\n", "«from flask import render_template\n\n»try:\n"
        ),
    ),
    "within a with": (
        "/about",
        """\
from flask import Flask«, render_template»


def create_app():
    app = Flask(__name__)
    with app.app_context():
        setup()

        @app.route("/")
        def index():
            return "home"
«
        @app.route("/about")
        def about():
            return render_template("about.html")
»
    return app
""",
    ),
    "not within the if of another view": (
        "/about",
        """\
from flask import Flask«, render_template»

app = Flask(__name__)


@app.route("/")
def index():
    return "home"
«

@app.route("/about")
def about():
    return render_template("about.html")
»

if app.debug:

    @app.route("/debug")
    def debug():
        return "debug"
""",
    ),
    "before the app is wrapped": (
        "/about",
        """\
from flask import Flask«, render_template»
from werkzeug.middleware.proxy_fix import ProxyFix

app = Flask(__name__)

«
@app.get("/about")
def about() -> str:
    return render_template("about.html")


»app = ProxyFix(app)
""",
    ),
    "before the first request of a test client": (
        "/about",
        """\
from flask import Flask«, render_template»

app = Flask(__name__)

«
@app.get("/about")
def about() -> str:
    return render_template("about.html")


»client = app.test_client()
""",
    ),
    "before a bare run": (
        "/about",
        """\
from flask import Flask«, render_template»

app = Flask(__name__)


@app.route("/")
def home(): return "home"
«

@app.route("/about")
def about():
    return render_template("about.html")
»
app.run()
""",
    ),
    "before a thread that serves": (
        "/about",
        """\
from threading import Thread
from flask import Flask«, render_template»

app = Flask(__name__)

«
@app.get("/about")
def about() -> str:
    return render_template("about.html")


»Thread(target=lambda: app.run()).start()
""",
    ),
    "one app in both ways of an if": (
        "/about",
        """\
import os
from flask import Flask«, render_template»

if os.environ.get("X"):
    app = Flask("one")
else:
    app = Flask("two")
«

@app.get("/about")
def about() -> str:
    return render_template("about.html")
»""",
    ),
    "an annotated app of a subclass": (
        "/about",
        """\
from flask import Flask as Base«, render_template»


class Shop(Base):
    pass


class Web(Shop):
    pass


site: Web = Web(__name__)
«

@site.get("/about")
def about() -> str:
    return render_template("about.html")
»""",
    ),
    "a global that a function sets": (
        "/about",
        """\
from flask import Flask«, render_template»

app = None


def setup():
    global app
    app = Flask(__name__)
    @app.route("/")
    def index():
        return ""
«
    @app.route("/about")
    def about():
        return render_template("about.html")
»""",
    ),
    "with the file's own tabs and quotes": (
        "/user/<name>",
        """\
from flask import Flask, «render_template, »request
app = Flask(__name__)

@app.route('/')
def index():
\tif request.args:
\t\treturn 'x'
\treturn ''
«
@app.route('/user/<name>')
def user(name):
\treturn render_template('user.html', name=name)
»""",
    ),
    "with two spaces": (
        "/about",
        """\
from flask import Flask, render_template

app = Flask(__name__)


@app.route("/")
def index():
  return "home"
«

@app.route("/about")
def about():
  return render_template("about.html")
»""",
    ),
    "one blank line where the file has one": (
        "/about",
        """\
from flask import Flask, render_template
app = Flask(__name__)

@app.route("/")
def index():
    return "home"

@app.route("/b")
def b():
    return "b"
    # the end of b
«
@app.route("/about")
def about():
    return render_template("about.html")
»
# the end
""",
    ),
    "annotated where all neighbours are": (
        "/user/<int:number>",
        """\
from flask import Flask, render_template

app = Flask(__name__)


@app.route("/")
def index() -> str:
    return "home"
«

@app.route("/user/<int:number>")
def user(number: int) -> str:
    return render_template("user.html", number=number)
»""",
    ),
    "the import of a type only where types are written": (
        "/user/<uuid:key>",
        """\
from flask import Flask, render_template

app = Flask(__name__)


@app.route("/")
def index():
    return "home"
«

@app.route("/user/<uuid:key>")
def user(key):
    return render_template("user.html", key=key)
»""",
    ),
    "reusing an import under another name": (
        "/about",
        """\
from flask import Flask, render_template as render

app = Flask(__name__)
«

@app.get("/about")
def about() -> str:
    return render("about.html")
»""",
    ),
    "beside a function of the module's own with the name it needs": (
        "/about",
        """\
from flask import Flask«
from flask import render_template as flask_render_template»

app = Flask(__name__)


def render_template(name: str) -> str:
    return name
«

@app.get("/about")
def about() -> str:
    return flask_render_template("about.html")
»""",
    ),
    "an import for type checkers does not count": (
        "/about",
        """\
from typing import TYPE_CHECKING

from flask import Flask«, render_template»

if TYPE_CHECKING:
    from flask import render_template

app = Flask(__name__)
«

@app.get("/about")
def about() -> str:
    return flask_render_template("about.html")
»""".replace("»\n\nif TYPE", "»\n\nif TYPE").replace(
            "«, render_template»", "«\nfrom flask import render_template as flask_render_template»"
        ),
    ),
    "everything was imported": (
        "/about",
        """\
from flask import *

app = Flask(__name__)
«

@app.get("/about")
def about() -> str:
    return render_template("about.html")
»""",
    ),
    "two names that say something already": (
        "/list/users",
        """\
from flask import Flask, render_template

app = Flask(__name__)
list_users = []
«

@app.get("/list/users")
def list_users_view() -> str:
    return render_template("list_users_view.html")
»""",
    ),
    "not below a comment that belongs to the next one": (
        "/about",
        """\
from flask import Flask, render_template

app = Flask(__name__)


@app.route("/")
def index():
    return "home"
«

@app.route("/about")
def about():
    return render_template("about.html")
»

# Settings.
X = 1
""",
    ),
    "a blank line before a comment that stands close": (
        "/about",
        """\
from flask import Flask, render_template

app = Flask(__name__)


@app.route("/")
def index():
    return "home"
«

@app.route("/about")
def about():
    return render_template("about.html")


»# Close.
X = 1
""",
    ),
    "no line end at the end of the file": (
        "/about",
        """\
from flask import Flask, render_template

app = Flask(__name__)


@app.route("/")
def index():
    return "home"«


@app.route("/about")
def about():
    return render_template("about.html")
»""",
    ),
    "a form feed between the views": (
        "/about",
        """\
from flask import Flask, render_template

app = Flask(__name__)
\f
@app.route("/")
def index():
    return "home"
«
@app.route("/about")
def about():
    return render_template("about.html")
»\f
X = "\x0b\x1c\x85\u2028"
""",
    ),
    "calls that add rules": (
        "/about",
        """\
from flask import Flask, render_template

app = Flask(__name__)


def index():
    return "home"


app.add_url_rule("/", view_func=index)
«

@app.get("/about")
def about():
    return render_template("about.html")
»""",
    ),
    "decorators above and below the route": (
        "/about",
        """\
from flask import Flask, render_template

app = Flask(__name__)


@first
@app.route("/", methods=("GET", "POST"))
@app.route("/index")
@last
def index():
    return "home"
«

@app.route("/about")
def about():
    return render_template("about.html")
»""",
    ),
    "async neighbours": (
        "/about",
        """\
from flask import Flask, render_template

app = Flask(__name__)


@app.get("/")
async def index():
    return "home"
«

@app.get("/about")
def about():
    return render_template("about.html")
»""",
    ),
    "a rule with quotes in it": (
        '/it\'s/"<any(\'a b\', "c"):word>"',
        """\
from flask import Flask, render_template

app = Flask(__name__)
«

@app.get('/it\\'s/"<any(\\'a b\\', "c"):word>"')
def it_s(word: str) -> str:
    return render_template("it_s.html", word=word)
»""",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_the_view_goes(tmp_path: Path, name: str) -> None:
    rule, text = CASES[name]
    root = tmp_path / "project"
    write(root, {"app.py": before(text)})

    added = add(root, rule)

    assert added.text("app.py") == after(text)
    assert list(added.files) == ["app.py"]


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_the_view_ends_its_lines_as_the_file_does(tmp_path: Path, name: str, end: str) -> None:
    rule, text = CASES[name]
    root = tmp_path / "project"
    write(root, {"app.py": before(text).replace("\n", end)})

    assert add(root, rule).text("app.py") == after(text).replace("\n", end)


VIEW = """\
«

@{owner}.{verb}("/about")
def about():
    return render_template("about.html")
»"""
# Files by path; the one with « » is edited. Then what the command line said.
PROJECTS: dict[str, tuple[dict[str, str], dict[str, str]]] = {
    "in the file that has most of the app's routes": (
        {
            "app.py": """\
from flask import Flask
app = Flask(__name__)
import views


@app.route('/')
def index():
    return ''
""",
            "views.py": """\
«from flask import render_template

»from app import app


@app.route("/a")
def a():
    return ""


@app.route("/b")
def b():
    return ""
"""
            + VIEW.format(owner="app", verb="route"),
        },
        {},
    ),
    "in the file with the routes of a package imported in a circle": (
        {
            "shop/__init__.py": "from flask import Flask\n\napp = Flask(__name__)\n\nfrom shop import routes\n",
            "shop/routes.py": """\
from flask import render_template

from shop import app as application


@application.route("/")
def index():
    return ""
"""
            + VIEW.format(owner="application", verb="route"),
            "wsgi.py": "from shop import app\n",
        },
        {},
    ),
    "on a blueprint that another file makes, by its name": (
        {
            "web/__init__.py": """\
from flask import Flask


def create_app(x):
    from .main import bp
    app = Flask(__name__)
    app.register_blueprint(bp)
    return app
""",
            "web/main/__init__.py": """\
from flask import Blueprint

bp = Blueprint('main', __name__)

from web.main import routes
""",
            "web/main/routes.py": """\
from flask import render_template

from web.main import bp


@bp.route("/")
def index():
    return ""
"""
            + VIEW.format(owner="bp", verb="route"),
            "web/auth.py": "from flask import Blueprint\n\nbp = Blueprint('auth', __name__)\n",
        },
        {"blueprint": "main"},
    ),
    "on a blueprint by its variable": (
        {
            "app.py": """\
from flask import Flask
import pages
app = Flask(__name__)
app.register_blueprint(pages.mod)
""",
            "pages.py": """\
from flask import Blueprint, render_template

mod = Blueprint("site", __name__, template_folder="pages")


@mod.get("/")
def index():
    return ""
"""
            + VIEW.format(owner="mod", verb="get"),
        },
        {"blueprint": "mod"},
    ),
    "on a blueprint made in a function": (
        {
            "pages.py": """\
from flask import Blueprint, render_template


def make_blueprint(config):
    view = Blueprint("main", __name__)

    @view.route("/")
    def index():
        return ""
«
    @view.route("/about")
    def about():
        return render_template("about.html")
»
    return view
""",
            "app.py": """\
from flask import Flask
from pages import make_blueprint
app = Flask(__name__)
app.register_blueprint(make_blueprint({}))
""",
        },
        {"blueprint": "main"},
    ),
    "on a blueprint before it is registered": (
        {
            "app.py": """\
from flask import Blueprint, Flask«, render_template»

app = Flask(__name__)
bp = Blueprint("main", __name__)

«
@bp.get("/about")
def about() -> str:
    return render_template("about.html")


»app.register_blueprint(bp)
""",
        },
        {"blueprint": "main"},
    ),
    "in a function that gets the app": (
        {
            "main.py": "from flask import Flask\nfrom routes import register\n\napp = Flask(__name__)\nregister(app)\n",
            "routes.py": """\
from flask import render_template


def register(server_app):
    @server_app.route("/")
    def index():
        return ""
«
    @server_app.route("/about")
    def about():
        return render_template("about.html")
»""",
        },
        {},
    ),
    "on what a factory gives": (
        {
            "factory.py": """\
from flask import Flask


def create_app(a, b=1):
    app = Flask(__name__)
    return app
""",
            "main.py": """\
from flask import render_template

import factory

app = factory.create_app(1)


@app.route("/")
def index():
    return ""
"""
            + VIEW.format(owner="app", verb="route"),
        },
        {},
    ),
    "on the app that was asked for": (
        {
            "one.py": "from flask import Flask\n\napp = Flask(__name__)\n",
            "two.py": """\
from flask import Flask, render_template

app = Flask(__name__)


@app.route("/")
def index():
    return ""
"""
            + VIEW.format(owner="app", verb="route"),
        },
        {"app": "two:app"},
    ),
    "on the app that .flaskenv names": (
        {
            ".flaskenv": "FLASK_APP=two.py\n",
            "one.py": "from flask import Flask\n\napp = Flask(__name__)\n",
            "two.py": """\
from flask import Flask, render_template

app = Flask(__name__)


@app.route("/")
def index():
    return ""
"""
            + VIEW.format(owner="app", verb="route"),
        },
        {},
    ),
    "beside files that cannot be read, tests and examples": (
        {
            "old.py": "from flask import Flask\nprint 'python 2'\n",
            "nul.py": "from flask import Flask\n\0\n",
            "tests/test_it.py": "from flask import Flask\napp = Flask(__name__)\n",
            "examples/one.py": "from flask import Flask\napp = Flask(__name__)\n",
            "app.py": """\
from flask import Flask, render_template

app = Flask(__name__)


@app.route("/")
def index():
    return ""
"""
            + VIEW.format(owner="app", verb="route"),
        },
        {},
    ),
    "not in a function that routes whatever it gets": (
        {
            "plugins.py": """\
def register(app, rule, view):
    app.add_url_rule(rule, view_func=view)
    app.add_url_rule(rule + "/", view_func=view)
""",
            "app.py": """\
from flask import Flask, render_template

app = Flask(__name__)


@app.route("/")
def index():
    return ""
"""
            + VIEW.format(owner="app", verb="route"),
        },
        {},
    ),
    "through attributes of a module": (
        {
            "pkg/__init__.py": "",
            "pkg/core.py": "import flask\n\nsite = flask.Flask(__name__)\n",
            "pkg/views.py": """\
from flask import render_template

from . import core


@core.site.route("/")
def index():
    return ""
"""
            + VIEW.format(owner="core.site", verb="route"),
        },
        {},
    ),
    "through a package in src": (
        {
            "src/pkg/__init__.py": "from .core import site as app\n",
            "src/pkg/core.py": "import flask\n\nsite = flask.Flask(__name__)\n",
            "src/pkg/views.py": """\
from flask import render_template
import pkg


@pkg.app.route("/")
def index():
    return ""
"""
            + VIEW.format(owner="pkg.app", verb="route"),
        },
        {},
    ),
}


@pytest.mark.parametrize("name", PROJECTS)
def test_the_view_goes_in_a_project(tmp_path: Path, name: str) -> None:
    files, said = PROJECTS[name]
    root = tmp_path / "project"
    write(root, {path: before(text) for path, text in files.items()})

    added = add(root, "/about", **dict[str, Any](said))

    edited = {path: after(text) for path, text in files.items() if "«" in text}
    assert {path: data.decode() for path, data in added.files.items()} == edited


SIMPLE = """\
from flask import Flask, render_template

app = Flask(__name__)


@app.route("/user/<int:number>", methods=["GET", "POST"])
def user(number):
    return ""


@app.get("/about")
def about():
    return ""


class Things(MethodView):
    def get(self):
        return ""


app.add_url_rule("/things", view_func=Things.as_view("things"))
app.add_url_rule(f"/{'computed'}", "computed", user)
"""


@pytest.mark.parametrize(
    ("rule", "methods", "answers", "sentence"),
    [
        (
            "/user/<int:id>",
            ["GET"],
            {},
            "'/user/<int:id>' is the same URL as '/user/<int:number>', which is already routed to 'user' (app.py:6)",
        ),
        ("/user/<int:number>", ["POST"], {}, "'/user/<int:number>' is already routed to 'user' (app.py:6)"),
        (
            "/about/",
            ["GET"],
            {},
            "'/about/' is the same URL as '/about', which is already routed to 'about' (app.py:11)",
        ),
        ("/about", ["GET"], {"name": "about_us"}, "'/about' is already routed to 'about' (app.py:11)"),
        ("/things", ["GET"], {"name": "all_things"}, "already routed to 'things' (app.py:21)"),
        ("/new", ["GET"], {"name": "user"}, "'user' is already the view of '/user/<int:number>' (app.py:6)"),
        ("/new", ["GET"], {"name": "render_template"}, "'render_template' already means something"),
        ("/new", ["GET"], {"name": "list"}, "'list' already means something"),
        ("/new", ["GET", "POST"], {"name": "Things"}, "'Things' already means something"),
    ],
)
def test_what_is_there_already_is_refused(
    tmp_path: Path, rule: str, methods: list[str], answers: dict[str, str], sentence: str
) -> None:
    write(tmp_path / "project", {"app.py": SIMPLE})

    with pytest.raises(Clash) as raised:
        add(tmp_path / "project", rule, *methods, **dict[str, Any](answers))

    assert sentence in raised.value.message
    assert raised.value.path == "app.py"


@pytest.mark.parametrize(
    ("rule", "methods", "name"),
    [
        ("/user/<int:number>", ["GET", "POST"], ""),
        ("/user/<int:number>", ["POST", "GET"], "user"),
        ("/about", ["GET"], ""),
    ],
)
def test_the_very_same_route_changes_nothing(tmp_path: Path, rule: str, methods: list[str], name: str) -> None:
    write(tmp_path / "project", {"app.py": SIMPLE})

    added = add(tmp_path / "project", rule, *methods, name=name)

    assert added.unchanged
    assert not added.files


@pytest.mark.parametrize("methods", [["DELETE"], ["PUT", "DELETE"]])
def test_a_method_nobody_answers_is_new(tmp_path: Path, methods: list[str]) -> None:
    write(tmp_path / "project", {"app.py": SIMPLE})

    assert not add(tmp_path / "project", "/about", *methods).unchanged


def test_a_view_for_several_methods_is_one_function_where_the_file_does_it_so(tmp_path: Path) -> None:
    write(tmp_path / "project", {"app.py": SIMPLE.replace("@app.get(", "@app.route(")})

    added = add(tmp_path / "project", "/new", "GET", "POST")

    assert added.text("app.py").count("def new") == 1
    assert '@app.route("/new", methods=["GET", "POST"])\ndef new():' in added.text("app.py")


def test_a_blueprint_has_endpoints_and_urls_of_its_own(tmp_path: Path) -> None:
    files = {
        "app.py": """\
from flask import Flask
from admin import bp
app = Flask(__name__)
app.register_blueprint(bp, url_prefix='/admin')
"""
        "@app.route('/about')\ndef about():\n    return ''\n@app.route('/admin/users')\ndef users():\n    return ''\n",
        "admin.py": """\
from flask import Blueprint
bp = Blueprint('backstage', __name__, url_prefix='/x', template_folder='pages')
""",
    }
    write(tmp_path / "project", files)

    added = add(tmp_path / "project", "/about", blueprint="backstage")

    assert added.answers["endpoint"] == "backstage.about"
    assert added.answers["url"] == "/admin/about"
    assert added.answers["url_prefix"] == "/admin"
    assert added.answers["templates_dir"] == "pages"
    assert added.answers["templates_dirs"] == ["pages", "templates"]
    with pytest.raises(Clash, match="/admin/users"):
        add(tmp_path / "project", "/users", blueprint="backstage")


REFUSED: dict[str, tuple[dict[str, str], dict[str, str], list[str]]] = {
    "no app": ({"a.py": "import os\n"}, {}, ["Found no Flask app", "--app"]),
    "two apps": (
        dict.fromkeys(("one.py", "shop/two.py"), "from flask import Flask\napi = Flask(__name__)\n"),
        {},
        ["'one.py:2 api' and 'shop/two.py:2 api'", "'--app shop.two:api'"],
    ),
    "an app that is not there": (
        {"one.py": "from flask import Flask\napi = Flask(__name__)\n"},
        {"app": "one:app"},
        ["no Flask app 'one:app'", "'one.py:2 api'"],
    ),
    "an unknown blueprint": (
        {"one.py": "from flask import Flask, Blueprint\nbp = Blueprint('main', __name__)\n"},
        {"blueprint": "auth"},
        ["no blueprint 'auth'", "'main'"],
    ),
    "two blueprints of one name": (
        dict.fromkeys(("one.py", "two.py"), "from flask import Blueprint\nbp = Blueprint('main', __name__)\n"),
        {"blueprint": "main"},
        ["'one.py:2 main' and 'two.py:2 main'"],
    ),
    "a factory on one line": (
        {"one.py": "from flask import Flask\ndef create_app(): app = Flask(__name__); return app\n"},
        {},
        ["'one.py:2'"],
    ),
    "a return on the line of the app": (
        {"one.py": "from flask import Flask\ndef create_app():\n    app = Flask(__name__); return app\n"},
        {},
        ["'one.py:3'"],
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_no_place_is_refused(tmp_path: Path, name: str) -> None:
    files, said, sentences = REFUSED[name]
    write(tmp_path / "project", files)

    with pytest.raises(NoPlace) as raised:
        add(tmp_path / "project", "/about", **dict[str, Any](said))

    for sentence in sentences:
        assert sentence in raised.value.message


@pytest.mark.parametrize(
    ("data", "line", "reason"),
    [
        (b"from flask import Flask\napp = Flask(__name__\n", 2, "never closed"),
        (b"from flask import Flask\n<<<<<<< HEAD\napp = Flask(__name__)\n", 2, "invalid syntax"),
        (b"# caf\xe9\nfrom flask import Flask\napp = Flask(__name__)\n", 1, "utf-8"),
        (b"# coding: utf-7\nfrom flask import Flask\napp = Flask('+AGE-')\n", None, "not what utf-7 would write"),
        (b"# coding: nonsense\nfrom flask import Flask\napp = Flask(__name__)\n", 1, "nonsense"),
        (b"from flask import Flask\napp = Flask(__name__)\nx = '\0'\n", None, "null byte"),
        (b"from flask import Flask\napp = Flask(__name__)\nif 1:\n\tx = 1\n        y = 2\n", 5, "tabs"),
        (b"\xef\xbb\xbf# coding: latin-1\nfrom flask import Flask\napp = Flask(__name__)\n", 1, "byte order mark"),
    ],
)
def test_a_target_that_cannot_be_read_is_refused(tmp_path: Path, data: bytes, line: int | None, reason: str) -> None:
    write(tmp_path / "project", {"app.py": data})

    with pytest.raises(Unreadable) as raised:
        add(tmp_path / "project", "/about")

    assert raised.value.line == line
    assert reason in raised.value.message


IMPORT = "from flask import Flask, render_template\n"
ODD_BYTES = {
    "latin-1": f"# coding: latin-1\n{IMPORT}app = Flask('é')\n".encode("latin-1"),
    "cp1252": f"# -*- coding: cp1252 -*-\n{IMPORT}app = Flask('€')\n".encode("cp1252"),
    "euc-jp": f"#!/usr/bin/python\n# coding=euc-jp\n{IMPORT}app = Flask('日本')\n".encode("euc-jp"),
    "a byte order mark": b"\xef\xbb\xbf" + f"{IMPORT}app = Flask('é')\n".encode(),
    "mixed line ends": b"from flask import Flask, render_template\r\nx = 1\rapp = Flask(__name__)\r\n",
    "wide characters before the place": f"{IMPORT}x = '😀'; app = Flask('日本')\n".encode(),
}


@pytest.mark.parametrize("name", ODD_BYTES)
def test_bytes_that_were_there_stay(tmp_path: Path, name: str) -> None:
    raw = ODD_BYTES[name]
    write(tmp_path / "project", {"app.py": raw})

    data = add(tmp_path / "project", "/about").files["app.py"]

    assert data.startswith(raw)
    assert b"def about" in data[len(raw) :]
    assert compile(data, "app.py", "exec")


def test_a_rule_that_the_encoding_cannot_hold_is_escaped(tmp_path: Path) -> None:
    write(tmp_path / "project", {"app.py": ODD_BYTES["latin-1"]})

    data = add(tmp_path / "project", "/né/日本").files["app.py"]

    assert b"/n\\xe9/\\u65e5\\u672c" in data


def test_every_rule_is_written_as_what_it_is(tmp_path: Path) -> None:
    write(tmp_path / "project", {"app.py": "from flask import Flask, render_template\n\napp = Flask(__name__)\n"})
    for rule in ["/a\\b", "/a\\", '/"', "/'", "/'\"", "/\\'", "/{x}", "/%s".replace("%", "$"), "/[[ name ]]", "/é😀"]:
        tree = ast.parse(add(tmp_path / "project", rule).files["app.py"])

        decorator = next(node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)).decorator_list[0]
        assert isinstance(decorator, ast.Call)
        assert ast.literal_eval(decorator.args[0]) == rule


def test_a_plan_that_went_wrong_is_not_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "project", {"app.py": SIMPLE})
    monkeypatch.setattr(place, "spaced", lambda *_: ["surprise = 1\n"])

    with pytest.raises(BadResult):
        add(tmp_path / "project", "/new")


def test_a_url_that_another_route_may_answer_is_not_said_to_be_missing(tmp_path: Path) -> None:
    text = "from flask import Flask\napp = Flask(__name__)\n@app.get('/user/<name>')\ndef user(name):\n    return ''\n"
    write(tmp_path / "project", {"app.py": text})

    assert not add(tmp_path / "project", "/user/<int:number>").answers["rejects"]
    assert add(tmp_path / "project", "/item/<int:number>").answers["rejects"]


def test_a_view_with_a_blank_line_and_a_long_text_is_indented_where_it_should_be(tmp_path: Path) -> None:
    source = """\
@bp.get("/")
def [[ name ]]() -> str:
    \"""Say it.

    In two lines.
    \"""
    text = \"""
    as it is
\"""

    return text
"""
    factory = "from flask import Flask\n\n\ndef create_app():\n\tapp = Flask(__name__)\n\n\treturn app\n"
    write(tmp_path / "project", {"app.py": factory})

    text = add(tmp_path / "project", "/about", sources={"view.py": source, "test.py": ""}).text("app.py")

    assert text == factory.replace(
        "\treturn app",
        """\
\t@app.get("/about")
\tdef about():
\t\t\"""Say it.

\t\tIn two lines.
\t\t\"""
\t\ttext = \"""
    as it is
\"""

\t\treturn text

\treturn app""",
    )
