"""Where one deployment of a project lives while it is proved: its folders, ports, certificate and environment."""

import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from scaffold import project as projects
from scaffold.changes import Changes
from scaffold.deployment import choices, facts
from scaffold.proof import programs
from scaffold.proof.accounts import APP, ROOT, WWW_DATA, able, give
from scaffold.proof.certificate import CHAIN, KEY
from scaffold.proof.deployment import Deployment, Program
from scaffold.proof.ports import free_port
from scaffold.proof.unmet import NotProved
from scaffold.proof.variables import is_harmless
from scaffold.proof.wire import Client, Sent
from scaffold.template import Template

# What a service manager hands on of it.
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
SETTINGS = "deploy/production.env"
SECRETS = "deploy/secret.env"


@dataclass
class Place:
    """The folders and ports of one deployment; the folder's name must be short, for a socket's path has little room.

    `given` is what the server has besides the settings of its host: the key, the database. `account` is whom it runs as
    where root starts it.
    """

    folder: Path
    project: Path
    given: Mapping[str, str] = field(default_factory=dict)
    bin: Path | None = None
    account: int = APP
    port: int = field(default_factory=free_port)
    http: int = field(default_factory=free_port)
    https: int = field(default_factory=free_port)

    @property
    def run(self) -> Path:
        """Return the folder for the server's socket."""
        return self.folder / "run"

    @property
    def own(self) -> Path:
        """Return the folder that the proxy may write to."""
        return self.folder / "proxy"

    def prepare(self, chain: Path, key: Path) -> None:
        """Make the folders, as a unit's RuntimeDirectory= does, and bring the certificate."""
        for place, uid in [(self.run, self.account), (self.own, WWW_DATA)]:
            place.mkdir()
            give(place, uid)
        for file, name in ((chain, CHAIN), (key, KEY)):
            copy = self.folder / name
            if file != copy:
                shutil.copy(file, copy)
            give(copy, WWW_DATA, 0o640)
        # Where HAProxy looks for the key of a chain.
        (self.folder / f"{CHAIN}.key").symlink_to(self.folder / KEY)

    def options(self, proxied: bool) -> dict[str, str]:
        """Return what `deploy` is told of this machine."""
        found = {"root": str(self.project), "run": str(self.run), "port": str(self.port)}
        if proxied:
            found |= {"http-port": str(self.http), "https-port": str(self.https)}
            found |= {"certificate": str(self.folder / CHAIN), "certificate-key": str(self.folder / KEY)}
        return found

    @property
    def python(self) -> Path:
        """Return the Python that has what the project needs."""
        return (self.bin or self.project / ".venv" / "bin") / "python"

    def variables(self) -> dict[str, str]:
        """Return the environment that a unit gives to the server: the settings, the secrets, and little else."""
        found = {"HOME": "/nonexistent", "LANG": "C.UTF-8", **self.given, "PATH": f"{self.python.parent}:{PATH}"}
        for line in (self.project / SETTINGS).read_text().splitlines():
            name, is_setting, value = line.partition("=")
            # What the user has written there besides may lead to what the user has stored.
            if is_setting and not name.startswith("#") and is_harmless(name, value, self.project):
                found[name] = value
        return found

    def keep_secrets(self, secrets: Mapping[str, str]) -> None:
        """Put the secret settings where a host has them, for the app's account alone."""
        file = self.project / SECRETS
        file.write_text("".join(f"{name}={value}\n" for name, value in secrets.items()))
        give(file, self.account, 0o600)

    def deployment(self, start: Mapping[str, Any]) -> Deployment:
        """Return how all of it is run, as `deploy` said and as its templates declare."""
        by_kind = {template.kind: (template, told) for template, told in known(self.project)}
        true = dict(by_kind["server"][1])
        if ROOT and self.account == 0 and true.get("refuses_root"):
            raise NotProved(f"{true['server']} does not run as root, and no other account may run {self.python}")
        server = None
        if true["protocol"] == "embedded":
            _same_python(str(true.get("needs_python", "")), self.python)
        if start["service"] and true["protocol"] != "embedded":
            words = [str(word) for word in start["service"]]
            named = (start["stop"], start["reload"])
            server = Program(words, self.project, self.variables(), *named, account=self.account)
        socket = Path(true["socket"]) if server and true["bind"] == "unix" else None
        # Without a proxy nobody takes the prefix off.
        prefix = str(true["prefix"]) if "proxy" in by_kind else ""
        anywhere = Client(prefix=prefix, domain=str(true["domain"]), sent=Sent())
        direct = anywhere.at(path=str(socket)) if socket else anywhere.at(self.port)
        secure = bool(true["edge"])
        proxy = self.proxy(*by_kind["proxy"]) if "proxy" in by_kind else None
        way = anywhere.at(self.https, certificate=self.folder / CHAIN) if secure else anywhere.at(self.http)
        return Deployment(
            self.project,
            self.folder,
            server,
            proxy,
            client=way if proxy else direct,
            plain=anywhere.at(self.http) if proxy and secure else None,
            direct=direct.below("") if server and true["protocol"] == "http" else None,
            listens=direct if server else None,
            socket=socket,
            facts=true,
            timeout=float(true["timeout"]),
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
        account = able(WWW_DATA, "test", "-x", programs.of_proxy(words, told))
        env = {"PATH": programs.folders(), "HOME": str(self.own), "LANG": "C.UTF-8"}
        if told["protocol"] == "embedded":
            # The app runs in the proxy, and has its settings from there.
            env = {**self.variables(), **env}
        return Program(words, self.own, env, start["stop"], start.get("reload", ""), check, account)


def _same_python(built_in: str, python: Path) -> None:
    """Raise `NotProved` when the program that runs the app has another Python in it than the environment."""
    if not built_in:
        return
    found = [_version(words) for words in (built_in, str(python))]
    if found[0] != found[1]:
        raise NotProved(f"the proxy runs Python {found[0]}, and the environment is for Python {found[1]}")


def _version(python: str) -> str:
    words = [python, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]
    return subprocess.run(words, capture_output=True, text=True, check=False).stdout.strip()


def known(project: Path) -> list[tuple[Template, dict[str, Any]]]:
    """Return what the templates of a deployed project know."""
    found = projects.find(str(project), None)
    changes = Changes(found.root)
    return facts.of_deployment(found, changes, choices.of_records(changes, choices.current(changes)))
