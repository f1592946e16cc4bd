"""scaffold new."""

import json
import os
import stat
import subprocess
from pathlib import Path

import pytest

from tests.conftest import Scaffold, tree

COMMON = [".env", ".env.example", ".gitattributes", ".gitignore", "README.md", "pyproject.toml", "tests/conftest.py"]
OWN = {
    "package": ["shop/__init__.py", "shop/config.py", "shop/pages.py", "shop/templates/base.html", "wsgi.py"],
    "module": ["app.py", "templates/base.html"],
}


def test_makes_the_files_of_the_layout(project: Path, layout: str) -> None:
    for path in [*COMMON, *OWN[layout]]:
        assert (project / path).is_file(), path


def test_package_is_the_default_layout(scaffold: Scaffold, tmp_path: Path) -> None:
    scaffold("new", "shop")
    scaffold("new", "other", "--project", "explicit", "--layout", "package")

    assert (tmp_path / "shop" / "shop" / "__init__.py").is_file()
    assert (tmp_path / "explicit" / "other" / "__init__.py").is_file()


def test_tells_what_it_made_and_what_comes_next(scaffold: Scaffold) -> None:
    result = scaffold("new", "shop")

    assert result.code == 0
    assert "  create  shop/__init__.py\n" in result.out
    assert "cd shop" in result.err
    assert "flask run" in result.err
    assert ".scaffold" not in result.out


def test_the_key_is_random_private_and_in_no_other_file(scaffold: Scaffold, tmp_path: Path) -> None:
    scaffold("new", "one")
    scaffold("new", "two")

    keys = [key(tmp_path / name) for name in ("one", "two")]
    assert len(set(keys)) == 2
    assert all(len(each) >= 32 for each in keys)
    assert stat.S_IMODE((tmp_path / "one" / ".env").stat().st_mode) == 0o600
    holding = [path for path, (data, _) in tree(tmp_path / "one").items() if keys[0].encode() in data]
    assert holding == [".env"]


def key(project: Path) -> str:
    lines = (project / ".env").read_text().splitlines()
    return next(line.partition("=")[2] for line in lines if line.startswith("SECRET_KEY="))


def test_git_sees_no_secret(project: Path) -> None:
    subprocess.run(["git", "init", "--quiet"], cwd=project, check=True)
    subprocess.run(["git", "add", "--all"], cwd=project, check=True)
    staged = subprocess.run(["git", "ls-files"], cwd=project, check=True, capture_output=True, text=True).stdout

    assert ".env\n" not in staged
    assert ".env.example\n" in staged
    assert ".scaffold/" in staged


def test_a_dash_becomes_an_underscore_in_the_package_only(scaffold: Scaffold, tmp_path: Path) -> None:
    assert scaffold("new", "my-shop").code == 0
    assert (tmp_path / "my-shop" / "my_shop" / "__init__.py").is_file()


BAD_NAMES = ["", "1shop", "my shop", "class", "json", "flask", "Flask", "werkzeug", "jinja2", "con", "NUL"]


@pytest.mark.parametrize("name", [*BAD_NAMES, "a/b", "..", "a\\b", "a\nb", "tests", "é" * 5, "x" * 65])
def test_a_name_that_cannot_be_is_refused_in_one_sentence(name: str, scaffold: Scaffold, tmp_path: Path) -> None:
    result = scaffold("new", name)

    assert result.code == 2
    assert result.err.startswith("Error: ")
    assert result.err.count("\n") == 1
    assert tree(tmp_path) == {}


def test_a_folder_that_holds_something_is_left_alone(scaffold: Scaffold, tmp_path: Path) -> None:
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "notes.txt").write_text("mine\n")
    before = tree(tmp_path)

    result = scaffold("new", "shop")

    assert result.code == 3
    assert "'notes.txt'" in result.err
    assert tree(tmp_path) == before


def test_a_file_of_that_name_is_left_alone(scaffold: Scaffold, tmp_path: Path) -> None:
    (tmp_path / "shop").write_text("mine\n")

    assert scaffold("new", "shop").code == 3
    assert tree(tmp_path) == {"shop": (b"mine\n", 0o644)}


def test_an_empty_folder_is_filled(scaffold: Scaffold, tmp_path: Path) -> None:
    (tmp_path / "shop").mkdir()

    assert scaffold("new", "shop").code == 0
    assert (tmp_path / "shop" / "pyproject.toml").is_file()


def test_a_fresh_repository_keeps_what_it_has(scaffold: Scaffold, tmp_path: Path) -> None:
    root = tmp_path / "shop"
    (root / ".git").mkdir(parents=True)
    (root / "README.rst").write_text("mine\n")
    (root / "README.md").write_text("mine too\n")
    (root / "LICENSE").write_text("free\n")
    (root / ".gitignore").write_text("*.log\n")

    assert scaffold("new", "shop").code == 0

    assert (root / "README.md").read_text() == "mine too\n"
    assert (root / "LICENSE").read_text() == "free\n"
    assert (root / ".gitignore").read_text().startswith("*.log\n")
    assert ".env\n" in (root / ".gitignore").read_text()


def test_it_stands_in_the_folder_it_was_told(scaffold: Scaffold, tmp_path: Path) -> None:
    (tmp_path / "clone").mkdir()
    os.chdir(tmp_path / "clone")

    result = scaffold("new", "shop", "--project", ".")

    assert result.code == 0
    assert (tmp_path / "clone" / "shop" / "__init__.py").is_file()
    assert "cd " not in result.err


@pytest.mark.parametrize("flag", ["--dry-run", "--diff", "--check"])
def test_a_look_writes_nothing(flag: str, scaffold: Scaffold, tmp_path: Path) -> None:
    result = scaffold("new", "shop", flag)

    assert result.code == (6 if flag == "--check" else 0)
    assert "wsgi.py" in result.out
    assert list(tmp_path.iterdir()) == []


def test_the_diff_gives_the_very_tree(scaffold: Scaffold, tmp_path: Path, layout: str) -> None:
    diff = scaffold("new", "shop", "--layout", layout, "--diff").out
    scaffold("new", "shop", "--layout", layout)
    (tmp_path / "applied").mkdir()
    subprocess.run(["git", "apply"], cwd=tmp_path / "applied", input=diff.encode(), check=True)

    made = {p: f for p, f in tree(tmp_path / "shop").items() if p != ".env" and not p.startswith(".scaffold/")}
    assert tree(tmp_path / "applied") == made
    assert "SECRET_KEY=" + key(tmp_path / "shop") not in diff
    assert "# .env: create, content withheld\n" in diff


def test_json_is_one_object_of_one_shape(scaffold: Scaffold) -> None:
    made = json.loads(scaffold("new", "shop", "--json").out)
    refused = json.loads(scaffold("new", "flask", "--json").out)

    assert made.keys() == refused.keys()
    assert made["ok"] is True
    assert made["schema"] == 1
    assert {"op": "create", "path": ".env", "sha256": None, "hunks": ""} in made["ops"]
    assert made["operation"]
    assert refused["ok"] is False
    assert refused["error"]["code"] == 2


def test_a_layout_that_does_not_exist_is_named_with_those_that_do(scaffold: Scaffold) -> None:
    result = scaffold("new", "shop", "--layout", "packge")

    assert result.code == 2
    assert "Did you mean 'package'?" in result.err


def test_git_makes_a_first_commit(scaffold: Scaffold, tmp_path: Path) -> None:
    assert scaffold("new", "shop", "--git").code == 0

    log = subprocess.run(["git", "log", "--oneline"], cwd=tmp_path / "shop", capture_output=True, text=True, check=True)
    assert log.stdout.count("\n") == 1
    status = subprocess.run(["git", "status", "--short"], cwd=tmp_path / "shop", capture_output=True, check=True)
    assert status.stdout == b""


def test_a_later_step_that_fails_leaves_a_whole_project_and_says_how_to_retry(
    scaffold: Scaffold, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_AUTHOR_NAME", "")
    monkeypatch.setenv("GIT_AUTHOR_EMAIL", "")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)

    result = scaffold("new", "shop", "--git")

    assert result.code == 7
    assert "git commit" in result.err
    assert (tmp_path / "shop" / "pyproject.toml").is_file()
