"""A machine with systemd: a Debian that boots in a container, without a network, and is gone afterwards."""

import hashlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests import parts

PATIENCE = 60.0
RELEASE = "bookworm"
# What boots, and what a test there needs; certbot would take a quarter of a minute each time.
PACKAGES = ("systemd", "systemd-sysv", "dbus", "python3", "python3-venv", "openssl", "certbot")
# What a script may install there, from the packages that apt has fetched already.
LATER = ("ca-certificates", "curl", "nginx")
# What pip needs in order to install a project that it is shown.
BUILDING = ("hatchling>=1.27", "editables")
WHEELS = "/wheels"
PIP = f"[global]\nno-index = true\nfind-links = {WHEELS}\ndisable-pip-version-check = true\n"


def system() -> Path:
    """Return the folder of the machine's system; the first who asks makes it."""
    key = hashlib.sha256(" ".join((RELEASE, *PACKAGES, *LATER)).encode()).hexdigest()[:12]
    folder = parts.CACHE / f"system-{key}"
    builder = parts.program("mmdebstrap")
    with parts.alone("system"):
        if not (folder / "etc").is_dir():
            _do("mmdebstrap", _built(builder, folder.with_suffix(".new")))
            folder.with_suffix(".new").rename(folder)
    return folder


def _built(builder: str, folder: Path) -> list[str]:
    shutil.rmtree(folder, ignore_errors=True)
    fetch = " ".join(("apt-get", "install", "--yes", "--no-install-recommends", "--download-only", *LATER))
    hooks = [f"--customize-hook=chroot \"$1\" sh -c 'apt-get clean && {fetch}'"]
    included = f"--include={','.join(PACKAGES)}"
    return [builder, "--quiet", "--variant=minbase", included, "--skip=cleanup/apt", *hooks, RELEASE, str(folder)]


def wheels(requirements: Sequence[str]) -> Path:
    """Return a folder with these packages and all that they need, for the Python of the machine."""
    wanted = sorted({*requirements, *BUILDING})
    folder = parts.CACHE / f"wheels-{hashlib.sha256(' '.join(wanted).encode()).hexdigest()[:12]}"
    with parts.alone("wheels"):
        if not folder.is_dir():
            new = folder.with_suffix(".new")
            words = [sys.executable, "-m", "pip", "download", "--quiet", "--only-binary=:all:", "--python-version=3.11"]
            _do("pip", [*words, f"--dest={new}", *wanted])
            new.rename(folder)
    return folder


def _do(package: str, words: Sequence[str]) -> None:
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise parts.Missing(package, f"'{' '.join(words)}' said: {done.stdout}{done.stderr}")


@dataclass(frozen=True)
class Machine:
    """A machine that is up, by the process that is its first."""

    leader: int

    def run(self, *words: str, code: int | None = 0, user: str = "") -> str:
        """Run a program there, check its exit code (None: any but 0), return what it printed."""
        become = ("setpriv", f"--reuid={user}", "--regid", self.group(user), "--clear-groups") if user else ()
        entered = ("nsenter", f"--target={self.leader}", "--mount", "--uts", "--ipc", "--net", "--pid", "--cgroup")
        env = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8"}
        done = subprocess.run(
            [*entered, *become, *words], env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
        )
        as_wanted = done.returncode != 0 if code is None else done.returncode == code
        assert as_wanted, f"{words} gave {done.returncode}, not {code}:\n{done.stdout}\n{done.stderr}"
        return done.stdout + done.stderr

    def group(self, user: str) -> str:
        """Return the number of a user's group."""
        return self.run("id", "--group", user).strip()

    def path(self, inside: str) -> Path:
        """Return where a file of the machine is to be found from here."""
        return Path(f"/proc/{self.leader}/root{inside}")

    def property(self, unit: str, name: str) -> str:
        """Return what systemd says of a unit."""
        return self.run("systemctl", "show", "--value", f"--property={name}", unit).strip()

    def kill(self, unit: str) -> None:
        """Kill the main process of a unit, as the kernel does when memory is short."""
        self.run("sh", "-c", f"kill -KILL {self.property(unit, 'MainPID')}")


@contextmanager
def booted(log: Path, shown: Sequence[tuple[Path, str]] = ()) -> Iterator[Machine]:
    """Boot a machine that sees these folders; whatever is written there is gone with it."""
    container = parts.program("systemd-nspawn")
    folder = system()
    words = [container, "--quiet", f"--directory={folder}", "--volatile=overlay", "--boot", "--console=pipe"]
    words += ["--register=no", "--keep-unit", "--private-network", "--hostname=vm"]
    words += [f"--bind-ro={here}:{there}" for here, there in shown]
    with log.open("wb") as output:
        process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=output, stderr=output)
    try:
        machine = Machine(_leader(process, log))
        _wait(machine, log)
        machine.path("/etc/pip.conf").write_text(PIP)
        machine.path("/etc/apt/apt.conf.d/offline").write_text('Acquire::Retries "0";\n')
        yield machine
    finally:
        for child in _children(process.pid):
            # The first process of the machine takes all others with it.
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
        with suppress(subprocess.TimeoutExpired):
            process.wait(PATIENCE)
        if process.poll() is None:
            process.kill()
            process.wait()


def _children(pid: int) -> list[int]:
    with suppress(OSError):
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return []


def _leader(process: "subprocess.Popen[bytes]", log: Path) -> int:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        assert process.poll() is None, f"the machine ended: {log.read_text(errors='replace')}"
        for child in _children(process.pid):
            with suppress(OSError):
                if Path(f"/proc/{child}/comm").read_text().strip() == "systemd":
                    return child
        time.sleep(0.05)
    raise AssertionError(f"the machine does not boot: {log.read_text(errors='replace')}")


def _wait(machine: Machine, log: Path) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        with suppress(AssertionError):
            # On a busy host some unit of Debian's may give up; what is tested here does not need it.
            said = machine.run("sh", "-c", "systemctl is-system-running --wait || true").strip()
            if said in ("running", "degraded"):
                return
        time.sleep(0.1)
    raise AssertionError(f"the machine is not up: {log.read_text(errors='replace')}")
