"""What `scaffold test` boots: what is deployed, what was named, or all there is."""

from pathlib import Path

import pytest

from scaffold import catalog
from scaffold import project as projects
from scaffold.errors import NoTemplate
from scaffold.proof import subjects
from scaffold.proof.subjects import ALL, DEPLOYED, LeftOut, Subject
from tests.conftest import Scaffold


def chosen(folder: Path, server: str = DEPLOYED, proxy: str = "") -> list[str]:
    found = subjects.chosen(projects.find(str(folder)), server, proxy)
    return [one.name if isinstance(one, Subject) else f"not {one.name}" for one in found]


def test_a_project_that_is_not_deployed_is_proved_with_the_usual_server(scaffold: Scaffold, project: Path) -> None:
    (usual,) = [one.name for one in catalog.templates("server") if one.manifest.get("usual")]

    assert chosen(project) == [usual]


def test_what_is_deployed_is_booted_alone_and_behind_its_proxy(scaffold: Scaffold, project: Path) -> None:
    scaffold("deploy", "--server", "uwsgi", "--proxy", "caddy", "--platform", "compose")

    assert chosen(project) == ["uwsgi", "uwsgi behind caddy"]
    assert chosen(project, proxy="none") == ["uwsgi"]
    assert chosen(project, proxy="nginx") == ["uwsgi", "uwsgi behind nginx"]
    assert chosen(project, server="granian") == ["granian", "granian behind caddy"]


def test_what_listens_on_a_socket_does_so_alone_too(scaffold: Scaffold, project: Path) -> None:
    scaffold("deploy", "--server", "gunicorn", "--proxy", "nginx", "--bind", "unix", "--proxies", "2")

    found = subjects.chosen(projects.find(str(project)), DEPLOYED, "")

    assert [one.choices.given for one in found if isinstance(one, Subject)] == [{"bind": "unix"}, {"bind": "unix"}]


def test_all_is_every_server_that_can_be_had(scaffold: Scaffold, project: Path) -> None:
    scaffold("deploy", "--server", "gunicorn", "--proxy", "nginx")
    names = [one.name for one in catalog.templates("server")]

    found = chosen(project, ALL, ALL)

    assert {one.split()[0] for one in found if not one.startswith("not ")} == set(names)
    assert "not mod_wsgi behind nginx" in found
    assert len([one for one in found if " behind " in one]) == len(names) * len(catalog.names("proxy"))


def test_what_cannot_be_deployed_says_why(scaffold: Scaffold, project: Path) -> None:
    (left,) = subjects.chosen(projects.find(str(project)), "mod_wsgi", "nginx")

    assert isinstance(left, LeftOut)
    assert "nginx runs no app inside itself" in left.why


@pytest.mark.parametrize(("server", "proxy"), [("gunicron", ""), (DEPLOYED, "ngnix")])
def test_an_unknown_name_is_an_error(server: str, proxy: str, scaffold: Scaffold, project: Path) -> None:
    with pytest.raises(NoTemplate, match="Did you mean"):
        subjects.chosen(projects.find(str(project)), server, proxy)


def test_a_project_of_somebody_elses_can_be_booted(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text("from flask import Flask\n\napp = Flask(__name__)\n")

    assert len(chosen(tmp_path)) == 1


def test_the_name_of_the_folder_keeps_nothing_out(tmp_path: Path) -> None:
    folder = tmp_path / "mein schöner Laden"
    folder.mkdir()
    (folder / "app.py").write_text("from flask import Flask\n\napp = Flask(__name__)\n")

    assert chosen(folder) == ["gunicorn"]
    assert chosen(folder, proxy="nginx") == ["gunicorn", "gunicorn behind nginx"]
