"""What compose files say of their services, read by their indentation: which image, which ports."""

import posixpath
import re
from collections.abc import Iterator

from scaffold.audit import proxies
from scaffold.audit.subject import Subject
from scaffold.fields import Fields

NAMES = re.compile(r"(?:docker-)?compose(?:\.(?:prod|production))?\.ya?ml")
KEY = re.compile(r"""(\s*)["']?([\w.-]+)["']?:(?:\s+(.*))?$""")
# `${PORT:-8000}`: what is there when nobody says otherwise.
VARIABLE = re.compile(r"\$\{\w+:?-([^${}]*)\}")
PUBLISHED = re.compile(r"(?:(?P<address>\[[0-9a-f:]+\]|[\w.]+):)?(?P<port>\d+):(?P<own>\d+)(?:/tcp)?")
EVERYWHERE = ("", "0.0.0.0", "[::]")  # noqa: S104 - what is looked for
PROXIES = re.compile(r"\b(?:nginx|caddy|traefik|haproxy|httpd|apache|envoy|swag|openresty|cloudflared)\b")


class Service(Fields):
    """One service: its name, and what each of its keys says, line by line; a key's own line comes first."""

    name: str
    path: str
    keys: dict[str, list[tuple[int, str]]]

    def said(self, key: str) -> str:
        """Return all that a key says as one text."""
        return "\n".join(line for _, line in self.keys.get(key, ()))

    @property
    def is_proxy(self) -> bool:
        """Tell whether it is a proxy, by its image."""
        return bool(PROXIES.search(f"{self.name} {self.said('image')}"))

    def published(self) -> Iterator[tuple[int, str, str]]:
        """Yield each port that every address of the host gets: the line, what it says, the port inside."""
        for number, line in self.keys.get("ports", ()):
            text = VARIABLE.sub(r"\1", line).strip().lstrip("- ").strip("\"'")
            found = PUBLISHED.fullmatch(text)
            if found and (found["address"] or "") in EVERYWHERE:
                yield number, line.strip().lstrip("- ").strip("\"'"), found["own"]


def services(subject: Subject) -> list[Service]:
    """Return the services of the compose files that are not for development or tests."""
    named = [path for path in subject.paths if NAMES.fullmatch(posixpath.basename(path)) and proxies.is_own(path)]
    return [service for path in named for service in _read(path, subject.text(path) or "")]


def _read(path: str, text: str) -> Iterator[Service]:
    inside, depth, deeper = False, -1, -1
    current: Service | None = None
    said: list[tuple[int, str]] = []
    for number, line in proxies.plain(text):
        found = KEY.match(line)
        indent = len(line) - len(line.lstrip())
        if indent == 0:
            inside, depth = bool(found and found[2] == "services"), -1
            if current:
                yield current
            current = None
        elif inside and found and (depth < 0 or indent == depth):
            if current:
                yield current
            depth, deeper, said = indent, -1, []
            current = Service(found[2], path, {})
        elif current and found and (deeper < 0 or indent == deeper):
            deeper, said = indent, [(number, found[3] or "")]
            current.keys[found[2]] = said
        elif current:
            said.append((number, line))
    if current:
        yield current
