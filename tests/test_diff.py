"""The diff is what git takes, and gives the tree that writing gives."""

import os
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from scaffold import diff
from scaffold.changes import Changes
from scaffold.diff import Side

File = tuple[bytes, int]
Files = dict[str, File]

LINES = [
    b"a",
    b"b",
    b"c\r",
    b"",
    b"\\ No newline at end of file",
    b"-- x",
    b"+++ b/x",
    b"@@ -1 +1 @@",
    b"\xff\xfe",
    b" ",
]
NAMES = ["a.py", "two words.txt", 'qu"ote.py', "tab\\le", "grün/über.py", "deep/er/x", "deep/y", "-x", "日本 語.html"]

text = st.builds(
    lambda lines, last: b"\n".join(lines) + last,
    st.lists(st.sampled_from(LINES), max_size=14),
    st.sampled_from([b"", b"\n", b"\r\n", b"\n\n"]),
)
binary = st.binary(max_size=200).map(lambda data: data + b"\0")
file = st.tuples(st.one_of(text, binary, st.just(b"")), st.sampled_from([0o644, 0o755]))
trees = st.dictionaries(st.sampled_from(NAMES), st.none() | file, max_size=len(NAMES))


def make(root: Path, files: "dict[str, File | None]") -> None:
    for path, held in files.items():
        if held is not None:
            place = root / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(held[0])
            place.chmod(held[1])


def held(root: Path) -> Files:
    return {
        path.relative_to(root).as_posix(): (path.read_bytes(), path.stat().st_mode & 0o777)
        for path in root.rglob("*")
        if path.is_file()
    }


def plan(root: Path, after: "dict[str, File | None]") -> Changes:
    changes = Changes(str(root))
    for path, new in after.items():
        if new is None:
            changes.delete(path)
        else:
            changes.put(path, *new)
    return changes


def git_apply(root: Path, patch: bytes) -> None:
    done = subprocess.run(
        ["git", "apply", "-"], cwd=root, input=patch, capture_output=True, check=False, env=ENVIRONMENT
    )
    assert done.returncode == 0, done.stderr.decode() + patch.decode(errors="replace")


# No repository above the folder, and nobody's settings.
ENVIRONMENT = {**os.environ, "GIT_CEILING_DIRECTORIES": "/", "GIT_CONFIG_GLOBAL": os.devnull, "GIT_DIR": "/nowhere"}


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(before=trees, after=trees)
@example(before={"a.py": (b"", 0o644)}, after={"a.py": (b"", 0o755)})
@example(before={}, after={"a.py": (b"", 0o755)})
@example(before={"two words.txt": (b"", 0o755)}, after={"two words.txt": None})
@example(before={"a.py": (b"x", 0o644)}, after={"a.py": (b"x\0", 0o755)})
@example(before={"a.py": (b"a\nb\nc\n" * 9, 0o644)}, after={"a.py": (b"z\n" + b"a\nb\nc\n" * 9 + b"z", 0o644)})
def test_git_apply_of_the_diff_gives_the_tree_that_writing_gives(
    before: "dict[str, File | None]", after: "dict[str, File | None]"
) -> None:
    with TemporaryDirectory() as folder:
        ours, gits = Path(folder, "ours"), Path(folder, "gits")
        for root in (ours, gits):
            root.mkdir()
            (root / "always.txt").write_text("there")
            make(root, before)
        # Files of such names are edited and deleted, but never made.
        after = {path: new for path, new in after.items() if before.get(path) or not set(path) & set('"\\')}
        changes = plan(ours, after)
        patch = changes.diff()
        changes.write()
        if patch:
            git_apply(gits, patch)
        assert held(ours) == held(gits)
        assert bool(patch) == bool(changes.ops())


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (None, Side(b"")),
        (None, Side(b"", executable=True)),
        (Side(b""), None),
        (Side(b"a"), Side(b"a\n")),
        (Side(b"a\n"), Side(b"a")),
        (Side(b"a\r\n"), Side(b"a\n")),
        (Side(b""), Side(b"\0")),
        (Side(b"\0"), Side(b"")),
        (Side(b"\0"), Side(b"text\n", executable=True)),
        (Side(b"one\ntwo\nthree\n" * 20), Side(b"one\ntwo\nthree\n" * 9 + b"four\n" + b"one\ntwo\nthree\n" * 11)),
    ],
)
def test_git_takes_each_edge_of_a_single_file(before: Side | None, after: Side | None, tmp_path: Path) -> None:
    if before:
        make(tmp_path, {"x y.txt": (before.data, 0o755 if before.executable else 0o644)})
    git_apply(tmp_path, diff.of_file("x y.txt", before, after))
    assert held(tmp_path) == ({"x y.txt": (after.data, 0o755 if after.executable else 0o644)} if after else {})


def test_git_takes_it_into_the_index_of_a_project_below_the_repository(tmp_path: Path) -> None:
    root = tmp_path / "apps" / "shop"
    make(root, {"app.py": (b"one\n", 0o644), "logo.png": (b"\0", 0o644)})
    git = ["git", "-c", "user.name=n", "-c", "user.email=e@e"]
    environment = {name: value for name, value in ENVIRONMENT.items() if name != "GIT_DIR"}
    for words in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "first"]):
        subprocess.run([*git, *words], cwd=tmp_path, check=True, env=environment)
    patch = plan(root, {"app.py": (b"two\n", 0o644), "logo.png": (b"\0\0", 0o755), "new/x.py": (b"", 0o644)}).diff()
    words = ["apply", "--index", "--directory", "apps/shop"]
    subprocess.run([*git, *words], cwd=tmp_path, input=patch, check=True, env=environment)
    assert held(root) == {"app.py": (b"two\n", 0o644), "logo.png": (b"\0\0", 0o755), "new/x.py": (b"", 0o644)}


@pytest.mark.parametrize("name", ["a.py", "two words.txt", "tab\there", "grün.py", 'qu"ote'])
@pytest.mark.parametrize(
    ("old", "new"), [(b"a\n", b"b\n"), (b"", b"a\nb\n"), (b"a\nb\n", b""), (b" a\n" * 9, b" a\n" * 8)]
)
def test_its_headers_are_those_that_git_writes(name: str, old: bytes, new: bytes, tmp_path: Path) -> None:
    for folder, data in (("old", old), ("new", new)):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / name).write_bytes(data)
    words = ["git", "diff", "--no-index", "--no-prefix", f"old/{name}", f"new/{name}"]
    done = subprocess.run(words, cwd=tmp_path, capture_output=True, check=False, env=ENVIRONMENT).stdout
    gits = headers(done.replace(b"old/", b"a/").replace(b"new/", b"b/"))
    assert headers(diff.of_file(name, Side(old), Side(new))) == gits
    assert len(gits) == 4


def headers(patch: bytes) -> list[bytes]:
    return [line for line in patch.split(b"\n") if line.startswith((b"diff", b"---", b"+++", b"@@"))]


def test_a_mode_that_git_does_not_know_is_nothing_to_show() -> None:
    assert diff.of_file("x", Side(b"same"), Side(b"same")) == b""


def test_a_secret_is_named_and_not_shown_and_the_rest_still_applies(tmp_path: Path) -> None:
    root = tmp_path / "ours"
    changes = Changes(str(root))
    changes.put(".env", b"SECRET_KEY=hunter2\n", 0o600, secret=True)
    changes.put("a.py", b"a\n")
    changes.put("z.py", b"z")
    patch = changes.diff()
    assert b"hunter2" not in patch
    assert b"# .env: create, content withheld\n" in patch
    gits = tmp_path / "gits"
    gits.mkdir()
    git_apply(gits, patch)
    assert held(gits) == {"a.py": (b"a\n", 0o644), "z.py": (b"z", 0o644)}


def test_our_own_records_are_left_out(tmp_path: Path) -> None:
    changes = Changes(str(tmp_path))
    changes.put(".scaffold/route.1.2.0.json", b"{}\n")
    assert changes.ops()
    assert changes.diff() == b""


def test_a_new_file_gets_the_mode_it_was_shown_with(tmp_path: Path) -> None:
    changes = Changes(str(tmp_path))
    changes.put("run.sh", b"#!/bin/sh\n", 0o755)
    assert b"new file mode 100755" in changes.diff()
