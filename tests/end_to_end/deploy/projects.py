"""Projects as users make them: by the installed command, with a module of their own, and deployed by the command."""

import json
import os
import shutil
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from scaffold.proof import certificate, probing
from scaffold.proof.deployment import Deployment
from scaffold.proof.place import Place, known
from scaffold.proof.programs import named
from scaffold.proof.wire import DOMAIN
from tests import parts
from tests.end_to_end.conftest import alone, begin, clean_environment, run
from tests.end_to_end.deploy.cases import Case
from tests.end_to_end.deploy.environments import environment

NAME = "shop"
KEY = "b5c0d7e2f9a14683b5c0d7e2f9a14683"
OPTIONS = {"domain": DOMAIN, "limit": str(2 * 1024 * 1024), "timeout": "3"}


@dataclass
class Maker:
    """Makes deployments; all of them go when it is closed."""

    tool: Path
    shared: Path
    made: list[Path] = field(default_factory=list)

    def close(self) -> None:
        """Remove what was made."""
        for folder in self.made:
            shutil.rmtree(folder, ignore_errors=True)
        self.made.clear()

    def project(self, layout: str) -> Path:
        """Return a fresh project, in a folder that every account can reach and whose name is short."""
        origin = self.shared / f"origin-{layout}"
        with alone(self.shared / f"origin-{layout}.lock"):
            if not (origin / "done").exists():
                shutil.rmtree(origin, ignore_errors=True)
                origin.mkdir()
                probing.put_into(begin(self.tool, origin, NAME, layout))
                (origin / "done").touch()
        # A socket's path has room for 107 characters.
        folder = Path(tempfile.mkdtemp(prefix="px-", dir="/tmp"))
        folder.chmod(0o755)
        self.made.append(folder)
        shutil.copytree(origin / NAME, folder / NAME, symlinks=True)
        return folder / NAME

    def certificate(self) -> tuple[Path, Path]:
        """Return a certificate for our domain and its key; the first who asks makes them."""
        folder = self.shared / "certificate"
        with alone(self.shared / "certificate.lock"):
            if not folder.exists():
                parts.program("openssl")
                folder.mkdir()
                return certificate.made(folder, DOMAIN)
        return folder / certificate.CHAIN, folder / certificate.KEY

    def deployed(self, case: Case, **options: str) -> Deployment:
        """Make a project, deploy it by the command, and return how it is run."""
        project = self.project(case.layout)
        # mod_wsgi-express leaves its files where temporary ones go.
        temporary = project.parent / "tmp"
        temporary.mkdir()
        temporary.chmod(0o1777)
        secrets = {"SECRET_KEY": KEY}
        place = Place(project.parent, project, {**secrets, "TMPDIR": str(temporary)})
        place.prepare(*self.certificate())
        asked = {**OPTIONS, **place.options(bool(case.proxy)), **options}
        words = [word for name, value in asked.items() for word in (f"--{name}", value)]
        said = run(self.tool, "deploy", *case.words, *words, "--json", cwd=project)
        start = json.loads(said)["start"]
        packages = known(project)[0][1].get("build_packages", [])
        environment(project, packages)
        place.keep_secrets(secrets)
        if case.proxy:
            require(proxy_words(project))
        return place.deployment(start)


def programs() -> Path:
    """Return a folder with the programs that Python packages carry, and nothing else of those packages."""
    folder = parts.CACHE / "programs"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def require(words: Sequence[str]) -> None:
    """Have a proxy's program on this machine and where programs are looked for, and what it loads."""
    program = named(words)
    if program in parts.WHEELS:
        with suppress(FileExistsError):
            (programs() / program).symlink_to(parts.wheel(program))
    else:
        parts.program(program)
    for name in parts.FILES:
        parts.file(name)
    if str(programs()) not in os.environ["PATH"].split(os.pathsep):
        os.environ["PATH"] = f"{programs()}{os.pathsep}{os.environ['PATH']}"


def proxy_words(project: Path) -> list[str]:
    """Return the words that a deployed project's proxy is started with."""
    template, told = next(pair for pair in known(project) if pair[0].kind == "proxy")
    return list(template.declared("start", told)["command"])


def refusal(tool: Path, project: Path, case: Case) -> str:
    """Return what the command says to a combination that it has to refuse."""
    return run(tool, "deploy", *case.words, cwd=project, env=clean_environment(), code=None)
