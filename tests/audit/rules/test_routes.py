"""Routes that hide each other, and routes that no test asks for."""

from pathlib import Path

import pytest

from tests.audit.looking import findings, places

FLASK = "from flask import Flask, Blueprint\n"
APP = f"{FLASK}app = Flask(__name__)\n"
HOME = "@app.route('/')\ndef home():\n    return ''\n"
FACTORY = {
    "shop/__init__.py": """
    from flask import Flask

    def create_app():
        app = Flask(__name__)
        from .views import bp
        from . import other
        app.register_blueprint(bp, url_prefix='/a')
        app.register_blueprint(other.bp)
        return app
    """
}


def hidden(root: Path, files: dict[str, str]) -> list[str]:
    return places(root, files, "RTE001")


@pytest.mark.parametrize(
    "second",
    [
        "@app.route('/')\ndef other():\n    return ''\n",
        "@app.get('/')\ndef other():\n    return ''\n",
        "@app.route('/', methods=['GET', 'HEAD'])\ndef other():\n    return ''\n",
        "@app.route('/', methods=('GET', 'POST'))\ndef other():\n    return ''\n",
        "@app.route('/', endpoint='else')\ndef other():\n    return ''\n",
        "def other():\n    return ''\napp.add_url_rule('/', view_func=other)\n",
    ],
)
def test_a_second_route_of_the_same_rule_is_found(second: str, tmp_path: Path) -> None:
    assert len(hidden(tmp_path, {"app.py": APP + HOME + second})) == 1


def test_what_differs_in_the_names_of_variables_alone_is_the_same(tmp_path: Path) -> None:
    code = "@app.route('/u/<name>')\ndef a(name): return ''\n@app.route('/u/<string:user>')\ndef b(user): return ''\n"
    found = findings(tmp_path, {"app.py": APP + code}, "RTE001")
    assert [(one.line, one.message) for one in found] == [
        (5, "'b' is never called: 'a' (line 3) answers '/u/<string:user>' for GET already")
    ]


def test_a_method_that_is_left_is_told(tmp_path: Path) -> None:
    code = "@app.route('/', methods=['GET', 'POST'])\ndef other():\n    return ''\n"
    found = findings(tmp_path, {"app.py": APP + HOME + code}, "RTE001")
    assert found[0].message == "'other' is never called for GET: 'home' (line 3) answers '/' for GET already"


@pytest.mark.parametrize(
    "second",
    [
        "@app.post('/')\ndef other():\n    return ''\n",
        "@app.route('/other')\ndef other():\n    return ''\n",
        "@app.route('/', host='a.example')\ndef other():\n    return ''\n",
        "@app.route('/', methods=METHODS)\ndef other():\n    return ''\n",
        "@app.route(PATH)\ndef other():\n    return ''\n",
        "@web.route('/')\ndef other():\n    return ''\n",
        "if DEBUG:\n    @app.route('/')\n    def other():\n        return ''\n",
        "def register():\n    @app.route('/')\n    def other():\n        return ''\n",
        "second = Flask(__name__)\n@second.route('/')\ndef other():\n    return ''\n",
    ],
)
def test_what_is_no_second_route_or_may_not_be_there_is_left_alone(second: str, tmp_path: Path) -> None:
    assert hidden(tmp_path, {"app.py": APP + HOME + second}) == []


@pytest.mark.parametrize(
    ("one", "other"),
    [("/a", "/a/"), ("/<int:n>", "/<name>"), ("/<path:p>", "/<name>"), ("/<any(a, b):n>", "/<any(c):n>")],
)
def test_rules_that_only_overlap_are_left_alone(one: str, other: str, tmp_path: Path) -> None:
    code = f"@app.route('{one}')\ndef a(**_): return ''\n@app.route('{other}')\ndef b(**_): return ''\n"
    assert hidden(tmp_path, {"app.py": APP + code}) == []


def test_a_view_that_has_one_rule_twice_hides_nothing(tmp_path: Path) -> None:
    code = "@app.route('/')\n@app.route('/')\ndef home():\n    return ''\n"
    assert hidden(tmp_path, {"app.py": APP + code}) == []


def blueprints(one: str, other: str) -> dict[str, str]:
    text = "from flask import Blueprint\nbp = Blueprint('{}', __name__)\n@bp.route('{}')\ndef show():\n    return ''\n"
    return {**FACTORY, "shop/views.py": text.format("one", one), "shop/other.py": text.format("two", other)}


def test_a_route_of_another_blueprint_below_its_prefix_is_found(tmp_path: Path) -> None:
    assert hidden(tmp_path, blueprints("/x", "/a/x")) == ["shop/views.py:3 RTE001"]


def test_the_same_rule_below_another_prefix_is_left_alone(tmp_path: Path) -> None:
    assert hidden(tmp_path, blueprints("/x", "/x")) == []


def test_a_blueprint_that_may_not_be_registered_hides_nothing(tmp_path: Path) -> None:
    files = blueprints("/x", "/a/x")
    text = files["shop/__init__.py"].replace("app.register_blueprint(other", "if X: app.register_blueprint(other")
    assert hidden(tmp_path, {**files, "shop/__init__.py": text}) == []


def test_a_file_that_nothing_imports_hides_nothing(tmp_path: Path) -> None:
    old = "from app import app\n@app.route('/')\ndef old():\n    return ''\n"
    assert hidden(tmp_path, {"app.py": APP + HOME, "old.py": old}) == []
    assert len(hidden(tmp_path, {"app.py": f"{APP}{HOME}import old\n", "old.py": old})) == 1


def test_a_route_in_a_factory_is_found(tmp_path: Path) -> None:
    code = """
    from flask import Flask

    def create_app():
        app = Flask(__name__)

        @app.route('/')
        def one():
            return ''

        @app.route('/')
        def two():
            return ''

        return app
    """
    assert hidden(tmp_path, {"shop.py": code}) == ["shop.py:10 RTE001"]


def test_two_views_of_one_endpoint_are_found(tmp_path: Path) -> None:
    code = "@app.route('/other')\ndef home():\n    return ''\n"
    assert places(tmp_path, {"app.py": APP + HOME + code}, "RTE002") == ["app.py:6 RTE002"]


@pytest.mark.parametrize(
    "code",
    [
        "@app.route('/a')\n@app.route('/b')\ndef a():\n    return ''\n",
        "@app.route('/a')\ndef a(): return ''\n@app.route('/b', endpoint='b')\ndef a(): return ''\n",
        "bp = Blueprint('bp', __name__)\n@bp.route('/a')\ndef home(): return ''\n",
        "if X:\n    @app.route('/a')\n    def home(): return ''\n",
    ],
)
def test_endpoints_that_differ_are_left_alone(code: str, tmp_path: Path) -> None:
    assert places(tmp_path, {"app.py": APP + HOME + code}, "RTE002") == []


def untested(root: Path, test: str, code: str = "@app.route('/users/<name>')\ndef user(name):\n    return ''\n") -> int:
    files = {"app.py": APP + code, "tests/test_app.py": test}
    return len(places(root, files, "RTE003"))


@pytest.mark.parametrize(
    "test",
    [
        "def test(client): client.get('/')",
        "def test(client): client.get('/users/')",
        "def test(client): client.get('/users/ada/posts')",
        "def test(client): client.get(f'/{name}')",
        "def test(client): client.get(f'/other/{name}')",
        "# client.get('/users/ada')\n",
        "def test(client): client.get(url_for('other'))",
    ],
)
def test_a_route_that_no_test_asks_for_is_found(test: str, tmp_path: Path) -> None:
    assert untested(tmp_path, test) == 1


@pytest.mark.parametrize(
    "test",
    [
        "def test(client): client.get('/users/ada')",
        "def test(client): client.get('/users/ada?page=2#top')",
        "def test(client): client.get('users/ada')",
        "def test(client): client.get('http://localhost/users/ada')",
        "def test(client): client.get(f'/users/{name}')",
        "def test(client): client.get(f'{BASE}/users/{name}')",
        "def test(client): client.get(BASE + '/ada')",
        "def test(client): client.get('/users/' + name)",
        "def test(client): client.get('/users/%s' % name)",
        "def test(client): client.get('/users/{}'.format(name))",
        "URLS = ['/', '/users/ada/']",
        "def test(client): client.get(url_for('user', name='ada'))",
        "from app import user\ndef test(): user('ada')",
        "def test(app, client):\n    for rule in app.url_map.iter_rules(): client.get(rule.rule)",
    ],
)
def test_a_route_that_a_test_asks_for_is_left_alone(test: str, tmp_path: Path) -> None:
    assert untested(tmp_path, test) == 0


def test_one_of_the_rules_of_a_view_is_enough(tmp_path: Path) -> None:
    code = "@app.route('/')\n@app.route('/index')\ndef index():\n    return ''\n"
    assert untested(tmp_path, "def test(client): client.get('/index')", code) == 0
    found = findings(tmp_path, {"app.py": APP + code, "tests/test_app.py": "def test(): pass"}, "RTE003")
    assert [one.message for one in found] == ["No test asks for '/' or '/index' ('index')"]


@pytest.mark.parametrize(("url", "number"), [("/n/7", 0), ("/n/x", 1), ("/n/7.5", 1)])
def test_the_converter_decides_what_is_asked_for(url: str, number: int, tmp_path: Path) -> None:
    code = "@app.route('/n/<int:n>')\ndef number(n):\n    return ''\n"
    assert untested(tmp_path, f"def test(client): client.get('{url}')", code) == number


def test_a_blueprints_route_is_known_by_its_prefix_and_its_endpoint(tmp_path: Path) -> None:
    files = blueprints("/x", "/y")
    test = "def test(client): client.get('{}'); client.get('/y')"
    for url, number in (("/a/x", 0), ("/x", 0), ("/b/x", 1), ("one.show", 0), ("three.show", 1)):
        found = places(tmp_path, {**files, "tests/test_app.py": test.format(url)}, "RTE003")
        assert len(found) == number, url


def test_tests_in_other_languages_count(tmp_path: Path) -> None:
    files = {"app.py": APP + HOME + "@app.route('/cart')\ndef cart(): return ''\n", "tests/a.spec.ts": "goto('/cart')"}
    found = places(tmp_path, {**files, "tests/test_app.py": "def test(client): client.get('/')"}, "RTE003")
    assert found == []


def test_a_project_without_tests_is_found_once(tmp_path: Path) -> None:
    found = findings(tmp_path, {"app.py": APP + HOME + HOME.replace("home", "b").replace("'/'", "'/b'")}, "RTE003")
    assert [(one.line, one.message) for one in found] == [
        (2, "No test asks for any of its 2 routes: there are no tests")
    ]


@pytest.mark.parametrize("code", ["@app.route(PATH)\ndef a(): return ''\n", "@other.route('/')\ndef a(): return ''\n"])
def test_a_route_that_is_computed_is_left_alone(code: str, tmp_path: Path) -> None:
    assert untested(tmp_path, "def test(): pass", code) == 0
