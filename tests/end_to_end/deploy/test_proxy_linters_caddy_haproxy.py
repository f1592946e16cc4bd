"""The linters of Caddy and HAProxy: nothing to say to what is generated, and an error for a file that is broken."""

import json
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from scaffold import catalog, render
from tests import parts
from tests.end_to_end.deploy.projects import programs, require

UNIX = {"address": "unix:/run/shop/shop.sock", "kind": "unix", "socket": "/run/shop/shop.sock"}
HOSTS = [{"address": f"127.0.0.1:{port}", "kind": "tcp", "socket": ""} for port in (8001, 8002)]
TLS: dict[str, object] = {"own_certificate": True}
SITUATIONS: dict[str, dict[str, object]] = {
    "edge": TLS,
    "prefix": {**TLS, "prefix": "/shop"},
    "several": {**TLS, "upstreams": HOSTS, "several": True},
    "ports": {**TLS, "http_port": 8080, "https_port": 8443},
    "behind": {**TLS, "edge": False, "prefix": "/shop"},
    "behind without TLS": {"edge": False},
    "automatic": {},
}
BROKEN = {"caddy": ("reverse_proxy", "reverse_proxies"), "haproxy": ("timeout client", "timeout clients")}


def written(name: str, told: Mapping[str, object], folder: Path, certificate: tuple[Path, Path]) -> Path:
    """Write what the template makes of these facts, and return its configuration."""
    template = catalog.find("proxy", name)
    chain, key = certificate
    examples = json.loads((Path(template.folder) / "cookiecutter.json").read_text())
    files = {"certificate": str(chain), "certificate_key": str(key), "static_path": str(folder)}
    known = {**examples, **files, **told}
    wanted = str(template.table("start")["config"])
    file = folder / Path(wanted).name
    file.write_bytes(render.files(template, known)[wanted])
    return file


def linted(name: str, file: Path, *, formatting: bool = False) -> subprocess.CompletedProcess[str]:
    """Run the linter on a configuration; or, of Caddy, what tells how it should be set."""
    words = [str(word) for word in catalog.find("proxy", name).table("start")["check"]]
    words = [word.format(config=file, run=file.parent) for word in words]
    require(words)
    if formatting:
        words = [parts.wheel("caddy"), "fmt", "--diff", str(file)]
    env = {**os.environ, "PATH": f"{programs()}:{os.environ['PATH']}:/usr/sbin"}
    return subprocess.run(words, env=env, capture_output=True, text=True, check=False)


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, Path]:
    """Return a certificate, and its key where HAProxy looks for it."""
    chain, key = tmp_path / "site.pem", tmp_path / "site.pem.key"
    made = ["-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=example.com"]
    words = [parts.program("openssl"), "req", *made, "-keyout", str(key), "-out", str(chain)]
    subprocess.run(words, capture_output=True, check=True)
    return chain, key


@pytest.mark.parametrize("situation", SITUATIONS)
def test_the_linters_have_nothing_to_say(situation: str, certificate: tuple[Path, Path], tmp_path: Path) -> None:
    for name in BROKEN:
        file = written(name, SITUATIONS[situation], tmp_path, certificate)
        if name == "haproxy":
            # It can only be checked with a certificate that is there.
            file.write_text(file.read_text().replace("/etc/haproxy/certs/example.com.pem", str(certificate[0])))
        done = linted(name, file)
        said = done.stdout + done.stderr
        assert done.returncode == 0, said
        assert "[WARNING]" not in said, said
    assert linted("caddy", tmp_path / "Caddyfile", formatting=True).returncode == 0


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_is_refused(name: str, certificate: tuple[Path, Path], tmp_path: Path) -> None:
    file = written(name, TLS, tmp_path, certificate)
    before, after = BROKEN[name]
    text = file.read_text()
    assert before in text
    file.write_text(text.replace(before, after, 1))

    assert linted(name, file).returncode != 0


def test_another_setting_is_seen(certificate: tuple[Path, Path], tmp_path: Path) -> None:
    file = written("caddy", TLS, tmp_path, certificate)
    file.write_text(file.read_text().replace("\t", "    "))

    done = linted("caddy", file, formatting=True)

    assert done.returncode != 0 or any(line.startswith("+") for line in done.stdout.splitlines()), done.stdout
