"""Servers that anybody can reach without a proxy in between."""

import posixpath
import re
from collections.abc import Iterator

from scaffold.audit import compose, proxies
from scaffold.audit.finding import WARNING, Finding, Rule
from scaffold.audit.subject import Subject
from scaffold.flask_code.module import literal

SERVERS = re.compile(r"(?:^|[\s/\"'\[])(gunicorn|uwsgi|waitress-serve|granian|hypercorn|uvicorn)(?=[\s\"',]|$)")
# An address and a port that stand as they are: a port that comes from outside is a platform's, which has proxies.
EVERYWHERE = re.compile(
    r"(?:--bind|-b|--host|--listen|--http(?:-socket)?|-h)[\s=]*[\"']?(?:0\.0\.0\.0|\[::\]|\*|::(?=\s|$)|(?=:\d))(?!:?\$)"
)
WAITRESS = re.compile(r"--(?:host|listen|unix-socket|call\s+--listen)")
CONTINUED = re.compile(r"\\\r?\n\s*")
STARTS = re.compile(r"\s*(?:ExecStart|command)\s*=\s*(.*)")
PROCESS = re.compile(r"web:\s*(.*)")
IMAGES = ("Dockerfile", "Containerfile")
RUNS = re.compile(r"\s*(?:CMD|ENTRYPOINT)\s+(.*)")
SCRIPT = re.compile(r"([\w.-]+\.sh)\b")
WITH_PROXY = re.compile(r"\b(?:nginx|caddy|apache2|httpd|haproxy)\b")
# What has the app in it runs where nothing outside reaches it unless somebody publishes it.
CONTAINED = (*IMAGES, "Procfile", "fly.toml", "render.yaml", "app.yaml", "kustomization.yaml", "Chart.yaml")


def _exposed(subject: Subject) -> Iterator[Finding]:
    yield from _published(subject)
    if not _has_proxy(subject):
        yield from _units(subject)
        yield from _settings_of_gunicorn(subject)


def _has_proxy(subject: Subject) -> bool:
    told = any(facts["proxies"] for _, facts in subject.deployment)
    return told or bool(proxies.of_project(subject)) or any(one.is_proxy for one in compose.services(subject))


def _published(subject: Subject) -> Iterator[Finding]:
    """Yield the ports of the app's own container that compose opens to everybody, past the proxy if there is one."""
    there = compose.services(subject)
    told = any(facts["proxies"] for _, facts in subject.deployment)
    for service in there:
        beside = [one for one in there if one.path == service.path and one.is_proxy]
        if service.is_proxy or (not beside and (told or proxies.of_project(subject))) or not _serves(subject, service):
            continue
        for line, said, _ in list(service.published())[:1]:
            past = f"past '{beside[0].name}'" if beside else "and no proxy is in front"
            yield Finding(service.path, line, f"'{said}' lets everybody reach the server of '{service.name}', {past}")


def _serves(subject: Subject, service: compose.Service) -> bool:
    """Tell whether the service runs a server for WSGI or ASGI, and no proxy beside it, from an image of the project."""
    if "build" not in service.keys:
        return False
    command = service.said("command")
    if command:
        return bool(SERVERS.search(command)) and "--reload" not in command
    file = re.search(r"dockerfile:\s*[\"']?(\S+?)[\"']?\s*$", service.said("build"), re.MULTILINE)
    return any(_runs_server(subject, path) for path in subject.paths if path == (file[1] if file else IMAGES[0]))


def _runs_server(subject: Subject, path: str) -> bool:
    text = CONTINUED.sub(" ", subject.text(path) or "")
    last = [found[1] for _, line in proxies.plain(text) if (found := RUNS.match(line))][-2:]
    scripts = {name for line in last for name in SCRIPT.findall(line)}
    named = [subject.text(one) or "" for one in subject.paths if posixpath.basename(one) in scripts]
    said = [line for one in named for _, line in proxies.plain(CONTINUED.sub(" ", one))]
    whole = "\n".join([*last, *said])
    return bool(SERVERS.search(whole)) and not WITH_PROXY.search(whole)


def _units(subject: Subject) -> Iterator[Finding]:
    """Yield the commands of units, supervisors and Procfiles that listen on every address."""
    for path in subject.paths:
        name = posixpath.basename(path)
        if not (name.endswith((".service", ".conf", ".ini")) or name == "Procfile") or not proxies.is_own(path):
            continue
        pattern = PROCESS if name == "Procfile" else STARTS
        for line, command in _commands(subject.text(path) or ""):
            found = pattern.match(command)
            if found and (server := _everywhere(found[1])):
                yield Finding(path, line, f"'{server}' listens on every address, and no proxy is in front")


def _commands(text: str) -> Iterator[tuple[int, str]]:
    """Yield each line together with those that it goes on in."""
    held, start = "", 0
    for number, line in enumerate(text.splitlines(), 1):
        start = start or number
        held += line.removesuffix("\\") + (" " if line.endswith("\\") else "")
        if not line.endswith("\\"):
            yield start, held
            held, start = "", 0


def _everywhere(command: str) -> str:
    server = SERVERS.search(command)
    if server is None or "$PORT" in command or "${PORT" in command:
        return ""
    # Waitress does so unless it is told where to listen.
    by_default = server[1] == "waitress-serve" and not WAITRESS.search(command)
    return server[1] if by_default or EVERYWHERE.search(command) else ""


def _settings_of_gunicorn(subject: Subject) -> Iterator[Finding]:
    if any(posixpath.basename(path) in CONTAINED for path in subject.paths):
        return
    for module in subject.modules:
        if posixpath.basename(module.path) in ("gunicorn.conf.py", "gunicorn_config.py", "gunicorn_conf.py"):
            for one in module.scope.names.get("bind", ()):
                said = literal(one.value) or ""
                if said.startswith(("0.0.0.0:", "[::]:", ":")):
                    line = one.statement.lineno
                    yield Finding(module.path, line, f"'bind = \"{said}\"' is every address, and no proxy is in front")


RULES = [
    Rule(
        "DEP012",
        "the server can be reached by everybody, without a proxy",
        WARNING,
        "Nothing encrypts what is sent or holds back slow clients, and a forged X-Forwarded-For passes for a true one.",
        "Let it listen on 127.0.0.1 or a unix socket (in compose '127.0.0.1:8000:8000', or no port at all), "
        "and put a proxy in front: 'scaffold deploy --proxy nginx'.",
        _exposed,
    )
]
