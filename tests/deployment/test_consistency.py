"""What is started is the very same everywhere, but for the address; so are the hops, the limit and the names."""

import json
import re
import shlex
from pathlib import Path

import pytest

from scaffold import catalog
from scaffold import project as projects
from scaffold.changes import Changes
from scaffold.deployment import choices, facts
from tests.conftest import Scaffold

PLATFORMS = ("systemd", "docker", "procfile", "heroku")
EVERYWHERE = tuple(word for name in PLATFORMS for word in ("--platform", name))
ASKED = ("--domain", "shop.example", "--limit", "3M", "--port", "8123", "--run", "/run/place")
# A word that says where, or in which protocol, or announces it.
ADDRESS = re.compile(r"127\.0\.0\.1|0\.0\.0\.0|8123|\$PORT|/run/place|^-|^3$|fd://|007|660|^u?wsgi$|^http$")


@pytest.fixture(autouse=True)
def catalog_of_ours(monkeypatch: pytest.MonkeyPatch, catalog: None) -> None:
    """Take the made-up folders out."""
    monkeypatch.delenv("SCAFFOLD_TEMPLATES")


def known(root: Path) -> facts.Facts:
    found = projects.find(str(root))
    changes = Changes(found.root)
    return facts.of_deployment(found, changes, choices.of_records(changes, choices.current(changes)))[1][1]


@pytest.mark.parametrize("server", catalog.names("server"))
@pytest.mark.parametrize("proxy", ["none", "nginx"])
def test_the_very_same_is_started_everywhere(scaffold: Scaffold, project: Path, server: str, proxy: str) -> None:
    result = scaffold("deploy", "--server", server, "--proxy", proxy, *EVERYWHERE, *ASKED, "--json")
    if result.code == 3:  # what runs inside a proxy is started by nobody else
        assert json.loads(result.out)["error"]["message"]
        return
    assert result.code == 0, result.err
    start, told = json.loads(result.out)["start"], known(project)

    readme = (project / "README.md").read_text()
    assert f"$ {shlex.join(start['argv'])}\n" in readme
    unit = re.findall(
        r"^ExecStart=/srv/shop/\.venv/bin/(.*)$", (project / "deploy/systemd/shop.service").read_text(), re.M
    )
    assert unit == [shlex.join(told["activated_words"] or start["service"])]
    image = re.findall(r"^CMD (\[.*)$", (project / "Dockerfile").read_text(), re.M)
    assert [json.loads(one) for one in image] == [start["container"]]
    procfile = (project / "Procfile").read_text()
    assert procfile == f"web: {told['port_command']}\n"
    assert f"web: {told['port_command']}" in (project / "heroku.yml").read_text()
    assert start["argv"][-len(told["local_words"]) :] == told["local_words"]
    several = [told["local_words"], start["service"], start["container"], told["port_command"].split()]
    several += [told["activated_words"]] if told["activated_words"] else []
    common = [word for word in several[0] if all(word in words for words in several)]
    for words in several:
        assert [word for word in words if word not in common and not ADDRESS.search(word)] == []
    assert len(common) >= 2


@pytest.mark.parametrize("proxy", catalog.names("proxy"))
def test_every_file_has_the_same_limit_name_and_hops(scaffold: Scaffold, project: Path, proxy: str) -> None:
    words = ("deploy", "--server", "gunicorn", "--proxy", proxy, *ASKED)
    assert scaffold(*words).code == 0
    config = (project / str(known(project)["proxy_file"])).read_text()
    settings = (project / "deploy" / "production.env").read_text()

    assert "3145728" in config
    assert "shop.example" in config
    assert "/run/place/shop.sock" in config
    for line in ("MAX_CONTENT_LENGTH=3145728", "TRUSTED_HOSTS=shop.example", "PROXY_HOPS=1"):
        assert f"{line}\n" in settings

    assert scaffold("deploy", "--limit", "5000000", "--proxies", "2", "--domain", "other.example").code == 0
    config = (project / str(known(project)["proxy_file"])).read_text()
    settings = (project / "deploy" / "production.env").read_text()
    assert "5000000" in config
    assert "3145728" not in config
    assert "shop.example" not in config
    for line in ("MAX_CONTENT_LENGTH=5000000", "TRUSTED_HOSTS=other.example", "PROXY_HOPS=2"):
        assert f"{line}\n" in settings
