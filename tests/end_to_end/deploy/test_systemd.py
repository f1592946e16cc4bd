"""The generated units on a machine that really boots: what they promise, and what they keep the app from."""

import json
import re
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.end_to_end.deploy import nspawn, units
from tests.end_to_end.deploy.nspawn import Machine
from tests.end_to_end.deploy.units import FIRST, Service, ask, until

pytestmark = pytest.mark.slow

# Each server, the layout of its project, and what it is told besides.
SERVERS: dict[str, tuple[str, tuple[str, ...]]] = {
    "gunicorn": ("package", ()),
    "granian": ("module", ()),
    "waitress": ("package", ()),
    "uwsgi": ("module", ("--protocol", "http")),
}
# 0 is best and 10 worst. What is left to reach: the network, and the files of the system, to be read.
SCORE = 1.5
# Hundredths of a second in half a second: fewer than an import takes.
BUSY = 4


def name(server: str) -> str:
    return f"shop-{server}"


@pytest.fixture(scope="module")
def projects(tool: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("units")
    words = ("--platform", "systemd", "--bind", "unix")
    return {
        server: units.made(
            tool, folder, name(server), layout, ["--server", server, *words, *more], data=server == "granian"
        )
        for server, (layout, more) in SERVERS.items()
    }


@pytest.fixture(scope="module")
def machine(projects: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """Boot a machine with all the projects, installed as their READMEs say, and not started."""
    wanted = sorted({one for project in projects.values() for one in units.requirements(project)})
    log = tmp_path_factory.mktemp("machine") / "log"
    with nspawn.booted(log, [(nspawn.wheels(wanted), nspawn.WHEELS)]) as machine:
        machine.run("python3", "-m", "venv", "/srv/venv")
        machine.run("/srv/venv/bin/pip", "install", "--quiet", *wanted)
        for project in projects.values():
            units.bring(machine, project)
            machine.path(f"/srv/{project.name}/.venv").symlink_to("/srv/venv")
            machine.run("sh", "-ec", "\n".join(set_up(project)))
        yield machine


def set_up(project: Path) -> list[str]:
    """Return the commands of the README that come before the one that starts the service."""
    lines = re.findall(r"^\$ (.+)$", section(project).partition("\n| ")[0], re.MULTILINE)
    assert lines[-1] == f"systemctl enable --now {project.name}"
    return [f"cd /srv/{project.name}", *lines[:-1]]


def section(project: Path) -> str:
    """Return what the README says of systemd."""
    return (project / "README.md").read_text().partition("## Run under systemd")[2].partition("\n## ")[0]


@pytest.fixture(scope="module", params=list(SERVERS))
def service(request: pytest.FixtureRequest, machine: Machine) -> Service:
    return Service(machine, name(request.param))


@pytest.fixture(scope="module")
def running(service: Service) -> Service:
    """Start the service as its README says; one with a socket by its first request."""
    service.machine.run("systemctl", "enable", service.name)
    if service.activated:
        service.machine.run("systemctl", "start", f"{service.name}.socket")
        assert service.machine.property(service.name, "ActiveState") == "inactive"
    else:
        service.tell("start")
    start = time.monotonic()
    until(service.socket, "/healthz")
    print(f"\n{service.name}: the first answer after {time.monotonic() - start:.2f} s")
    return service


def test_the_units_are_valid_and_a_broken_one_is_not(service: Service) -> None:
    folder = service.machine.path("/etc/systemd/system")
    files = [f"/etc/systemd/system/{path.name}" for path in sorted(folder.glob(f"{service.name}.s*"))]
    broken = (folder / f"{service.name}.service").read_text().replace("ProtectSystem=", "ProtectSystems=")
    service.machine.path("/tmp/broken.service").write_text(broken)

    # A key that does not exist is a warning and no failure: what counts is that nothing is said.
    assert service.machine.run("systemd-analyze", "verify", "--man=no", *files) == ""
    assert "ProtectSystems" in service.machine.run("systemd-analyze", "verify", "--man=no", "/tmp/broken.service")


def test_it_is_kept_from_what_it_does_not_need(service: Service) -> None:
    words = ("systemd-analyze", "security", "--no-pager", f"--threshold={int(SCORE * 10)}", f"{service.name}.service")
    said = service.machine.run(*words)

    score = re.search("Overall exposure level for .*: ([0-9.]+)", said)
    assert score
    print(f"\n{service.name}: systemd-analyze security: {score[1]}")
    assert float(score[1]) <= SCORE
    words = (*words[:3], "--threshold=5", words[-1])
    service.machine.run(*words, code=None)


def test_the_proxy_can_connect_and_nobody_else(running: Service) -> None:
    state = running.socket.stat()
    group = running.machine.run("getent", "group", "www-data").split(":")[2]
    connect = "import socket, sys; socket.socket(socket.AF_UNIX).connect(sys.argv[1])"
    words = ("python3", "-c", connect, f"/run/{running.name}/{running.name}.sock")

    assert (state.st_mode & 0o007, state.st_mode & 0o060, state.st_gid) == (0, 0o060, int(group))
    running.machine.run(*words, user="www-data")
    assert "Permission denied" in running.machine.run(*words, user="nobody", code=1)


def test_the_app_is_not_root_and_reaches_nothing_but_its_data(running: Service) -> None:
    told = json.loads(until(running.socket, "/reach").text)
    user = int(running.machine.run("id", "--user", running.name))
    data = f"/srv/{running.name}/instance"
    has_data = running.machine.path(data).exists()

    assert told["user"] == user != 0
    assert told["groups"] == [user]
    assert told["written"] == ([data, "/var/tmp"] if has_data else ["/var/tmp"])
    assert f"/srv/{running.name}/deploy/secret.env" not in told["read"]
    assert "/root" not in told["read"]
    # What it wrote to /var/tmp is in one of its own.
    assert not running.machine.path("/var/tmp/written").exists()


def test_a_command_of_the_app_runs_as_the_service_does(running: Service, projects: dict[str, Path]) -> None:
    words = section(projects[running.name.removeprefix("shop-")]).partition("systemd-run ")[2].partition("\n```")[0]

    said = running.machine.run("sh", "-c", f"systemd-run {words}".replace("--pty", "--quiet --wait --pipe"))

    assert "/healthz" in said


def test_a_reload_brings_new_code_and_loses_no_request(running: Service) -> None:
    if running.machine.property(running.name, "CanReload") == "no":
        assert running.machine.run("systemctl", "reload", running.name, code=None)
        return
    main = running.main
    with units.load(running.socket, "/release") as load:
        time.sleep(0.3)
        running.release("second")
        running.tell("reload")
        until(running.socket, "/release", "second")
        time.sleep(1.5)

    told(running, "reload", load)
    assert load.failed == []
    assert load.answers[0].text.startswith(FIRST)
    assert {answer.text.split()[0] for answer in load.answers[-20:]} == {"second"}
    assert running.main == main


def told(service: Service, what: str, load: units.Load) -> None:
    print(f"\n{service.name}: {what}: {len(load.failed)} of {len(load.answers)} failed, slowest {load.slowest:.2f} s")


def test_a_restart_loses_no_request_where_systemd_holds_the_socket(running: Service) -> None:
    main = running.main
    with units.load(running.socket, "/release") as load:
        time.sleep(0.3)
        running.release("third")
        running.tell("restart")
        until(running.socket, "/release", "third")

    told(running, "restart", load)
    assert running.main != main
    assert bool(load.failed) is not running.activated
    # Who comes while nobody listens is refused or cut off, and never told that something is wrong with the app.
    assert {answer.status for answer in load.failed} <= {0}


def test_it_comes_back_after_a_crash(running: Service) -> None:
    main, before = running.main, restarts(running)
    with units.load(running.socket, "/release") as load:
        time.sleep(0.3)
        running.machine.kill(running.name)
        start = time.monotonic()
        is_back(running, main, before)
        print(f"\n{running.name}: back {time.monotonic() - start:.2f} s after a kill")

    told(running, "a kill", load)
    # Where systemd holds the socket, nothing is lost but what each of the four threads was just asking for.
    assert len(load.failed) <= 4 or not running.activated


def test_it_comes_back_when_all_of_it_is_killed(running: Service) -> None:
    main, before = running.main, restarts(running)
    # It says that a process was gone already, where one is.
    running.machine.run("sh", "-c", f"systemctl kill --signal=KILL {running.name} || true")

    is_back(running, main, before)


def restarts(running: Service) -> int:
    return int(running.machine.property(running.name, "NRestarts"))


def is_back(running: Service, main: str, before: int) -> None:
    """Wait until systemd has started it again; what is left of the killed one may answer for a moment."""
    end = time.monotonic() + units.PATIENCE
    while running.main in (main, "0") or restarts(running) == before:
        assert time.monotonic() < end, running.main
        time.sleep(0.05)
    until(running.socket, "/healthz")


def test_a_stop_waits_for_a_request(running: Service) -> None:
    answers: list[units.Answer] = []
    asking = [threading.Thread(target=lambda: answers.append(ask(running.socket, "/sleep"))) for _ in range(2)]
    for thread in asking:
        thread.start()
    time.sleep(0.5)
    running.tell("stop")
    for thread in asking:
        thread.join()

    assert [(answer.status, answer.text) for answer in answers] == [(200, "slept")] * 2
    assert running.machine.property(running.name, "Result") == "success"
    assert running.machine.property(running.name, "ActiveState") == "inactive"


def test_code_that_cannot_be_imported_is_not_loaded(running: Service) -> None:
    running.tell("start")
    until(running.socket, "/healthz")
    settled(running)
    target = entry(running)
    held = target.read_text()
    target.write_text("import nothing_of_that_name")

    running.machine.run("systemctl", "reload", running.name, code=None)

    assert ask(running.socket, "/healthz").status == 200
    assert running.machine.property(running.name, "ActiveState") == "active"
    target.write_text(held)


def settled(running: Service) -> None:
    """Wait until every worker has imported the app: the first one answers before the last one has."""
    end, before = time.monotonic() + units.PATIENCE, 0
    while (used := ticks(running.machine)) - before > BUSY:
        assert time.monotonic() < end
        before = used
        time.sleep(0.5)


def ticks(machine: Machine) -> int:
    """Return how long all processes of the machine have computed so far."""
    stats = [line.rpartition(")")[2].split() for line in machine.run("sh", "-c", "cat /proc/[0-9]*/stat").splitlines()]
    return sum(int(stat[11]) + int(stat[12]) for stat in stats)


def entry(running: Service) -> Path:
    """Return the file that the server is told to run."""
    paths = (running.machine.path(f"/srv/{running.name}/{name}") for name in ("wsgi.py", "app.py"))
    return next(path for path in paths if path.exists())


def test_an_app_that_cannot_start_is_seen(running: Service) -> None:
    entry(running).write_text("import nothing_of_that_name")
    # How often it was started until now, by these tests, does not count.
    running.machine.run("systemctl", "reset-failed")

    running.machine.run("sh", "-c", f"systemctl restart {running.name} || true")
    # It is tried several times.
    end = time.monotonic() + 3 * units.PATIENCE
    while running.machine.property(running.name, "ActiveState") != "failed":
        assert time.monotonic() < end
        time.sleep(0.1)

    assert running.name in running.machine.run("systemctl", "--failed", "--no-legend")
    assert "nothing_of_that_name" in running.machine.run("journalctl", "--no-pager", "--unit", running.name)
