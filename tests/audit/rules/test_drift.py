"""Drift: what was added is half there."""

import re
from pathlib import Path

import pytest

from tests.conftest import Scaffold


def changed(path: Path, pattern: str, text: str = "") -> None:
    """Change what somebody would change by hand."""
    held = path.read_text()
    assert re.search(pattern, held), pattern
    path.write_text(re.sub(pattern, text, held))


def wired(project: Path) -> Path:
    """Return the file in which the app is put together."""
    return project / ("app.py" if (project / "app.py").exists() else "shop/__init__.py")


@pytest.fixture
def notes(project: Path, scaffold: Scaffold) -> Path:
    """Add an API."""
    assert scaffold("add", "api", "notes").code == 0
    assert scaffold("check", "DRF").code == 0
    return project


def test_a_blueprint_that_is_no_longer_registered_is_found(notes: Path, scaffold: Scaffold) -> None:
    changed(wired(notes), r"(?m)^.*\bnotes\b.*\n")

    result = scaffold("check", "DRF")

    assert result.code == 8
    assert f"{wired(notes).relative_to(notes)} DRF001 'app.register_blueprint(notes.bp)'" in result.out
    assert re.search(r"'scaffold undo [0-9a-f]{8}'", result.out)


@pytest.mark.parametrize(("above", "code"), [("", 0), ("# a comment\n\n", 0), ("import os\n", 8)])
def test_a_waiver_at_the_top_speaks_of_the_file(above: str, code: int, notes: Path, scaffold: Scaffold) -> None:
    changed(wired(notes), r"(?m)^.*\bnotes\b.*\n")
    text = wired(notes).read_text()
    wired(notes).write_text(f"{above}# check: ignore[DRF001] it comes back next week\n\n{text}")

    assert scaffold("check", "DRF").code == code


def test_a_blueprint_that_is_registered_in_other_words_is_left_alone(notes: Path, scaffold: Scaffold) -> None:
    changed(wired(notes), r"register_blueprint\(notes\.bp\)", "register_blueprint(notes.bp, url_prefix='/api')")

    assert scaffold("check", "DRF").code == 0


def test_what_somebody_took_out_by_hand_is_left_alone(notes: Path, scaffold: Scaffold) -> None:
    changed(wired(notes), r"(?m)^.*\bnotes\b.*\n")
    next(notes.glob("**/notes.py")).unlink()

    assert scaffold("check", "DRF").code == 0


def test_a_view_that_somebody_changed_is_left_alone(project: Path, scaffold: Scaffold) -> None:
    scaffold("add", "route", "/about")
    views = project / ("app.py" if (project / "app.py").exists() else "shop/pages.py")
    changed(views, r"def about\(", "def over(")

    assert scaffold("check", "DRF").code == 0


def test_an_extension_and_its_setting_that_are_gone_are_found(project: Path, scaffold: Scaffold) -> None:
    scaffold("add", "csrf")
    assert scaffold("check", "DRF").code == 0
    changed(next(project.glob("**/extensions.py")), r"csrf = CSRFProtect\(\)\n")
    for path in project.glob("**/*.py"):
        path.write_text(path.read_text().replace("WTF_CSRF_CHECK_DEFAULT", "OTHER"))

    result = scaffold("check", "DRF")

    assert "DRF002 'csrf = CSRFProtect()' of 'scaffold add csrf' is gone." in result.out
    assert "DRF003 The setting 'WTF_CSRF_CHECK_DEFAULT' of 'scaffold add csrf' is gone." in result.out


def test_a_file_of_the_deployment_that_is_gone_is_found(project: Path, scaffold: Scaffold) -> None:
    scaffold("deploy", "--server", "gunicorn", "--proxy", "nginx", "--domain", "example.com")
    assert scaffold("check", "DRF").code == 0
    (project / "gunicorn.conf.py").unlink()

    result = scaffold("check", "DRF")

    assert result.out.startswith("gunicorn.conf.py DRF004 ")
    assert "'scaffold deploy --server gunicorn --proxy nginx --domain example.com'" in result.out


@pytest.mark.parametrize(
    "text", ["{", "[]", '{"schema": 1, "fragments": [{"path": "x", "what": "wiring", "text": "("}]}']
)
def test_a_history_that_somebody_else_wrote_breaks_nothing(text: str, notes: Path, scaffold: Scaffold) -> None:
    (record,) = (notes / ".scaffold").glob("api.*.json")
    record.write_text(text)

    assert scaffold("check", "DRF").code == 0
