"""Projects that become images, by the lines that their own README gives."""

import os
import re
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from scaffold.proof import probing
from scaffold.proof.ports import free_port
from scaffold.proof.processes import until
from scaffold.proof.wire import DOMAIN, Answer, Client
from tests.end_to_end.conftest import begin, run
from tests.end_to_end.deploy.dockerd import Docker

NAME = "shop"
# What the daemon here needs besides: packages come over the machine's own network, and nobody waits five seconds.
ALSO = {
    "docker build": "--network host",
    "docker run": "--health-interval 500ms --health-timeout 1s --health-retries 2 --health-start-period 1ms",
}
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass
class Contained:
    """A project with its settings, and the container or containers it runs in."""

    docker: Docker
    project: Path
    deployed: list[str]
    port: int = field(default_factory=free_port)
    certificate: Path | None = None

    @property
    def client(self) -> Client:
        return Client(self.port, certificate=self.certificate)

    def lines(self, heading: str) -> list[str]:
        """Return the commands of a section of the README."""
        section = (self.project / "README.md").read_text().partition(f"## {heading}\n")[2]
        found = BLOCK.search(section)
        assert found, heading
        return [line.removeprefix("$ ") for line in found[1].replace("\\\n", " ").splitlines()]

    def type(self, line: str, *also: str) -> str:
        """Run a command as somebody types it."""
        for start, words in ALSO.items():
            if line.startswith(start):
                line = " ".join([start, words, *also, line.removeprefix(start)])
        env = self.docker.environment()
        done = subprocess.run(
            ["sh", "-c", line], cwd=self.project, env=env, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{line}\n{done.stdout}{done.stderr}"
        return done.stdout + done.stderr

    def compose(self, line: str) -> str:
        """Run a command of Compose as somebody types it, with what the daemon here needs besides."""
        words = line.removeprefix("docker compose ").split()
        files = ["-f", "compose.yaml", "-f", str(self.project.parent / "override.yaml")]
        return self.docker.compose(*files, *words, cwd=self.project)

    def told(self, option: str) -> str:
        """Return what the deployment was told."""
        return self.deployed[self.deployed.index(option) + 1]

    def becomes(self, health: str, container: str = NAME) -> bool:
        """Wait until the daemon finds the container healthy, or not."""
        return until(lambda: self.docker.health(container) == health, 30, 0.2)

    def log(self, container: str = NAME) -> str:
        return self.docker.run("logs", container)

    def python(self, code: str, container: str = NAME, status: int | None = 0) -> str:
        """Run Python in the container, as the user it runs as."""
        return self.docker.run("exec", container, "python", "-c", code, code=status).strip()

    def pids(self, container: str = NAME) -> list[int]:
        """Return its processes, as this machine numbers them."""
        return [int(line) for line in self.docker.run("top", container, "-o", "pid").split() if line.isdigit()]

    @contextmanager
    def frozen(self, container: str = NAME) -> Iterator[None]:
        """Let none of its processes run: connections are taken by the kernel, and nobody answers."""
        pids = self.pids(container)
        for pid in pids:
            os.kill(pid, 19)
        try:
            yield
        finally:
            for pid in pids:
                os.kill(pid, 18)


def project(tool: Path, folder: Path, layout: str, *words: str) -> Path:
    """Make a project with views that tell what reached the app, and deploy it."""
    made = begin(tool, folder, NAME, layout)
    run(tool, "add", "upload", "files", cwd=made)
    probing.put_into(made)
    run(tool, "deploy", "--domain", DOMAIN, *words, cwd=made)
    if layout == "module":
        # What .dockerignore says: what the app reads besides has to be listed.
        with (made / ".dockerignore").open("a") as file:
            file.write(f"!{probing.RELEASE}\n")
    return made


@contextmanager
def in_flight(client: Client, path: str) -> Iterator[list[Answer]]:
    """Send a request that takes a while; at the end its answer is there."""
    answers: list[Answer] = []
    thread = threading.Thread(target=lambda: answers.append(client.ask(path)))
    thread.start()
    try:
        yield answers
    finally:
        thread.join(30)
