"""A small Flask project as somebody writes one by hand, after the quickstart, before any tool has seen it."""

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path

# What the tests call it beside the layouts.
LAYOUT = "by-hand"
FILES = {
    "app.py": """\
import os
from flask import Flask, render_template

app = Flask(__name__)
app.config['SECRET_KEY'] = os.environ.get('SECRET_KEY', 'dev')


@app.route('/')
def index():
    return render_template('index.html')


if __name__ == '__main__':
    app.run(debug=True)
""",
    "requirements.txt": "flask\ngunicorn\npytest\n",
    "templates/layout.html": """\
<!doctype html>
<html lang="en">
<head><title>{% block title %}{% endblock %}</title></head>
<body>
<nav><ul>
<li><a href="{{ url_for('index') }}">Home</a></li>
</ul></nav>
<div class="container">
{% for message in get_flashed_messages() %}<p>{{ message }}</p>{% endfor %}
{% block body %}{% endblock %}
</div>
</body>
</html>
""",
    "templates/index.html": """\
{% extends "layout.html" %}
{% block title %}Home{% endblock %}
{% block body %}<h1>Hello</h1>{% endblock %}
""",
    "conftest.py": "",
    "tests/conftest.py": """\
import pytest
from app import app as flask_app


@pytest.fixture
def client():
    flask_app.config['TESTING'] = True
    return flask_app.test_client()
""",
    "tests/test_index.py": """\
def test_index(client):
    assert client.get('/').status_code == 200
""",
}


def write(folder: Path) -> None:
    """Put the project into a folder."""
    for path, text in FILES.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)


@cache
def home() -> Path:
    """Return one that is read and never run, for as long as these tests go on."""
    folder = Path(tempfile.mkdtemp(prefix="by-hand-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    write(folder)
    return folder
