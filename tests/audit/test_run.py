"""The rules that there are, and what a project of ours must never hear."""

import re
from pathlib import Path

import pytest

from scaffold.audit import run
from scaffold.audit.finding import ERROR, WARNING, Rule
from scaffold.audit.subject import Subject
from scaffold.project import Project, find
from tests import everything
from tests.audit.looking import findings
from tests.conftest import Scaffold

APP = "from flask import Flask, session\napp = Flask(__name__)\napp.run(debug=True)\n"


@pytest.mark.parametrize("rule", run.all_rules(), ids=lambda rule: rule.code)
def test_a_rule_says_what_it_is_about(rule: Rule) -> None:
    assert re.fullmatch(r"[A-Z]{3}\d{3}", rule.code)
    assert rule.severity in (ERROR, WARNING)
    assert rule.title
    assert not rule.title.endswith(".")
    for sentence in (rule.why, rule.mend):
        assert sentence.endswith(".")
        assert sentence[0].isupper() or sentence[0] == "'"


def test_no_two_rules_have_one_code() -> None:
    codes = [rule.code for rule in run.all_rules()]

    assert len(codes) == len(set(codes))


def test_findings_come_by_path_and_line_and_say_all(tmp_path: Path) -> None:
    found = findings(tmp_path, {"web.py": APP, ".env": "SECRET_KEY=x\n", "b.py": "import os\n"})

    assert [(one.path, one.line) for one in found] == sorted((one.path, one.line) for one in found)
    assert {one.code for one in found} >= {"SEC008", "DBG001", "DEP001"}
    for one in found:
        assert one.code
        assert one.severity
        assert one.why.endswith(".")
        assert one.mend.endswith(".")
        assert not one.message.endswith(".")


def test_deploy_looks_only_at_production(tmp_path: Path) -> None:
    findings(tmp_path, {"web.py": APP})

    codes = {one.code[:3] for one in run.of_project(Project(str(tmp_path)), only_deployment=True)}

    assert codes
    assert codes <= {"SEC", "DBG", "DEP"}


@pytest.mark.parametrize(
    "files",
    [
        {},
        {"app.py": b"\xff\xfe"},
        {"app.py": "from flask import Flask\napp = Flask(\n"},
        {"app.py": "print 'Python 2'\n"},
        {".env": b"\x00\xff=\xfe\n", "templates/a.html": b"\xff"},
        {".scaffold/deploy.00000000.00000000.0.json": '{"schema": 1, "answers": {"server": "nothing"}}'},
        {".scaffold/deploy.00000000.00000000.0.json": '{"schema": 1, "answers": {"server": ["gunicorn"]}}'},
    ],
    ids=str,
)
def test_what_cannot_be_read_breaks_nothing(files: dict[str, str | bytes], tmp_path: Path) -> None:
    findings(tmp_path, files)


def test_a_link_that_leads_out_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "outside.env").write_text("SECRET_KEY=x\n")
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / ".env").symlink_to(tmp_path / "outside.env")

    assert run.of_project(Project(str(tmp_path / "shop")), codes=["SEC"]) == []


def test_a_fresh_project_has_no_finding(project: Path) -> None:
    assert run.of_project(find(str(project))) == []


@pytest.mark.parametrize("layout", ["package", "module"])
def test_a_project_with_everything_has_no_finding(layout: str, tmp_path: Path, scaffold: Scaffold) -> None:
    everything.answers(layout, tmp_path)
    place = tmp_path / everything.NAME
    words = ["--server", "gunicorn", "--proxy", "nginx", "--platform", "systemd", "--domain", "example.com"]
    assert scaffold("deploy", *words, "--project", str(place)).code == 0

    assert [f"{one.path}:{one.line} {one.code} {one.message}" for one in run.of_project(find(str(place)))] == []


def test_templates_are_those_that_jinja_may_render(tmp_path: Path) -> None:
    findings(
        tmp_path,
        {
            "shop/__init__.py": "from flask import Flask\napp = Flask(__name__, template_folder='pages')\n",
            "shop/pages/index.html": "<p>",
            "shop/admin/templates/admin/a.html": "<p>",
            "shop/static/other.html": "<p>",
            "tests/templates/b.html": "<p>",
        },
    )

    subject = Subject(Project(str(tmp_path)))

    assert sorted(subject.templates) == ["shop/admin/templates/admin/a.html", "shop/pages/index.html"]
    assert subject.template_folders == ["shop/admin/templates", "shop/pages"]


def test_the_deployment_is_what_the_history_says(tmp_path: Path, scaffold: Scaffold) -> None:
    scaffold("new", "shop")
    assert Subject(find("shop")).deployment == []

    scaffold("deploy", "--server", "gunicorn", "--proxy", "nginx", "--project", "shop")

    assert [template.name for template, _ in Subject(find("shop")).deployment][1:] == ["gunicorn", "nginx"]
