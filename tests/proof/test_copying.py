"""Throw-away copies: what goes along, what never does, and that they go."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from scaffold.proof import copying
from scaffold.proof.unmet import NotProved
from scaffold.proof.variables import production
from tests import by_hand

GIT = ["git", "-c", "user.name=N", "-c", "user.email=n@example.com", "-c", "init.defaultBranch=main"]
ROOT = sys.platform != "win32" and os.geteuid() == 0


def git(folder: Path, *words: str) -> None:
    subprocess.run([*GIT, *words], cwd=folder, check=True, capture_output=True)


def write(root: Path, *names: str) -> None:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(name)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    by_hand.write(tmp_path / "shop")
    return tmp_path / "shop"


def held(root: Path) -> set[str]:
    return {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_symlink() or not path.is_dir()}


OTHERS = (
    *(".env", ".env.production", "deploy/secret.env", "deploy/privkey.pem", "tls/site.key", "site.crt", "id_rsa"),
    *("instance/app.db", "shop.sqlite", "shop.db", "data/x.sqlite3", "shop.sqlite-wal"),
    *("env/pyvenv.cfg", "env/lib/x.py", "node_modules/a/b.js", "static/node_modules/c.js", "__pycache__/app.pyc"),
    *(".mypy_cache/x", ".git/HEAD", "shop.egg-info/PKG-INFO", ".scaffold/journal"),
)
ALONG = (".env.example", ".scaffold/new.0.json", ".github/workflows/ci.yml", "deploy/production.env")


def test_outside_of_a_repository_all_but_tools_and_data_goes_along(project: Path) -> None:
    write(project, *OTHERS, *ALONG)
    with copying.copied(str(project)) as copy:
        assert held(copy.root) == {*by_hand.FILES, *ALONG}
        assert copy.root.name == "shop"
        assert copy.root.parent == copy.folder
        assert len(str(copy.folder)) < 40
    assert not copy.folder.exists()


@pytest.mark.parametrize(
    ("name", "expected"), [("my shop", "my-shop"), ("größe", "gr-e"), ("店", "project"), ("a" * 99, "a" * 40)]
)
def test_a_name_that_no_configuration_could_hold_is_made_plain(tmp_path: Path, name: str, expected: str) -> None:
    by_hand.write(tmp_path / name)
    with copying.copied(str(tmp_path / name)) as copy:
        assert copy.root.name == expected
        assert held(copy.root) == set(by_hand.FILES)


def test_in_a_repository_what_git_keeps_goes_along(project: Path) -> None:
    write(project, *(name for name in OTHERS if not name.startswith(".git/")), *ALONG)
    write(project, "notes/tracked.txt", "notes/ignored.txt", "notes/new.txt", "gone.txt", "data/world.db")
    (project / ".gitignore").write_text("ignored.txt\n.scaffold/\n")
    git(project, "init")
    # Whoever tracks a secret does not want it to be run with, either; a database in git is part of the project.
    git(project, "add", ".env", "notes/tracked.txt", "gone.txt", "data/world.db", "tls/site.key")
    (project / "gone.txt").unlink()
    with copying.copied(str(project)) as copy:
        more = {".gitignore", "notes/tracked.txt", "notes/new.txt", "data/world.db"}
        assert held(copy.root) == {*by_hand.FILES, *ALONG, *more}


def test_a_project_below_the_root_of_its_repository(project: Path) -> None:
    git(project.parent, "init")
    write(project.parent, "beside.txt", "shop/ignored.txt")
    (project.parent / ".gitignore").write_text("/shop/ignored.txt\n")
    with copying.copied(str(project)) as copy:
        assert held(copy.root) == set(by_hand.FILES)


def test_a_project_that_its_repository_ignores_is_copied_as_any_other(project: Path) -> None:
    git(project.parent, "init")
    (project.parent / ".gitignore").write_text("/shop/\n")
    with copying.copied(str(project)) as copy:
        assert held(copy.root) == set(by_hand.FILES)


def test_a_repository_in_the_repository_goes_along(project: Path) -> None:
    git(project, "init")
    write(project, "inner/module.py", "inner/.env")
    git(project / "inner", "init")
    with copying.copied(str(project)) as copy:
        assert held(copy.root) == {*by_hand.FILES, "inner/module.py"}


@pytest.mark.parametrize("is_in_git", [False, True])
def test_links_that_lead_out_are_left_out(project: Path, is_in_git: bool) -> None:
    write(project.parent, "outside/data.txt")
    write(project, "static/app.css")
    (project / "out").symlink_to(project.parent / "outside")
    (project / "file").symlink_to("../outside/data.txt")
    (project / "relative").symlink_to("static/app.css")
    (project / "absolute").symlink_to(project / "static")
    (project / "broken").symlink_to("nowhere")
    if is_in_git:
        git(project, "init")
        git(project, "add", ".")
    with copying.copied(str(project)) as copy:
        links = {path.name: os.readlink(path) for path in copy.root.iterdir() if path.is_symlink()}
        assert links == {"relative": "static/app.css", "absolute": "static", "broken": "nowhere"}
        assert (copy.root / "absolute" / "app.css").resolve().is_relative_to(copy.root)


def test_a_tracked_file_that_lies_behind_a_link_now_is_left_out(project: Path) -> None:
    write(project, "part/a.txt")
    write(project.parent, "outside/a.txt")
    git(project, "init")
    git(project, "add", ".")
    (project / "part" / "a.txt").unlink()
    (project / "part").rmdir()
    (project / "part").symlink_to("../outside")
    with copying.copied(str(project)) as copy:
        assert held(copy.root) == set(by_hand.FILES)


def test_the_variables_have_a_key_and_a_database_of_their_own(project: Path) -> None:
    with copying.copied(str(project)) as one, copying.copied(str(project)) as other:
        assert set(one.variables) >= {"SECRET_KEY", "HOME", "TMPDIR", "LANG", "DATABASE_URL"}
        assert one.variables["SECRET_KEY"] != other.variables["SECRET_KEY"]
        assert len(one.variables["SECRET_KEY"]) == 64
        assert one.variables["DATABASE_URL"] == f"sqlite:///{one.folder}/data/database.sqlite"
        for name in ("HOME", "TMPDIR"):
            assert Path(one.variables[name]).is_dir()
            assert Path(one.variables[name]).is_relative_to(one.folder)


def test_of_the_users_settings_only_the_harmless_go_along(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLASK_DEBUG", "1")
    monkeypatch.setenv("PYTHONPATH", "/elsewhere")
    monkeypatch.setenv("MAIL_PASSWORD", "hunter2")
    (project / ".flaskenv").write_text("FLASK_APP=app\nFLASK_DEBUG=1\nAPI_TOKEN=abc\nSITE_NAME=Old\n")
    (project / ".env").write_text(
        f"""\
SITE_NAME="My shop"
APP_ENV=development
DEBUG=True
SECRET_KEY=the-users-own
STRIPE_KEY=sk
MAIL_PASSWORD=x
DB_PASS=x
SENTRY_DSN=x
AWS_CREDENTIALS=x
PAYMENTS=https://example.com/pay
STORE=me:secret@host
OTHER=0a1b2c3d4e5f6a7b8c9d0a1b
REDIS_HOST=localhost
PGHOST=localhost
DATABASE_URL=postgresql://me:x@localhost/shop
USERS_DATABASE_URI=mysql://localhost/users
CACHE=sqlite:////var/lib/shop.sqlite
UPLOADS={project}/uploads
ARCHIVE=/var/lib
PREFIX=/shop
PER_PAGE=20
APP_SETTINGS=config.ProductionConfig
not a statement
"""
    )
    with copying.copied(str(project)) as copy:
        fixed = ("HOME", "TMPDIR", "LANG", "SECRET_KEY", "DATABASE_URL", "SQLALCHEMY_DATABASE_URI")
        found = {name: value for name, value in copy.variables.items() if name not in fixed}
        assert found == {
            "FLASK_APP": "app",
            "FLASK_DEBUG": "0",
            "SITE_NAME": "My shop",
            "APP_ENV": "production",
            "DEBUG": "False",
            "USERS_DATABASE_URI": copy.variables["DATABASE_URL"],
            "UPLOADS": f"{copy.root}/uploads",
            "PREFIX": "/shop",
            "PER_PAGE": "20",
            "APP_SETTINGS": "config.ProductionConfig",
        }
        assert {"STRIPE_KEY", "REDIS_HOST", "ARCHIVE", "API_TOKEN"} <= set(copy.withheld)
        assert copy.variables["SECRET_KEY"] != "the-users-own"
        said = (copy.root / ".flaskenv").read_text()
        assert "abc" not in said
        assert "FLASK_APP=app" in said
        assert "FLASK_DEBUG=0" in said
        # Nothing of what was withheld is anywhere in the copy.
        everything = b"".join(path.read_bytes() for path in copy.folder.rglob("*") if path.is_file())
        assert not any(word in everything for word in (b"the-users-own", b"0a1b2c3d", b"me:secret"))


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [("DEBUG", "1", "0"), ("FLASK_DEBUG", "on", "off"), ("TESTING", "True", "False"), ("DEBUG", "0", "0")],
)
def test_a_switch_of_development_is_turned_off(name: str, value: str, expected: str) -> None:
    assert production(name, value) == expected


def test_code_below_src_is_imported_from_there(project: Path) -> None:
    with copying.copied(str(project)) as copy:
        assert "PYTHONPATH" not in copy.variables
    write(project, "src/shop/__init__.py")
    with copying.copied(str(project)) as copy:
        assert copy.variables["PYTHONPATH"] == str(copy.root / "src")


def test_what_changed_in_the_users_tree_is_found(project: Path) -> None:
    write(project, ".env", "same.txt", "gone.txt", ".git/index")
    with copying.copied(str(project)) as copy:
        assert copy.changed() == []
        write(copy.root, "app.py", "new-in-the-copy.txt")
        write(project, "same.txt", "new/file.txt", ".git/other")
        (project / "app.py").write_text("changed")
        (project / ".env").write_text("changed")
        (project / "gone.txt").unlink()
        assert copy.changed() == [".env", "app.py", "gone.txt", "new", "new/file.txt"]


@pytest.mark.skipif(not ROOT, reason="only root's servers run as other accounts")
def test_other_accounts_can_read_what_root_has_copied(project: Path) -> None:
    (project / "templates").chmod(0o700)
    (project / "app.py").chmod(0o600)
    with copying.copied(str(project)) as copy:
        for path in [copy.folder, copy.root, *copy.root.rglob("*")]:
            assert path.stat().st_mode & 0o444 == 0o444, path
        words = ["setpriv", "--reuid=10001", "--clear-groups", "--inh-caps=-all", "cat", str(copy.root / "app.py")]
        subprocess.run(words, check=True, capture_output=True)
        assert (copy.folder / "tmp").stat().st_mode & 0o7777 == 0o1777


def test_a_copy_goes_although_parts_of_it_are_read_only(project: Path) -> None:
    with copying.copied(str(project)) as copy:
        (copy.root / "templates").chmod(0o500)
    assert not copy.folder.exists()


def test_a_file_that_cannot_be_copied_is_said(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*given: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("shutil.copy2", full)
    made = set(Path("/tmp").glob("px-*"))
    with pytest.raises(NotProved, match="No space left"), copying.copied(str(project)):
        pass
    assert set(Path("/tmp").glob("px-*")) <= made


@pytest.mark.skipif(sys.platform == "win32", reason="Windows sends no such signal")
def test_an_interruption_leaves_no_copy(project: Path) -> None:
    code = (
        "import sys, time; from scaffold.proof.copying import copied\n"
        "with copied(sys.argv[1]) as copy:\n    print(copy.folder, flush=True)\n    time.sleep(60)"
    )
    words = [sys.executable, "-c", code, str(project)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        folder = Path(process.stdout.readline().strip())
        assert folder.is_dir()
        process.send_signal(signal.SIGINT)
        process.wait(10)
    began = time.monotonic()
    while folder.exists() and time.monotonic() - began < 5:
        time.sleep(0.05)
    assert not folder.exists()
