"""How the app is started: one command, which the README, `--json`, units and images share but for the address."""

from collections.abc import Mapping, Sequence
from shlex import join, quote
from typing import Any

from scaffold.changes import Changes
from scaffold.template import Template

# Servers do not read `.env`; python-dotenv, which the project has anyway, does it for them.
EXAMPLE = ".env.example"
WITH_ENV = ("python", "-m", "dotenv", "run", "--")
LOOPBACK, EVERYWHERE = "127.0.0.1", "0.0.0.0"  # noqa: S104 - in a container, which publishes what it wants to

# Where the platform says by a variable which port it is.
PORT = "$PORT"


def of_server(server: Template, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return the server's words for a terminal, for a service and for a container, and what its signals are."""
    start = server.declared("start", facts)
    http = {**facts, "protocol": "http"} if facts["protocol"] != "embedded" else dict(facts)
    inside = facts if facts["network_upstream"] and facts["has_proxy"] else http
    words = {
        "local": _words(server, "tcp", {**http, "host": LOOPBACK}),
        "service": _words(server, str(facts["bind"]), facts),
        "container": _words(server, "tcp", {**inside, "host": EVERYWHERE}),
        "port": _words(server, "tcp", {**http, "host": EVERYWHERE, "port": PORT}),
        "activated": _words(server, "activated", facts),
    }
    return {
        **{f"{name}_words": found for name, found in words.items()},
        **{f"{name}_command": join(found) for name, found in words.items()},
        # What a shell is to fill in must not be quoted.
        "port_command": " ".join(word if PORT in word else quote(word) for word in words["port"]),
        "activated": bool(words["activated"]),
        "container_protocol": inside["protocol"],
        "stop_signal": str(start.get("stop", "SIGTERM")),
        "reload_signal": str(start.get("reload", "")),
    }


def of_proxy(proxy: Template, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return which of the files that a proxy brings is its configuration."""
    return {"proxy_file": str(proxy.declared("start", facts).get("config", "")).format_map(facts)}


def _words(server: Template, way: str, facts: Mapping[str, Any]) -> list[str]:
    words: Sequence[str] = server.declared("start", facts).get(way, ())
    try:
        return [word.format_map(facts) for word in words]
    except (KeyError, ValueError, IndexError) as error:
        raise server.broken(f"the words of its [start] cannot be filled in ({error})") from error


def of_project(changes: Changes, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return the line a user types, which takes the settings from `.env` where the project has one."""
    prefix = WITH_ENV if facts["local_words"] and changes.read(EXAMPLE) is not None else ()
    return {
        "start_command": join([*prefix, *facts["local_words"]]),
        "start_prefix": "".join(f"{word} " for word in prefix),
        "has_prefix": bool(prefix),
        "quoted_target": quote(facts["wsgi_target"]),
    }


def described(changes: Changes, facts: Mapping[str, Any], root: str) -> dict[str, Any]:
    """Return what `--json` says of it: the words to type, of the service and of the image, and what they need."""
    prefix = WITH_ENV if facts["has_prefix"] else ()
    return {
        "argv": [*prefix, *facts["local_words"]],
        "service": facts["service_words"],
        "container": facts["container_words"],
        "stop": facts["stop_signal"],
        "reload": facts["reload_signal"],
        "env": _required(changes),
        "cwd": root,
    }


def _required(changes: Changes) -> list[str]:
    """Return the variables that `.env.example` leaves empty: the app does not start without them in production."""
    lines = (changes.read(EXAMPLE) or b"").decode(errors="replace").splitlines()
    return [line[:-1] for line in map(str.strip, lines) if line.endswith("=") and line[:-1].isidentifier()]
