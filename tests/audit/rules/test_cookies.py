"""Cookies and hosts: what is missing, and where nobody can tell."""

from pathlib import Path

import pytest

from tests.audit.looking import Files, places

PLAIN = "import os\nfrom flask import Flask\napp = Flask(__name__)\n"
SESSION = "import os\nfrom flask import Flask, session\napp = Flask(__name__)\n"
HOSTS = "app.config['TRUSTED_HOSTS'] = ['example.com']\n"
FACTORY = "from flask import Flask\n\ndef create_app():\n    app = Flask(__name__)\n    return app\n"
SECURE = "app.config['SESSION_COOKIE_SECURE'] = True\n"
VIEW = "@app.get('/')\ndef index():\n    response = make_response()\n    response.set_cookie({})\n    return response\n"
LOGIN = "from flask_login import login_user\n@app.post('/in')\ndef enter():\n    login_user({})\n    return ''\n"


@pytest.mark.parametrize(
    ("files", "place"),
    [
        ({"app.py": PLAIN}, "app.py:3 DEP001"),
        ({"shop/__init__.py": FACTORY}, "shop/__init__.py:4 DEP001"),
        ({"app.py": SESSION + HOSTS}, "app.py:3 DEP002"),
        ({"app.py": PLAIN + HOSTS, "forms.py": "from flask_wtf import FlaskForm\n"}, "app.py:3 DEP002"),
        ({"app.py": SESSION + HOSTS + "app.config['SESSION_COOKIE_SECURE'] = False\n"}, "app.py:5 DEP003"),
        (
            {"app.py": PLAIN + HOSTS, "config.py": "class Config:\n    SESSION_COOKIE_HTTPONLY = False\n"},
            "config.py:2 DEP003",
        ),
        ({"app.py": SESSION + HOSTS + SECURE + LOGIN.format("user, remember=True")}, "app.py:9 DEP004"),
        ({"app.py": SESSION + HOSTS + SECURE + LOGIN.format("user, form.stay.data")}, "app.py:9 DEP004"),
        ({"app.py": PLAIN + HOSTS + VIEW.format("'token', 'x'")}, "app.py:8 DEP005"),
        ({"app.py": PLAIN + HOSTS + VIEW.format("'token', 'x', max_age=3600")}, "app.py:8 DEP005"),
        ({"app.py": PLAIN + HOSTS + VIEW.format("key='user_id', value='1', secure=False")}, "app.py:8 DEP005"),
    ],
    ids=str,
)
def test_what_is_not_protected_is_found(files: Files, place: str, tmp_path: Path) -> None:
    assert places(tmp_path, files, "DEP00") == [place]


@pytest.mark.parametrize(
    "files",
    [
        {"app.py": PLAIN + HOSTS},
        {"app.py": PLAIN + "app.config.from_object('config')\n", "config.py": "TRUSTED_HOSTS = read()\n"},
        {"app.py": PLAIN + "app.config.from_prefixed_env()\n"},
        {"app.py": PLAIN + "app.config.from_file('site.toml', load)\n", "site.toml": "TRUSTED_HOSTS = ['x.org']\n"},
        {"app.py": PLAIN + "\ndef before():\n    request.trusted_hosts = ['x.org']\n"},
        {"a.py": PLAIN, "b.py": PLAIN},
        {"a.py": SESSION, "b.py": SESSION},
        {"app.py": SESSION + "app.config.from_prefixed_env()\n" + LOGIN.format("user, True")},
        {"app.py": SESSION + HOSTS + SECURE},
        {"app.py": SESSION + HOSTS + "app.config['SESSION_COOKIE_SECURE'] = not app.debug\n"},
        {"app.py": SESSION + HOSTS, "config.py": "class Prod:\n    SESSION_COOKIE_SECURE = True\n"},
        {"app.py": SESSION + HOSTS + SECURE, "config.py": "class DevConfig:\n    SESSION_COOKIE_SECURE = False\n"},
        {
            "app.py": SESSION + HOSTS,
            "config.py": "class Config:\n    SESSION_COOKIE_SECURE = False\n"
            "class ProductionConfig(Config):\n    SESSION_COOKIE_SECURE = True\n",
        },
        {"app.py": SESSION + HOSTS + "app.session_interface = Own()\n"},
        {"app.py": SESSION + HOSTS + SECURE + LOGIN.format("user, identity").replace("flask_login", "accounts")},
        {"app.py": SESSION + HOSTS + SECURE + "if LOCAL:\n    app.config['SESSION_COOKIE_SECURE'] = False\n"},
        {"app.py": SESSION + HOSTS + SECURE + "if ANY:\n    app.config['SESSION_COOKIE_HTTPONLY'] = False\n"},
        {"app.py": SESSION + HOSTS + SECURE + "app.config['OTHER'] = False\n"},
        {"app.py": SESSION + HOSTS + SECURE + LOGIN.format("user") + "    print(user, True)\n"},
        {"app.py": SESSION + HOSTS + SECURE + LOGIN.format("user")},
        {"app.py": SESSION + HOSTS + SECURE + LOGIN.format("user, remember=False")},
        {
            "app.py": SESSION
            + HOSTS
            + SECURE
            + LOGIN.format("user, True")
            + "app.config['REMEMBER_COOKIE_SECURE'] = True\n"
        },
        {"app.py": PLAIN + HOSTS + VIEW.format("'token', 'x', secure=True")},
        {"app.py": PLAIN + HOSTS + VIEW.format("'token', 'x', secure=app.config['S']")},
        {"app.py": PLAIN + HOSTS + VIEW.format("'token', 'x', **options")},
        {"app.py": PLAIN + HOSTS + VIEW.format("'token', 'x', None, None, '/', None, True")},
        {"app.py": PLAIN + HOSTS + VIEW.format("'token', '', expires=0")},
        {"app.py": PLAIN + HOSTS + VIEW.format("name, 'x'")},
        {"app.py": PLAIN + HOSTS + VIEW.replace("set_cookie", "set_header").format("'token', 'x'")},
        {"app.py": PLAIN + HOSTS + VIEW.format("'token', '', max_age=0")},
        {"app.py": PLAIN + HOSTS + VIEW.format("'theme', 'dark'")},
        {"app.py": PLAIN + HOSTS, "tests/test_app.py": "client.set_cookie('token', 'x')\n"},
    ],
    ids=str,
)
def test_what_is_protected_or_unknown_is_left_alone(files: Files, tmp_path: Path) -> None:
    assert places(tmp_path, files, "DEP00") == []
