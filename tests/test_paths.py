"""One rule keeps every path inside the project."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scaffold import paths
from scaffold.errors import UnsafePath

GOOD = [
    *(
        "a",
        "a/b.py",
        ".env",
        ".github/workflows/ci.yml",
        "{{x}}",
        "two words/x.txt",
        "-x",
        "über/straße.py",
        "日本.html",
    ),
    *("gitignore", ".gitignore", ".gitattributes", "git/x", "console.py", "com/x", "com10.py", "nul_/x", "x" * 240),
]
LEADS_OUT = [
    *("", "/", "/etc/passwd", "//host/share", "..", "../x", "a/../b", "a/..", ".", "./a", "a/./b", "a//b", "a/"),
    *(".git/config", ".GIT/hooks/x", "a/.git/b", ".git.", ".git ", ".git. ./x", "GIT~1/config"),
    *("a\0b", "a\nb", "a\tb", "a\x1b[31m", "a\x7f", "\u202eexe.py", "a\u200db", "\ud800"),
]
UNPORTABLE = [
    *("a\\b", "C:/x", "a:b", "a*b", "a?b", 'a"b', "a<b", "a>b", "a|b", "a.", "a ", "a./b", "a /b", "..."),
    *("con", "CON.txt", "a/nul", "Aux.py", "com1", "COM¹.log", "lpt9/x", "conin$", "prn .txt", "nul.tar.gz", "x" * 241),
]


@pytest.mark.parametrize("path", GOOD)
def test_an_ordinary_path_is_taken_as_it_is(path: str) -> None:
    assert paths.checked(path) == path
    assert paths.contained(path) == path


@pytest.mark.parametrize("path", LEADS_OUT)
def test_a_path_that_is_no_plain_way_down_is_refused_for_any_use(path: str, tmp_path: Path) -> None:
    for judge in (paths.checked, paths.contained):
        with pytest.raises(UnsafePath, match="Nothing was changed"):
            judge(path)
    for place in (paths.inside, paths.real):
        with pytest.raises(UnsafePath):
            place(str(tmp_path), path)


@pytest.mark.parametrize("path", UNPORTABLE)
def test_a_name_that_some_system_cannot_hold_is_not_made_but_may_be_there(path: str) -> None:
    with pytest.raises(UnsafePath):
        paths.checked(path)
    assert paths.contained(path) == path


@given(st.text(st.sampled_from("./\\ abGIT~:\0é"), max_size=12))
def test_what_is_taken_is_never_outside(path: str) -> None:
    for judge in (paths.checked, paths.contained):
        try:
            judge(path)
        except UnsafePath:
            continue
        place = os.path.normpath(os.path.join("/root/of/project", path))
        assert place.startswith("/root/of/project/")
        assert ".git" not in place.lower().split("/")


@pytest.mark.parametrize(
    ("one", "other"), [("A/b.py", "a/B.PY"), ("é.py", "e\u0301.py"), ("STRASSE", "straße"), ("É", "e\u0301")]
)
def test_names_that_a_mac_or_windows_takes_for_one_have_one_key(one: str, other: str) -> None:
    assert paths.key(one) == paths.key(other)


def test_names_that_every_system_tells_apart_have_two_keys() -> None:
    assert len({paths.key(path) for path in GOOD}) == len(GOOD)


def test_a_link_to_a_file_inside_stands_for_that_file(tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "app.py").write_text("")
    (tmp_path / "app.py").symlink_to("src/app.py")
    (tmp_path / "code").symlink_to("src", target_is_directory=True)
    assert paths.real(str(tmp_path), "app.py") == "src/app.py"
    assert paths.real(str(tmp_path), "code/app.py") == "src/app.py"
    assert paths.real(str(tmp_path), "code/new.py") == "src/new.py"


def test_a_project_that_is_itself_reached_by_a_link_is_no_link_out(tmp_path: Path) -> None:
    (tmp_path / "real" / "src").mkdir(parents=True)
    (tmp_path / "link").symlink_to("real", target_is_directory=True)
    (tmp_path / "real" / "code").symlink_to("src", target_is_directory=True)
    root = str(tmp_path / "link")
    assert paths.real(root, "src/x") == "src/x"
    assert paths.real(root, "code/x") == "src/x"
    assert paths.inside(root, "src/x") == os.path.join(root, "src", "x")


@pytest.mark.parametrize("target", ["/etc/passwd", "../beside", "..", "../project-2", ".", ".git/config", "away/x"])
def test_a_link_that_leads_out_or_into_git_is_refused(target: str, tmp_path: Path) -> None:
    root = tmp_path / "project"
    root.mkdir()
    (tmp_path / "project-2").mkdir()
    (root / "away").symlink_to("..")
    (root / "link").symlink_to(target)
    reason = "git owns that folder" if target.startswith(".git") else "a link leads out of the project"
    with pytest.raises(UnsafePath, match=reason):
        paths.real(str(root), "link")


def test_a_folder_that_is_a_link_is_no_way_to_write(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real", target_is_directory=True)
    with pytest.raises(UnsafePath, match="'link' is a link to another place"):
        paths.inside(str(tmp_path), "link/x")
    assert paths.inside(str(tmp_path), "link") == str(tmp_path / "link")
