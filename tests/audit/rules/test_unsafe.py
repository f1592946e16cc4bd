"""Data of the request that goes where it must not, and what is done with it before."""

from pathlib import Path
from textwrap import dedent, indent

import pytest

from tests.audit.looking import findings, places

APP = "from flask import Flask\napp = Flask(__name__)\n"
IMPORTS = "from flask import *\nfrom markupsafe import Markup, escape\nfrom urllib.parse import urlparse, unquote\n"


def view(body: str, rule: str = "/", parameters: str = "") -> dict[str, str]:
    """Return a project with one view."""
    head = f"{APP}{IMPORTS}\n@app.route('{rule}', methods=['GET', 'POST'])\ndef view({parameters}):\n"
    return {"app.py": head + indent(dedent(body), "    ")}


def codes(root: Path, files: dict[str, str]) -> list[str]:
    return [place.partition(" ")[2] for place in places(root, files, "SAF")]


@pytest.mark.parametrize(
    ("page", "line"),
    [
        ("{{ text|safe }}", 1),
        ("<p>\n{{ post.body | safe }}", 2),
        ("{{ posts[0].body|safe }}", 1),
        ("{{ text|trim|safe }}", 1),
        ("{{ text.replace('a', 'b')|safe }}", 1),
        ("{{ ('<b>' ~ text ~ '</b>')|safe }}", 1),
        ("{{ (text or '')|safe }}", 1),
        ("{{ ('a' if one else text)|safe }}", 1),
        ("{% set text = form.text %}\n{{ text|safe }}", 2),
        ("{% trans name=user.name|safe %}Hello {{ name }}{% endtrans %}", 1),
        ("{% filter safe %}{{ text|safe }}{% endfilter %}", 1),
    ],
)
def test_a_value_that_is_called_safe_is_found(page: str, line: int, tmp_path: Path) -> None:
    assert places(tmp_path, {"app.py": APP, "templates/a.html": page}, "SAF") == [f"templates/a.html:{line} SAF001"]


@pytest.mark.parametrize(
    "page",
    [
        "{{ '<b>bold</b>'|safe }}",
        "{{ data|tojson|safe }}",
        "{{ number|int|safe }}",
        "{{ text|e|safe }}",
        "{{ text|markdown|safe }}",
        "{{ render(text)|safe }}",
        "{{ _('<b>bold</b>')|safe }}",
        "{{ ('a' if one else 'b')|safe }}",
        "{{ config.BANNER|safe }}",
        "{{ loop.index|safe }}",
        "{% set text = '<b>' %}{{ text|safe }}",
        "{% set text %}<b>{{ name }}</b>{% endset %}{{ text|safe }}",
        "{% macro one() %}<b>{% endmacro %}{{ one()|safe }}",
        "{# {{ text|safe }} #}",
        "{% raw %}{{ text|safe }}{% endraw %}",
        "{% nobody knows this %}{{ text|safe }}",
    ],
)
def test_what_is_the_projects_own_or_escaped_is_left_alone(page: str, tmp_path: Path) -> None:
    assert places(tmp_path, {"app.py": APP, "templates/a.html": page}, "SAF") == []


def test_a_text_that_is_no_page_is_left_alone(tmp_path: Path) -> None:
    assert places(tmp_path, {"app.py": APP, "templates/mail.txt": "{{ text|safe }}"}, "SAF") == []


SHOWN = {"templates/a.html": "{{ form|safe }}"}


@pytest.mark.parametrize(
    "body",
    [
        "form = render_template('form.html')\nreturn render_template('a.html', form=form)",
        "return render_template('a.html', form=render_template('form.html'))",
        "return render_template('a.html', form=Markup('<b>{}</b>').format(name))",
        "return render_template('a.html', form='<form>')",
    ],
)
def test_what_the_view_has_rendered_already_is_left_alone(body: str, tmp_path: Path) -> None:
    assert codes(tmp_path, {**view(body), **SHOWN}) == []


@pytest.mark.parametrize(
    "body",
    [
        "return render_template('a.html', form=find())",
        "return render_template('a.html', form='<b>' + name)",
        "if name:\n    return render_template('a.html', form='<form>')\nreturn render_template('a.html', form=name)",
        "form = render_template('form.html')\nreturn render_template('b.html', form=form)",
    ],
)
def test_what_the_view_hands_over_from_elsewhere_is_found(body: str, tmp_path: Path) -> None:
    assert codes(tmp_path, {**view(body), **SHOWN}) == ["SAF001"]


def test_the_subject_of_a_mail_is_no_page(tmp_path: Path) -> None:
    inner = "{{ text|safe }}{% autoescape false %}{{ text }}{% endautoescape %}"
    files = {"app.py": APP, "templates/mail.html": f"{{% block subject %}}{inner}{{% endblock %}}"}
    assert codes(tmp_path, files) == []


def test_a_waiver_in_a_template_lets_it_stand(tmp_path: Path) -> None:
    page = "{{ text|safe }} {# check: ignore[SAF001] cleaned when it is saved #}"
    assert findings(tmp_path, {"app.py": APP, "templates/a.html": page}, "SAF") == []


@pytest.mark.parametrize(
    "body",
    [
        "return Markup(request.args['name'])",
        "return Markup('<b>' + request.args.get('name', '') + '</b>')",
        "return Markup(f\"<b>{request.form['name']}</b>\")",
        "return Markup('<b>%s</b>' % request.values.get('name'))",
        "return Markup('<b>{}</b>'.format(request.cookies.get('name')))",
        "name = request.args.get('name')\nreturn Markup(name)",
        "name = request.args.get('name')\ntext = f'<b>{name}</b>'\nreturn Markup(text.strip())",
        "data = request.get_json()\nreturn Markup(data['name'])",
    ],
)
def test_markup_of_what_the_request_says_is_found(body: str, tmp_path: Path) -> None:
    assert codes(tmp_path, view(body)) == ["SAF002"]


def test_markup_of_a_variable_of_the_rule_is_found(tmp_path: Path) -> None:
    assert codes(tmp_path, view("return Markup(f'<b>{name}</b>')", "/<name>", "name")) == ["SAF002"]


@pytest.mark.parametrize(
    "body",
    [
        "return Markup('<b>bold</b>')",
        "return Markup('<b>{}</b>').format(request.args['name'])",
        "return Markup('<b>%s</b>') % request.args['name']",
        "return Markup(f\"<b>{escape(request.args['name'])}</b>\")",
        "return Markup(clean(request.args['name']))",
        "return Markup('<b>%s</b>' % int(request.args['n']))",
        "return Markup('<b>%s</b>' % request.args.get('n', type=int))",
        "name = request.args['name']\nif name not in NAMES:\n    abort(404)\nreturn Markup(name)",
        "name = request.args['name']\nname = escape(name)\nreturn Markup(name)",
        "return Markup(request.host)",
        "return Markup(current_app.config['BANNER'])",
    ],
)
def test_markup_of_what_is_escaped_or_checked_is_left_alone(body: str, tmp_path: Path) -> None:
    assert codes(tmp_path, view(body)) == []


@pytest.mark.parametrize(("rule", "parameters"), [("/<int:name>", "name"), ("/<any(a, b):name>", "name")])
def test_markup_of_a_variable_that_holds_no_html_is_left_alone(rule: str, parameters: str, tmp_path: Path) -> None:
    assert codes(tmp_path, view("return Markup(f'<b>{name}</b>')", rule, parameters)) == []


@pytest.mark.parametrize(
    "body",
    [
        "return render_template_string(request.args['page'])",
        "return render_template_string('<h1>Hello ' + request.args.get('name', '') + '</h1>')",
        "name = request.form['name']\npage = '<h1>%s</h1>' % name\nreturn render_template_string(page)",
        "import jinja2\nreturn jinja2.Template(request.args['page']).render()",
        "return render_template_string(source=request.args['page'])",
        "page = '<h1>%s</h1>' % request.url\nreturn render_template_string(page, dir=dir), 404",
        "return render_template_string('Nothing is at ' + request.path)",
    ],
)
def test_a_template_of_what_the_request_says_is_found(body: str, tmp_path: Path) -> None:
    assert codes(tmp_path, view(body)) == ["SAF003"]


@pytest.mark.parametrize(
    "body",
    [
        "return render_template_string('{{ name }}', name=request.args['name'])",
        "return render_template_string(PAGE)",
        "from .own import render_template_string\nreturn render_template_string(request.args['name'])",
    ],
)
def test_a_template_of_the_projects_own_is_left_alone(body: str, tmp_path: Path) -> None:
    assert codes(tmp_path, view(body)) == []


@pytest.mark.parametrize(
    "body",
    [
        "return redirect(request.args['next'])",
        "return redirect(request.args.get('next') or url_for('view'))",
        "return redirect(request.form.get('next', '/'), code=303)",
        "return redirect(location=request.values['next'])",
        "target = request.args.get('next')\nif target:\n    return redirect(target)\nreturn redirect('/')",
        "target = request.args.get('next', '/')\nflash(target)\nreturn redirect(unquote(target))",
        "target = request.args.get('next')\nif target is None:\n    target = url_for('view')\nreturn redirect(target)",
        "return redirect(f\"https://{request.args['host']}/\")",
        "return redirect('//' + request.args['host'])",
        "return redirect('%s?a=1' % request.args['next'])",
        "return redirect('{}?a=1'.format(request.args['next']))",
        "return redirect(request.args['next'] if request.args.get('next') else '/')",
    ],
)
def test_a_redirection_to_wherever_is_found(body: str, tmp_path: Path) -> None:
    assert codes(tmp_path, view(body)) == ["SAF004"]


def test_a_redirection_to_a_path_of_the_rule_is_found(tmp_path: Path) -> None:
    assert codes(tmp_path, view("return redirect(url)", "/go/<path:url>", "url")) == ["SAF004"]


@pytest.mark.parametrize(
    "body",
    [
        "return redirect(url_for('view', next=request.args['next']))",
        "return redirect('/users/' + request.args['name'])",
        "return redirect(f\"/users/{request.args['name']}\")",
        "return redirect('/search?q={}'.format(request.args['q']))",
        "target = request.args['next']\nif not is_safe(target):\n    abort(400)\nreturn redirect(target)",
        "if not is_safe(request.args['next']):\n    abort(400)\nreturn redirect(request.args['next'])",
        "target = request.args['next']\nif urlparse(target).netloc:\n    abort(400)\nreturn redirect(target)",
        "target = request.args['next']\nif not target.startswith('/'):\n    abort(400)\nreturn redirect(target)",
        "target = request.args['next']\nif target in PLACES:\n    return redirect(target)\nreturn '', 404",
        "target = request.args['next']\nmatch target:\n    case '/a':\n        return redirect(target)",
        "target = checked(request.args['next'])\nreturn redirect(target)",
        "return redirect(PLACES[request.args['next']])",
        "return redirect(request.url)",
        "return redirect(request.referrer or '/')",
    ],
)
def test_a_redirection_that_is_checked_or_stays_here_is_left_alone(body: str, tmp_path: Path) -> None:
    assert codes(tmp_path, view(body)) == []


def test_a_redirection_to_a_part_of_the_rule_is_left_alone(tmp_path: Path) -> None:
    assert codes(tmp_path, view("return redirect(name)", "/go/<name>", "name")) == []


def test_a_redirection_in_a_view_of_a_blueprint_in_a_factory_is_found(tmp_path: Path) -> None:
    module = """
    import flask

    def create_app():
        app = flask.Flask(__name__)

        @app.get('/go')
        def go():
            return flask.redirect(flask.request.args['to'])

        return app
    """
    assert places(tmp_path, {"shop/__init__.py": module}, "SAF") == ["shop/__init__.py:8 SAF004"]


@pytest.mark.parametrize(
    "files",
    [
        {"templates/a.html": "<p>\n{% autoescape false %}{{ text }}{% endautoescape %}"},
        {"app.py": f"{APP}\napp.jinja_env.autoescape = False\n"},
    ],
)
def test_escaping_that_is_turned_off_is_found(files: dict[str, str], tmp_path: Path) -> None:
    assert codes(tmp_path, {"app.py": APP, **files}) == ["SAF005"]


@pytest.mark.parametrize(
    "files",
    [
        {"templates/a.html": "{% autoescape true %}{{ text }}{% endautoescape %}"},
        {"templates/a.html": "{% autoescape false %}<b>{{ data|tojson }}</b>{% endautoescape %}"},
        {"templates/a.txt": "{% autoescape false %}{{ text }}{% endautoescape %}"},
        {"app.py": f"{APP}\napp.jinja_env.autoescape = True\n"},
        {"app.py": f"{APP}\nimport jinja2\nconfigs = jinja2.Environment(autoescape=False)\n"},
    ],
)
def test_escaping_that_stays_on_is_left_alone(files: dict[str, str], tmp_path: Path) -> None:
    assert codes(tmp_path, {"app.py": APP, **files}) == []
