"""Compose: the app and a proxy in containers, from the generated files as they are, over HTTPS."""

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from scaffold.proof import probing
from scaffold.proof.ports import free_port
from scaffold.proof.probing import view
from scaffold.proof.wire import DOMAIN, Client
from tests.end_to_end.deploy import images
from tests.end_to_end.deploy.containers import Contained, in_flight, project
from tests.end_to_end.deploy.dockerd import Docker, daemon
from tests.end_to_end.deploy.projects import Maker

pytestmark = pytest.mark.slow

# The proxies, each with its image and with a server and a layout that it is proved with.
PROXIES = {
    "nginx": (images.NGINX, "uwsgi", "package", ["--protocol", "uwsgi"]),
    "caddy": (images.CADDY, "gunicorn", "module", []),
    "haproxy": (images.HAPROXY, "granian", "package", []),
}
SECTION = "Run with Compose"
# Packages come over the machine's own network, and nobody waits five seconds.
OVERRIDE = """\
services:
  app:
    build:
      network: host
    healthcheck:
      interval: 500ms
"""


@pytest.fixture(scope="module")
def docker() -> Iterator[Docker]:
    """Give a daemon that has Python's image."""
    with daemon() as found:
        images.load(found, images.PYTHON)
        yield found


@pytest.fixture(scope="module", params=PROXIES)
def up(
    request: pytest.FixtureRequest, tool: Path, shared: Path, docker: Docker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Contained]:
    """Bring up a project, as its README says."""
    image, server, layout, besides = PROXIES[request.param]
    images.load(docker, image)
    chain, key = certificate(tool, shared, tmp_path_factory.mktemp("certificate"), joined=request.param == "haproxy")
    ports = {"--http-port": str(free_port()), "--https-port": str(free_port())}
    files = {"--certificate": str(chain), "--certificate-key": str(key)}
    words = ["--server", server, "--proxy", request.param, "--platform", "compose", *besides]
    words += [word for pair in {**ports, **files}.items() for word in pair]
    made = project(tool, tmp_path_factory.mktemp("compose"), layout, *words)
    contained = Contained(docker, made, words, int(ports["--https-port"]), chain)
    (made.parent / "override.yaml").write_text(OVERRIDE)
    secret, start = contained.lines(SECTION)
    contained.type(secret)
    try:
        contained.compose(start)
        yield contained
    finally:
        docker.remove_all()


def certificate(tool: Path, shared: Path, folder: Path, *, joined: bool) -> tuple[Path, Path]:
    """Return a certificate and its key, in files that only root can read; or both in one, as HAProxy wants them."""
    chain, key = Maker(tool, shared).certificate()
    found = folder / "fullchain.pem", folder / "privkey.pem"
    for path, data in zip(found, (chain.read_bytes(), key.read_bytes()), strict=True):
        path.touch(mode=0o600)
        path.write_bytes(data + (key.read_bytes() if joined and path == found[0] else b""))
    return found


def test_a_good_file_passes_and_a_broken_one_does_not(up: Contained, tmp_path: Path) -> None:
    broken = tmp_path / "compose.yaml"
    broken.write_text((up.project / "compose.yaml").read_text().replace("    read_only:", "    readonly:"))

    up.docker.compose("config", "--quiet", cwd=up.project)

    said = up.docker.compose(
        "--project-directory", str(up.project), "-f", str(broken), "config", "-q", cwd=tmp_path, code=None
    )
    assert "readonly" in said


def test_the_site_is_there_over_https_and_the_app_knows_the_client(up: Contained) -> None:
    forged = {"X-Forwarded-For": "6.6.6.6", "X-Forwarded-Host": "evil.example", "X-Forwarded-Prefix": "/evil"}
    seen = up.client.ask(view("/who"), forged).json()

    assert seen["url"] == f"https://{DOMAIN}{view('/who')}"
    assert seen["secure"] is True
    # Who published the port for the machine's own processes.
    assert re.fullmatch(r"[0-9.]+\.1", seen["remote_addr"]), seen
    plain = Client(int(up.told("--http-port"))).ask(view("/hello?a=b"))
    assert (plain.status, plain.header("Location")) == (308, f"https://{DOMAIN}:{up.port}{view('/hello?a=b')}")


def test_only_the_proxy_can_be_reached_and_neither_can_write(up: Contained) -> None:
    names = ["shop-app-1", "shop-proxy-1"]

    assert up.docker.inspect(names[0])["NetworkSettings"]["Ports"] == {"8000/tcp": None}
    for name in names:
        held = up.docker.inspect(name)
        assert held["HostConfig"]["ReadonlyRootfs"]
        assert held["HostConfig"]["CapDrop"] == ["ALL"]
        assert held["HostConfig"]["SecurityOpt"] == ["no-new-privileges:true"]
        assert held["HostConfig"]["RestartPolicy"]["Name"] == "unless-stopped"
        mounts = {mount["Destination"]: mount["RW"] for mount in held["Mounts"] if mount["Type"] == "bind"}
        assert not any(mounts.values())
        assert not any("secret" in mount["Source"] for mount in held["Mounts"])


def test_files_are_there_and_pages_say_so_while_the_app_is_away(up: Contained) -> None:
    style = up.client.ask(view("/who")).json()["static"]
    served = up.client.ask(style)
    up.compose("docker compose stop app")

    away = up.client.ask(view("/hello"))
    assert away.status in (502, 503, 504)
    assert "<h1>" in away.text
    if up.told("--proxy") != "haproxy":
        assert up.client.ask(style).body == served.body

    # A new container, with a new address.
    up.compose("docker compose up --detach --build --wait --force-recreate app")
    assert up.client.ask(view("/hello")).text == "hello"


def test_new_code_is_there_after_the_same_line(up: Contained) -> None:
    release = next(path for path in up.project.glob(f"**/{probing.RELEASE}"))
    release.write_text("release-2\n")

    up.compose(up.lines(SECTION)[-1])

    assert up.client.ask(view("/release")).json()["release"] == "release-2"


def test_it_goes_away_and_requests_under_way_end_before(up: Contained) -> None:
    with in_flight(up.client, view("/sleep?s=2")) as answers:
        time.sleep(0.5)
        up.compose("docker compose down")

    assert [answer.text for answer in answers] == ["slept"]
    assert up.docker.run("ps", "--all", "--quiet") == ""
    assert "shop" not in up.docker.run("network", "ls", "--format", "{{.Name}}")
