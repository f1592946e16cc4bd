"""Check 22: the load is spread over the workers. It needs a program that few people have, and a quiet machine."""

import os
import re
import subprocess
from pathlib import Path

from scaffold.proof.checks.registry import PROXY, check
from scaffold.proof.deployment import Booted, Deployment
from scaffold.proof.probing import view
from scaffold.proof.processes import Process
from scaffold.proof.unmet import need
from scaffold.proof.wire import Client
from tests import parts

SCRIPT = Path(__file__).with_name("loopback.lua")


def has_socket(deployment: Deployment) -> bool:
    """Tell whether the workers share a unix socket."""
    return deployment.server is not None and deployment.socket is not None


@check(22, PROXY, quick=False, when=has_socket)
def the_workers_share_the_load(booted: Booted) -> None:
    """Two workers of which one does all the work, as threads do with kept connections over TCP."""
    busy = workers(booted.the_server())
    if len(busy) < 2:
        return
    before = {pid: seconds_of_cpu(pid) for pid in busy}
    _wrk(booted.client)
    spent = {pid: seconds_of_cpu(pid) - before[pid] for pid in busy}
    share = min(spent.values()) / max(sum(spent.values()), 0.01)
    need(share > 0.2, "a fifth of the work or more", f"a worker of {len(busy)} did {share:.0%} of the work")


def workers(server: Process) -> list[int]:
    """Return the processes that answer requests: all but the one that started them, and Python's own helpers."""
    return [pid for pid in server.members() if pid != server.pid and "resource_tracker" not in command(pid)]


def seconds_of_cpu(pid: int, *, ended: bool = False) -> float:
    """Return how long a process has computed so far, and those that it has started and that have ended."""
    words = Path("/proc", str(pid), "stat").read_text().rpartition(")")[2].split()
    return sum(map(int, words[11 : 15 if ended else 13])) / os.sysconf("SC_CLK_TCK")


def command(pid: int) -> str:
    """Return the words that a process was started with."""
    return Path("/proc", str(pid), "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")


def _wrk(client: Client) -> None:
    scheme = "https" if client.certificate else "http"
    url = f"{scheme}://{client.domain}:{client.port}{view('/hello')}"
    words = [parts.program("wrk"), "-t1", "-c16", "-d2s", "-s", str(SCRIPT), "-H", f"Host: {client.domain}", url]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    made = re.search(r"(\d+) requests in", done.stdout)
    need(made and int(made[1]) > 100 and "Non-2xx" not in done.stdout, "answers to all that it asks", done.stdout)
