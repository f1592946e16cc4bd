"""scaffold remove, undo, redo, log and status: the way back, to the byte."""

import itertools
import json
import subprocess
from pathlib import Path

import pytest

from tests.conftest import Scaffold, tree

ADDED = {
    "user": ["add", "route", "/user/<username>"],
    "item": ["add", "route", "/item/<uuid:item_id>", "--returns", "json"],
    "note": ["add", "route", "/note/<int:note_id>", "--methods", "GET,POST,DELETE", "--returns", "html"],
    "gunicorn": ["deploy", "--server", "gunicorn"],
}
REMOVED = {
    "user": ["remove", "route", "/user/<username>"],
    "item": ["remove", "route", "/item/<uuid:item_id>"],
    "note": ["remove", "route", "/note/<int:note_id>"],
    "gunicorn": ["remove", "gunicorn"],
}
VIEWS = {"package": "shop/pages.py", "module": "app.py"}
PAGES = {"package": "shop/templates", "module": "templates"}
PREFIX = {"package": "pages.", "module": ""}


def code(project: Path) -> dict[str, tuple[bytes, int]]:
    """Return the tree without our own records."""
    return {path: file for path, file in tree(project).items() if not path.startswith(".scaffold/")}


@pytest.mark.parametrize("order", list(itertools.permutations(ADDED))[::5], ids=", ".join)
def test_everything_goes_in_any_order_and_nothing_is_left(
    order: tuple[str, ...], scaffold: Scaffold, project: Path
) -> None:
    before = code(project)
    for words in ADDED.values():
        assert scaffold(*words).code == 0

    for name in order:
        result = scaffold(*REMOVED[name])
        assert result.code == 0, result.err

    assert code(project) == before


def test_what_is_left_is_as_if_the_rest_had_never_been(scaffold: Scaffold, project: Path) -> None:
    scaffold(*ADDED["item"])
    alone = code(project)
    scaffold(*REMOVED["item"])
    for name in ("user", "item", "gunicorn"):
        scaffold(*ADDED[name])

    scaffold(*REMOVED["user"])
    scaffold(*REMOVED["gunicorn"])

    assert code(project) == alone


def test_undo_steps_back_and_redo_forth(scaffold: Scaffold, project: Path) -> None:
    states = [code(project)]
    for words in ADDED.values():
        scaffold(*words)
        states.append(code(project))

    for state in reversed(states[:-1]):
        assert scaffold("undo").code == 0
        assert code(project) == state
    assert "There is no step to take back." in scaffold("undo").err
    assert scaffold("undo").code == 3
    for state in states[1:]:
        assert scaffold("redo").code == 0
        assert code(project) == state
    assert "There is no step to do again." in scaffold("redo").err
    assert scaffold("redo").code == 3


def test_undo_takes_an_id_of_the_log(scaffold: Scaffold, project: Path) -> None:
    scaffold(*ADDED["user"])
    alone = code(project)
    scaffold(*REMOVED["user"])
    scaffold(*ADDED["item"])
    scaffold(*ADDED["user"])
    listed = json.loads(scaffold("log", "--json").out)["operations"]
    item = next(one["operation"] for one in listed if "/item/<uuid:item_id>" in one["command"])

    assert scaffold("undo", item).code == 0
    assert code(project) == alone
    assert scaffold("undo", item).code == 3


def test_log_shows_the_last_step_first_and_what_was_taken_back(scaffold: Scaffold, project: Path) -> None:
    scaffold(*ADDED["user"])
    scaffold("undo")

    lines = [line.split(maxsplit=1)[1] for line in scaffold("log").out.splitlines()]

    assert lines[0] == "scaffold undo"
    assert lines[1] == "- scaffold add route '/user/<username>'"
    assert lines[2].startswith("scaffold new shop")


def test_user_lines_in_the_same_files_stay(scaffold: Scaffold, project: Path, layout: str) -> None:
    scaffold(*ADDED["user"])
    views = project / VIEWS[layout]
    views.write_text(views.read_text().replace("import", "import", 1) + "\n\nLIMIT = 10  # mine\n")
    readme = project / "README.md"
    readme.write_text(readme.read_text() + "\nMine.\n")
    scaffold(*ADDED["gunicorn"])
    config = project / "pyproject.toml"
    config.write_text(config.read_text() + "\n[tool.mine]\nx = 1\n")

    assert scaffold(*REMOVED["user"]).code == 0
    assert scaffold(*REMOVED["gunicorn"]).code == 0

    assert views.read_text().endswith("\n\nLIMIT = 10  # mine\n")
    assert "def user(" not in views.read_text()
    assert readme.read_text().endswith("\nMine.\n")
    assert "gunicorn" not in config.read_text()
    assert config.read_text().endswith("[tool.mine]\nx = 1\n")


def test_an_import_that_the_user_needs_meanwhile_stays(scaffold: Scaffold, project: Path, layout: str) -> None:
    scaffold(*ADDED["note"])
    views = project / VIEWS[layout]
    scaffold("add", "route", "/mine/<name>", "--returns", "html")
    views.write_text(views.read_text() + '\n\ndef shout(text: str) -> str:\n    return escape(text) + "!"\n')

    assert scaffold(*REMOVED["note"]).code == 0
    assert scaffold("remove", "route", "/mine/<name>").code == 0

    assert "from markupsafe import escape" in views.read_text()


@pytest.mark.parametrize("what", ["view", "page", "test"])
def test_what_the_user_changed_is_kept_and_named(what: str, scaffold: Scaffold, project: Path, layout: str) -> None:
    scaffold(*ADDED["user"])
    tests = "tests/test_pages.py" if layout == "package" else "tests/test_app.py"
    path = {"view": VIEWS[layout], "page": f"{PAGES[layout]}/user.html", "test": tests}[what]
    old, new = {"view": ("user.html", "other.html"), "page": ("<h1>", "<h1>The "), "test": ("/ada", "/bob")}[what]
    (project / path).write_text((project / path).read_text().replace(old, new))
    before = tree(project)

    result = scaffold(*REMOVED["user"])

    assert result.code == 3
    assert path in result.err
    assert tree(project) == before


@pytest.mark.parametrize("where", ["python", "page"])
def test_what_is_used_elsewhere_is_kept(where: str, scaffold: Scaffold, project: Path, layout: str) -> None:
    scaffold(*ADDED["user"])
    endpoint = f"{PREFIX[layout]}user"
    if where == "page":
        path = project / PAGES[layout] / "index.html"
        path.write_text(path.read_text() + f"{{{{ url_for('{endpoint}', username='ada') }}}}\n")
    else:
        path = project / "links.py"
        path.write_text(f'from flask import url_for\n\n\ndef link() -> str:\n    return url_for("{endpoint}")\n')
    before = tree(project)

    result = scaffold(*REMOVED["user"])

    assert result.code == 3
    assert f"'{endpoint}' is used in '{path.relative_to(project).as_posix()}:" in result.err
    assert tree(project) == before


def test_what_was_never_added_cannot_be_removed(scaffold: Scaffold, project: Path) -> None:
    before = tree(project)

    result = scaffold("remove", "route", "/nothing")

    assert result.code == 3
    assert "scaffold log" in result.err
    assert tree(project) == before


def test_a_look_at_a_removal_writes_nothing_and_its_diff_is_true(scaffold: Scaffold, project: Path) -> None:
    before = code(project)
    scaffold(*ADDED["user"])
    there = tree(project)

    diff = scaffold(*REMOVED["user"], "--diff").out

    assert scaffold(*REMOVED["user"], "--check").code == 6
    assert tree(project) == there
    subprocess.run(["git", "apply"], cwd=project, input=diff.encode(), check=True)
    assert code(project) == before


def test_status_tells_made_from_edited_and_missing(scaffold: Scaffold, project: Path, layout: str) -> None:
    scaffold(*ADDED["user"])
    scaffold(*ADDED["gunicorn"])
    assert scaffold("status", "--check").code == 0

    views = project / VIEWS[layout]
    views.write_text(views.read_text().replace("user.html", "other.html"))
    (project / "gunicorn.conf.py").unlink()
    states = {one["path"]: one["state"] for one in json.loads(scaffold("status", "--json").out)["files"]}

    assert states[VIEWS[layout]] == "edited"
    assert states["gunicorn.conf.py"] == "missing"
    assert states["README.md"] == "as made"
    assert scaffold("status", "--check").code == 6


def git(project: Path, *words: str) -> str:
    return subprocess.run(["git", *words], cwd=project, check=True, capture_output=True, text=True).stdout


def commit(project: Path, message: str) -> None:
    git(project, "add", "--all")
    git(project, "commit", "--quiet", "--message", message)


@pytest.mark.parametrize("squash", [False, True], ids=["merge", "squash"])
def test_two_branches_merge_and_the_way_back_is_still_right(squash: bool, scaffold: Scaffold, project: Path) -> None:
    before = code(project)
    git(project, "init", "--quiet", "--initial-branch", "main")
    commit(project, "Begin")
    git(project, "checkout", "--quiet", "-b", "deployed")
    scaffold(*ADDED["gunicorn"])
    commit(project, "Deploy")
    git(project, "checkout", "--quiet", "main")
    scaffold(*ADDED["user"])
    commit(project, "Add a route")

    git(project, "merge", "--quiet", *(["--squash"] if squash else ["--no-edit"]), "deployed")

    assert scaffold("status", "--check").code == 0
    assert len(json.loads(scaffold("log", "--json").out)["operations"]) == 3
    scaffold(*ADDED["item"])
    for name in ("user", "gunicorn", "item"):
        assert scaffold(*REMOVED[name]).code == 0
    assert {path: file for path, file in code(project).items() if not path.startswith(".git/")} == before


def test_branches_that_insert_at_one_spot_conflict_in_the_code_alone(
    scaffold: Scaffold, project: Path, layout: str
) -> None:
    before = code(project)
    git(project, "init", "--quiet", "--initial-branch", "main")
    commit(project, "Begin")
    git(project, "checkout", "--quiet", "-b", "other")
    scaffold(*ADDED["item"])
    commit(project, "Add one route")
    git(project, "checkout", "--quiet", "main")
    scaffold(*ADDED["user"])
    commit(project, "Add another")

    # In this style git does not cut a conflict up at lines that happen to be the same in both functions.
    argv = ["git", "-c", "merge.conflictStyle=diff3", "merge", "--quiet", "other"]
    merged = subprocess.run(argv, cwd=project, capture_output=True, check=False)

    assert merged.returncode != 0
    conflicts = git(project, "diff", "--name-only", "--diff-filter=U").splitlines()
    assert VIEWS[layout] in conflicts
    assert not [path for path in conflicts if path.startswith(".scaffold/")]
    for path in conflicts:
        resolve(project / path)
    commit(project, "Keep both")
    assert scaffold("status", "--check").code == 0
    for name in ("user", "item"):
        assert scaffold(*REMOVED[name]).code == 0
    left = {path: file for path, file in code(project).items() if not path.startswith(".git/")}
    assert {path: file for path, file in left.items() if path not in conflicts} == {
        path: file for path, file in before.items() if path not in conflicts
    }
    assert "def user(" not in (project / VIEWS[layout]).read_text()
    assert "def item(" not in (project / VIEWS[layout]).read_text()


def resolve(path: Path) -> None:
    """Keep both sides of each conflict, as a person would."""
    kept: list[str] = []
    side = "both"
    for line in path.read_text().splitlines(keepends=True):
        mark = line[:7]
        if mark in ("<<<<<<<", "|||||||", ">>>>>>>"):
            side = {"<": "ours", "|": "base", ">": "both"}[mark[0]]
        elif mark == "=======":
            side = "theirs"
        elif side != "base":
            kept.append(line)
    path.write_text("".join(kept))


def test_a_git_revert_takes_the_record_with_it(scaffold: Scaffold, project: Path) -> None:
    git(project, "init", "--quiet")
    commit(project, "Begin")
    scaffold(*ADDED["user"])
    commit(project, "Add a route")

    git(project, "revert", "--no-edit", "HEAD")

    assert scaffold("status", "--check").code == 0
    assert scaffold(*REMOVED["user"]).code == 3
    assert scaffold(*ADDED["user"]).code == 0


HOSTILE = {
    "path out of the project": {"files": {"../outside": "eJwDAAAAAAE="}},
    "absolute path": {"fragments": [{"path": "/etc/passwd", "what": "lines", "text": "root"}]},
    "wrong types": {"files": {"a": 1}, "fragments": [1, {"path": 2}]},
    "unknown kind": {"fragments": [{"path": "wsgi.py", "what": "os.system", "text": "x"}]},
    "broken bytes": {"files": {"wsgi.py": "!!!"}},
}


@pytest.mark.parametrize("more", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_record_is_refused_in_one_sentence(
    more: dict[str, object], scaffold: Scaffold, project: Path
) -> None:
    scaffold(*ADDED["gunicorn"])
    record = next((project / ".scaffold").glob("deploy.*"))
    record.write_text(json.dumps({**json.loads(record.read_text()), "files": {}, "fragments": [], **more}))
    before = tree(project)

    result = scaffold("undo")
    status = scaffold("status")

    assert "Traceback" not in result.err + status.err
    assert result.code in (0, 3)
    assert {p: f for p, f in tree(project).items() if not p.startswith(".scaffold/undo.")} == before


HAND_WRITTEN = """from flask import Flask

app = Flask(__name__)


@app.route("/")
def index():
    return "hello"


# The second one.
@app.route("/about")
@app.route("/info")
def about():
    return "about"


@app.route("/last")
def last():
    return "last"
"""


@pytest.fixture
def hand_written(tmp_path: Path) -> Path:
    """Write an app by hand, where the commands stand."""
    (tmp_path / "app.py").write_text(HAND_WRITTEN)
    return tmp_path / "app.py"


@pytest.mark.parametrize(
    ("rule", "gone"),
    [
        ("/last", '\n\n@app.route("/last")\ndef last():\n    return "last"\n'),
        ("/about", '@app.route("/about")\n'),
        ("/", '\n\n@app.route("/")\ndef index():\n    return "hello"\n'),
    ],
)
def test_a_route_that_somebody_wrote_goes_after_a_yes(
    rule: str, gone: str, scaffold: Scaffold, hand_written: Path
) -> None:
    preview = scaffold("remove", "route", rule)
    assert preview.code == 2
    assert "--yes" in preview.err
    assert "-@app.route" in preview.err
    assert hand_written.read_text() == HAND_WRITTEN

    result = scaffold("remove", "route", rule, "--yes")

    assert result.code == 0, result.err
    assert gone in HAND_WRITTEN
    assert hand_written.read_text() == HAND_WRITTEN.replace(gone, "")


def test_a_route_that_nobody_wrote_is_not_removed(scaffold: Scaffold, hand_written: Path) -> None:
    assert scaffold("remove", "route", "/nothing", "--yes").code == 3
    assert hand_written.read_text() == HAND_WRITTEN


def test_steps_in_a_bare_app_go_back_one_by_one_with_their_folders(scaffold: Scaffold, tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text("from flask import Flask\n\napp = Flask(__name__)\n")
    states = [code(tmp_path)]
    for words in (["/about", "--returns", "text"], ["/q", "--standalone"], ["/r", "--returns", "html"]):
        assert scaffold("add", "route", *words).code == 0
        states.append(code(tmp_path))

    for state in reversed(states[:-1]):
        assert scaffold("undo").code == 0
        assert code(tmp_path) == state
    assert not (tmp_path / "templates").exists()
