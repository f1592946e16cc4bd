"""A project's files are listed, and what tools put beside them is not."""

import os
from pathlib import Path

from scaffold import listing


def make(root: Path, *names: str) -> None:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("")


def test_every_file_of_the_user_is_listed(tmp_path: Path) -> None:
    names = {"app.py", ".env", ".github/workflows/ci.yml", "a/b/c.html", "odd:name?.txt", "grün.py"}
    make(tmp_path, *names)
    assert set(listing.files(str(tmp_path))) == names


def test_what_tools_and_environments_put_there_is_not(tmp_path: Path) -> None:
    make(tmp_path, "app.py", ".git/config", ".scaffold/x.json", "a/__pycache__/b.pyc", ".venv/x", "venv/x.py")
    make(tmp_path, "node_modules/x.js", "shop.egg-info/PKG-INFO", ".tox/x", "myenv/pyvenv.cfg", "myenv/lib/x.py")
    assert list(listing.files(str(tmp_path))) == ["app.py"]


def test_links_and_names_that_cannot_be_paths_are_passed_over(tmp_path: Path) -> None:
    make(tmp_path, "real/x.py", "new\nline.py")
    with open(os.fsencode(tmp_path) + b"/\xff.py", "wb"):
        pass
    (tmp_path / "link.py").symlink_to("real/x.py")
    (tmp_path / "link").symlink_to("real")
    (tmp_path / "out").symlink_to("..")
    assert list(listing.files(str(tmp_path))) == ["real/x.py"]


def test_a_root_that_is_not_there_has_no_files(tmp_path: Path) -> None:
    assert list(listing.files(str(tmp_path / "nowhere"))) == []
