"""What systemd units, the guide script and the Procfile make of what a server and a proxy say of themselves."""

from pathlib import Path

import pytest

from tests.conftest import Scaffold

SERVER = """
summary = "A server of a test."
dependencies = ["acorn"]

[provides]
protocols = ["http"]
{provides}

[start]
tcp = ["acorn", "--listen", "{{host}}:{{port}}", "--name", "a b", "{{wsgi_target}}"]
unix = ["acorn", "--socket", "{{socket}}", "--format", "%h $x", "{{wsgi_target}}"]
{start}
"""
PROXY = """
summary = "A proxy of a test."

[provides]
protocols = ["http"]
serves_static = true
{provides}

[start]
config = "deploy/oak/{{project_slug}}.conf"
"""


@pytest.fixture
def layout() -> str:
    return "package"


def template(folder: Path, kind: str, name: str, manifest: str) -> None:
    here = folder / kind / name
    (here / "{{cookiecutter.project_slug}}").mkdir(parents=True)
    (here / "cookiecutter.json").write_text("{}")
    (here / "template.toml").write_text(manifest)


@pytest.fixture
def deployed(
    scaffold: Scaffold, project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> Path:
    """Deploy with a server and a proxy that say this of themselves."""
    told = {"provides": "", "start": "", "proxy": "", "words": ["--platform", "vm"], **request.param}
    template(tmp_path / "own", "servers", "acorn", SERVER.format(**told))
    template(tmp_path / "own", "proxies", "oak", PROXY.format(provides=told["proxy"]))
    monkeypatch.setenv("SCAFFOLD_TEMPLATES", str(tmp_path / "own"))
    result = scaffold("deploy", "--server", "acorn", *told["words"])
    assert result.code == 0, result.err
    return project


def lines(project: Path, path: str) -> list[str]:
    """Return the lines of a file that are no comments."""
    return [line for line in (project / path).read_text().splitlines() if line and line[0] not in "#["]


BESIDE = ["--platform", "vm", "--proxy", "oak"]
OAK = """
proxy_package = "oakd"
proxy_place = "/etc/oak/sites/"
proxy_group = "oak"
proxy_setup = "oakctl enable tls"
proxy_reload = "systemctl reload-or-restart oakd"
"""


@pytest.mark.parametrize("deployed", [{"words": BESIDE}], indirect=True)
def test_a_server_that_says_nothing_makes_its_own_socket(deployed: Path) -> None:
    unit = lines(deployed, "deploy/systemd/shop.service")

    assert not (deployed / "deploy/systemd/shop.socket").exists()
    assert "ExecStart=/srv/shop/.venv/bin/acorn --socket /run/shop/shop.sock --format '%%h $$x' wsgi:app" in unit
    assert {"Type=exec", "Restart=on-failure", "TimeoutStopSec=40", "UMask=0007", "ProtectHome=yes"} <= set(unit)
    assert [line for line in unit if line.startswith(("KillSignal", "ExecReload", "Requires", "Also"))] == []
    assert "--group=www-data --mode=2710 /run/shop" in "".join(unit)
    assert "rm -f" not in "".join(unit)
    assert "instance" not in "".join(unit)


@pytest.mark.parametrize(
    "deployed",
    [
        {
            "provides": 'notify = true\nrestart = "always"\nremoves_socket = true',
            "start": 'stop = "SIGINT"\nreload = "SIGUSR1"',
            "proxy": OAK,
            "words": [*BESIDE, "--root", "/home/shop/site", "--run", "/run/there", "--timeout", "60"],
        }
    ],
    indirect=True,
)
def test_the_unit_does_what_the_server_says(deployed: Path) -> None:
    unit = lines(deployed, "deploy/systemd/shop.service")

    assert {"Type=notify", "Restart=always", "KillSignal=SIGINT", "TimeoutStopSec=70"} <= set(unit)
    assert "ExecReload=/bin/sh -c 'kill -USR1 $MAINPID'" in unit
    assert "ExecStartPre=/usr/bin/rm -f /run/there/shop.sock" in unit
    assert "--group=oak --mode=2710 /run/there" in "".join(unit)
    assert "EnvironmentFile=/home/shop/site/deploy/secret.env" in unit
    # Behind 'yes' its own code would be out of sight.
    assert "ProtectHome=read-only" in unit


@pytest.mark.parametrize(
    "deployed", [{"start": 'activated = ["acorn", "{wsgi_target}"]', "proxy": OAK, "words": BESIDE}], indirect=True
)
def test_a_server_that_takes_a_socket_gets_one(deployed: Path) -> None:
    unit = lines(deployed, "deploy/systemd/shop.service")
    socket = lines(deployed, "deploy/systemd/shop.socket")

    assert {"Requires=shop.socket", "Also=shop.socket", "UMask=0077"} <= set(unit)
    assert "ExecStart=/srv/shop/.venv/bin/acorn wsgi:app" in unit
    assert {"ListenStream=/run/shop/shop.sock", "SocketGroup=oak", "SocketMode=0660"} <= set(socket)


@pytest.mark.parametrize("deployed", [{"start": 'activated = ["acorn", "{wsgi_target}"]'}], indirect=True)
def test_without_a_proxy_it_listens_on_the_port(deployed: Path) -> None:
    script = (deployed / "deploy/vm/install.sh").read_text()

    assert "ListenStream=127.0.0.1:8000" in lines(deployed, "deploy/systemd/shop.socket")
    assert "certbot" not in script
    assert "http://example.com:8000/healthz" in script
    assert (deployed / "deploy/vm/install.sh").stat().st_mode & 0o111


@pytest.mark.parametrize("deployed", [{"proxy": OAK, "words": BESIDE}], indirect=True)
def test_the_script_installs_the_proxy_as_it_says(deployed: Path) -> None:
    script = lines(deployed, "deploy/vm/install.sh")
    said = "\n".join(script)

    assert " oakd certbot" in said
    assert script.index("oakctl enable tls") + 1 == script.index(
        "ln -sf /srv/shop/deploy/oak/shop.conf /etc/oak/sites/"
    )
    assert "--deploy-hook 'systemctl reload-or-restart oakd'" in said
    assert "https://example.com:443/healthz" in said


@pytest.mark.parametrize("deployed", [{"words": BESIDE}], indirect=True)
def test_a_proxy_that_does_not_say_how_is_left_out(deployed: Path) -> None:
    script = (deployed / "deploy/vm/install.sh").read_text()

    assert "The proxy" not in script
    assert "--unix-socket /run/shop/shop.sock http://example.com/healthz" in script


@pytest.mark.parametrize(
    ("words", "there"),
    [
        (
            ["--certificate", "/etc/own.pem", "--certificate-key", "/etc/own.key"],
            "for file in /etc/own.pem /etc/own.key",
        ),
        (["--proxies", "2"], "http://example.com:80/healthz"),
        (["--prefix", "/shop"], "https://example.com:443/shop/healthz"),
    ],
)
def test_the_script_follows_the_deployment(
    words: list[str], there: str, scaffold: Scaffold, project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    template(tmp_path / "own", "proxies", "oak", PROXY.format(provides=OAK))
    monkeypatch.setenv("SCAFFOLD_TEMPLATES", str(tmp_path / "own"))

    assert scaffold("deploy", "--server", "gunicorn", *BESIDE, *words).code == 0

    script = (project / "deploy/vm/install.sh").read_text()
    assert there in script
    assert ("certbot" in script) is (words[0] == "--prefix")


@pytest.mark.parametrize("deployed", [{"words": ["--platform", "procfile"]}], indirect=True)
def test_the_procfile_has_the_words_with_the_port_that_the_platform_tells(deployed: Path) -> None:
    assert (deployed / "Procfile").read_text() == "web: acorn --listen 0.0.0.0:$PORT --name 'a b' wsgi:app\n"


def test_an_app_that_keeps_data_can_write_there_and_nowhere_else(scaffold: Scaffold, project: Path) -> None:
    assert scaffold("add", "login").code == 0
    assert scaffold("deploy", "--server", "gunicorn", "--platform", "vm").code == 0

    unit = lines(project, "deploy/systemd/shop.service")
    assert [line for line in unit if line.startswith("ReadWritePaths")] == ["ReadWritePaths=/srv/shop/instance"]
    assert "install --directory --owner=shop --group=shop --mode=0700 instance" in lines(
        project, "deploy/vm/install.sh"
    )
    assert "--mode=0700 instance" in (project / "README.md").read_text()


@pytest.mark.parametrize("platform", ["systemd", "vm", "procfile"])
@pytest.mark.parametrize(("provides", "start"), [('protocols = ["embedded"]', ""), ("", 'stop = "SIGQUIT"')])
def test_what_cannot_work_is_refused(
    platform: str,
    provides: str,
    start: str,
    scaffold: Scaffold,
    project: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    manifest = SERVER.format(provides=provides, start=start)
    if provides:
        manifest = manifest.replace('protocols = ["http"]\n', "")
    template(tmp_path / "own", "servers", "acorn", manifest)
    monkeypatch.setenv("SCAFFOLD_TEMPLATES", str(tmp_path / "own"))

    result = scaffold("deploy", "--server", "acorn", "--platform", platform)

    assert result.code == (3 if provides or platform == "procfile" else 0), result.err
