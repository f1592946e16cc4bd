"""What nginx, Apache and gixy say of the sites that are generated; each of them is shown a broken one, too."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from scaffold.proof.deployment import Deployment, Program
from tests import parts
from tests.end_to_end.deploy.cases import Case
from tests.end_to_end.deploy.projects import Maker

pytestmark = pytest.mark.slow
SITES = {"nginx": "deploy/nginx/shop.conf", "apache": "deploy/apache/shop.conf"}
# The branches of the sites: what is spoken, a prefix, a proxy in front, several hosts.
OPTIONS: list[tuple[str, dict[str, str]]] = [
    ("gunicorn", {}),
    ("gunicorn", {"prefix": "/my.app", "upstream": "10.0.0.1:8000"}),
    ("gunicorn", {"proxies": "2"}),
    ("uwsgi", {"protocol": "uwsgi"}),
    ("uwsgi", {"protocol": "uwsgi", "prefix": "/my.app", "proxies": "2"}),
]
# What gixy may say, and why it is so all the same.
ALLOWED = {
    "default_server_flag": "two sites of one host may both begin with a server for names that are nobody's",
    "worker_rlimit_nofile_vs_connections": "that is for the host's nginx.conf to say",
}


def check(proxy: Program | None) -> tuple[int, str]:
    assert proxy
    done = subprocess.run(proxy.check, cwd=proxy.cwd, env=dict(proxy.env), capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def change(deployment: Deployment, path: str, old: str, new: str) -> None:
    """Put something else into the site, which has to be there."""
    site = deployment.project / path
    text = re.sub(old, lambda _: new, site.read_text(), count=1)
    assert text != site.read_text()
    site.write_text(text)


def gixy(main: Path) -> list[dict[str, Any]]:
    """Return what gixy finds in a configuration and in what that includes."""
    words = [parts.wheel("gixy-next"), "--format", "json", str(main)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert "not found" not in done.stderr.lower(), done.stderr
    assert done.returncode in (0, 1), done.stderr
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize(("server", "options"), OPTIONS, ids=str)
@pytest.mark.parametrize("proxy", SITES)
def test_the_proxy_takes_its_site(proxy: str, server: str, options: dict[str, str], maker: Maker) -> None:
    deployment = maker.deployed(Case(server, proxy=proxy), **options)

    code, said = check(deployment.proxy)

    assert code == 0, said
    assert "warn" not in said.lower()
    if proxy == "nginx":
        found = gixy(deployment.folder / "proxy" / "main")
        assert {one["plugin"] for one in found} <= ALLOWED.keys(), found


def test_several_hosts_are_taken(maker: Maker) -> None:
    for proxy, path in SITES.items():
        deployment = maker.deployed(Case("gunicorn", proxy=proxy), upstream="10.0.0.1:8000")
        again = ["deploy", "--upstream", "10.0.0.1:8000", "--upstream", "10.0.0.2:8000"]
        subprocess.run([maker.tool, *again], cwd=deployment.project, capture_output=True, check=True)

        code, said = check(deployment.proxy)

        assert code == 0, said
        assert "10.0.0.2:8000" in (deployment.project / path).read_text()


@pytest.mark.parametrize(
    ("proxy", "old", "new"),
    [
        ("nginx", "client_max_body_size", "client_max_body_sise"),
        ("nginx", "ssl_certificate .*;", "ssl_certificate /nowhere.pem;"),
        ("apache", "ProxyPreserveHost", "ProxyPreserveHosts"),
        ("apache", "SSLCertificateFile .*", "SSLCertificateFile /nowhere.pem"),
    ],
)
def test_the_proxy_refuses_a_broken_site(proxy: str, old: str, new: str, maker: Maker) -> None:
    deployment = maker.deployed(Case("gunicorn", proxy=proxy))
    change(deployment, SITES[proxy], old, new)

    code, said = check(deployment.proxy)

    assert code != 0
    assert new.split()[-1].rstrip(";") in said


@pytest.mark.parametrize(
    ("old", "new", "plugin"),
    [
        (r"static/ \{", "static {", "alias_traversal"),
        (r"proxy_set_header Host .*;", "proxy_set_header Host $http_host;", "host_spoofing"),
        ("server_tokens off;", "", "version_disclosure"),
    ],
)
def test_gixy_sees_a_hole(old: str, new: str, plugin: str, maker: Maker) -> None:
    deployment = maker.deployed(Case("gunicorn", proxy="nginx"))
    change(deployment, SITES["nginx"], old, new)

    found = gixy(deployment.folder / "proxy" / "main")

    assert plugin in {one["plugin"] for one in found}
