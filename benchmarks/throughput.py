"""Measure how many requests a deployed app answers, as ratios: python -m benchmarks.throughput."""

import json
import re
import subprocess
import sys
import tempfile
from argparse import ArgumentParser
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from random import sample
from statistics import median

from scaffold.proof.deployment import Deployment
from scaffold.proof.ports import free_port
from scaffold.proof.probing import view
from scaffold.proof.processes import Process, members, until
from tests import parts
from tests.end_to_end.deploy.cases import Case, is_valid, servers
from tests.end_to_end.deploy.projects import KEY, NAME, Maker
from tests.end_to_end.deploy.spread import SCRIPT, seconds_of_cpu

SECONDS, ROUNDS = 2, 12
HOST = "shop.example.test"
# A hello world, and one with what any app in production has: a key, and a line of the server's log for each request.
HELLO = view("/hello")
BARE = f'from flask import Flask\n\napp = Flask(__name__)\n\n\n@app.get("{HELLO}")\ndef hello():\n    return "hello"\n'
USUAL = BARE + f'\n\napp.secret_key = "{KEY}"\n'
# The generated app with that view, and without those of the proof, which look at each response.
GENERATED = f'''\
from {NAME} import create_app, pages


@pages.bp.get("{HELLO}")
def hello():
    return "hello"


app = create_app.__wrapped__()
'''
# The settings under which the frameworks are compared: the plainest worker, which no balance between two disturbs.
SYNC = (
    "--worker-class",
    "sync",
    "--workers",
    "2",
    "--threads",
    "1",
    "--max-requests",
    "0",
    "--max-requests-jitter",
    "0",
)
RATE = re.compile(r"Requests/sec:\s+([0-9.]+)")
COUNT = re.compile(r"([0-9]+) requests in")
FAILED = re.compile(r"Non-2xx.*")


@dataclass(frozen=True)
class Runner:
    """Something that answers, what its ratio is taken against, and what the ratio should be."""

    name: str
    url: str
    sessions: Sequence[int]
    against: str = ""
    aim: float = 0.0

    def cpu(self) -> float:
        """Return the seconds that its processes have computed so far, with those that were replaced meanwhile."""
        pids = [pid for session in self.sessions for pid in members(session)]
        return sum(seconds_of_cpu(pid, ended=True) for pid in pids)


# Boots all of a table, which was prepared before.
Boot = Callable[[], AbstractContextManager[list[Runner]]]


def main() -> None:
    """Measure what was asked for, and print one line for each."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS, metavar="N", help=f"rounds of each ({ROUNDS})")
    parser.add_argument("--seconds", type=int, default=SECONDS, metavar="N", help=f"seconds of each round ({SECONDS})")
    parser.add_argument("--only", choices=["app", "parts", "servers", "proxies"], help="one of the tables")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="throughput-") as folder:
        Path(folder).chmod(0o755)
        if given.only in (None, "parts"):
            with _maker(Path(folder) / "parts") as maker:
                _print_parts(maker, given.rounds)
        for name, table in (("app", _apps), ("servers", _servers), ("proxies", _proxies)):
            if given.only in (None, name):
                with _maker(Path(folder) / name) as maker:
                    _print(name, *_measured(table(maker), given.rounds, given.seconds))


@contextmanager
def _maker(folder: Path) -> Iterator[Maker]:
    """Give what makes deployments, with the command as it is here."""
    folder.mkdir()
    maker = Maker(Path(sys.executable).with_name("scaffold"), folder)
    try:
        yield maker
    finally:
        maker.close()


def _apps(maker: Maker) -> Boot:
    """Return the generated app beside two that were written in a minute, under the same server and settings."""
    deployment = maker.deployed(Case("gunicorn", bind="tcp"))
    (deployment.project / "bare.py").write_text(BARE)
    (deployment.project / "usual.py").write_text(USUAL)
    (deployment.project / "generated.py").write_text(GENERATED)
    log = ("--access-logfile", "-")

    @contextmanager
    def boot() -> Iterator[list[Runner]]:
        with ExitStack() as stack:
            bare = stack.enter_context(_gunicorn(deployment, "bare Flask", "bare:app"))
            usual = stack.enter_context(_gunicorn(deployment, "usual Flask", "usual:app", *log))
            ours = stack.enter_context(_gunicorn(deployment, "generated", "generated:app"))
            yield [
                bare,
                replace(usual, against=bare.name),
                replace(ours, against=bare.name, aim=0.88),
                replace(ours, name="generated, again", against=usual.name, aim=1.0),
            ]

    return boot


@contextmanager
def _gunicorn(deployment: Deployment, name: str, target: str, *more: str) -> Iterator[Runner]:
    assert deployment.server
    port = free_port()
    words = [
        str(deployment.project / ".venv" / "bin" / "gunicorn"),
        "--bind",
        f"127.0.0.1:{port}",
        *SYNC,
        *more,
        target,
    ]
    process = Process(words, deployment.project, deployment.server.env, deployment.folder / f"{name.split()[0]}.log")
    try:
        url = f"http://127.0.0.1:{port}{HELLO}"
        assert until(lambda: _answers(url)), process.output()
        yield Runner(name, url, [process.pid])
    finally:
        process.kill()


def _servers(maker: Maker) -> Boot:
    """Return every server with its own settings, over TCP and without a proxy."""
    cases = [one for one in _tcp() if is_valid(one) and _has_words(one)]
    first = next(one for one in cases if ("worker", "sync") in one.answers)
    deployments = {case: maker.deployed(case) for case in [first, *(one for one in cases if one != first)]}

    @contextmanager
    def boot() -> Iterator[list[Runner]]:
        with ExitStack() as stack:
            runners = []
            for case, deployment in deployments.items():
                process = stack.enter_context(deployment.serving())
                assert deployment.direct
                url = f"http://127.0.0.1:{deployment.direct.port}{HELLO}"
                runners.append(Runner(_named(case), url, [process.pid], "" if case is first else _named(first)))
            yield runners

    return boot


def _tcp() -> list[Case]:
    return [Case(one.server, one.answers, protocol="http", bind="tcp") for one in servers()]


def _has_words(case: Case) -> bool:
    from tests.end_to_end.deploy.cases import told

    found = told(case)
    return isinstance(found, Mapping) and bool(found["service_words"])


def _named(case: Case) -> str:
    return " ".join([case.server, *(value for _, value in case.answers)])


def _proxies(maker: Maker) -> Boot:
    """Return the default server on a unix socket behind every proxy, over HTTPS; and alone over TCP, to compare."""
    from scaffold import catalog

    worker = (("worker", "gthread"),)
    alone = maker.deployed(Case("gunicorn", worker, bind="tcp"))
    behind = {proxy: maker.deployed(Case("gunicorn", worker, proxy)) for proxy in catalog.names("proxy")}

    @contextmanager
    def boot() -> Iterator[list[Runner]]:
        with ExitStack() as stack:
            process = stack.enter_context(alone.serving())
            assert alone.direct
            runners = [Runner("gunicorn alone, TCP", f"http://127.0.0.1:{alone.direct.port}{HELLO}", [process.pid])]
            for proxy, deployment in behind.items():
                booted = stack.enter_context(deployment.up())
                sessions = [one.pid for one in (booted.server, booted.proxy) if one]
                # By its name: a proxy may have no certificate for an address.
                url = f"https://{HOST}:{deployment.client.port}{HELLO}"
                runners.append(Runner(proxy, url, sessions, runners[0].name))
            yield runners

    return boot


def _answers(url: str) -> bool:
    return "Requests/sec" in _wrk(url, 0.1) and not FAILED.search(_wrk(url, 0.1))


def _wrk(url: str, seconds: float) -> str:
    words = [parts.program("wrk"), "-t1", "-c16", f"-d{max(1, round(seconds))}s", "-H", f"Host: {HOST}", url]
    words += ["-s", str(SCRIPT)] if HOST in url else []
    return subprocess.run(words, capture_output=True, text=True, check=False).stdout


@dataclass(frozen=True)
class Figure:
    """What one round gave: requests a second, and microseconds of CPU for each request."""

    rate: float
    cpu: float


def _measured(boot: Boot, rounds: int, seconds: int) -> tuple[list[Runner], dict[str, list[Figure]]]:
    """Return who was asked, and the figures of every round.

    Each round boots everybody anew, because where a process happens to lie in memory makes a difference of several
    percents that stays for its life; and asks everybody once, in a new random order.
    """
    asked: list[Runner] = []
    figures: dict[str, list[Figure]] = {}
    for _ in range(rounds):
        with boot() as runners:
            for runner in sample(runners, len(runners)):
                figures.setdefault(runner.name, []).append(_figure(runner, seconds))
        asked = runners
    return asked, figures


def _figure(runner: Runner, seconds: int) -> Figure:
    _wrk(runner.url, 1)  # the first requests of a process are slow
    before = runner.cpu()
    said = _wrk(runner.url, seconds)
    if found := FAILED.search(said):
        raise SystemExit(f"{runner.name}: {found[0]}")
    rate, count = RATE.search(said), COUNT.search(said)
    assert rate, said
    assert count, said
    return Figure(float(rate[1]), (runner.cpu() - before) / int(count[1]) * 1e6)


def _print(title: str, runners: Sequence[Runner], figures: Mapping[str, Sequence[Figure]]) -> None:
    print(f"\n{title:24}{'req/s':>8}{'us CPU':>8}{'ratio':>8}{'least':>7}{'most':>7}{'of CPU':>8}{'aim':>9}")
    for one in runners:
        own = figures[one.name]
        line = f"{one.name:24}{median(f.rate for f in own):8.0f}{median(f.cpu for f in own):8.0f}"
        if one.against:
            # Of the same round, so that what else the machine did counts for both. What a request costs of CPU tells
            # how many there can be, and hardly depends on what else is running.
            pairs = list(zip(own, figures[one.against], strict=True))
            rates = [a.rate / b.rate for a, b in pairs]
            line += (
                f"{median(rates):8.2f}{min(rates):7.2f}{max(rates):7.2f}{median(b.cpu / a.cpu for a, b in pairs):8.2f}"
            )
            line += f"{f'>= {one.aim:.2f}' if one.aim else '':>9}  {one.against}"
        print(line)


def _print_parts(maker: Maker, rounds: int) -> None:
    """Print the microseconds that each part of the app adds to a request; what a server does with them comes on top."""
    deployment = maker.deployed(Case("gunicorn", bind="tcp"))
    (deployment.project / "generated.py").write_text(GENERATED)
    python = deployment.project / ".venv" / "bin" / "python"
    words = [str(python), str(Path(__file__).with_name("parts.py")), NAME, HELLO, str(rounds)]
    assert deployment.server
    env = {**deployment.server.env, "PYTHONPATH": str(deployment.project), "TRUSTED_HOSTS": HOST}
    with (deployment.folder / "parts.log").open("w") as log:
        done = subprocess.run(words, cwd=deployment.project, env=env, stdout=subprocess.PIPE, stderr=log, check=True)
    figures: dict[str, list[float]] = json.loads(done.stdout)
    bare = next(iter(figures.values()))
    print(f"\n{'parts':24}{'us CPU':>8}{'adds':>8}")
    for name, own in figures.items():
        print(f"{name:24}{median(own):8.1f}{median(a - b for a, b in zip(own, bare, strict=True)):+8.1f}")


if __name__ == "__main__":
    main()
