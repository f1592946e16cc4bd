"""scaffold check: what it prints, what it mends, how it ends."""

import json
import subprocess
from pathlib import Path

import pytest

from tests.conftest import Scaffold, tree

APP = """\
import os

from flask import Flask

app = Flask(__name__)
app.config["SECRET_KEY"] = os.environ["SECRET_KEY"]
app.config["TRUSTED_HOSTS"] = ["example.com"]

if __name__ == "__main__":
    app.run(debug=True)
"""


@pytest.fixture
def theirs(tmp_path: Path) -> Path:
    """Write a project that is not ours, with one defect."""
    (tmp_path / "web").mkdir()
    (tmp_path / "web" / "app.py").write_text(APP)
    return tmp_path / "web"


@pytest.fixture
def check(scaffold: Scaffold, theirs: Path, monkeypatch: pytest.MonkeyPatch) -> Scaffold:
    """Return the command line, in that project."""
    monkeypatch.chdir(theirs)
    return scaffold


def test_a_clean_project_is_said_to_be_clean(project: Path, scaffold: Scaffold) -> None:
    result = scaffold("check")

    assert (result.code, result.out, result.err) == (0, "Nothing was found.\n", "")


def test_a_finding_is_said_with_its_place_and_what_to_do(check: Scaffold, theirs: Path) -> None:
    before = tree(theirs)

    result = check("check", "DBG")

    assert result.code == 8
    first, why, mend, empty, count = result.out.splitlines()
    assert first == "app.py:10 DBG001 'app.run(debug=True)' turns the debugger on."
    assert why.startswith("    Started")
    assert mend.startswith("    Leave")
    assert (empty, count) == ("", "1 finding; '--fix' mends 1 of them.")
    assert tree(theirs) == before


@pytest.mark.parametrize(("words", "code"), [(["SEC"], 0), (["dbg001"], 8), (["SEC", "DBG"], 8), (["--deploy"], 8)])
def test_rules_can_be_chosen(words: list[str], code: int, check: Scaffold) -> None:
    assert check("check", *words).code == code


def test_a_code_of_no_rule_is_refused(check: Scaffold) -> None:
    result = check("check", "DBG999")

    assert result.code == 2
    assert "There is no rule 'DBG999'. There is 'DBG001', " in result.err
    assert "'SEC'" in check("check", "nothing").err


def test_json_has_the_findings(check: Scaffold) -> None:
    result = check("check", "DBG", "--json")

    told = json.loads(result.out)
    (one,) = told["findings"]
    assert (result.code, told["schema"], told["ok"], told["ops"], told["error"]) == (8, 1, True, [], None)
    assert told["command"] == ["scaffold", "check", "DBG"]
    assert (one["code"], one["path"], one["line"], one["severity"], one["fix"]) == (
        "DBG001",
        "app.py",
        10,
        "warning",
        True,
    )


def test_fix_mends_and_undo_takes_it_back_and_redo_does_it_again(check: Scaffold, theirs: Path) -> None:
    result = check("check", "DBG", "--fix")

    assert (result.code, result.out) == (0, "    edit  app.py\n\nNothing was found.\n")
    assert (theirs / "app.py").read_text() == APP.replace("debug=True", "")
    (record,) = (theirs / ".scaffold").glob("check-fix.*.json")
    held = json.loads(record.read_text())
    assert (held["answers"], held["created"]) == ({"codes": ["DBG001"]}, [])
    assert check("log").out.rstrip().endswith("scaffold check --fix DBG")

    assert check("undo").code == 0
    assert (theirs / "app.py").read_text() == APP

    assert check("redo").code == 0
    assert (theirs / "app.py").read_text() == APP.replace("debug=True", "")
    assert check("status").code == 0


def test_undo_takes_back_a_file_that_fix_has_made(check: Scaffold, theirs: Path) -> None:
    subprocess.run(["git", "init", "--quiet"], cwd=theirs, check=True)
    (theirs / ".env").write_text("SECRET_KEY=9f2c41d07be85a36c1e04d7f92ab6c58\n")

    assert check("check", "SEC", "--fix").code == 0
    assert (theirs / ".gitignore").read_text() == "/.env\n"

    assert check("undo").code == 0
    assert not (theirs / ".gitignore").exists()


def test_undo_keeps_what_was_changed_since(check: Scaffold, theirs: Path) -> None:
    check("check", "DBG", "--fix")
    mine = (theirs / "app.py").read_text().replace("app.run()", "app.run(port=8000)")
    (theirs / "app.py").write_text(mine)

    result = check("undo")

    assert result.code == 3
    assert (theirs / "app.py").read_text() == mine


def test_fix_twice_does_nothing(check: Scaffold, theirs: Path) -> None:
    check("check", "DBG", "--fix")
    before = tree(theirs)

    assert check("check", "DBG", "--fix").out == "unchanged\n\nNothing was found.\n"
    assert tree(theirs) == before


@pytest.mark.parametrize(("look", "code"), [("--dry-run", 0), ("--diff", 0), ("--check", 6)])
def test_a_look_at_what_fix_would_do_writes_nothing(look: str, code: int, check: Scaffold, theirs: Path) -> None:
    before = tree(theirs)

    result = check("check", "DBG", "--fix", look)

    assert result.code == code
    assert "app.py" in result.out
    assert tree(theirs) == before


def test_the_diff_of_fix_can_be_applied(check: Scaffold, theirs: Path) -> None:
    diff = check("check", "DBG", "--fix", "--diff").out

    assert "found" not in diff
    subprocess.run(["git", "apply"], cwd=theirs, input=diff.encode(), check=True)

    assert (theirs / "app.py").read_text() == APP.replace("debug=True", "")


def test_a_look_without_fix_is_refused(check: Scaffold) -> None:
    result = check("check", "--diff")

    assert result.code == 2
    assert "Add '--fix'" in result.err


def test_what_fix_leaves_is_told(check: Scaffold, theirs: Path) -> None:
    (theirs / "app.py").write_text(APP.replace('os.environ["SECRET_KEY"]', '"dev"'))

    result = check("check", "SEC", "DBG", "--fix", "--json")

    told = json.loads(result.out)
    assert result.code == 8
    assert [one["op"] for one in told["ops"]] == ["edit"]
    assert [one["code"] for one in told["findings"]] == ["SEC001"]


@pytest.mark.parametrize("encoding", ["latin-1", "utf-8-sig"])
def test_fix_leaves_a_file_that_the_history_cannot_hold(encoding: str, check: Scaffold, theirs: Path) -> None:
    text = f"# -*- coding: {'latin-1' if encoding == 'latin-1' else 'utf-8'} -*-\n# é\n{APP}"
    (theirs / "app.py").write_bytes(text.encode(encoding))

    result = check("check", "DBG", "--fix")

    assert result.code == (8 if encoding == "latin-1" else 0)
    if encoding != "latin-1":
        assert check("undo").code == 0
    assert (theirs / "app.py").read_bytes() == text.encode(encoding)


def test_sarif_goes_to_a_file(check: Scaffold, theirs: Path, tmp_path: Path) -> None:
    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)

    result = check("check", "DBG", "--sarif", "../check.sarif")

    (run,) = json.loads((tmp_path / "check.sarif").read_text())["runs"]
    assert result.code == 8
    assert result.out.startswith("app.py:10 DBG001")
    assert run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "web/app.py"


def test_sarif_on_stdout_is_alone(check: Scaffold) -> None:
    result = check("check", "DBG", "--sarif", "-")

    assert json.loads(result.out)["version"] == "2.1.0"


def test_a_place_for_sarif_that_is_none_is_refused(check: Scaffold) -> None:
    result = check("check", "DBG", "--sarif", "nowhere/check.sarif")

    assert result.code == 3
    assert "Cannot write 'nowhere/check.sarif'" in result.err
