"""The guide script on an empty machine: to an HTTPS answer, again without a trace, and with other code."""

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from scaffold.proof import processes
from tests import parts
from tests.end_to_end.conftest import run
from tests.end_to_end.deploy import nspawn, units
from tests.end_to_end.deploy.nspawn import Machine

pytestmark = pytest.mark.slow

NAME, HOST = "shop", "example.com"
SCRIPT = f"/srv/{NAME}/deploy/vm/install.sh"
# In place of the authority, which no machine here reaches: asks the real program whether it takes the words, asks the
# site for a challenge as the authority would, and makes a certificate that this machine believes.
CERTBOT = """#!/usr/bin/python3
import pathlib, subprocess, sys, urllib.request

words = sys.argv[1:]
real = ["/usr/bin/certbot", *words, "--server", "http://127.0.0.1:9/directory"]
said = subprocess.run(real, capture_output=True, text=True)
assert said.returncode == 1 and "127.0.0.1" in said.stdout + said.stderr, said

domain, webroot = (words[words.index(word) + 1] for word in ("--domain", "--webroot-path"))
challenge = pathlib.Path(webroot, ".well-known/acme-challenge/token")
challenge.parent.mkdir(parents=True, exist_ok=True)
challenge.write_text("told")
url = "http://127.0.0.1/.well-known/acme-challenge/token"
request = urllib.request.Request(url, headers={"Host": domain})
assert urllib.request.urlopen(request).read() == b"told"
challenge.unlink()

live = pathlib.Path("/etc/letsencrypt/live", domain)
live.mkdir(parents=True, exist_ok=True)
made = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"]
made += ["-subj", f"/CN={domain}", "-addext", f"subjectAltName=DNS:{domain}"]
made += ["-keyout", live / "privkey.pem", "-out", live / "fullchain.pem"]
subprocess.run(made, check=True, capture_output=True)
pathlib.Path("/usr/local/share/ca-certificates/site.crt").write_bytes((live / "fullchain.pem").read_bytes())
subprocess.run(["update-ca-certificates"], check=True, capture_output=True)
with open("/root/asked", "a") as file:
    file.write("x")
"""


@pytest.fixture(scope="module")
def project(tool: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    words = ("--server", "gunicorn", "--proxy", "nginx", "--platform", "vm", "--domain", HOST)
    return units.made(tool, tmp_path_factory.mktemp("vm"), NAME, "package", words, data=True)


@pytest.fixture(scope="module")
def other(project: Path, tool: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the same project with another server."""
    folder = tmp_path_factory.mktemp("other") / NAME
    shutil.copytree(project, folder)
    run(tool, "deploy", "--server", "granian", cwd=folder)
    return folder


@pytest.fixture(scope="module")
def machine(project: Path, other: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """Boot an empty machine, with the project where its script wants it."""
    log = tmp_path_factory.mktemp("machine") / "log"
    wanted = [*units.requirements(project), *units.requirements(other)]
    with nspawn.booted(log, [(nspawn.wheels(wanted), nspawn.WHEELS)]) as machine:
        units.bring(machine, project)
        certbot = machine.path("/usr/local/bin/certbot")
        certbot.write_text(CERTBOT)
        certbot.chmod(0o755)
        yield machine


@pytest.fixture(scope="module")
def installed(machine: Machine) -> str:
    """Run the script, and return what it said."""
    assert not machine.path("/usr/sbin/nginx").exists()
    return machine.run("sh", SCRIPT)


def curl(machine: Machine, url: str, *words: str) -> str:
    """Ask the site for a page, with the certificate looked at."""
    port = 443 if url.startswith("https") else 80
    resolve = f"{HOST}:{port}:127.0.0.1"
    return machine.run("curl", "--silent", "--show-error", "--include", "--resolve", resolve, *words, url)


def state(machine: Machine) -> dict[str, bytes]:
    """Return what the script leaves on the machine."""
    places = ["/etc/systemd/system", "/etc/nginx/sites-enabled", f"/srv/{NAME}/deploy"]
    return {
        str(file): os.readlink(file).encode() if file.is_symlink() else file.read_bytes()
        for place in places
        for file in sorted(machine.path(place).rglob("*"))
        if file.is_file() or file.is_symlink()
    }


def test_an_empty_machine_becomes_the_site(machine: Machine, installed: str) -> None:
    page = curl(machine, f"https://{HOST}/")

    assert "\nok\n" in installed
    assert page.startswith("HTTP/2 200")
    assert "<html" in page
    assert processes.until(lambda: leads_to_https(machine))


def leads_to_https(machine: Machine) -> bool:
    """Tell whether plain HTTP leads to HTTPS; for a moment, a worker with the configuration before may still answer."""
    plain = curl(machine, f"http://{HOST}/here?x=1")
    return plain.startswith("HTTP/1.1 308") and f"location: https://{HOST}/here?x=1" in plain.lower()


def test_the_service_is_as_systemd_is_asked_to_run_it(machine: Machine, installed: str) -> None:
    secret = machine.path(f"/srv/{NAME}/deploy/secret.env").stat()

    assert (secret.st_uid, secret.st_mode & 0o777) == (0, 0o600)
    assert machine.property(NAME, "User") == NAME
    assert machine.run("systemctl", "is-enabled", f"{NAME}.service", f"{NAME}.socket").split() == ["enabled"] * 2
    assert machine.property(NAME, "NRestarts") == "0"
    assert machine.path(f"/srv/{NAME}/instance").stat().st_mode & 0o777 == 0o700
    assert machine.run("systemctl", "list-units", "--failed", "--no-legend", f"{NAME}.*", "nginx.service") == ""


def test_a_second_run_brings_new_code_and_changes_nothing_else(machine: Machine, installed: str) -> None:
    before = state(machine)
    machine.path(f"/srv/{NAME}/release.txt").write_text("second")

    assert "\nok\n" in machine.run("sh", SCRIPT)

    assert state(machine) == before
    assert machine.path("/root/asked").read_text() == "x"
    # A worker of before ends what it has begun.
    assert processes.until(lambda: "second" in curl(machine, f"https://{HOST}/release"))


def test_the_certificate_can_be_renewed(machine: Machine, installed: str) -> None:
    words = re.search(r"certbot (certonly (?:.|\n)+?) \\\n +--deploy-hook", machine.path(SCRIPT).read_text())
    assert words

    machine.run("certbot", *words[1].replace("\\\n", "").split())

    assert machine.path("/root/asked").read_text() == "xx"


def test_another_server_takes_the_place_of_the_first(machine: Machine, installed: str, other: Path) -> None:
    units.renew(machine, other)

    machine.run("sh", SCRIPT)

    assert not machine.path(f"/etc/systemd/system/{NAME}.socket").exists()
    assert "granian" in machine.run("cat", f"/proc/{machine.property(NAME, 'MainPID')}/cmdline")
    assert curl(machine, f"https://{HOST}/").startswith("HTTP/2 200")


def test_what_cannot_work_is_said(machine: Machine, installed: str) -> None:
    machine.run("cp", "-r", f"/srv/{NAME}/deploy", "/opt/deploy")
    machine.path("/lib/systemd/system/shop.service").write_text("")

    assert "root" in machine.run("sh", SCRIPT, user="nobody", code=1)
    assert "not ours" in machine.run("sh", SCRIPT, code=1)
    machine.run("rm", "-r", f"/srv/{NAME}")
    assert f"/srv/{NAME}" in machine.run("sh", "/opt/deploy/vm/install.sh", code=1)


def test_the_script_is_clean_and_a_broken_one_is_not(project: Path, tmp_path: Path) -> None:
    shellcheck = parts.wheel("shellcheck")
    script = project / "deploy" / "vm" / "install.sh"
    broken = tmp_path / "broken.sh"
    broken.write_text(script.read_text() + "cd $1\n")

    run(shellcheck, script, cwd=tmp_path)
    run("dash", "-n", script, cwd=tmp_path)
    run(shellcheck, broken, cwd=tmp_path, code=1)
    assert os.access(script, os.X_OK)
