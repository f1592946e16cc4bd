"""A corpus of small awkward projects: one folder in `tests/corpus/` for each shape and trap that real code has.

A folder holds a plain tree, `project/`, and `case.toml`: the command line and what must be true after it. Another
folder is another test. Bytes that an editor, git or a reader's eyes would spoil (line ends, byte order marks, old
encodings, a missing last newline) are strings of `case.toml`, where `\r\n` can be seen and survives every checkout;
a `.gitattributes` would protect them from git alone, and from nobody's editor.
"""

import ast
import os
import re
import shutil
import subprocess
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from scaffold.__main__ import run
from tests.served import Endpoint, Looking, looking

CORPUS = Path(__file__).parent / "corpus"
NAMES = sorted(path.parent.name for path in CORPUS.glob("*/case.toml"))
OURS = ".scaffold"
LINE = re.compile(rb"[^\r\n]*(?:\r\n|\r|\n|\Z)")

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="looks at each project in a fork")


@dataclass(frozen=True)
class Case:
    """What `case.toml` says; a word that it must not say is an error."""

    shows: str
    """What the project is there for, in one sentence."""

    command: list[str]
    """The words after `scaffold`."""

    app: str = ""
    """MODULE:EXPRESSION that gives the app; '' for a project that does not start."""

    folder: str = ""
    """The folder of the project in its tree, and the one that the command is run in."""

    git: bool = False
    """The tree is a git repository."""

    env: dict[str, str] = field(default_factory=dict)
    """Environment variables of the command."""

    texts: dict[str, dict[str, str]] = field(default_factory=dict)
    """Further files by path: their `text`, and its `encoding`."""

    links: dict[str, str] = field(default_factory=dict)
    """Links by path, and where they lead."""

    modes: dict[str, int] = field(default_factory=dict)
    """The modes of files that have unusual ones."""

    refused: dict[str, Any] = field(default_factory=dict)
    """The exit `code` of a refusal, and a part of what it `says`; nothing may have changed."""

    files: list[str] = field(default_factory=list)
    """Every file that the command changes or makes, and no other; with none, it says that all is there."""

    adds: list[dict[str, Any]] = field(default_factory=list)
    """What the URL map gains: `rule`, `methods`, `endpoint`."""

    get: dict[str, int | str] = field(default_factory=dict)
    """URLs that are asked for afterwards, and the status or a text of the page."""

    holds: dict[str, str] = field(default_factory=dict)
    """Texts that must be in files afterwards."""

    says: str = ""
    """A text that the command must print."""

    serves: str = ""
    """What a server is told to run: it must be an app, with the URLs of `app`."""

    test: str = ""
    """The folder with the project's own tests, which must pass afterwards."""

    passed: int = 0
    """How many of them there are then."""


@dataclass(frozen=True)
class File:
    """One entry of a tree."""

    data: bytes
    mode: int
    link: str


def load(name: str) -> Case:
    return Case(**tomllib.loads((CORPUS / name / "case.toml").read_text(encoding="utf-8")))


def make(name: str, case: Case, tree: Path) -> None:
    """Make the case's tree."""
    if (CORPUS / name / "project").is_dir():
        shutil.copytree(CORPUS / name / "project", tree)
    for path, one in case.texts.items():
        place = tree / path
        assert not place.exists()
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(one["text"].encode(one.get("encoding", "utf-8")))
    for path, target in case.links.items():
        (tree / path).symlink_to(target)
    for path, mode in case.modes.items():
        (tree / path).chmod(mode)
    if case.git:
        subprocess.run(["git", "init", "--quiet", tree], check=True)


def snapshot(root: Path) -> dict[str, File | None]:
    """Return all that is in a tree: files and links, and None for each folder; not what git keeps."""
    found: dict[str, File | None] = {}
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root).as_posix()
        if name.split("/")[0] == ".git":
            continue
        status = path.lstat()
        link = os.readlink(path) if path.is_symlink() else ""
        data = path.read_bytes() if path.is_file() and not link else b""
        found[name] = None if path.is_dir() and not link else File(data, status.st_mode & 0o777, link)
    return found


def code(root: Path) -> dict[str, File | None]:
    """Return the tree without our own records."""
    return {path: one for path, one in snapshot(root).items() if OURS not in path.split("/")}


@pytest.fixture(scope="session")
def look() -> Iterator[Looking]:
    with looking() as look:
        yield look


@pytest.fixture
def ordinary_user(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the modes of files count for root, too."""
    may = os.access

    def access(path: Any, mode: int, **given: Any) -> bool:
        wanted = mode << 6 & 0o700
        return may(path, mode, **given) and os.stat(path).st_mode & wanted == wanted

    monkeypatch.setattr(os, "access", access)


@pytest.mark.usefixtures("ordinary_user")
@pytest.mark.parametrize("name", NAMES)
def test_the_command_does_what_the_case_says_and_nothing_else(
    name: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsysbinary: pytest.CaptureFixture[bytes],
    look: Looking,
) -> None:
    case = load(name)
    tree = tmp_path / "tree"
    make(name, case, tree)
    root = tree / case.folder
    monkeypatch.chdir(root)
    monkeypatch.delenv("FLASK_APP", raising=False)
    for variable, value in {"GIT_CONFIG_GLOBAL": os.devnull, **case.env}.items():
        monkeypatch.setenv(variable, value)
    before = snapshot(tree)

    def scaffold(*words: str) -> tuple[int, bytes, str]:
        capsysbinary.readouterr()
        code = run(list(words))
        said = capsysbinary.readouterr()
        return code, said.out, said.err.decode()

    if case.refused:
        assert not case.files
        exit_code, out, err = scaffold(*case.command)
        assert (exit_code, out) == (case.refused["code"], b""), err
        assert err.startswith("Error: ")
        assert case.refused["says"] in err
        assert snapshot(tree) == before
        return

    urls = look(root, case.app).urls if case.app else []
    exit_code, diff, err = scaffold(*case.command, "--diff")
    assert exit_code == 0, err
    assert snapshot(tree) == before

    exit_code, out, err = scaffold(*case.command)

    assert exit_code == 0, err
    if not case.files:
        assert (diff, out) == (b"", b"unchanged\n")
        assert snapshot(tree) == before
        return
    assert case.says in out.decode() + err
    after = code(tree)
    changed = {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)}
    prefix = f"{case.folder}/" if case.folder else ""
    made = {path for path in changed if after[path] is not None}
    assert {path.removeprefix(prefix) for path in made} == set(case.files)
    for path in made & before.keys():
        check_only_inserted(path, before[path], after[path])
    for path, text in case.holds.items():
        assert text in (root / path).read_bytes().decode()
    if case.app:
        check_served(case, root, urls, look)
    if case.test:
        assert f"{case.passed} passed" in (told := look(root, case.app, test=case.test).tests), told
        assert "failed" not in told, told
        assert "error" not in told, told
    assert code(tree) == after

    done = snapshot(tree)
    assert scaffold(*case.command)[:2] == (0, b"unchanged\n")
    assert snapshot(tree) == done
    exit_code, _, err = scaffold("undo")
    assert exit_code == 0, err
    assert code(tree) == before
    apply(diff, tree, case)
    assert shape(code(tree)) == shape(after)


def check_only_inserted(path: str, before: File | None, after: File | None) -> None:
    """Check that an edit left every line as it was, but for one import that may have gained names."""
    assert before is not None
    assert after is not None
    assert (after.mode, after.link) == (before.mode, before.link)
    assert before.data != after.data
    if is_within(before.data, after.data):
        return
    if not path.endswith(".py"):
        position = 0
        for byte in before.data:
            position = after.data.index(byte, position) + 1
        return
    assert any(is_within(*rests) for rests in without_an_import(before.data, after.data)), f"{path}: more was changed"


def without_an_import(old: bytes, new: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield both texts without an import that gained names and kept those it had, but for the end of its last line."""
    for one in imports(old):
        for other in imports(new):
            names, gained = ({(alias.name, alias.asname) for alias in node.names} for node in (one, other))
            if (one.module, one.level) == (other.module, other.level) and names < gained:
                yield without(old, one), without(new, other)


def imports(data: bytes) -> list[ast.ImportFrom]:
    return [node for node in ast.walk(ast.parse(data)) if isinstance(node, ast.ImportFrom)]


def without(data: bytes, statement: ast.ImportFrom) -> bytes:
    lines = LINE.findall(data)
    end = statement.end_lineno or statement.lineno
    left = lines[end - 1][len(lines[end - 1].rstrip(b"\r\n")) :]
    return b"".join([*lines[: statement.lineno - 1], b"import" + left, *lines[end:]])


def is_within(old: bytes, new: bytes) -> bool:
    """Tell whether the new lines are the old ones with others between them; the last may have got its line end."""
    lines = iter(LINE.findall(new))
    *whole, last = [line for line in LINE.findall(old) if line] or [b""]
    if not all(line in lines for line in whole):
        return False
    return any(line == last or line.rstrip(b"\r\n") == last for line in lines)


def check_served(case: Case, root: Path, urls: list[Endpoint], look: Looking) -> None:
    """Check that the URL map gained what it should, and that the pages are served."""
    found = look(root, case.app, list(case.get), case.env)
    wanted = [Endpoint(one["rule"], tuple(sorted(one["methods"])), one["endpoint"]) for one in case.adds]
    assert found.urls == sorted([*urls, *wanted])
    for url, expected in case.get.items():
        status, text = found.pages[url]
        if isinstance(expected, int):
            assert status == expected, (url, text)
        else:
            assert status == 200, (url, text)
            assert expected in text, url
    if case.serves:
        assert look(root, case.serves).urls == found.urls


def apply(diff: bytes, tree: Path, case: Case) -> None:
    """Let git apply a diff to the tree."""
    directory = ["--directory", case.folder] if case.folder else []
    done = subprocess.run(["git", "apply", *directory], cwd=tree, input=diff, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()


def shape(tree: Mapping[str, File | None]) -> dict[str, tuple[bytes, bool, str] | None]:
    """Return a tree as git knows it: of the mode, whether a file can be run."""
    return {path: (one.data, bool(one.mode & 0o100), one.link) if one else None for path, one in tree.items()}


def test_every_folder_of_the_corpus_is_a_case() -> None:
    assert sorted(path.name for path in CORPUS.iterdir() if path.is_dir()) == NAMES
    assert len({load(name).shows for name in NAMES}) == len(NAMES)


# What else is added to every project; a command may refuse, but never leave an app that does not start.
MORE = {
    "csrf": ["add", "csrf"],
    "form": ["add", "form", "contact-us", "name:str", "email:email?"],
    "command": ["add", "command", "greet"],
    "api": ["add", "api", "notes"],
    "page": ["add", "page", "about-us"],
    "blueprint": ["add", "blueprint", "blog"],
}
# A form needs a page to extend, a key and a place for requirements; those without get them.
GIVEN = {
    "requirements.txt": "flask\n",
    "a_settings.py": 'SECRET_KEY = "x"\n',
    "templates/base.html": "<title>{% block title %}{% endblock %}</title>\n{% block content %}{% endblock %}\n",
}
# Each command goes through every sixth project, from another one on.
EVERY = 6
INSTALLED = find_spec("flask_wtf") is not None and find_spec("wtforms") is not None


@pytest.mark.usefixtures("ordinary_user")
@pytest.mark.parametrize("words", MORE.values(), ids=MORE)
def test_every_project_takes_or_refuses_what_else_there_is(
    words: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    look: Looking,
) -> None:
    done = 0
    for name in NAMES[list(MORE.values()).index(words) % EVERY :: EVERY]:
        case = load(name)
        tree = tmp_path / name / "tree"
        tree.parent.mkdir()
        make(name, case, tree)
        tree.mkdir(exist_ok=True)
        with monkeypatch.context() as here:
            done += check_taken_or_refused(words, case, tree, here, capsys, look)
    assert done > 10 or words[1] in ("form", "page")


def check_taken_or_refused(
    words: list[str],
    case: Case,
    tree: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    look: Looking,
) -> bool:
    """Add it and take it back; tell whether it was taken."""
    root = tree / case.folder
    give(root)
    monkeypatch.chdir(root)
    monkeypatch.delenv("FLASK_APP", raising=False)
    for variable, value in case.env.items():
        monkeypatch.setenv(variable, value)
    app = case.command[case.command.index("--app") :][:2] if "--app" in case.command else []
    before, files = snapshot(tree), code(tree)
    starts = case.app and (INSTALLED or words[1] not in ("csrf", "form"))

    exit_code = run([*words, *app])
    err = capsys.readouterr().err

    if exit_code:
        assert exit_code in (2, 3, 4), (tree, err)
        assert err.startswith("Error: "), (tree, err)
        assert "Traceback" not in err, (tree, err)
        assert snapshot(tree) == before, tree
        return False
    assert run(["status", "--check"]) == 0, (tree, capsys.readouterr())
    if starts:
        look(root, case.app, [], case.env)
    assert run(["undo"]) == 0, (tree, capsys.readouterr())
    assert code(tree) == files, tree
    return True


def give(root: Path) -> None:
    """Put there what a form needs, in a project that has none of it."""
    texts = [path.read_bytes() for path in root.rglob("*.py") if path.is_file()]
    for path, text in GIVEN.items():
        there = any((root / other).exists() for other in (path, "pyproject.toml", "setup.py"))
        wanted = not any(b"SECRET_KEY" in one for one in texts) if path.endswith(".py") else not there
        if wanted and os.access(root, os.W_OK):
            (root / path).parent.mkdir(exist_ok=True)
            (root / path).write_text(text)
