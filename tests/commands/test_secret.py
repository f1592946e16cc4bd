"""scaffold secret new and scaffold secret rotate."""

import json
import os
import stat
import subprocess
import sys
import traceback
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from dotenv import dotenv_values
from hypothesis import given, settings
from hypothesis import strategies as st

from scaffold import changes, journal, rotation
from scaffold.changes import Changes
from scaffold.errors import Unreadable
from scaffold.rotation import Place
from tests.conftest import Result, Scaffold, tree

OLD, OLDER, OLDEST = "7f1e9c0b3a5d48e2" * 4, "c4d3b2a190807f6e" * 4, "0f9e8d7c6b5a4938" * 4
NEW, ROTATE = ("secret", "new"), ("secret", "rotate")
DROP = (*ROTATE, "--drop-fallbacks")


@pytest.fixture
def foreign(scaffold: Scaffold, tmp_path: Path) -> Path:
    """Stand in a project that somebody wrote by hand."""
    (tmp_path / "app.py").write_text(
        """\
import os

from flask import Flask

app = Flask(__name__)
app.config["SECRET_KEY"] = os.environ["SECRET_KEY"]
app.config["SECRET_KEY_FALLBACKS"] = [key for key in os.environ.get("SECRET_KEY_FALLBACKS", "").split(",") if key]
"""
    )
    return tmp_path


def key(project: Path, name: str = "SECRET_KEY") -> str:
    return dotenv_values(project / ".env")[name] or ""


def earlier(project: Path) -> list[str]:
    return (dotenv_values(project / ".env").get("SECRET_KEY_FALLBACKS") or "").split(",")


def mode(file: Path) -> int:
    return stat.S_IMODE(file.stat().st_mode)


def test_the_old_key_becomes_the_first_of_the_earlier_ones(scaffold: Scaffold, project: Path) -> None:
    before, first = (project / ".env").read_bytes(), key(project)

    assert scaffold(*ROTATE).code == 0
    second = key(project)
    assert scaffold(*ROTATE).code == 0
    third = key(project)

    assert len({first, second, third}) == 3
    assert len(third) == 64
    assert earlier(project) == [second, first]
    assert mode(project / ".env") == 0o600
    new = before.replace(first.encode(), third.encode()) + f"SECRET_KEY_FALLBACKS={second},{first}\n".encode()
    assert (project / ".env").read_bytes() == new


def test_without_the_earlier_ones_the_key_stays(scaffold: Scaffold, project: Path) -> None:
    before, first = (project / ".env").read_bytes(), key(project)
    scaffold(*ROTATE)
    second = key(project)

    dropped, again = scaffold(*DROP), scaffold(*DROP)

    assert (dropped.code, dropped.out) == (0, "    edit  .env\n")
    assert (again.code, again.out) == (0, "unchanged\n")
    assert (project / ".env").read_bytes() == before.replace(first.encode(), second.encode())


def test_the_app_reads_them(scaffold: Scaffold, project: Path, layout: str) -> None:
    scaffold(*ROTATE)
    scaffold(*ROTATE)
    module = {"package": "wsgi", "module": "app"}[layout]
    code = (
        f"import dotenv; dotenv.load_dotenv('.env'); from {module} import app; import json;"
        "print(json.dumps([app.config['SECRET_KEY'], app.config['SECRET_KEY_FALLBACKS']]))"
    )
    env = {name: value for name, value in os.environ.items() if not name.startswith(("SECRET_KEY", "PYTHONPATH"))}

    for environment in ("development", "production"):
        argv = [sys.executable, "-c", code]
        said = subprocess.run(argv, env={**env, "APP_ENV": environment}, check=True, capture_output=True, text=True)
        assert json.loads(said.stdout) == [key(project), earlier(project)]


def test_a_clone_without_env_is_made_ready_to_run(scaffold: Scaffold, project: Path) -> None:
    (project / ".env").unlink()
    example = (project / ".env.example").read_text()

    result = scaffold(*NEW)

    assert (result.code, result.out) == (0, "  create  .env\n")
    assert (project / ".env").read_text() == example.replace("\nSECRET_KEY=\n", f"\nSECRET_KEY={key(project)}\n")
    assert len(key(project)) == 64
    assert mode(project / ".env") == 0o600
    assert scaffold("status", "--check").code == 0


def test_a_key_that_is_there_is_not_replaced_but_by_rotate(scaffold: Scaffold, project: Path) -> None:
    before = tree(project)

    result = scaffold(*NEW)

    assert result.code == 3
    assert result.err == "Error: '.env:3' has a SECRET_KEY already. Replace it with 'scaffold secret rotate'.\n"
    assert tree(project) == before


@pytest.mark.parametrize("text", ["A=1\n", "SECRET_KEY=\n", "# SECRET_KEY=x\n", "SECRET_KEY=change-me\n", "SECRET_KEY"])
def test_an_env_without_a_key_gets_one(scaffold: Scaffold, foreign: Path, text: str) -> None:
    (foreign / ".env").write_text(text)
    (foreign / ".env.example").write_text("B=2\n")

    assert scaffold(*NEW).out == "    edit  .env\n"

    assert len(key(foreign)) == 64
    assert "SECRET_KEY_FALLBACKS" not in (foreign / ".env").read_text()
    assert "B=2" not in (foreign / ".env").read_text()


def test_the_keys_of_an_example_are_nobodys(scaffold: Scaffold, foreign: Path) -> None:
    (foreign / ".env.example").write_bytes(f"SECRET_KEY={OLD} # yours\r\nSECRET_KEY_FALLBACKS={OLDER}\r\nA=1".encode())

    assert scaffold(*NEW).code == 0

    assert (foreign / ".env").read_bytes() == f"SECRET_KEY={key(foreign)} # yours\r\nA=1".encode()


def test_a_project_without_an_example_gets_a_file_with_the_key_alone(scaffold: Scaffold, foreign: Path) -> None:
    assert scaffold(*NEW).code == 0

    assert (foreign / ".env").read_text() == f"SECRET_KEY={key(foreign)}\n"
    assert mode(foreign / ".env") == 0o600
    assert not (foreign / ".scaffold").exists()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (f"SECRET_KEY={OLD}", f"SECRET_KEY=NEW\nSECRET_KEY_FALLBACKS={OLD}"),
        (f"\ufeffSECRET_KEY={OLD}\r\n", f"\ufeffSECRET_KEY=NEW\r\nSECRET_KEY_FALLBACKS={OLD}\r\n"),
        (
            f'# one\n\nexport SECRET_KEY="{OLD}"  # two\nB=2\n',
            f'# one\n\nexport SECRET_KEY="NEW"  # two\nexport SECRET_KEY_FALLBACKS={OLD}\nB=2\n',
        ),
        (
            f"SECRET_KEY_FALLBACKS='{OLDER}'\nSECRET_KEY={OLD}\n",
            f"SECRET_KEY_FALLBACKS='{OLD},{OLDER}'\nSECRET_KEY=NEW\n",
        ),
        # What python-dotenv reads is the last one.
        (
            f"SECRET_KEY={OLDER}\nSECRET_KEY={OLD}\n",
            f"SECRET_KEY={OLDER}\nSECRET_KEY=NEW\nSECRET_KEY_FALLBACKS={OLD}\n",
        ),
        (f"SECRET_KEY={OLD}\nSECRET_KEY=\n", f"SECRET_KEY={OLD}\nSECRET_KEY=NEW\n"),
        # Each once.
        (
            f"SECRET_KEY={OLD}\nSECRET_KEY_FALLBACKS={OLDER}, {OLD},{OLDER},\n",
            f"SECRET_KEY=NEW\nSECRET_KEY_FALLBACKS={OLD},{OLDER}\n",
        ),
        # Below its own remark.
        (
            f"SECRET_KEY={OLD}\nA=1\n# Earlier ones.\n# SECRET_KEY_FALLBACKS=\nB=2\n",
            f"SECRET_KEY=NEW\nA=1\n# Earlier ones.\n# SECRET_KEY_FALLBACKS=\nSECRET_KEY_FALLBACKS={OLD}\nB=2\n",
        ),
        # What has a character that a reader could take for something else.
        (
            'SECRET_KEY="a key with # and $ and = in it"\n',
            "SECRET_KEY=\"NEW\"\nSECRET_KEY_FALLBACKS='a key with # and $ and = in it'\n",
        ),
        # Weak ones are not kept.
        ("SECRET_KEY=\nA=1\n", "SECRET_KEY=NEW\nA=1\n"),
        ("A=1", "A=1\nSECRET_KEY=NEW"),
        ("", "SECRET_KEY=NEW\n"),
        (f"#SECRET_KEY={OLD}\nA=1\n", f"#SECRET_KEY={OLD}\nSECRET_KEY=NEW\nA=1\n"),
        ("SECRET_KEY=dev\n", "SECRET_KEY=NEW\n"),
        (f"SECRET_KEY={'change-me-' * 5}\n", "SECRET_KEY=NEW\n"),
        (f"SECRET_KEY={'x' * 64}\n", "SECRET_KEY=NEW\n"),
        (f"SECRET_KEY=\nSECRET_KEY_FALLBACKS=a,,{OLD}\n", f"SECRET_KEY=NEW\nSECRET_KEY_FALLBACKS={OLD}\n"),
        (f"SECRET_KEY={'x' * 64}\nSECRET_KEY_FALLBACKS=a # b\nA=1\n", "SECRET_KEY=NEW\n# b\nA=1\n"),
        # A project of somebody else's may have a random key that is shorter.
        ("SECRET_KEY=nH1_92mVx7QpLw0a\n", "SECRET_KEY=NEW\nSECRET_KEY_FALLBACKS=nH1_92mVx7QpLw0a\n"),
        # As `app.config.from_prefixed_env()` reads them.
        (
            f"FLASK_SECRET_KEY={OLD}\n",
            f"FLASK_SECRET_KEY=NEW\nFLASK_SECRET_KEY_FALLBACKS='[\"{OLD}\"]'\n",
        ),
        (
            f'SECRET_KEY={OLD}\nSECRET_KEY_FALLBACKS=["{OLDER}"]\n',
            f'SECRET_KEY=NEW\nSECRET_KEY_FALLBACKS=\'["{OLD}", "{OLDER}"]\'\n',
        ),
    ],
)
def test_every_other_byte_stays(scaffold: Scaffold, foreign: Path, before: str, after: str) -> None:
    (foreign / ".env").write_bytes(before.encode())

    assert scaffold(*ROTATE).code == 0

    name = "FLASK_SECRET_KEY" if "FLASK" in before else "SECRET_KEY"
    assert (foreign / ".env").read_bytes() == after.replace("NEW", key(foreign, name)).encode()


def test_a_project_of_ours_keeps_no_key_that_its_app_would_refuse(scaffold: Scaffold, project: Path) -> None:
    (project / ".env").write_text(f"SECRET_KEY={OLD[:31]}\n")

    result = scaffold(*ROTATE)

    assert (project / ".env").read_text() == f"SECRET_KEY={key(project)}\n"
    assert "Warning: A key that is too short, or a placeholder, is not kept: what it has signed ends.\n" in result.err
    assert "--drop-fallbacks" not in result.err


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        (f"A=1\nSECRET_KEY={OLD},{OLD}\n", 2, "a comma"),
        ("B=x\nSECRET_KEY=${B}abc\n", 2, "put together from other variables"),
        (f"SECRET_KEY={OLD}\nSECRET_KEY_FALLBACKS=${{B}}\n", 2, "put together from other variables"),
    ],
)
def test_a_key_that_could_not_be_read_back_is_not_lost(
    scaffold: Scaffold, foreign: Path, text: str, line: int, says: str
) -> None:
    (foreign / ".env").write_text(text)

    result = scaffold(*ROTATE)

    assert result.code == 3
    assert f"'.env:{line}'" in result.err
    assert says in result.err
    assert OLD not in result.err
    assert (foreign / ".env").read_text() == text


def test_a_key_that_nobody_can_read_is_not_written_over(scaffold: Scaffold, foreign: Path) -> None:
    (foreign / ".env").write_text(f"A=1\nSECRET_KEY='{OLD}\n")

    result = scaffold(*ROTATE)

    assert result.code == 4
    assert "'.env:2' cannot be read" in result.err
    assert OLD not in result.err


def test_without_env_rotate_names_the_command_that_makes_one(scaffold: Scaffold, foreign: Path) -> None:
    for words in (ROTATE, DROP):
        result = scaffold(*words)
        assert (result.code, result.err) == (4, "Error: There is no '.env'. Make it with 'scaffold secret new'.\n")
    assert scaffold(*NEW, "--project", "/nowhere").code == 2


def test_the_folder_below_and_the_project_named_are_the_same(scaffold: Scaffold, project: Path) -> None:
    first = key(project)
    (project / "deep" / "down").mkdir(parents=True)
    os.chdir(project / "deep")
    scaffold(*ROTATE)
    second = key(project)
    os.chdir(project.parent)
    scaffold(*ROTATE, "--project", "shop/deep/down")

    assert earlier(project) == [second, first]


def test_a_file_that_others_can_read_is_closed_to_them(scaffold: Scaffold, project: Path) -> None:
    for words in (ROTATE, DROP, DROP):
        (project / ".env").chmod(0o644)
        result = scaffold(*words)
        assert mode(project / ".env") == 0o600
        assert "Warning: '.env' has mode 0644: it becomes 0600.\n" in result.err


@pytest.mark.parametrize("words", [NEW, ROTATE, DROP])
def test_a_link_out_of_the_project_is_not_followed(scaffold: Scaffold, tmp_path: Path, words: tuple[str, ...]) -> None:
    project, outside = tmp_path / "shop", tmp_path / "outside.env"
    project.mkdir()
    (project / "app.py").touch()
    outside.write_text(f"SECRET_KEY={OLD}\nSECRET_KEY_FALLBACKS={OLDER}\n")
    (project / ".env").symlink_to(outside)
    before = tree(tmp_path)

    result = scaffold(*words, "--project", "shop")

    assert result.code == 3
    assert "a link leads out of the project" in result.err
    assert tree(tmp_path) == before


def test_a_link_inside_the_project_stays_one(scaffold: Scaffold, foreign: Path) -> None:
    (foreign / "settings").mkdir()
    (foreign / "settings" / "own.env").write_text(f"SECRET_KEY={OLD}\n")
    (foreign / ".env").symlink_to("settings/own.env")

    assert scaffold(*ROTATE).out == "    edit  settings/own.env\n"

    assert (foreign / ".env").is_symlink()
    assert earlier(foreign) == [OLD]


def git(*words: str) -> None:
    subprocess.run(["git", *words], check=True, capture_output=True)


@pytest.mark.parametrize("words", [NEW, ROTATE])
def test_no_key_gets_into_a_repository(scaffold: Scaffold, foreign: Path, words: tuple[str, ...]) -> None:
    git("init", "--quiet")
    if words == ROTATE:
        (foreign / ".env").write_text(f"SECRET_KEY={OLD}\n")
    before = tree(foreign)

    for more in ([], ["--dry-run"], ["--check"]):
        result = scaffold(*words, *more)
        assert result.code == 3
        assert "Error: '.env' is not ignored by git, and a secret must never be committed." in result.err
        assert result.err.endswith("\n\n    echo .env >> .gitignore\n")
    assert tree(foreign) == before

    (foreign / ".gitignore").write_text(".env\n")
    assert scaffold(*words).code == 0


def test_a_tracked_file_gets_no_key(scaffold: Scaffold, foreign: Path) -> None:
    git("init", "--quiet")
    (foreign / ".env").write_text(f"SECRET_KEY={OLD}\n")
    (foreign / ".gitignore").write_text(".env\n")
    git("add", "--force", ".env")

    result = scaffold(*ROTATE)

    assert result.code == 3
    assert "is tracked by git" in result.err
    assert result.err.endswith("\n\n    git rm --cached .env\n    echo .env >> .gitignore\n")
    git("rm", "--cached", ".env")
    assert scaffold(*ROTATE).code == 0


def test_where_git_says_nothing_the_user_is_told(
    scaffold: Scaffold, foreign: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    git("init", "--quiet")
    monkeypatch.setenv("PATH", "/nowhere")

    result = scaffold(*NEW)

    assert result.code == 0
    assert "Warning: git does not say whether it ignores '.env'." in result.err


def test_a_project_that_reads_no_earlier_keys_is_told_how(scaffold: Scaffold, foreign: Path) -> None:
    (foreign / "app.py").write_text("import os\nfrom flask import Flask\napp = Flask(__name__)\n")
    (foreign / "folder.py").symlink_to("nowhere")
    (foreign / ".env").write_text(f"SECRET_KEY={OLD}\n")
    (foreign / ".env").chmod(0o600)

    result = scaffold(*ROTATE, "--json")

    (warning,) = json.loads(result.out)["warnings"]
    assert "Nothing in the project reads SECRET_KEY_FALLBACKS" in warning
    code = warning.rpartition(" set app.config['SECRET_KEY_FALLBACKS'] = ")[2].rstrip(".")
    for value, keys in {"": [], OLD: [OLD], f"{OLD},{OLDER}": [OLD, OLDER]}.items():
        assert eval(code, {"os": type("", (), {"environ": {"SECRET_KEY_FALLBACKS": value}})}) == keys


@pytest.mark.parametrize("words", [NEW, ROTATE, DROP])
def test_a_look_writes_nothing_and_tells_the_same(scaffold: Scaffold, project: Path, words: tuple[str, ...]) -> None:
    if words == NEW:
        (project / ".env").unlink()
    else:
        scaffold(*ROTATE)
    before, verb = tree(project), "create" if words == NEW else "edit"

    assert scaffold(*words, "--dry-run").out == f"{verb:>8}  .env\n"
    assert scaffold(*words, "--diff").out == f"# .env: {verb}, content withheld\n"
    assert scaffold(*words, "--check").code == 6
    look = json.loads(scaffold(*words, "--dry-run", "--json").out)
    assert tree(project) == before
    run = json.loads(scaffold(*words, "--json").out)

    assert run == look
    assert run["ops"] == [{"op": verb, "path": ".env", "sha256": None, "hunks": ""}]
    assert run["operation"] is None
    assert run["command"] == ["scaffold", *words]
    assert tree(project) != before


def test_what_comes_next(scaffold: Scaffold, project: Path) -> None:
    steps = json.loads(scaffold(*ROTATE, "--json").out)["next_steps"]

    assert steps[0].startswith("# Restart the app")
    assert "--file" in steps[1]
    assert steps[2].startswith("scaffold secret rotate --drop-fallbacks")
    assert json.loads(scaffold(*DROP, "--json").out)["next_steps"] == steps[:1]


def test_no_key_is_ever_shown_or_recorded(
    scaffold: Scaffold, project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    records = {path: data for path, (data, _) in tree(project).items() if path.startswith(".scaffold/")}
    seen: list[Result] = []
    keys = {key(project)}

    for words in (ROTATE, ROTATE, DROP, NEW, ROTATE):
        for more in (["--dry-run"], ["--diff"], ["--check"], ["--json"], ["--json", "--dry-run"], []):
            seen.append(scaffold(*words, *more))
            keys |= {key(project), *earlier(project)} - {""}
    seen += [scaffold("log"), scaffold("log", "--json"), scaffold("status"), scaffold("undo"), scaffold("redo")]

    def fails(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(journal, "commit", fails)
    with pytest.raises(ZeroDivisionError) as raised:
        scaffold(*ROTATE)
    traced = "".join(traceback.format_exception(raised.value))
    monkeypatch.undo()

    assert len(keys) > 5
    said = "".join(result.out + result.err for result in seen) + traced + "".join(capsys.readouterr())
    assert [secret for secret in keys if secret in said] == []
    assert {path: data for path, (data, _) in tree(project).items() if path.startswith(".scaffold/")} == records


def test_neither_undo_nor_redo_knows_of_it(scaffold: Scaffold, project: Path) -> None:
    scaffold("add", "route", "/about")
    scaffold(*ROTATE)
    kept = (project / ".env").read_bytes()

    assert scaffold("undo").code == 0
    assert scaffold("redo").code == 0

    assert (project / ".env").read_bytes() == kept
    assert "secret" not in scaffold("log").out


def test_the_journal_is_private_and_goes(scaffold: Scaffold, foreign: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (foreign / ".env").write_text(f"SECRET_KEY={OLD}\n")
    (foreign / ".env").chmod(0o644)
    seen: dict[str, int] = {}
    real = journal._take_effect

    def look(root: str, *given: object) -> None:
        seen.update({name: mode for name, (_, mode) in tree(Path(root)).items() if name.startswith(".scaffold")})
        real(root, *given)  # type: ignore[arg-type]

    monkeypatch.setattr(journal, "_take_effect", look)
    before = os.umask(0)
    try:
        assert scaffold(*ROTATE).code == 0
    finally:
        os.umask(before)

    assert len(seen) == 2  # the journal, and the new file
    assert set(seen.values()) == {0o600}
    assert sorted(tree(foreign)) == [".env", "app.py"]


def test_a_file_that_somebody_else_changes_meanwhile_is_not_written_over(
    scaffold: Scaffold, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Changes.write

    def late(self: Changes) -> None:
        (project / ".env").write_text(f"SECRET_KEY={OLDER}\n")
        real(self)

    monkeypatch.setattr(changes.Changes, "write", late)

    assert scaffold(*ROTATE).code == 3
    assert (project / ".env").read_text() == f"SECRET_KEY={OLDER}\n"


def test_a_server_has_its_keys_in_a_file_of_its_own(scaffold: Scaffold, tmp_path: Path) -> None:
    """No project is needed; whoever could read it as a member of the group still can."""
    folder = tmp_path / "etc"
    folder.mkdir()
    file = folder / "shop.env"
    file.write_text(f"SECRET_KEY={OLD}\n")
    file.chmod(0o644)
    (folder / "link.env").symlink_to("shop.env")

    result = scaffold(*ROTATE, "--file", "etc/shop.env")
    again = scaffold(*ROTATE, "--file", str(folder / "link.env"), "--json")

    assert (result.code, result.out) == (0, "    edit  shop.env\n")
    assert "Warning: 'shop.env' has mode 0644: it becomes 0640.\n" in result.err
    assert json.loads(again.out)["warnings"] == []
    assert sorted(tree(folder)) == ["link.env", "shop.env"]
    assert (folder / "link.env").is_symlink()
    keys = dotenv_values(file)
    assert mode(file) == 0o640
    assert (keys["SECRET_KEY_FALLBACKS"] or "").split(",")[1] == OLD
    assert scaffold(*DROP, "--file", "etc/shop.env").code == 0
    assert file.read_text() == f"SECRET_KEY={keys['SECRET_KEY']}\n"


def test_a_host_gets_a_file_with_a_key_of_its_own(scaffold: Scaffold, project: Path) -> None:
    """Not a copy of `.env.example`: the settings of production are elsewhere."""
    scaffold("deploy", "--server", "gunicorn")
    git("init", "--quiet")

    result = scaffold(*NEW, "--file", "deploy/secret.env")
    again = scaffold(*NEW, "--file", "deploy/secret.env")

    assert (result.code, result.out) == (0, "  create  secret.env\n")
    file = project / "deploy" / "secret.env"
    assert file.read_text().startswith("SECRET_KEY=")
    assert len(file.read_text().splitlines()) == 1
    assert mode(file) == 0o600
    assert again.code == 3
    assert subprocess.run(["git", "check-ignore", "--quiet", file], check=False).returncode == 0


@pytest.mark.parametrize("name", ["none/secret.env", "folder", ""])
def test_a_new_file_needs_a_folder(scaffold: Scaffold, tmp_path: Path, name: str) -> None:
    (tmp_path / "folder").mkdir()

    assert scaffold(*NEW, "--file", name).code == 4
    assert tree(tmp_path) == {}


@pytest.mark.parametrize("name", ["none.env", "none/none.env", "folder", ""])
def test_a_file_that_is_named_has_to_be_there(scaffold: Scaffold, tmp_path: Path, name: str) -> None:
    (tmp_path / "folder").mkdir()

    result = scaffold(*ROTATE, "--file", name)

    assert result.code == 4
    assert f"There is no '{name}'." in result.err
    assert tree(tmp_path) == {}


def test_a_word_that_is_no_command_of_the_group(scaffold: Scaffold) -> None:
    result = scaffold("secret", "rotat")

    assert result.code == 2
    assert "Did you mean 'secret rotate'?" in result.err


LINES = [
    *(
        f"SECRET_KEY={OLD}",
        f"export SECRET_KEY='{OLDER}' # one",
        'SECRET_KEY="dev"',
        "SECRET_KEY=",
        "SECRET_KEY = # two",
    ),
    *(
        "# SECRET_KEY=",
        "SECRET_KEY",
        f"SECRET_KEY='{OLD} # and \\\\ more'",
        f'"SECRET_KEY"={OLD}',
        "A=1",
        "B='",
        'C="x\ny"',
    ),
    *(f"SECRET_KEY_FALLBACKS={OLDER},{OLDEST}", f"SECRET_KEY_FALLBACKS='{OLDER},dev' # three", "SECRET_KEY_FALLBACKS="),
    *("# SECRET_KEY_FALLBACKS=", "", "  ", "é=ü", "=", "D", "E=${A}", "'F'=1"),
]


@settings(max_examples=1_000, deadline=None, derandomize=True, database=None)
@given(
    st.sampled_from(["", "\ufeff"]),
    st.lists(st.tuples(st.sampled_from(LINES), st.sampled_from(["\n", "\n", "\r\n", "\r"])), max_size=8),
    st.booleans(),
)
def test_whatever_the_file_has_it_is_rotated(mark: str, lines: list[tuple[str, str]], whole: bool) -> None:
    text = mark + "".join(line + end for line, end in lines) + ("" if whole else f"SECRET_KEY={OLDEST}")
    before, after = {}, {}
    with TemporaryDirectory() as folder:
        file = Path(folder, ".env")
        file.write_bytes(text.encode())
        before.update(dotenv_values(file, encoding="utf-8"))
        try:
            rotation.rotate(Place(folder, ".env", of_project=True, ours=True)).changes.write()
        except Unreadable:  # a quote that is not closed runs into the key
            assert "B='" in text
            return
        after.update(dotenv_values(file, encoding="utf-8"))

    key, kept = after.pop("SECRET_KEY"), after.pop("SECRET_KEY_FALLBACKS", None)
    earlier = [before.pop("SECRET_KEY", None), *(before.pop("SECRET_KEY_FALLBACKS", None) or "").split(",")]
    assert len(key or "") == 64
    assert key not in earlier
    assert (kept or "").split(",") == (list(dict.fromkeys(one for one in earlier if one and len(one) > 32)) or [""])
    assert after == before
