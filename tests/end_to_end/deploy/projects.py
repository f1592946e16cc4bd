"""Projects as users make them: by the installed command, with a module of their own, and deployed by the command."""

import json
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from scaffold import project as projects
from scaffold.changes import Changes
from scaffold.deployment import choices, facts
from scaffold.template import Template
from tests import parts
from tests.end_to_end.conftest import alone, begin, clean_environment, run
from tests.end_to_end.deploy import probing
from tests.end_to_end.deploy.cases import Case
from tests.end_to_end.deploy.client import DOMAIN, Client
from tests.end_to_end.deploy.deployments import LIMIT, Deployment, Program
from tests.end_to_end.deploy.environments import environment
from tests.end_to_end.deploy.ports import free_port
from tests.end_to_end.deploy.processes import APP, WWW_DATA, give

NAME = "shop"
KEY = "b5c0d7e2f9a14683b5c0d7e2f9a14683"
TIMEOUT = 3
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


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
        chain, key = folder / "fullchain.pem", folder / "privkey.pem"
        with alone(self.shared / "certificate.lock"):
            if not folder.exists():
                folder.mkdir()
                of = ["-subj", f"/CN={DOMAIN}", "-addext", f"subjectAltName=DNS:{DOMAIN}", "-days", "30"]
                kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
                words = [parts.program("openssl"), "req", "-x509", *kind, *of, "-keyout", str(key), "-out", str(chain)]
                run(*words, cwd=folder)
        return chain, key

    def deployed(self, case: Case, **options: str) -> Deployment:
        """Make a project, deploy it by the command, and return how it is run."""
        project = self.project(case.layout)
        place = Place(project.parent, project)
        place.prepare(*self.certificate())
        asked = {**place.options(bool(case.proxy)), **options}
        words = [word for name, value in asked.items() for word in (f"--{name}", value)]
        said = run(self.tool, "deploy", *case.words, *words, "--json", cwd=project)
        start = json.loads(said)["start"]
        packages = known(project)[0][1].get("build_packages", [])
        environment(project, packages)
        place.keep_secret()
        return place.deployment(start, options)


@dataclass
class Place:
    """The folders and ports of one deployment."""

    folder: Path
    project: Path
    port: int = field(default_factory=free_port)
    http: int = field(default_factory=free_port)
    https: int = field(default_factory=free_port)

    @property
    def run(self) -> Path:
        return self.folder / "run"

    @property
    def own(self) -> Path:
        """Return the folder that the proxy may write to."""
        return self.folder / "proxy"

    def prepare(self, chain: Path, key: Path) -> None:
        """Make the folders, as a unit's RuntimeDirectory= does, and bring the certificate."""
        for place, uid in [(self.run, APP), (self.own, WWW_DATA)]:
            place.mkdir()
            give(place, uid)
        for file in (chain, key):
            copy = self.folder / file.name
            shutil.copy(file, copy)
            give(copy, WWW_DATA, 0o640)
        # Where HAProxy looks for the key of a chain.
        (self.folder / f"{chain.name}.key").symlink_to(self.folder / key.name)

    def options(self, proxied: bool) -> dict[str, str]:
        """Return what the command is told of this machine."""
        found = {
            "domain": DOMAIN,
            "root": str(self.project),
            "run": str(self.run),
            "port": str(self.port),
            "limit": str(LIMIT),
            "timeout": str(TIMEOUT),
        }
        if proxied:
            found |= {"http-port": str(self.http), "https-port": str(self.https)}
            found |= {"certificate": str(self.folder / "fullchain.pem")}
            found |= {"certificate-key": str(self.folder / "privkey.pem")}
        return found

    def variables(self) -> dict[str, str]:
        """Return the environment that a unit gives to the server: the settings, the secret, and little else."""
        path = f"{self.project / '.venv' / 'bin'}:{PATH}"
        found = {"PATH": path, "HOME": "/nonexistent", "LANG": "C.UTF-8", "SECRET_KEY": KEY}
        for line in (self.project / "deploy" / "production.env").read_text().splitlines():
            name, is_setting, value = line.partition("=")
            if is_setting and not name.startswith("#"):
                found[name] = value
        return found

    def keep_secret(self) -> None:
        """Put the secret settings where a host has them, for the app's account alone."""
        file = self.project / "deploy" / "secret.env"
        file.write_text(f"SECRET_KEY={KEY}\n")
        give(file, APP, 0o600)

    def deployment(self, start: Mapping[str, Any], options: Mapping[str, str]) -> Deployment:
        """Return how all of it is run."""
        found = known(self.project)
        by_kind = {template.kind: (template, told) for template, told in found}
        true = dict(by_kind["server"][1])
        server = None
        if start["service"] and true["protocol"] != "embedded":
            words = [str(word) for word in start["service"]]
            server = Program(words, self.project, self.variables(), start["stop"], start["reload"])
        socket = Path(true["socket"]) if server and true["bind"] == "unix" else None
        direct = Client(path=str(socket)) if socket else Client(port=self.port)
        prefix = str(true["prefix"])
        secure = bool(true["edge"])
        proxy = self.proxy(*by_kind["proxy"]) if "proxy" in by_kind else None
        way = Client(self.https, certificate=self.folder / "fullchain.pem") if secure else Client(self.http)
        return Deployment(
            self.project,
            self.folder,
            server,
            proxy,
            client=(way if proxy else direct).below(prefix),
            plain=Client(self.http).below(prefix) if proxy and secure else None,
            direct=direct if server and true["protocol"] == "http" else None,
            listens=direct if server else None,
            socket=socket,
            facts=true,
            timeout=TIMEOUT,
            prefix=prefix,
        )

    def proxy(self, template: Template, told: Mapping[str, Any]) -> Program:
        """Return how a proxy is run in the foreground, from the file that it brought."""
        start = template.declared("start", told)
        names: dict[str, Any] = {**told, "run": str(self.own), "main": str(self.own / "main")}
        names["config"] = str(self.project / str(start["config"]).format_map(told))
        if "main" in start:
            Path(names["main"]).write_text(template.source(str(start["main"]), names))
        words, check = ([word.format_map(names) for word in start.get(key, ())] for key in ("command", "check"))
        require(words)
        env = {"PATH": f"{programs()}:{PATH}", "HOME": str(self.own), "LANG": "C.UTF-8"}
        if told["protocol"] == "embedded":
            # The app runs in the proxy, and has its settings from there.
            env = {**self.variables(), **env}
        return Program(words, self.own, env, start["stop"], start.get("reload", ""), check)


def known(project: Path) -> list[tuple[Template, dict[str, Any]]]:
    """Return what the templates of a deployed project know."""
    found = projects.find(str(project), None)
    changes = Changes(found.root)
    return facts.of_deployment(found, changes, choices.of_records(changes, choices.current(changes)))


def programs() -> Path:
    """Return a folder with the programs that Python packages carry, and nothing else of those packages."""
    folder = parts.CACHE / "programs"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def require(words: Sequence[str]) -> None:
    """Have a proxy's program on this machine, and what it loads."""
    known = [word for word in words if word in parts.WHEELS or word in parts.PROGRAMS]
    assert known, f"no part in tests/parts.py brings what this runs: {' '.join(words)}"
    for word in known:
        if word in parts.PROGRAMS:
            parts.program(word)
            continue
        with suppress(FileExistsError):
            (programs() / word).symlink_to(parts.wheel(word))
    for name in parts.FILES:
        parts.file(name)


def refusal(tool: Path, project: Path, case: Case) -> str:
    """Return what the command says to a combination that it has to refuse."""
    return run(tool, "deploy", *case.words, cwd=project, env=clean_environment(), code=None)
