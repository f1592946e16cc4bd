"""What `scaffold test` refuses before it takes any time."""

from pathlib import Path

import pytest

from tests.conftest import Scaffold

APP = "from flask import Flask\n\napp = Flask(__name__)\n"


@pytest.fixture(autouse=True)
def project(tmp_path: Path, scaffold: Scaffold) -> Path:
    (tmp_path / "app.py").write_text(APP)
    return tmp_path


@pytest.mark.parametrize("flag", ["--junit", "--html"])
@pytest.mark.parametrize(("place", "why"), [("none/report", "there is no such folder"), (".", "it is a folder")])
def test_a_report_without_a_place(flag: str, place: str, why: str, scaffold: Scaffold) -> None:
    found = scaffold("test", flag, place)

    assert found.code == 3
    assert found.err == f"Error: Cannot write '{place}': {why}. Nothing was changed.\n"


@pytest.mark.parametrize("wanted", ["abc", "2.7", ""])
def test_no_python_for_a_proof(wanted: str, scaffold: Scaffold) -> None:
    found = scaffold("test", "--python", wanted)

    assert found.code == 2
    assert found.err.startswith(f"Error: '{wanted}' is not a value for '--python': ")
    assert found.out == ""


@pytest.mark.parametrize("words", [["nosuch"], ["--server", "nosuch"], ["--proxy", "nosuch"], ["--server", ""]])
def test_a_name_of_nothing(words: list[str], scaffold: Scaffold) -> None:
    found = scaffold("test", *words)

    assert (found.code, found.out) == (2, "")
    assert f"'{words[-1]}'" in found.err


def test_an_app_in_a_file_of_its_own_is_a_project(project: Path, scaffold: Scaffold) -> None:
    (project / "app.py").rename(project / "shop.py")

    assert scaffold("test", "nosuch").err.startswith("Error: There is no check 'nosuch'.")


def test_a_folder_without_an_app_is_none(project: Path, scaffold: Scaffold) -> None:
    (project / "app.py").unlink()
    (project / "script.py").write_text("print('app = Flask(__name__)')\n")

    found = scaffold("test")
    assert (found.code, found.out) == (2, "")
    assert "There is no Flask project" in found.err
