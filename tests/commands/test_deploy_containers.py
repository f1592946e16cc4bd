"""What the Dockerfile and Compose make of a project, and of what servers and proxies say of themselves."""

import json
import tomllib
from pathlib import Path

import pytest

from tests import by_hand
from tests.conftest import Scaffold

SERVER = """
summary = "A server of a test."
dependencies = ["acorn"]

[provides]
protocols = {protocols}
{provides}

[start]
tcp = ["acorn", "--listen", "{{host}}:{{port}}", "--speak", "{{protocol}}", "{{wsgi_target}}"]
unix = ["acorn", "--socket", "{{socket}}", "{{wsgi_target}}"]
stop = "SIGQUIT"
"""
PROXY = """
summary = "A proxy of a test."

[provides]
protocols = ["uwsgi", "http"]
serves_static = true
{provides}

[start]
config = "deploy/oak/{{project_slug}}.conf"

[[file]]
path = "deploy/oak/[[ project_slug ]].conf"
"""
# What it would connect to.
CONF = "{% for one in cookiecutter.upstreams %}{{ one.address }}{% endfor %}\n"


class Templates:
    """A server and a proxy that say of themselves what a test wants them to."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def server(self, provides: str = "", protocols: str = '["http", "uwsgi"]') -> None:
        """Bring the server."""
        self._write("servers/acorn", SERVER.format(provides=provides, protocols=protocols))

    def proxy(self, provides: str = "") -> None:
        """Bring the proxy, and the file that it brings."""
        files = self._write("proxies/oak", PROXY.format(provides=provides))
        (files / "deploy" / "oak").mkdir(parents=True)
        (files / "deploy" / "oak" / "{{cookiecutter.project_slug}}.conf").write_text(CONF)

    def _write(self, name: str, manifest: str) -> Path:
        files = self.folder / name / "{{cookiecutter.project_slug}}"
        files.mkdir(parents=True)
        (files.parent / "cookiecutter.json").write_text("{}")
        (files.parent / "template.toml").write_text(manifest)
        return files


@pytest.fixture
def templates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Templates:
    monkeypatch.setenv("SCAFFOLD_TEMPLATES", str(tmp_path / "own"))
    return Templates(tmp_path / "own")


def lines(project: Path, path: str) -> list[str]:
    """Return the lines of a file that are no comments."""
    return [line for line in (project / path).read_text().splitlines() if line.strip() and line.strip()[0] != "#"]


def test_the_image_starts_and_stops_as_the_server_says(
    templates: Templates, scaffold: Scaffold, project: Path, layout: str
) -> None:
    templates.server()

    said = scaffold("deploy", "--server", "acorn", "--platform", "docker", "--port", "9000", "--json").out

    found = lines(project, "Dockerfile")
    command = json.loads(found[-1].removeprefix("CMD "))
    assert command == json.loads(said)["start"]["container"]
    assert command[:5] == ["acorn", "--listen", "0.0.0.0:9000", "--speak", "http"]
    assert {"STOPSIGNAL SIGQUIT", "EXPOSE 9000", "USER 10001:10001"} <= set(found)
    assert '"127.0.0.1", 9000' in (project / "deploy/docker/health.py").read_text()
    assert not any("apt-get" in line for line in found)


def test_what_is_compiled_is_compiled_in_the_first_stage(
    templates: Templates, scaffold: Scaffold, project: Path
) -> None:
    templates.server('build_packages = ["gcc", "bison"]\nruntime_packages = ["libacorn1"]\nimage_files = ["acorn.ini"]')

    scaffold("deploy", "--server", "acorn", "--platform", "docker", "--python", "3.12")

    first, second = "\n".join(lines(project, "Dockerfile")).removeprefix("FROM").split("\nFROM")
    assert "--no-install-recommends bison gcc " in first
    assert "--no-install-recommends libacorn1 " in second
    assert first.startswith(" python:3.12-slim AS build")
    assert second.startswith(" python:3.12-slim\n")
    assert "!acorn.ini" in lines(project, ".dockerignore")


def test_nothing_is_let_into_the_image_that_is_not_listed(scaffold: Scaffold, project: Path, layout: str) -> None:
    scaffold("deploy", "--server", "gunicorn", "--platform", "docker")

    found = lines(project, ".dockerignore")
    folders = ["!shop"] if layout == "package" else ["!templates", "!static"]
    assert found[0] == "*"
    allowed = [line for line in found if line.startswith("!")]
    assert allowed == ["!pyproject.toml", "!*.py", *folders, "!deploy/docker/health.py"]


def test_data_is_kept_on_a_volume(scaffold: Scaffold, project: Path) -> None:
    scaffold("deploy", "--server", "gunicorn", "--platform", "compose")
    assert "instance" not in "".join(lines(project, "Dockerfile") + lines(project, "compose.yaml"))

    scaffold("add", "upload", "files")
    scaffold("deploy", "--server", "gunicorn", "--platform", "compose")

    assert "VOLUME /app/instance" in lines(project, "Dockerfile")
    assert lines(project, "compose.yaml")[-2:] == ["volumes:", "  instance:"]
    assert "      - instance:/app/instance" in lines(project, "compose.yaml")


def test_a_hand_written_project_has_its_own_requirements_and_no_health_page(scaffold: Scaffold, tmp_path: Path) -> None:
    project = tmp_path / "hand"
    by_hand.write(project)

    result = scaffold("deploy", "--server", "gunicorn", "--platform", "docker", "--project", str(project))

    assert result.code == 0, result.err
    assert "COPY requirements.txt ./" in lines(project, "Dockerfile")
    assert "tomllib" not in (project / "Dockerfile").read_text()
    health = (project / "deploy/docker/health.py").read_text()
    assert '"GET", "/", ' in health
    assert "status >= 500" in health


@pytest.mark.parametrize(
    ("words", "address", "spoken"),
    [
        # The container publishes its port on the host, where the proxy is.
        (["docker"], "127.0.0.1:8000", "uwsgi"),
        (["compose"], "app:8000", "uwsgi"),
        (["compose", "--port", "9000"], "app:9000", "uwsgi"),
        (["compose", "--protocol", "http"], "app:8000", "http"),
        # The service on the host stays what it is when an image is made, too.
        (["docker", "--platform", "systemd"], "unix:/run/shop/shop.sock", "http"),
        (["systemd", "--platform", "docker"], "unix:/run/shop/shop.sock", "http"),
    ],
)
def test_the_proxy_finds_the_app_and_both_speak_the_same(
    words: list[str], address: str, spoken: str, templates: Templates, scaffold: Scaffold, project: Path
) -> None:
    templates.server()
    templates.proxy('image = "oak:1"\nimage_config = "/etc/oak.conf"')

    result = scaffold("deploy", "--server", "acorn", "--proxy", "oak", "--platform", *words)

    assert result.code == 0, result.err
    assert (project / "deploy/oak/shop.conf").read_text().strip() == address
    command = json.loads(lines(project, "Dockerfile")[-1].removeprefix("CMD "))
    assert command[4] == spoken
    assert ("struct.pack" in (project / "deploy/docker/health.py").read_text()) == (spoken == "uwsgi")


def test_the_proxy_is_given_what_its_image_needs(
    templates: Templates, scaffold: Scaffold, project: Path, layout: str
) -> None:
    templates.server()
    templates.proxy(
        """
image = "oak:1"
image_config = "/etc/oak.conf"
image_memory = ["/run"]
image_capabilities = ["CHOWN"]
image_volumes = { rings = "/var/rings" }
image_user = "root"
image_certificates = "/etc/oak/certs"
proxy_files = ["deploy/oak/errors"]
"""
    )
    words = ["--server", "acorn", "--proxy", "oak", "--platform", "compose", "--http-port", "8080"]

    scaffold("deploy", *words)

    found = "\n".join(lines(project, "compose.yaml")).partition("  proxy:\n")[2]
    static = "shop/static" if layout == "package" else "static"
    for text in [
        "    image: oak:1\n    user: root\n",
        '    ports:\n      - "8080:8080"\n      - "443:443"\n',
        "    tmpfs:\n      - /run\n",
        "    cap_add:\n      - CHOWN\n",
        "      - ./deploy/oak/shop.conf:/etc/oak.conf:ro\n",
        "      - ./deploy/oak/errors:/srv/shop/deploy/oak/errors:ro\n",
        f"      - ./{static}:/srv/shop/{static}:ro\n",
        "      - /etc/oak/certs:/etc/oak/certs:ro\n",
        "      - rings:/var/rings\n",
        "\nvolumes:\n  rings:",
    ]:
        assert text in found, found
    assert "8000:8000" not in found

    scaffold("deploy", *words, "--certificate", "/keys/chain.pem", "--certificate-key", "/keys/key.pem")

    found = (project / "compose.yaml").read_text()
    assert "      - /keys/chain.pem:/keys/chain.pem:ro\n      - /keys/key.pem:/keys/key.pem:ro\n" in found
    assert "/etc/oak/certs" not in found


def test_what_cannot_be_put_into_an_image_is_refused(templates: Templates, scaffold: Scaffold, project: Path) -> None:
    templates.server(protocols='["embedded"]')

    result = scaffold("deploy", "--server", "acorn", "--platform", "docker")

    assert result.code == 3
    assert "no server to put into an image" in result.err


def test_a_proxy_without_an_image_is_refused(templates: Templates, scaffold: Scaffold, project: Path) -> None:
    templates.server()
    templates.proxy()

    result = scaffold("deploy", "--server", "acorn", "--proxy", "oak", "--platform", "compose")

    assert result.code == 3
    assert "does not say which image it comes as" in result.err


def test_without_a_proxy_it_is_for_this_machine_alone(scaffold: Scaffold, project: Path) -> None:
    scaffold("deploy", "--server", "gunicorn", "--platform", "compose")

    assert lines(project, "compose.yaml")[-2:] == ["    ports:", '      - "127.0.0.1:8000:8000"']
    assert "PROXY_HOPS=0" in (project / "deploy/production.env").read_text()


def test_both_sections_are_for_who_runs_it(scaffold: Scaffold, project: Path) -> None:
    scaffold("deploy", "--server", "gunicorn", "--platform", "docker")
    assert "## Run in a container" in (project / "README.md").read_text()

    scaffold("deploy", "--platform", "compose")

    text = (project / "README.md").read_text()
    assert "## Run with Compose" in text
    assert "## Run in a container" not in text
    declared = tomllib.loads((project / "pyproject.toml").read_text())["project"]["dependencies"]
    assert len([one for one in declared if one.startswith("gunicorn")]) == 1
