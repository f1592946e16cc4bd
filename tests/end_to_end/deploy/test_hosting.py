"""The files of hosting companies: of their schemas, and of one mind with the image. None of it is booted."""

import copy
import json
import re
import shlex
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.conftest import run
from tests.end_to_end.deploy import cluster, generated, hosts
from tests.end_to_end.deploy.generated import DOMAIN, LIMIT, PORT, TIMEOUT, Generated
from tests.end_to_end.deploy.not_proved import NOT_PROVED

pytestmark = pytest.mark.slow

Data = dict[str, Any]
SERVERS = generated.servers()


@dataclass(frozen=True)
class Host:
    """A company: its file, who reads it, its schema, how many addresses its proxies add, what the file says."""

    file: str
    read: Callable[[str], Any]
    schema: Callable[[], hosts.Schema]
    hops: int
    said: Callable[[Any], Data]


def yaml(text: str) -> Any:
    """Return the one document of a YAML file."""
    (document,) = cluster.documents(text)
    return document


def fly(data: Data) -> Data:
    check = data["http_service"]["checks"][0]
    return {
        "settings": data["env"],
        "port": data["http_service"]["internal_port"],
        "health": (check["path"], check["headers"]["Host"]),
        "grace": data["kill_timeout"],
        "signal": data["kill_signal"],
    }


def render(data: Data) -> Data:
    service = data["services"][0]
    settings = {one["key"]: one.get("value") for one in service["envVars"]}
    assert settings.pop("SECRET_KEY") is None
    return {
        "settings": settings,
        "port": int(settings.pop("PORT")),
        "health": (service["healthCheckPath"], service["domains"][0]),
        "grace": service["maxShutdownDelaySeconds"],
    }


def railway(data: Data) -> Data:
    return {"health": (data["deploy"]["healthcheckPath"], DOMAIN), "grace": data["deploy"]["drainingSeconds"]}


def heroku(data: Data) -> Data:
    settings = {name: one.get("value") for name, one in data["env"].items()}
    assert settings.pop("SECRET_KEY") is None
    assert data["stack"] == "container"
    return {"settings": settings}


def cloud_run(data: Data) -> Data:
    spec = data["spec"]["template"]["spec"]
    container = spec["containers"][0]
    asked = [container[name]["httpGet"] for name in ("startupProbe", "livenessProbe")]
    assert asked[0] == asked[1]
    settings = {one["name"]: one.get("value") for one in container["env"]}
    assert settings.pop("SECRET_KEY") is None
    return {
        "settings": settings,
        "port": container["ports"][0]["containerPort"],
        "health": (asked[0]["path"], asked[0]["httpHeaders"][0]["value"]),
        "timeout": spec["timeoutSeconds"],
    }


def of(schema: hosts.Schema) -> Callable[[], hosts.Schema]:
    """Return what gives a schema of ours."""
    return lambda: schema


HOSTS = {
    "fly": Host("fly.toml", tomllib.loads, of(hosts.FLY), 2, fly),
    "render": Host("render.yaml", yaml, of(hosts.RENDER), 3, render),
    "railway": Host("railway.toml", tomllib.loads, of(hosts.RAILWAY), 1, railway),
    "heroku": Host("app.json", json.loads, hosts.heroku_app, 1, heroku),
    "cloudrun": Host("deploy/cloudrun/service.yaml", yaml, of(hosts.CLOUD_RUN), 1, cloud_run),
}
ALL = [word for name in HOSTS for word in ("--platform", name)]
each_host = pytest.mark.parametrize("name", HOSTS)


@pytest.fixture(scope="module")
def made(tool: Path, shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Generated:
    """Return a project for all of them at once."""
    folder = tmp_path_factory.mktemp("hosts")
    return generated.deployed(tool, shared, folder, "package", "--server", SERVERS[0], *ALL)


@each_host
def test_the_file_follows_the_schema_and_the_image(made: Generated, name: str) -> None:
    host = HOSTS[name]
    data = host.read(made.text(host.file))

    assert cluster.against(host.schema(), data) == []
    said = host.said(data)
    if "settings" in said:
        assert said["settings"]["PROXY_HOPS"] == str(host.hops)
        assert said["settings"]["MAX_CONTENT_LENGTH"] == str(LIMIT)
        assert said["settings"]["TRUSTED_HOSTS"].split(",")[0] == DOMAIN
    assert said.get("port", PORT) == PORT
    assert said.get("health", ("/healthz", DOMAIN)) == ("/healthz", DOMAIN)
    assert said.get("grace", TIMEOUT + 10) == TIMEOUT + 10
    assert said.get("timeout", TIMEOUT + 5) == TIMEOUT + 5
    assert said.get("signal", made.start["stop"]) == made.start["stop"]
    assert any(str(PORT) in word for word in made.image_command)


@each_host
def test_the_schema_refuses_a_broken_file(made: Generated, name: str) -> None:
    host = HOSTS[name]
    data = host.read(made.text(host.file))

    for broken in broken_ones(data):
        assert cluster.against(host.schema(), broken), broken


def broken_ones(data: Data) -> list[Data]:
    """Return the data with a key that nobody knows, and with a list where there is a text or a table."""
    unknown, wrong = copy.deepcopy(data), copy.deepcopy(data)
    unknown["heathcheck"] = "/healthz"
    wrong[next(iter(wrong))] = 7
    return [unknown, wrong]


@each_host
def test_the_files_hold_no_secret(made: Generated, name: str) -> None:
    text = made.text(HOSTS[name].file)

    assert not re.search(r"[0-9a-f]{32}|PRIVATE KEY", text)
    assert not re.search(r"SECRET_KEY\W{1,3}[=:]\s*[\"']?\w", text)


def test_railway_is_told_its_variables_by_hand(made: Generated) -> None:
    section = made.text("README.md").partition("## Run on Railway")[2].partition("\n## ")[0]

    for one in (f"PORT={PORT}", "PROXY_HOPS=1", f"MAX_CONTENT_LENGTH={LIMIT}", f"{DOMAIN},healthcheck.railway.app"):
        assert one in section


@pytest.mark.parametrize(("number", "server"), list(enumerate(SERVERS)))
def test_heroku_runs_the_image_on_its_own_port(
    tool: Path, shared: Path, tmp_path: Path, number: int, server: str
) -> None:
    layout, words = generated.layout_of(number), ["--server", server]
    if generated.stop_signal(server) != "SIGTERM":
        found = generated.deployed(tool, shared, tmp_path, layout, *words)
        said = run(tool, "deploy", "--platform", "heroku", cwd=found.project, code=None)
        assert "stops an app with SIGTERM" in said
        return
    found = generated.deployed(tool, shared, tmp_path, layout, *words, "--platform", "heroku")
    data = yaml(found.text("heroku.yml"))

    assert cluster.against(hosts.HEROKU_IMAGE, data) == []
    assert data["build"]["docker"]["web"] == "Dockerfile"
    ran = shlex.split(data["run"]["web"])
    assert [word.replace("$PORT", str(PORT)) for word in ran] == found.image_command
    assert sum("$PORT" in word for word in ran) == 1


def test_a_proxy_more_is_one_hop_more(tool: Path, shared: Path, tmp_path: Path) -> None:
    words = ["--server", SERVERS[0], "--platform", "fly", "--proxies", "3"]
    found = generated.deployed(tool, shared, tmp_path, "module", *words)

    assert tomllib.loads(found.text("fly.toml"))["env"]["PROXY_HOPS"] == "3"


@each_host
def test_a_prefix_is_refused(tool: Path, made: Generated, name: str) -> None:
    words = ["--server", SERVERS[0], "--platform", name, "--prefix", "/myapp", "--dry-run"]

    assert "no --prefix" in run(tool, "deploy", *words, cwd=made.project, code=None)


@each_host
def test_what_is_not_booted_is_said(made: Generated, name: str) -> None:
    assert "not been booted there yet" in made.text("README.md")
    assert any(one.lower().replace(" ", "").startswith(name) for one in NOT_PROVED)
