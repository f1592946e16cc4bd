"""Templates, endpoints and static files that are named and are not there, or are there and never named."""

from pathlib import Path

import pytest

from tests.audit.looking import findings, places

APP = """
from flask import Flask, redirect, render_template, url_for
app = Flask(__name__)

@app.route('/')
def home():
    return render_template('home.html')
"""
HOME = {"templates/home.html": "<p>Home</p>\n"}
BLUEPRINT = """
from flask import Blueprint, url_for
bp = Blueprint('auth', __name__{})

@bp.route('/login')
def login():
    return url_for('auth.login')
"""
REGISTERED = "from auth import bp\napp.register_blueprint(bp)\n"


def project(more: str = "", **files: str) -> dict[str, str]:
    """Return a project with one view and one template."""
    named = {path.replace("__", "/").replace("_html", ".html"): text for path, text in files.items()}
    return {"app.py": APP + more, **HOME, **named}


def lines(root: Path, files: dict[str, str], code: str) -> list[str]:
    return [place.partition(" ")[0] for place in places(root, files, code)]


# Templates that nothing renders.


def test_a_template_that_nothing_renders_is_found(tmp_path: Path) -> None:
    assert lines(tmp_path, project(templates__old_html=""), "TPL001") == ["templates/old.html:0"]


@pytest.mark.parametrize(
    "more",
    [
        "\ndef old(): return render_template('old.html')\n",
        "\ndef old(): return render_template(['new.html', 'old.html'])\n",
        "\nPAGE = 'old.html'\n",
        "\nPAGE = './old.html'\n",
        "\ndef old(name): return render_template(name)\n",
        "\ndef old(name): return render_template(f'{name}.html')\n",
        "\ndef old(name): return render_template(name + '.html')\n",
        "\ndef old(name): return render_template('o%s.html' % name)\n",
        "\ndef old(name): return render_template('{}.html'.format(name))\n",
        "\ndef old(name):\n    page = f'{name}.html'\n    return render_template(page)\n",
        "\ndef old(a): return render_template('home.html' if a else pages[a])\n",
        "\ndef send(name): return render_template(name + '.html')\nsend('old')\n",
        "\ndef send(to, name): return render_template(name + '.html')\nsend(1, name='old')\n",
        "\ndef send(name='old'): return render_template(name + '.html')\nsend()\n",
        "\ndef send(name): return render_template(name + '.html')\nsend(NAMES[0])\n",
        "\ndef send(name): return render_template(name + '.html')\nlater(send, 'old')\n",
        "\ndef send(name): return render_template(f'{name}.html')\ndef b(n): send(n)\nb('old')\nb(*c)\n",
        "\n@task\ndef send(name): return render_template(f'{name}.html')\nsend('home')\n",
        "\ndef old(env, name): return env.get_template(name)\n",
    ],
)
def test_a_template_that_the_code_may_render_is_left_alone(more: str, tmp_path: Path) -> None:
    assert lines(tmp_path, project(more, templates__old_html=""), "TPL001") == []


@pytest.mark.parametrize(
    "more",
    [
        "\ndef old(name): return render_template(f'mail/{name}.html')\n",
        "\ndef old(a): return render_template('home.html' if a else 'home.html')\n",
        "\ndef old():\n    page = 'home.html'\n    return render_template(page)\n",
        "\ndef send(name): return render_template(name + '.html')\nsend('home')\n",
        "\ndef send(to, name): return render_template(name + '.html')\nsend(1, 'home')\n",
        "\ndef send(name='home'): return render_template(f'{name}.html')\nsend()\n",
        "\ndef send(name): return render_template(name + '.html')\ndef b(n): send(n)\nb('home')\n",
    ],
)
def test_a_name_that_is_computed_and_cannot_become_it_does_not_count(more: str, tmp_path: Path) -> None:
    assert lines(tmp_path, project(more, templates__old_html=""), "TPL001") == ["templates/old.html:0"]


@pytest.mark.parametrize(
    "page",
    [
        "{% extends 'old.html' %}",
        "{% include 'old.html' %}",
        "{% include ['new.html', 'old.html'] ignore missing %}",
        "{% include ('old' ~ ending) %}",
        "{% include name %}",
        "{% extends 'old.html' if one else 'new.html' %}",
        "{% import 'old.html' as old %}",
        "{% from 'old.html' import one %}",
        "{% unheard of %}{% include 'old.html' %}",
    ],
)
def test_a_template_that_another_one_uses_is_left_alone(page: str, tmp_path: Path) -> None:
    files = {**project(templates__old_html=""), "templates/home.html": page}
    assert lines(tmp_path, files, "TPL001") == []


def test_templates_of_no_app_and_of_packages_are_left_alone(tmp_path: Path) -> None:
    files = project("\nimport flask_security\n", templates__security__login_html="", letters__templates__a_html="")
    assert lines(tmp_path, files, "TPL001") == []


def test_a_template_of_a_blueprint_is_known_by_its_own_folder(tmp_path: Path) -> None:
    auth = BLUEPRINT.format(", template_folder='pages'") + "def a(): return render_template('auth/a.html')\n"
    files = {**project(REGISTERED, pages__auth__a_html="", pages__auth__b_html=""), "auth.py": auth}
    assert lines(tmp_path, files, "TPL001") == ["pages/auth/b.html:0"]


# Templates that are not there.


@pytest.mark.parametrize(
    "more",
    [
        "def old(): return render_template('old.html')\n",
        "def old(): return render_template(['old.html', 'older.html'], a=1)\n",
        "def old(): return render_template(template_name_or_list='old.html')\n",
        "import flask\ndef old(): return flask.render_template('old.html')\n",
        "from flask import render_template as render\ndef old(): return render('old.html')\n",
        "def make():\n    def old(): return render_template('auth/home.html')\n    return old\n",
    ],
)
def test_a_view_whose_template_is_not_there_is_found(more: str, tmp_path: Path) -> None:
    assert len(lines(tmp_path, project(more), "TPL002")) == 1


@pytest.mark.parametrize("page", ["{% extends 'a.html' %}", "{% include 'a.html' %}", "{% from 'a.html' import b %}"])
def test_a_template_that_uses_one_that_is_not_there_is_found(page: str, tmp_path: Path) -> None:
    found = findings(tmp_path, {**project(), "templates/home.html": f"<p>\n\n{page}"}, "TPL002")
    assert [(one.path, one.line, one.message) for one in found] == [
        ("templates/home.html", 3, "There is no template 'a.html'")
    ]


@pytest.mark.parametrize(
    "more",
    [
        "def old(name): return render_template(name)\n",
        "def old(): return render_template(['old.html', 'home.html'])\n",
        "def old(): return render_template('./home.html')\n",
        "from own import render_template\ndef old(): return render_template('old.html')\n",
        "import flask_security\ndef old(): return render_template('security/login.html')\n",
        "import jinja2\napp.jinja_loader = jinja2.FileSystemLoader('x')\ndef a(): return render_template('a.html')\n",
        "web = Flask(__name__, template_folder='dist')\ndef old(): return render_template('old.html')\n",
        "web = Flask(__name__, template_folder=FOLDER)\ndef old(): return render_template('old.html')\n",
        "web = Flask(__name__, **options)\ndef old(): return render_template('old.html')\n",
    ],
)
def test_a_template_that_may_be_elsewhere_is_left_alone(more: str, tmp_path: Path) -> None:
    assert lines(tmp_path, project(more), "TPL002") == []


@pytest.mark.parametrize(
    "page",
    [
        "{% include 'old.html' ignore missing %}",
        "{% include ['old.html', 'home.html'] %}",
        "{% extends base %}",
        "{# {% include 'old.html' %} #}",
    ],
)
def test_a_template_that_need_not_be_there_is_left_alone(page: str, tmp_path: Path) -> None:
    assert lines(tmp_path, {**project(), "templates/home.html": page}, "TPL002") == []


# Endpoints.


@pytest.mark.parametrize("endpoint", ["old", "auth.old", "old.login", ".old", "login", "auth.static"])
def test_a_link_to_no_endpoint_is_found(endpoint: str, tmp_path: Path) -> None:
    more = REGISTERED + f"def old(): return redirect(url_for('{endpoint}'))\n"
    files = {**project(more), "auth.py": BLUEPRINT.format("")}
    files["templates/home.html"] = f"<p>\n<a href=\"{{{{ url_for('{endpoint}') }}}}\">"
    found = lines(tmp_path, files, "TPL003")
    assert [one.partition(":")[0] for one in found] == ["app.py", "templates/home.html"]
    assert found[1].endswith(":2")


@pytest.mark.parametrize("endpoint", ["home", "auth.login", ".login", ".home", "static"])
def test_a_link_to_an_endpoint_is_left_alone(endpoint: str, tmp_path: Path) -> None:
    files = {**project(f"{REGISTERED}url_for('{endpoint}')\n"), "auth.py": BLUEPRINT.format("")}
    files["templates/home.html"] = f"{{{{ url_for('{endpoint}') }}}}"
    assert lines(tmp_path, files, "TPL003") == []


@pytest.mark.parametrize(
    "more",
    [
        "url_for(name)\n",
        "url_for('old' + name)\n",
        "def old(): pass\napp.add_url_rule('/old', view_func=old)\nurl_for('old')\n",
        "app.add_url_rule('/old', 'old', home)\nurl_for('old')\n",
        "app.add_url_rule('/old', endpoint='old')\nurl_for('old')\n",
        "for name in NAMES:\n    app.add_url_rule(f'/{name}', name, home)\nurl_for('old')\n",
        "for view in VIEWS:\n    app.add_url_rule('/old', view_func=view)\nurl_for('old')\n",
        "app.add_url_rule('/old', view_func=Old.as_view('old'))\nurl_for('old')\n",
        "view = Old.as_view('old')\napp.add_url_rule('/old', view_func=view)\nurl_for('old')\n",
        "from elsewhere import view\napp.add_url_rule('/old', view_func=view)\nurl_for('old')\n",
        "def put(app):\n    @app.route('/old')\n    def old(): return ''\nurl_for('old')\n",
        "[app.route(f'/{n}')(home) for n in NAMES]\nurl_for('old')\n",
        "app.url_map.add(rule)\nurl_for('old')\n",
        "app.url_build_error_handlers.append(build)\nurl_for('old')\n",
        "import flask_admin\nurl_for('admin.index')\nurl_for('old')\n",
        "from flask_restful import Api\napi = Api(app)\napi.add_resource(Old, '/old')\nurl_for('old')\n",
        "from somebody import Views\nViews(app)\nurl_for('old')\nurl_for('views.old')\n",
        "for bp in PARTS:\n    app.register_blueprint(bp)\nurl_for('parts.old')\nurl_for('old')\n",
        "from own import url_for\nurl_for('old')\n",
        "web = Flask(__name__, **options)\nurl_for('old')\n",
        "@app.endpoint('old')\ndef old(): return ''\nurl_for('old')\n",
    ],
)
def test_a_link_to_what_may_be_an_endpoint_is_left_alone(more: str, tmp_path: Path) -> None:
    assert lines(tmp_path, project(more), "TPL003") == []


@pytest.mark.parametrize(
    "more",
    [
        "from elsewhere import Api\nApi(bp)\n",
        "def more(part): part.add_url_rule('/', 'old')\nmore(bp)\n",
        "bp.record(lambda state: state.add_url_rule('/', 'old'))\n",
        "@bp.route('/old')\nclass old: pass\n",
        "bp.add_url_rule('/old', name, old)\n",
        "routes = [bp.route(name)(view) for name in names]\n",
    ],
)
def test_a_blueprint_that_may_have_more_is_left_alone(more: str, tmp_path: Path) -> None:
    files = {**project(f"{REGISTERED}url_for('auth.old')\n"), "auth.py": BLUEPRINT.format("") + more}
    assert lines(tmp_path, files, "TPL003") == []


def test_a_blueprint_is_known_by_the_name_it_is_registered_under(tmp_path: Path) -> None:
    more = "from auth import bp\napp.register_blueprint(bp, name='users')\nurl_for('users.login')\nurl_for('auth.a')\n"
    files = {**project(more), "auth.py": BLUEPRINT.format("").replace("auth.login", "users.login")}
    assert lines(tmp_path, files, "TPL003") == ["app.py:10"]


def test_a_file_that_cannot_be_read_may_have_any_endpoint(tmp_path: Path) -> None:
    files = {**project("url_for('old')\n"), "more.py": "from flask import Blueprint\nprint 'old'\n"}
    assert lines(tmp_path, files, "TPL003") == []


def test_links_in_a_factory_and_a_package_are_read(tmp_path: Path) -> None:
    code = """
    from flask import Flask, url_for

    def create_app():
        app = Flask(__name__)

        @app.get('/')
        def home():
            return url_for('home') + url_for('index')

        return app
    """
    page = "{% extends 'base.html' %}{% block a %}{{ url_for('hom') }}{% endblock %}"
    files = {"shop/__init__.py": code, "shop/templates/a.html": page}
    assert lines(tmp_path, files, "TPL003") == ["shop/__init__.py:8", "shop/templates/a.html:1"]


# Static files.


@pytest.mark.parametrize("name", ["old.css", "css/old.css", "css/style.js"])
def test_a_static_file_that_is_not_there_is_found(name: str, tmp_path: Path) -> None:
    files = {**project(f"url_for('static', filename='{name}')\n"), "static/css/style.css": ""}
    files["templates/home.html"] = f"{{{{ url_for('static', filename='{name}') }}}}"
    assert lines(tmp_path, files, "TPL004") == ["app.py:7", "templates/home.html:1"]


@pytest.mark.parametrize("name", ["css/style.css", "/css/style.css", "css/style.css?v=2", "build/a.css", "up/1.png"])
def test_a_static_file_that_is_there_or_is_made_is_left_alone(name: str, tmp_path: Path) -> None:
    files = {**project(), "static/css/style.css": "", ".gitignore": "static/build/\nup\n"}
    files["templates/home.html"] = f"{{{{ url_for('static', filename='{name}') }}}}"
    assert lines(tmp_path, files, "TPL004") == []


@pytest.mark.parametrize(
    "page", ["{{ url_for('static', filename=name) }}", "{{ url_for('static', filename='a' ~ b) }}", "static/old.css"]
)
def test_a_static_file_that_is_computed_is_left_alone(page: str, tmp_path: Path) -> None:
    assert lines(tmp_path, {**project(), "templates/home.html": page}, "TPL004") == []


@pytest.mark.parametrize("more", [{"package.json": "{}"}, {"app.py": APP.replace("__name__", "__name__, **o")}])
def test_a_static_file_that_may_be_made_or_elsewhere_is_left_alone(more: dict[str, str], tmp_path: Path) -> None:
    page = "{{ url_for('static', filename='old.css') }}"
    assert lines(tmp_path, {**project(), "templates/home.html": page, **more}, "TPL004") == []


def test_a_static_file_of_a_blueprint_is_looked_for_in_its_folder(tmp_path: Path) -> None:
    page = "{{ url_for('auth.static', filename='a.css') }}{{ url_for('auth.static', filename='b.css') }}"
    files = {**project(REGISTERED), "auth.py": BLUEPRINT.format(", static_folder='assets'"), "assets/a.css": ""}
    found = findings(tmp_path, {**files, "templates/home.html": page}, "TPL")
    assert [one.message for one in found] == ["There is no static file 'b.css'"]
