"""A finding that may stand, and says why."""

from pathlib import Path

import pytest

from tests.audit.looking import Files, places

APP = "from flask import Flask\napp = Flask(__name__)\n"
RUN = "app.run(debug=True)"


@pytest.mark.parametrize(
    "files",
    [
        {"app.py": APP + f"{RUN}  # check: ignore[DBG001] on this machine only\n"},
        {"app.py": APP + f"# check: ignore[DBG001] on this machine only\n{RUN}\n"},
        {"app.py": APP + f"# check: ignore[DBG001] on this machine only\n# and no other\n\n{RUN}\n"},
        {"app.py": APP + f"{RUN}  # check: ignore[DBG001]: on this machine only\n"},
        {"Dockerfile": "# check: ignore[DBG005] a demonstration\nENV FLASK_DEBUG=1\n"},
        {"x.service": "[Service]\n; check: ignore[DBG005] a demonstration\nEnvironment=FLASK_DEBUG=1\n"},
    ],
    ids=str,
)
def test_a_finding_with_a_reason_stands(files: Files, tmp_path: Path) -> None:
    assert places(tmp_path, files, "DBG") == []


@pytest.mark.parametrize(
    ("files", "found"),
    [
        ({"app.py": APP + f"{RUN}  # check: ignore[DBG001]\n"}, ["app.py:3 WVR001"]),
        ({"app.py": APP + f"{RUN}  # check: ignore[DBG002] why\n"}, ["app.py:3 DBG001", "app.py:3 WVR002"]),
        ({"app.py": APP + f"{RUN}  # check: ignore[DBG001, DBG002] why\n"}, ["app.py:3 WVR002"]),
        ({"app.py": APP + f"# check: ignore[DBG001] why\napp.name\n{RUN}\n"}, ["app.py:3 WVR002", "app.py:5 DBG001"]),
        ({"app.py": APP + "# check: ignore[DBG001] why\napp.run()\n"}, ["app.py:3 WVR002"]),
        ({"app.py": APP + f"{RUN}  # check: ignore[XYZ999] why\n"}, ["app.py:3 DBG001", "app.py:3 WVR002"]),
        ({"app.py": APP + f"{RUN}  # check: ignore[] why\n"}, ["app.py:3 DBG001"]),
        ({"app.py": APP + "# check: ignore[DBG001] why\n"}, ["app.py:3 WVR002"]),
        ({"templates/a.html": "{# check: ignore[DBG001] why #}\n<p>\n"}, ["templates/a.html:1 WVR002"]),
        ({"templates/a.html": "<!-- check: ignore[DBG001] why -->\n<p>\n"}, ["templates/a.html:1 WVR002"]),
    ],
    ids=str,
)
def test_a_waiver_that_says_nothing_is_found(files: Files, found: list[str], tmp_path: Path) -> None:
    assert places(tmp_path, files, "DBG") == found


def test_a_waiver_of_a_check_that_was_not_asked_for_is_left_alone(tmp_path: Path) -> None:
    assert places(tmp_path, {"app.py": APP + f"{RUN}  # check: ignore[DBG001] why\n"}, "SEC") == []


def test_a_waiver_in_prose_is_none(tmp_path: Path) -> None:
    assert places(tmp_path, {"README.md": "# check: ignore[DBG001] why\n"}, "DBG") == []


def test_a_file_that_leads_out_has_no_waiver(tmp_path: Path) -> None:
    (tmp_path / "shop").mkdir()
    (tmp_path / "page.html").write_text("{# check: ignore[DBG001] why #}\n")
    (tmp_path / "shop" / "page.html").symlink_to(tmp_path / "page.html")

    assert places(tmp_path / "shop", {}, "DBG") == []


def test_a_waiver_in_a_text_of_python_is_none(tmp_path: Path) -> None:
    assert places(tmp_path, {"app.py": "HELP = '# check: ignore[DBG001]'\n"}, "DBG") == []


def test_a_waiver_at_the_top_lets_a_finding_about_the_file_stand() -> None:
    from scaffold.audit.finding import Finding
    from scaffold.audit.waivers import Waiver

    top = Waiver("a.py", 1, ("DRF001",), "why", (1, 2, 0))

    assert top.covers(Finding("a.py", 0, "gone", code="DRF001"))
    assert not top.covers(Finding("b.py", 0, "gone", code="DRF001"))
    assert not top.covers(Finding("a.py", 3, "gone", code="DRF001"))
