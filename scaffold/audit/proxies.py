"""The reverse proxies that a project configures by files of its own: which there are, and what each allows."""

import re
from collections.abc import Iterator

from scaffold.audit.subject import Subject
from scaffold.fields import Fields
from scaffold.flask_code.choice import DEMONSTRATIONS
from scaffold.flask_code.files import is_test

ENDS = (".conf", ".conf.template", ".conf.j2", ".cfg", ".vhost", ".nginx", ".caddy", "Caddyfile")
BINARY = {"": 1, "K": 1024, "M": 1024**2, "G": 1024**3}
# As Caddy reads sizes: "MB" are millions, "MiB" are not.
SIZES = {"": 1, "B": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9, "KIB": 1024, "MIB": 1024**2, "GIB": 1024**3}


class Kind(Fields):
    """How the files of one proxy are read.

    `files` is in their paths and `marks` in their text. `hands_on` is the line that asks the app over HTTP: what is
    asked over another protocol is told who the client is. A connection that is encrypted ends at the outermost proxy,
    as far as the files tell. `limits` are the lines that limit bodies, and `usual` what holds where none does.
    """

    hands_on: re.Pattern[str]
    ends_tls: re.Pattern[str]
    limits: tuple[re.Pattern[str], ...]
    units: dict[str, int] = BINARY
    files: str = ""
    marks: str = ""
    usual: int = 0


KINDS = {
    "nginx": Kind(
        re.compile(r"\s*(?:if\b.*\{\s*)?proxy_pass\s+https?://"),
        re.compile(r"\s*listen\s[^;]*\b(?:443|ssl)\b"),
        (re.compile(r"\s*client_max_body_size\s+(\d+)([kmgKMG]?)\s*;"),),
        usual=1024**2,
    ),
    "caddy": Kind(
        re.compile(r"\s*reverse_proxy\s"),
        re.compile(r"\s*(?:https://|(?!http:)[a-z0-9*-]+(?:\.[a-z0-9-]+)+)\S*(?:,.*)?\s*\{"),
        (
            re.compile(r"\s*max_size\s+(\d+)\s*([KMGkmg]?[iI]?[Bb]?)\s*$"),
            re.compile(r".*Content-Length\}\)\s*>\s*(\d+)()"),
        ),
        units=SIZES,
        files="addy",
    ),
    "apache": Kind(
        re.compile(r"""\s*ProxyPass(?:Match)?\s+\S+\s+["']?(?:https?|balancer|unix:)"""),
        re.compile(r"\s*SSLEngine\s+on", re.IGNORECASE),
        (
            re.compile(r"\s*LimitRequestBody\s+(\d+)()"),
            re.compile(r".*Content-Length'\)\s+-gt\s+(\d+)()"),
        ),
    ),
    "haproxy": Kind(
        re.compile(r"\s*server\s+\S+\s+\S+:\d+|\s*server\s+\S+\s+(?:unix@|/)\S+"),
        re.compile(r"\s*bind\s.*\bssl\b"),
        (re.compile(r".*(?:req\.hdr_val\(content-length\)|req\.body_size)\s+gt\s+(\d+)()"),),
        marks=r"(?m)^backend\s|^listen\s",
    ),
}
# Another proxy stands before this one when it is told whom to believe.
BELIEVES = re.compile(r"\s*(?:set_real_ip_from|real_ip_header|trusted_proxies|RemoteIP\w+)\b|.*\bproxy_protocol\b")
# Platforms with proxies of their own, which no file of the project counts.
PLATFORMS = ("Procfile", "fly.toml", "render.yaml", "app.yaml", "railway.toml", "railway.json", "zappa_settings.json")
INGRESS = re.compile(r"(?m)^kind:\s*(?:Ingress|HTTPRoute|IngressRoute)\b|\btraefik\b")
YAML = (".yaml", ".yml")


class Proxy(Fields):
    """One file that configures a proxy, and the line on which it hands requests on."""

    name: str
    path: str
    line: int
    text: str

    @property
    def kind(self) -> Kind:
        """Return how it is read."""
        return KINDS[self.name]

    def limits(self) -> Iterator[tuple[int, int, str]]:
        """Yield each limit of request bodies: the line, the bytes, and how it is written."""
        for number, line in plain(self.text):
            for found in filter(None, (pattern.match(line) for pattern in self.kind.limits)):
                yield number, int(found[1]) * self.kind.units.get(found[2].upper(), 1), line.strip().rstrip(";{ ")

    @property
    def is_edge(self) -> bool:
        """Tell whether clients reach it directly, as far as the file tells."""
        lines = [line for _, line in plain(self.text)]
        return any(self.kind.ends_tls.match(line) for line in lines) and not any(map(BELIEVES.match, lines))


def plain(text: str) -> Iterator[tuple[int, str]]:
    """Yield the lines with their numbers, without those that are empty or comments."""
    for number, line in enumerate(text.splitlines(), 1):
        bare = line.partition(" #")[0].partition("\t#")[0]
        if bare.strip() and not bare.lstrip().startswith(("#", ";")):
            yield number, bare


def is_own(path: str) -> bool:
    """Tell whether the file is part of how the project runs, and no example, test, or matter of a tool."""
    folders = path.split("/")[:-1]
    return not (DEMONSTRATIONS & set(folders) or is_test(path) or any(one.startswith(".") for one in folders))


def of_project(subject: Subject) -> list[Proxy]:
    """Return the files that configure proxies."""
    named = [path for path in subject.paths if path.endswith(ENDS) or "/sites-" in path]
    texts = ((path, subject.text(path) or "") for path in named if is_own(path))
    return [found for path, text in texts if (found := _proxy(path, text))]


def _proxy(path: str, text: str) -> Proxy | None:
    for name, kind in KINDS.items():
        if kind.files in path and re.search(kind.marks, text):
            line = next((number for number, line in plain(text) if kind.hands_on.match(line)), 0)
            if line:
                return Proxy(name, path, line, text)
    return None


def the_only(subject: Subject) -> Proxy | None:
    """Return the one proxy that stands in front, None when there is none, or when the files do not tell."""
    found = of_project(subject)
    if len({one.name for one in found}) != 1 or any(path in PLATFORMS for path in subject.paths):
        return None
    manifests = (path for path in subject.paths if path.endswith(YAML) and is_own(path))
    return None if any(INGRESS.search(subject.text(path) or "") for path in manifests) else found[0]
