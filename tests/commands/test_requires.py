"""What a template requires comes with the first that needs it and goes with the last."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.commands.test_remove import code, commit, git
from tests.conftest import Scaffold, tree

CONTACT = ["add", "form", "contact", "name:str", "email:email"]
FEEDBACK = ["add", "form", "feedback", "email:email", "rating:int?"]
EXTENSIONS = {"package": "shop/extensions.py", "module": "extensions.py"}
APP = {"package": "shop/__init__.py", "module": "app.py"}
MODULE = {"package": "shop/contact.py", "module": "contact.py"}
PAGES = {"package": "shop/templates", "module": "templates"}


def requirements(project: Path) -> str:
    return (project / "pyproject.toml").read_text()


def operations(scaffold: Scaffold) -> list[tuple[str, bool]]:
    listed = json.loads(scaffold("log", "--json").out)["operations"]
    return [(" ".join(one["command"][1:3]), one["live"]) for one in listed]


def test_it_comes_along_and_goes_along(scaffold: Scaffold, project: Path, layout: str) -> None:
    before = code(project)
    result = scaffold(*CONTACT)
    assert result.code == 0, result.err
    assert "flask-wtf" in result.err
    assert (project / EXTENSIONS[layout]).exists()
    assert "(brings csrf)" in scaffold("log").out
    assert scaffold("status", "--check").code == 0
    after = code(project)
    assert (scaffold(*CONTACT).out, code(project)) == ("unchanged\n", after)

    assert scaffold("undo").code == 0
    assert code(project) == before
    assert scaffold("redo").code == 0
    assert code(project) == after
    assert scaffold("remove", "form", "contact").code == 0
    assert code(project) == before
    assert scaffold("undo").code == 3


def test_it_stays_where_it_is_asked_for_later(scaffold: Scaffold, project: Path) -> None:
    scaffold(*CONTACT)
    there = code(project)
    assert scaffold("add", "csrf").out == "unchanged\n"
    assert scaffold("add", "csrf").out == "unchanged\n"
    assert operations(scaffold) == [("add csrf", True), ("add form", True), ("add form", True), ("new shop", True)]
    assert code(project) == there
    assert scaffold("remove", "csrf").code == 3

    assert scaffold("remove", "form", "contact").code == 0
    alone = code(project)
    assert "flask-wtf" in requirements(project).lower()
    assert scaffold("status", "--check").code == 0
    assert scaffold(*CONTACT).code == 0
    assert code(project) == there
    assert scaffold("undo").code == 0
    assert code(project) == alone
    assert scaffold("remove", "csrf").code == 0
    assert "flask-wtf" not in requirements(project).lower()


def test_it_goes_again_with_what_brought_it_when_that_was_taken_back(scaffold: Scaffold, project: Path) -> None:
    before = code(project)
    scaffold(*CONTACT)
    there = code(project)
    scaffold("add", "csrf")

    assert scaffold("undo").code == 0
    assert code(project) == there
    assert scaffold("remove", "form", "contact").code == 0
    assert code(project) == before


@pytest.mark.parametrize("first", ["contact", "feedback"])
def test_it_stays_as_long_as_something_needs_it(first: str, scaffold: Scaffold, project: Path, layout: str) -> None:
    before = code(project)
    scaffold(*CONTACT)
    scaffold(*FEEDBACK)
    there = tree(project)
    refused = scaffold("remove", "csrf")
    assert refused.code == 3
    assert "'csrf' is needed by what 'add form" in refused.err
    assert tree(project) == there

    assert scaffold("remove", "form", first).code == 0
    assert (project / EXTENSIONS[layout]).exists()
    assert "email-validator" in requirements(project)
    assert scaffold("status", "--check").code == 0
    assert scaffold("remove", "csrf").code == 3
    second = "feedback" if first == "contact" else "contact"
    assert scaffold("remove", "form", second).code == 0
    assert code(project) == before


def test_what_was_asked_for_by_itself_stays(scaffold: Scaffold, project: Path, layout: str) -> None:
    assert scaffold("add", "csrf").code == 0
    alone = code(project)
    scaffold(*CONTACT)
    assert scaffold("remove", "csrf").code == 3
    assert scaffold("undo").code == 0
    assert code(project) == alone
    assert scaffold("remove", "csrf").code == 0


def test_a_requirement_of_the_user_stays(scaffold: Scaffold, project: Path) -> None:
    # It was ours once, and the user took it over.
    scaffold(*CONTACT)
    scaffold("undo")
    text = requirements(project).replace("dependencies = [\n", 'dependencies = [\n    "email-validator>=2.2",\n', 1)
    (project / "pyproject.toml").write_text(text)
    before = code(project)
    scaffold(*CONTACT)
    scaffold(*FEEDBACK)
    scaffold("remove", "form", "contact")
    scaffold("remove", "form", "feedback")
    assert code(project) == before


@pytest.mark.parametrize("words", [CONTACT, ["remove", "form", "contact"], ["undo"]], ids=["add", "remove", "undo"])
def test_a_look_at_it_writes_nothing_and_its_diff_is_true(words: list[str], scaffold: Scaffold, project: Path) -> None:
    if words != CONTACT:
        scaffold(*CONTACT)
    before, own = tree(project), code(project)
    assert scaffold(*words, "--dry-run").code == 0
    assert scaffold(*words, "--check").code == 6
    diff = scaffold(*words, "--diff").out
    planned = json.loads(scaffold(*words, "--dry-run", "--json").out)
    assert tree(project) == before
    told = json.loads(scaffold(*words, "--json").out)
    assert planned["ops"] == told["ops"]
    after = code(project)
    for path in after.keys() | own.keys():
        place = project / path
        place.unlink(missing_ok=True)
        if path in own:
            place.parent.mkdir(exist_ok=True, parents=True)
            place.write_bytes(own[path][0])
    subprocess.run(["git", "apply"], cwd=project, input=diff.encode(), check=True)
    assert {path: data for path, (data, _) in code(project).items()} == {
        path: data for path, (data, _) in after.items()
    }
    assert {one["path"] for one in told["ops"]} == {
        path for path in own.keys() | after.keys() if own.get(path) != after.get(path)
    }


USES = {
    "from .contact import bp": ("py", "from shop.contact import bp\n", "import contact\n"),
    "from shop import contact": ("py", "from shop import contact\n", "from contact import bp as other\n"),
    "in a function": ("py", "def f():\n    import shop.contact\n", "def f():\n    import contact\n"),
    "a link": ("py", "x = url_for(\n    'contact.show'\n)\n", "x = url_for('contact.show')\n"),
    "a link in a page": ("html", "{{ url_for('contact.show') }}", '{{ url_for("contact.show") }}'),
    "the page": ("html", "{% extends 'contact.html' %}", "{% include 'contact.html' %}"),
}


@pytest.mark.parametrize("use", USES.values(), ids=USES)
def test_what_the_user_uses_is_kept_and_named(
    use: tuple[str, str, str], scaffold: Scaffold, project: Path, layout: str
) -> None:
    scaffold(*CONTACT)
    end, in_package, in_module = use
    path = f"{PAGES[layout]}/mine.html" if end == "html" else "mine.py"
    (project / path).write_text(in_package if layout == "package" else in_module)
    before = tree(project)
    for words in (["remove", "form", "contact"], ["undo"]):
        result = scaffold(*words)
        assert result.code == 3, result.err
        assert f"'{path}:" in result.err
        assert tree(project) == before


def test_a_brought_module_that_the_user_imports_is_kept(scaffold: Scaffold, project: Path, layout: str) -> None:
    scaffold("add", "api", "notes")
    (project / "mine.py").write_text("from shop import problems\n" if layout == "package" else "import problems\n")
    before = tree(project)
    result = scaffold("remove", "api", "notes")
    assert result.code == 3
    assert "'mine.py:1'" in result.err
    assert tree(project) == before


def test_a_module_of_pythons_own_is_none_of_ours(scaffold: Scaffold, project: Path, layout: str) -> None:
    if layout == "module":
        refused = scaffold("add", "form", "email", "name:str")
        assert refused.code == 2
        assert "standard library" in refused.err
        return
    before = code(project)
    assert scaffold("add", "form", "email", "name:str").code == 0
    (project / "mine.py").write_text("import email\n")
    assert scaffold("undo").code == 0
    (project / "mine.py").unlink()
    assert code(project) == before


@pytest.mark.parametrize("name", ["json", "flask_wtf", "wtforms", "email-validator", "mine", "app"])
def test_a_name_that_would_hide_something_is_refused(name: str, scaffold: Scaffold, project: Path, layout: str) -> None:
    folder = "shop/mine" if layout == "package" else "mine"
    (project / folder).mkdir()
    (project / folder / "__init__.py").write_text("")
    before = tree(project)
    result = scaffold("add", "form", name, "name:str")
    if layout == "package" and name not in ("mine", "app"):
        assert result.code == 0, result.err
        assert scaffold("undo").code == 0
        assert {path: file for path, file in tree(project).items() if ".scaffold/" not in path} == {
            path: file for path, file in before.items() if ".scaffold/" not in path
        }
        return
    assert result.code == 2
    assert result.err.count("\n") == 1
    assert tree(project) == before


def test_a_blueprint_that_was_given_a_prefix_is_kept_and_named(scaffold: Scaffold, project: Path, layout: str) -> None:
    scaffold(*CONTACT)
    app = project / APP[layout]
    app.write_text(app.read_text().replace("(contact.bp)", '(contact.bp, url_prefix="/c")'))
    before = tree(project)
    result = scaffold("undo")
    assert result.code == 3
    assert "register_blueprint(contact.bp)' was changed since it was made" in result.err
    assert tree(project) == before
    assert scaffold("status", "--check").code == 6
    assert scaffold(*CONTACT).out == "unchanged\n"


def test_two_branches_that_bring_the_same_merge(scaffold: Scaffold, project: Path) -> None:
    before = code(project)
    git(project, "init", "--quiet", "--initial-branch", "main")
    commit(project, "Begin")
    git(project, "checkout", "--quiet", "-b", "both")
    scaffold(*CONTACT)
    scaffold(*FEEDBACK)
    both = code(project)
    git(project, "checkout", "--quiet", "--force", "main")
    git(project, "clean", "--quiet", "-fd")
    for name, words in {"one": CONTACT, "two": FEEDBACK}.items():
        git(project, "checkout", "--quiet", "-b", name, "main")
        assert scaffold(*words).code == 0
        commit(project, name)
    subprocess.run(["git", "merge", "--quiet", "one"], cwd=project, capture_output=True, check=False)
    for path, (data, _) in both.items():  # as a person would resolve it
        if not path.startswith(".git/"):
            (project / path).write_bytes(data)
    commit(project, "Keep both")

    assert scaffold("status", "--check").code == 0
    assert scaffold("remove", "csrf").code == 3
    assert scaffold("remove", "form", "contact").code == 0
    assert "email-validator" in requirements(project)
    assert scaffold("status", "--check").code == 0
    assert scaffold("remove", "form", "feedback").code == 0
    assert {path: file for path, file in code(project).items() if not path.startswith(".git/")} == before


def test_files_in_the_way_are_only_replaced_by_force_and_come_back(
    scaffold: Scaffold, project: Path, layout: str
) -> None:
    for path in (MODULE[layout], f"{PAGES[layout]}/contact.html"):
        (project / path).write_text("# mine\n")
    before, own = tree(project), code(project)
    refused = scaffold(*CONTACT)
    assert refused.code == 3
    assert "already exists and is not ours" in refused.err
    assert tree(project) == before
    assert scaffold(*CONTACT, "--force").code == 0
    assert "# mine\n" not in (project / MODULE[layout]).read_text()
    assert scaffold("status", "--check").code == 0
    assert scaffold("undo").code == 0
    assert code(project) == own


VALUES: list[Any] = [None, 0, "", "x", [], [1], [[]], [None], {}, {"a": 1}, True, ["csrf"], [{"path": "app.py"}]]
KEYS = ["needs", "brought", "fragments", "files", "names", "created", "folders", "answers", "templates", "command"]
PARTS = ["path", "what", "text", "name", "shared", "key", "lines", "before", "after", "original", "module", "names"]


@pytest.mark.parametrize("key", [*KEYS, *PARTS])
def test_a_record_that_somebody_changed_is_no_traceback(
    key: str, scaffold: Scaffold, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scaffold("new", "shop", "--layout", "module")
    project = tmp_path / "shop"
    monkeypatch.chdir(project)
    scaffold(*CONTACT)
    records = [path for path in (project / ".scaffold").glob("*.json") if not path.name.startswith("new.")]
    held = {path: path.read_bytes() for path in records}
    for value in VALUES:
        for path, text in held.items():
            data = json.loads(text)
            if key in KEYS:
                data[key] = value
            else:
                data["fragments"] = [{**one, key: value} for one in data["fragments"]]
            path.write_text(json.dumps(data))
        for words in (["undo"], ["remove", "form", "contact"], ["remove", "csrf"], ["redo"]):
            assert scaffold(*words, "--dry-run").code in (0, 2, 3, 4, 5), (value, words)
        for words in (["log"], ["status"], ["add", "form", "other", "a:str", "--dry-run"]):
            assert scaffold(*words).code in (0, 3, 4, 5), (value, words)
