"""scaffold add."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import Scaffold, tree

VIEWS = {"package": "shop/pages.py", "module": "app.py"}
TESTS = {"package": "tests/test_pages.py", "module": "tests/test_app.py"}
PAGE = {"package": "shop/templates/user.html", "module": "templates/user.html"}


def test_a_route_is_a_view_a_page_and_a_test(scaffold: Scaffold, project: Path, layout: str) -> None:
    result = scaffold("add", "route", "/user/<username>")

    assert result.code == 0, result.err
    assert f"    edit  {VIEWS[layout]}\n" in result.out
    assert f"  create  {PAGE[layout]}\n" in result.out
    assert TESTS[layout] in result.out
    assert 'get("/user/<username>")\ndef user(username: str) -> str:\n' in (project / VIEWS[layout]).read_text()


def test_a_second_run_says_unchanged(scaffold: Scaffold, project: Path) -> None:
    scaffold("add", "route", "/user/<username>")
    before = tree(project)

    result = scaffold("add", "route", "/user/<username>")

    assert (result.code, result.out) == (0, "unchanged\n")
    assert tree(project) == before


def test_the_same_rule_with_other_answers_is_refused(scaffold: Scaffold, project: Path) -> None:
    scaffold("add", "route", "/user/<username>")
    before = tree(project)

    result = scaffold("add", "route", "/user/<username>", "--returns", "json")

    assert result.code == 3
    assert tree(project) == before


def test_a_rule_that_another_view_has_is_refused_with_its_place(scaffold: Scaffold, project: Path, layout: str) -> None:
    scaffold("add", "route", "/user/<username>")
    before = tree(project)

    result = scaffold("add", "route", "/user/<name>")

    assert result.code == 3
    assert "/user/<username>" in result.err
    assert VIEWS[layout] in result.err
    assert tree(project) == before


@pytest.mark.parametrize("flag", ["--dry-run", "--diff", "--check"])
def test_a_look_writes_nothing(flag: str, scaffold: Scaffold, project: Path, layout: str) -> None:
    before = tree(project)

    result = scaffold("add", "route", "/about", flag)

    assert result.code == (6 if flag == "--check" else 0)
    assert VIEWS[layout] in result.out
    assert tree(project) == before


def test_the_diff_gives_the_very_tree(scaffold: Scaffold, project: Path) -> None:
    diff = scaffold("add", "route", "/post/<int:post_id>", "--methods", "GET,POST", "--diff").out
    before = tree(project)
    scaffold("add", "route", "/post/<int:post_id>", "--methods", "GET,POST")
    after = {path: file for path, file in tree(project).items() if not path.startswith(".scaffold/")}
    for path, (data, _) in before.items():
        (project / path).write_bytes(data)
    for path in after.keys() - before.keys():
        (project / path).unlink()

    subprocess.run(["git", "apply"], cwd=project, input=diff.encode(), check=True)

    assert {p: f for p, f in tree(project).items() if not p.startswith(".scaffold/")} == after


def test_json_tells_what_a_run_did(scaffold: Scaffold, project: Path) -> None:
    done = json.loads(scaffold("add", "route", "/about", "--json").out)
    again = json.loads(scaffold("add", "route", "/about", "--json").out)
    refused = json.loads(scaffold("add", "route", "about", "--json").out)

    assert done["ok"]
    assert done["ops"]
    assert done["command"] == ["scaffold", "add", "route", "/about"]
    assert again["ops"] == []
    assert refused["error"]["code"] == 2
    assert done.keys() == again.keys() == refused.keys()


def test_it_works_from_a_folder_below_and_with_project(
    scaffold: Scaffold, project: Path, layout: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project / "tests")
    assert scaffold("add", "route", "/about").code == 0
    monkeypatch.chdir(project.parent)
    assert scaffold("add", "route", "/more", "--project", "shop").code == 0
    assert "def more(" in (project / VIEWS[layout]).read_text()


BAD = {
    "no slash": ["about"],
    "unknown converter": ["/<float64:x>"],
    "keyword": ["/<class>"],
    "query": ["/a?b"],
    "bad method": ["/a", "--methods", "FETCH"],
    "bad name": ["/a", "--name", "1a"],
    "bad returns": ["/a", "--returns", "xml"],
    "no rule": [],
    "unknown blueprint": ["/a", "--blueprint", "nope"],
}


@pytest.mark.parametrize("words", BAD.values(), ids=BAD)
def test_bad_input_is_one_sentence_and_an_untouched_tree(words: list[str], scaffold: Scaffold, project: Path) -> None:
    before = tree(project)

    result = scaffold("add", "route", *words)

    assert result.code in (2, 4)
    assert result.err.startswith("Error: ")
    assert result.out == ""
    assert tree(project) == before


def test_what_cannot_be_added_is_named(scaffold: Scaffold, project: Path) -> None:
    result = scaffold("add", "rout", "/a")

    assert result.code == 2
    assert "Did you mean 'route'?" in result.err


def test_outside_a_project_it_says_how_to_make_one(scaffold: Scaffold) -> None:
    result = scaffold("add", "route", "/a")

    assert result.code == 2
    assert "scaffold new NAME" in result.err


APP = "from flask import Flask\n\napp = Flask(__name__)\n"
FACTORY = "from flask import Flask\n\n\ndef create_app():\n    app = Flask(__name__)\n    return app\n"


@pytest.mark.parametrize("text", [APP, FACTORY], ids=["app", "factory"])
def test_tests_are_written_into_a_project_without_any_when_asked_for(
    text: str, scaffold: Scaffold, tmp_path: Path
) -> None:
    (tmp_path / "app.py").write_text(text)
    before = tree(tmp_path)

    assert scaffold("add", "route", "/text/<int:n>", "--returns", "text").code == 0
    assert not list(tmp_path.rglob("test_*.py"))
    assert scaffold("undo").code == 0
    assert scaffold("add", "route", "/text/<int:n>", "--returns", "text", "--test").code == 0

    argv = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests"]
    done = subprocess.run(argv, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "3 passed" in done.stdout
    assert scaffold("undo").code == 0
    left = {p: f for p, f in tree(tmp_path).items() if "__pycache__" not in p and not p.startswith(".scaffold/")}
    assert left == before
