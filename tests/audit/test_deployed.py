"""What scaffold makes and deploys is what it finds no fault with."""

import shutil
from pathlib import Path

import pytest

from scaffold.audit import run
from scaffold.project import find
from tests import everything
from tests.conftest import Scaffold

DEPLOYMENTS = [
    ["--server", "granian", "--proxy", "caddy", "--platform", "compose"],
    ["--server", "gunicorn", "--platform", "kubernetes"],
    ["--server", "waitress", "--proxy", "haproxy", "--platform", "systemd", "--limit", "3M", "--proxies", "2"],
    ["--server", "gunicorn", "--platform", "fly", "--platform", "render"],
    ["--server", "uwsgi", "--proxy", "apache", "--platform", "systemd"],
]


@pytest.mark.parametrize("layout", ["package", "module"])
def test_a_project_with_everything_has_no_finding_however_it_is_deployed(
    layout: str, tmp_path: Path, scaffold: Scaffold
) -> None:
    everything.answers(layout, tmp_path)
    for number, words in enumerate(DEPLOYMENTS):
        place = tmp_path / str(number) / everything.NAME
        shutil.copytree(tmp_path / everything.NAME, place)
        result = scaffold("deploy", *words, "--domain", "example.com", "--project", str(place))
        assert result.code == 0, result.err
        found = run.of_project(find(str(place)))
        assert [f"{one.path}:{one.line} {one.code} {one.message}" for one in found] == [], words
