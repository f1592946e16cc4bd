"""What was done is recorded in files that branches can merge and nobody has to trust."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scaffold import history
from scaffold import project as projects
from scaffold.changes import Changes
from scaffold.edits import Fragment
from scaffold.errors import ScaffoldError, UnsafePath
from scaffold.history import Operation, Record
from tests.faults import snapshot


def operation(rule: str = "/a", **more: Any) -> Operation:
    return Operation(
        what="route",
        instance=history.instance({"rule": rule}, ["rule"]),
        command=["scaffold", "add", "route", rule],
        templates=["component/route"],
        answers={"rule": rule, "methods": ["GET"]},
        **more,
    )


def record(root: Path, made: Operation) -> str:
    changes = Changes(str(root))
    identity = history.add(changes, made)
    changes.write()
    return identity


def names(root: Path) -> list[str]:
    return sorted(name for name in os.listdir(root / ".scaffold") if name.endswith(".json"))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "app.py").write_text("")
    return tmp_path


def test_a_record_is_found_by_what_it_made(root: Path) -> None:
    fragment = Fragment("app.py", "text", "view")
    identity = record(root, operation("/a", files={"a.py": b"\0\xff"}, fragments=[fragment]))
    changes = Changes(str(root))
    made = history.find(changes, "route", history.instance({"rule": "/a"}, ["rule"]))
    assert made["answers"] == {"rule": "/a", "methods": ["GET"]}
    assert history.unpacked(made["files"]["a.py"]) == b"\0\xff"
    assert made["fragments"] == [{"path": "app.py", "what": "view", "text": "text"}]
    assert history.find(changes, "route", history.instance({"rule": "/b"}, ["rule"])) == {}
    assert history.find(changes, "page", history.instance({"rule": "/a"}, ["rule"])) == {}
    [found] = history.records(changes)
    assert found == Record("route", made_instance("/a"), identity, (), f".scaffold/{names(root)[0]}")


def made_instance(rule: str) -> str:
    return history.instance({"rule": rule}, ["rule"])


def test_each_record_names_those_it_came_after(root: Path) -> None:
    first, second, third = (record(root, operation(rule)) for rule in ("/a", "/b", "/c"))
    after = {found.id: found.after for found in history.records(Changes(str(root)))}
    assert after == {first: (), second: (first,), third: (second,)}


def test_the_same_done_twice_is_two_records(root: Path) -> None:
    assert record(root, operation("/a")) != record(root, operation("/a"))
    assert len(names(root)) == 2


def test_the_instance_is_told_by_the_named_answers_alone() -> None:
    one = history.instance({"rule": "/a", "blueprint": "", "returns": "json"}, ["rule", "blueprint"])
    assert one == history.instance({"rule": "/a", "blueprint": "", "returns": "text"}, ["rule", "blueprint"])
    assert one != history.instance({"rule": "/a", "blueprint": "shop"}, ["rule", "blueprint"])
    assert one != history.instance({"rule": "", "blueprint": "/a"}, ["rule", "blueprint"])


def test_what_only_a_run_needs_is_ignored_by_git(root: Path) -> None:
    record(root, operation())
    git(root, "init", "-q")
    (root / ".scaffold" / "journal").write_text("{}")
    assert "journal" not in git(root, "status", "--short", "--untracked-files=all")
    assert ".scaffold/route." in git(root, "status", "--short", "--untracked-files=all")


def test_an_ignore_file_that_is_there_stays(root: Path) -> None:
    (root / ".scaffold").mkdir()
    (root / ".scaffold" / ".gitignore").write_text("mine\n")
    record(root, operation())
    assert (root / ".scaffold" / ".gitignore").read_text() == "mine\n"


def git(root: Path, *words: str) -> str:
    settings = ["-c", "user.name=n", "-c", "user.email=e@e", "-c", "init.defaultBranch=main"]
    return subprocess.run(["git", *settings, *words], cwd=root, check=True, capture_output=True, text=True).stdout


def test_branches_that_each_record_something_merge_and_the_next_record_follows_both(root: Path) -> None:
    git(root, "init", "-q")
    start = record(root, operation("/start"))
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "start")
    ids = []
    for branch in ("one", "two", "three"):
        git(root, "checkout", "-q", "-b", branch, "main")
        ids.append(record(root, operation("/same")) if branch != "three" else record(root, operation("/other")))
        git(root, "add", "-A")
        git(root, "commit", "-q", "-m", branch)
    git(root, "checkout", "-q", "main")
    for branch in ("one", "two", "three"):
        git(root, "merge", "-q", "--no-edit", branch)
    # Two branches that did the very same have the same record.
    assert ids[0] == ids[1]
    last = record(root, operation("/last"))
    after = {found.id: set(found.after) for found in history.records(Changes(str(root)))}
    assert after == {start: set(), ids[0]: {start}, ids[2]: {start}, last: {ids[0], ids[2]}}


def test_many_branches_at_once_still_give_a_name_that_can_be_written(root: Path) -> None:
    (root / ".scaffold").mkdir()
    for number in range(60):
        (root / ".scaffold" / f"route.00000000.{number:08x}.0.json").write_text("{}")
    for number in range(5):
        record(root, operation(f"/{number}"))
    assert max(map(len, names(root))) < 200
    followed = {earlier for found in history.records(Changes(str(root))) for earlier in found.after}
    assert followed >= {f"{number:08x}" for number in range(60)}


GOOD_NAME = "new.00000000.00000000.0.json"


@pytest.mark.parametrize(
    "name",
    [
        *(
            "x.json",
            "a.b.c.d.json",
            "new.00000000.0000000.0.json",
            "new.00000000.00000000..json",
            "New.00000000.00000000.0.json",
        ),
        *(".00000000.00000000.0.json", "new.0000000g.00000000.0.json", "new.00000000.00000000.0.txt", "a.b.c.d.e.json"),
        *(
            "new.00000000.00000000.0-1.json",
            "new.00000000.00000000.0.json.orig",
            "new.00000000.00000000.0.json\n",
            "é" * 9,
        ),
        *("new.00000000.00000000.-.json", "{{x}}.00000000.00000000.0.json", "x" * 41 + ".00000000.00000000.0.json"),
    ],
)
def test_a_file_of_another_name_is_no_record(name: str, root: Path) -> None:
    (root / ".scaffold").mkdir()
    (root / ".scaffold" / name).write_text('{"schema": 1, "roles": {"x": "y"}}')
    assert history.records(Changes(str(root))) == []
    identity = record(root, operation())
    assert history.records(Changes(str(root)))[0].id == identity


HOSTILE = [
    *(
        b"",
        b"{",
        b"[]",
        b"null",
        b"7",
        b'"x"',
        b"\xff\xfe",
        b"\0",
        b"[" * 100_000,
        b"{}",
        b'{"schema": 1, "answers": NaN',
    ),
    *(b'{"schema": 2}', b'{"schema": "1"}', b'{"schema": [1]}', b'{"schema": {}}'),
    *(b'{"schema": 1, "answers": %s}' % value for value in (b"[]", b"null", b'"x"', b"7")),
    *(b'{"schema": 1, "roles": %s}' % value for value in (b"[]", b'"x"', b'{"tests_dir": 7}', b'{"tests_dir": null}')),
    *(b'{"schema": 1, "%s": 7}' % key for key in (b"files", b"fragments", b"command", b"templates")),
    b'{"schema": 1, "answers": {"project_slug": "\\ud800"}}',
    b'{"schema": 1, "roles": {"tests_dir": "\\udfff"}}',
]


@pytest.mark.parametrize("content", HOSTILE)
def test_a_record_that_is_not_as_we_write_them_says_nothing(content: bytes, root: Path) -> None:
    (root / ".scaffold").mkdir()
    (root / ".scaffold" / GOOD_NAME).write_bytes(content)
    before = snapshot(root)
    changes = Changes(str(root))
    [found] = history.records(changes)
    loaded = history.load(changes, found)
    assert isinstance(loaded.get("answers", {}), dict)
    assert isinstance(loaded.get("files", {}), dict)
    made = projects.find(str(root))
    assert all(isinstance(value, str) for value in (*made.roles.values(), *made.facts().values()))
    json.dumps([made.roles, made.names], ensure_ascii=False).encode()
    assert snapshot(root) == before


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda x: st.lists(x) | st.dictionaries(st.sampled_from([*history.KINDS, "schema", "x"]), x),
    )
)
def test_whatever_json_it_holds_it_loads_as_a_record_or_as_nothing(content: Any) -> None:
    if isinstance(content, dict):
        content["schema"] = 1

    class Held(Changes):
        def read(self, path: str) -> bytes:
            return json.dumps(content).encode()

    loaded = history.load(Held("/"), Record("new", "0", "0", (), ".scaffold/x"))
    assert loaded in ({}, content)
    assert all(isinstance(loaded.get(key, kind()), kind) for key, kind in history.KINDS.items())


def test_a_record_that_is_a_link_out_of_the_project_is_refused(root: Path) -> None:
    (root.parent / "secret.json").write_text('{"schema": 1}')
    (root / ".scaffold").mkdir()
    (root / ".scaffold" / GOOD_NAME).symlink_to("../../secret.json")
    changes = Changes(str(root))
    with pytest.raises(UnsafePath):
        history.load(changes, history.records(changes)[0])
    with pytest.raises(ScaffoldError) as caught:
        projects.find(str(root))
    assert len(caught.value.message.splitlines()) == 1


def test_a_record_that_is_a_folder_says_nothing(root: Path) -> None:
    (root / ".scaffold" / GOOD_NAME).mkdir(parents=True)
    changes = Changes(str(root))
    assert history.load(changes, history.records(changes)[0]) == {}


def test_a_project_without_records_has_none(root: Path) -> None:
    assert history.records(Changes(str(root))) == []
    (root / ".scaffold").write_text("a file")
    assert history.records(Changes(str(root))) == []
