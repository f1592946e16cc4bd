"""A Docker daemon for the tests alone: its own socket, folders and bridge, and no rule in the machine's firewall."""

import ipaddress
import json
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scaffold.proof.processes import until
from tests import parts
from tests.end_to_end.conftest import clean_environment

PATIENCE = 60


@dataclass(frozen=True)
class Docker:
    """A daemon that is up, and how to talk to it."""

    folder: Path
    bridge: str

    @property
    def host(self) -> str:
        return f"unix://{self.folder / 'socket'}"

    def environment(self) -> dict[str, str]:
        """Return what its clients need to know; they read nothing of the user's own settings."""
        config = str(self.folder / "config")
        return clean_environment(DOCKER_HOST=self.host, DOCKER_CONFIG=config, DOCKER_BUILDKIT="0", PATH=_path())

    def start(self, *words: str, cwd: Path | None = None) -> "subprocess.Popen[str]":
        """Start a command of its client."""
        argv = [parts.program("docker"), *words]
        pipe = subprocess.PIPE
        return subprocess.Popen(argv, cwd=cwd, env=self.environment(), stdout=pipe, stderr=pipe, text=True)

    def run(self, *words: str, cwd: Path | None = None, code: int | None = 0) -> str:
        """Run a command of its client, check its exit code, return what it said."""
        return said([parts.program("docker"), *words], self.environment(), cwd, code)

    def compose(self, *words: str, cwd: Path, code: int | None = 0) -> str:
        """Run a command of Compose in a folder."""
        return said([compose(), *words], self.environment(), cwd, code)

    def inspect(self, name: str) -> dict[str, Any]:
        """Return what the daemon knows of a container or an image."""
        found: dict[str, Any] = json.loads(self.run("inspect", name))[0]
        return found

    def health(self, name: str) -> str:
        return str(self.inspect(name)["State"]["Health"]["Status"])

    def remove_all(self) -> None:
        """Remove every container, volume and network of a test."""
        for name in self.run("ps", "--all", "--quiet").split():
            self.run("rm", "--force", "--volumes", name)
        for kind in ("volume", "network"):
            for name in self.run(kind, "ls", "--quiet", *_made_by_hand(kind)).split():
                self.run(kind, "rm", name)


def _made_by_hand(kind: str) -> list[str]:
    return ["--filter", "type=custom"] if kind == "network" else []


def said(words: list[str], env: Mapping[str, str], cwd: Path | None, code: int | None) -> str:
    """Run a program, check its exit code (None: any but 0), return what it printed."""
    done = subprocess.run(words, cwd=cwd, env=dict(env), capture_output=True, text=True, check=False)
    as_wanted = done.returncode != 0 if code is None else done.returncode == code
    assert as_wanted, f"{words} gave {done.returncode}, not {code}:\n{done.stdout}\n{done.stderr}"
    return done.stdout + done.stderr


def compose() -> str:
    """Return the real program; the Python one around it loses the exit status."""
    folder = Path(parts.wheel("compose")).parent.parent
    return str(next(folder.glob("lib/*/site-packages/compose/docker-compose")))


def _path() -> str:
    return f"{os.environ['PATH']}:/usr/sbin:/sbin"


@contextmanager
def daemon() -> Iterator[Docker]:
    """Start a daemon; afterwards nothing of it is left, its containers and its bridge included."""
    # Short: a socket's path has room for 107 characters, and containerd's is deep below.
    folder = Path(tempfile.mkdtemp(prefix="dk-", dir="/tmp"))
    bridge = folder.name
    docker = Docker(folder, bridge)
    (folder / "config").mkdir()
    with ExitStack() as last:
        last.callback(shutil.rmtree, folder)
        last.callback(_unmount, folder)
        # Images are many small files, gone after minutes: in memory they come and go in no time.
        (folder / "data").mkdir()
        said(["mount", "-t", "tmpfs", "tmpfs", str(folder / "data")], {"PATH": _path()}, None, 0)
        _ip("link", "add", bridge, "type", "bridge")
        last.callback(_ip, "link", "delete", bridge)
        _ip("addr", "add", _free_address(), "dev", bridge)
        _ip("link", "set", bridge, "up")
        process = _start(docker)
        last.callback(_stop, docker, process)
        assert until(lambda: _answers(docker, process), PATIENCE), _log(docker)
        yield docker


def _start(docker: Docker) -> "subprocess.Popen[bytes]":
    folder = docker.folder
    places = {
        "host": docker.host,
        "data-root": folder / "data",
        "exec-root": folder / "exec",
        "pidfile": folder / "pid",
    }
    words = [parts.program("dockerd"), *(f"--{name}={place}" for name, place in places.items())]
    # The machine's own network stays as it is; ports are published by a process instead. Not every machine lets a
    # container have the million open files that are the default.
    words += ["--iptables=false", "--ip6tables=false", "--ip-forward=false", f"--bridge={docker.bridge}"]
    words += ["--default-ulimit=nofile=20000:20000", f"--config-file={folder / 'none.json'}"]
    (folder / "none.json").write_text("{}")
    with (folder / "log").open("wb") as log:
        return subprocess.Popen(words, env=docker.environment(), stdout=log, stderr=log, start_new_session=True)


def _stop(docker: Docker, process: "subprocess.Popen[bytes]") -> None:
    with suppress(AssertionError):
        docker.remove_all()
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _answers(docker: Docker, process: "subprocess.Popen[bytes]") -> bool:
    assert process.poll() is None, _log(docker)
    words = [parts.program("docker"), "version"]
    return subprocess.run(words, env=docker.environment(), capture_output=True, check=False).returncode == 0


def _log(docker: Docker) -> str:
    return (docker.folder / "log").read_text(errors="replace")[-3000:]


def _unmount(folder: Path) -> None:
    """Let go of what the daemon leaves mounted."""
    mounts = [line.split()[1] for line in Path("/proc/self/mounts").read_text().splitlines()]
    for place in sorted((one for one in mounts if one.startswith(f"{folder}/")), reverse=True):
        said(["umount", place], {"PATH": _path()}, None, 0)


def _free_address() -> str:
    """Return an address in the first network of a range that nothing here uses."""
    routes = said(["ip", "-o", "-4", "addr"], {"PATH": _path()}, None, 0)
    used = [ipaddress.ip_interface(line.split()[3]).network for line in routes.splitlines()]
    free = ipaddress.ip_network("10.213.0.0/16").subnets(new_prefix=24)
    network = next(one for one in free if not any(one.overlaps(other) for other in used))
    return f"{network[1]}/24"


def _ip(*words: str) -> None:
    said(["ip", *words], {"PATH": _path()}, None, 0)
