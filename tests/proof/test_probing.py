"""The probing views in projects of every shape: they answer there, and leave the app as it is."""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from scaffold import project as projects
from scaffold.errors import NoPlace
from scaffold.project import Project
from scaffold.proof import probing

APP = "from flask import Flask\n\napp = Flask(__name__)\n"
FACTORY = "from flask import Flask\n\n\ndef create_app():\n    app = Flask(__name__)\n    return app\n"
MAIN = '\n\nif __name__ == "__main__":\n    app.run()\n'
# The files of a project, and the app as a server takes it.
PROJECTS: dict[str, tuple[dict[str, str], str]] = {
    "one module": ({"app.py": APP}, "app:app"),
    "no newline at the end": ({"app.py": APP + "# the end"}, "app:app"),
    "lines as Windows ends them": ({"app.py": APP.replace("\n", "\r\n")}, "app:app"),
    "a main at the end": ({"hello.py": APP + MAIN}, "hello:app"),
    "another name": ({"site_.py": APP.replace("app =", "application =")}, "site_:application"),
    "a factory": ({"app.py": FACTORY}, "app:create_app()"),
    "a factory and an app": ({"app.py": FACTORY + "\n\napp = create_app()\n"}, "app:app"),
    "a package": (
        {"shop/__init__.py": FACTORY, "wsgi.py": "from shop import create_app\napp = create_app()\n"},
        "wsgi:app",
    ),
    "a package in src": ({"src/shop/__init__.py": FACTORY}, "shop:create_app()"),
    "a module in src": ({"src/shop.py": APP}, "shop:app"),
    "a factory in a module of a package": (
        {"shop/__init__.py": "from .making import create_app\n", "shop/making.py": FACTORY},
        "shop:create_app()",
    ),
    "an app in a module of a package": (
        {"shop/__init__.py": "", "shop/web/__init__.py": "", "shop/web/main.py": APP},
        "shop.web.main:app",
    ),
    "views that import the app": (
        {"shop/__init__.py": APP + "\nfrom shop import views\n", "shop/views.py": "from shop import app\n"},
        "shop:app",
    ),
    "a class of its own": (
        {"app.py": "from flask import Flask\n\n\nclass Shop(Flask):\n    pass\n\n\napp = Shop(__name__)\n"},
        "app:app",
    ),
    "a page for every path": (
        {"app.py": APP + '\n\n@app.get("/<path:path>")\ndef page(path):\n    return path\n'},
        "app:app",
    ),
    "a name that the views have": ({"app.py": APP + "\nimport importlib as put_on\nsys = 1\n"}, "app:app"),
    "no static files": ({"app.py": APP.replace("__name__", "__name__, static_folder=None")}, "app:app"),
}
# Each project is asked by a process of its own, and Flask is imported once.
ASK = """\
import importlib, json, os, sys, flask
asked = json.load(sys.stdin)
for root, target, paths in asked:
    if pid := os.fork():
        assert os.waitpid(pid, 0)[1] == 0, target
        continue
    sys.path.insert(0, root)
    module, _, name = target.partition(":")
    app = getattr(importlib.import_module(module), name.removesuffix("()"))
    client = (app() if name.endswith("()") else app).test_client()
    answers = [client.get(path) for path in paths]
    told = [[one.status_code, one.get_data(as_text=True), dict(one.headers)] for one in answers]
    print(json.dumps(told), flush=True)
    os._exit(0)
"""
ASKED = [probing.view(path) for path in ("/hello", "/release", "/who", "/map", "/missing")]
Answer = tuple[int, str, dict[str, str]]


def written(root: Path, files: dict[str, str]) -> Path:
    for name, text in {"requirements.txt": "flask\n", **files}.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(text.encode())
    return root


def asked(*projects: tuple[Path, str, Sequence[str]]) -> list[list[Answer]]:
    """Ask the apps themselves, without a server."""
    told = [(str(root / "src" if (root / "src").exists() else root), *rest) for root, *rest in projects]
    words = [sys.executable, "-W", "error", "-c", ASK]
    done = subprocess.run(words, input=json.dumps(told), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def told_by(root: Path, path: str) -> Any:
    """Return what a view of the project's `app:app` tells."""
    [[(status, text, _)]] = asked((root, "app:app", [probing.view(path)]))
    assert status == 200, text
    return json.loads(text)


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Answer]]:
    """Put the views into every project, and ask for them."""
    roots = [written(tmp_path_factory.mktemp("project"), files) for files, _ in PROJECTS.values()]
    for root in roots:
        assert probing.put_into(root) == probing.release_file(root)
    targets = [target for _, target in PROJECTS.values()]
    return dict(zip(PROJECTS, asked(*zip(roots, targets, [ASKED] * len(roots), strict=True)), strict=True))


@pytest.mark.parametrize("name", PROJECTS)
def test_the_views_answer_in_any_project(name: str, answers: dict[str, list[Answer]]) -> None:
    hello, release, who, rules, missing = answers[name]
    assert hello[1] == "hello"
    assert json.loads(release[1])["release"] == probing.FIRST_RELEASE
    assert json.loads(who[1])["url"] == "http://localhost/-/probing/who"
    assert all(not one["endpoint"].startswith(probing.NAME) for one in json.loads(rules[1])["rules"])
    assert all(one[2][probing.MARK] == "1" for one in (hello, missing))
    assert missing[0] == 404


def test_the_names_in_the_module_are_what_they_were(tmp_path: Path) -> None:
    written(tmp_path, {"app.py": APP})
    probing.put_into(tmp_path)
    held = "import app; print(sorted(name for name in vars(app) if not name.startswith('__')))"
    done = subprocess.run([sys.executable, "-c", held], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['Flask', 'app']"


def test_the_map_says_what_a_rule_takes(tmp_path: Path) -> None:
    rule = '@app.get("/post/<int:number>/<name>", defaults={"kind": "a"})'
    written(tmp_path, {"app.py": f'{APP}\n\n{rule}\ndef post(number, name, kind):\n    return ""\n'})
    probing.put_into(tmp_path)
    rules = told_by(tmp_path, "/map")["rules"]
    assert {one["endpoint"] for one in rules} == {"post", "static"}
    (found,) = [one for one in rules if one["endpoint"] == "post"]
    assert found["rule"] == "/post/<int:number>/<name>"
    assert found["arguments"] == {"number": "IntegerConverter", "name": "UnicodeConverter"}
    assert found["defaults"] == {"kind": "a"}
    assert found["methods"] == ["GET", "HEAD", "OPTIONS"]


def test_a_style_sheet_is_the_file_of_choice(tmp_path: Path) -> None:
    written(tmp_path, {"app.py": APP, "static/a.js": "", "static/css/site.css": "", "static/.hidden": ""})
    probing.put_into(tmp_path)
    told = told_by(tmp_path, "/who")
    assert (told["static"], told["static_url"]) == ("/static/css/site.css", "/static")


def test_the_session_is_told(tmp_path: Path) -> None:
    written(tmp_path, {"app.py": APP + 'app.secret_key = "x"\n'})
    probing.put_into(tmp_path)
    paths = [probing.view("/session"), probing.view("/session/held")]
    [[remembered, held]] = asked((tmp_path, "app:app", paths))
    assert remembered[1] == "remembered"
    assert json.loads(held[1]) == {"session": {"name": "Ada"}}


def test_a_session_without_a_key_is_left_alone(tmp_path: Path) -> None:
    written(tmp_path, {"app.py": APP})
    probing.put_into(tmp_path)
    [[(status, _, headers)]] = asked((tmp_path, "app:app", [probing.view("/session")]))
    assert status == 204
    assert "Set-Cookie" not in headers


def test_a_protection_of_forms_lets_the_views_be(tmp_path: Path) -> None:
    exempt = "class Protection:\n    def exempt(self, bp):\n        print('exempt', bp.name)\n"
    written(tmp_path, {"app.py": f"{APP}\n\n{exempt}\n\napp.extensions['csrf'] = Protection()\n"})
    probing.put_into(tmp_path)
    done = subprocess.run(
        [sys.executable, "-c", "import app"], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert done.stdout == f"exempt {probing.NAME}\n"


def test_of_two_apps_it_is_the_one_that_was_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    served = "from shop import create_app\n\napp = create_app()\n"
    written(tmp_path, {"served.py": served, "shop/__init__.py": FACTORY, "shop/other.py": FACTORY})
    with pytest.raises(NoPlace):
        probing.put_into(tmp_path)
    made = Project(str(tmp_path), {"wsgi_target": "served:app"})
    monkeypatch.setattr(projects, "find", lambda root, app: made)
    probing.put_into(tmp_path)
    [[(status, _, _)]] = asked((tmp_path, "served:app", [probing.view("/hello")]))
    assert status == 200


def test_which_of_two_apps_is_said(tmp_path: Path) -> None:
    written(tmp_path, {"web.py": APP, "api/__init__.py": "", "api/main.py": APP})
    assert probing.put_into(tmp_path, "api.main:app").parent == tmp_path / "api"
