"""Limits of request bodies: proxy, server and app have to agree."""

import ast
import re
from collections.abc import Iterator

from scaffold.audit import proxies
from scaffold.audit.finding import WARNING, Finding, Rule
from scaffold.audit.subject import Subject
from scaffold.fields import Fields
from scaffold.flask_code import limit
from scaffold.flask_code.module import dotted

UNITS = {"": 1, "k": 1024, "m": 1024**2, "g": 1024**3}
# As Caddy reads sizes: "MB" are millions, "MiB" are not.
SIZES = {"": 1, "B": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9, "KIB": 1024, "MIB": 1024**2, "GIB": 1024**3}
NGINX = re.compile(r"\s*client_max_body_size\s+(\d+)([kmgKMG]?)\s*;")
BYTES = {
    "nginx": re.compile(r"\s*if\s*\(\s*\$content_length\s*>\s*(\d+)"),
    "apache": re.compile(r"""\s*LimitRequestBody\s+(\d+)|.*Content-Length'\)\s+-gt\s+(\d+)"""),
    "haproxy": re.compile(r".*(?:req\.hdr_val\(content-length\)|req\.body_size)\s+gt\s+(\d+)"),
    "caddy": re.compile(r".*Content-Length\}\)\s*>\s*(\d+)"),
}
CADDY = re.compile(r"\s*max_size\s+(\d+)\s*([KMGkmg]?[iI]?[Bb]?)\s*$")
NGINX_USUAL = 1024**2
# A proxy may let a little more through, so that the app's own page says that it was too much.
TOLERATED = 2


class Limit(Fields):
    """One limit in bytes, 0 for none, where it is, and how it is written."""

    path: str
    line: int
    size: int
    said: str


def _disagreeing(subject: Subject) -> Iterator[Finding]:
    own = [*_of_settings(subject)] or [*_of_code(subject)]
    if not own:
        return
    views = list(_of_views(subject))
    # A view may have a larger limit of its own; where that is not known, nobody knows what the app refuses.
    known = [one for one in views if one is not None]
    least = min(own, key=lambda one: one.size)
    most = max([*own, *known], key=lambda one: one.size)
    for proxy in proxies.of_project(subject):
        found = list(_of_proxy(proxy))
        highest = max(found, key=lambda one: one.size or float("inf"), default=least)
        lowest = min(found, key=lambda one: one.size or float("inf"), default=most)
        if highest.size and highest.size < least.size:
            yield _finding(highest, least, proxy.name, "refuses what the app takes")
        elif len(known) == len(views) and (not lowest.size or lowest.size > TOLERATED * most.size):
            yield _finding(lowest, most, proxy.name, "takes what the app refuses")


def _finding(found: Limit, own: Limit, name: str, what: str) -> Finding:
    place = f"{own.path}:{own.line}"
    return Finding(found.path, found.line, f"{name} {what}: '{found.said}' here, '{own.said}' in {place}")


def _of_settings(subject: Subject) -> Iterator[Limit]:
    """Yield what the settings of production say, which win over the code where it reads them."""
    reads = any(b'"MAX_CONTENT_LENGTH"' in module.source.raw for module in subject.modules)
    for path, file in subject.env_files.items():
        found = file.find(limit.NAME) if reads and "production" in path else None
        if found and (found.value or "").isdecimal():
            yield Limit(path, file.line(found), int(found.value or ""), f"{limit.NAME}={found.value}")


def _of_code(subject: Subject) -> Iterator[Limit]:
    for module in subject.modules:
        if limit.NAME.encode() in module.source.raw:
            for value in limit.values(module.source.tree):
                if size := limit.number(value):
                    yield Limit(module.path, value.lineno, size, f"{limit.NAME} = {ast.unparse(value)}")


def _of_views(subject: Subject) -> Iterator[Limit | None]:
    """Yield what views allow their own requests, None for what is not known."""
    for module in subject.modules:
        for node in ast.walk(module.source.tree) if b".max_content_length" in module.source.raw else ():
            if isinstance(node, ast.Assign) and _is_of_view(node.targets[0]):
                named = module.scope.names.get(dotted(node.value), ())
                value = named[0].value if len(named) == 1 and named[0].value else node.value
                size = limit.number(value)
                yield Limit(module.path, node.lineno, size, module.source.segment(node)) if size else None


def _is_of_view(target: ast.expr) -> bool:
    return isinstance(target, ast.Attribute) and target.attr == "max_content_length"


def _of_proxy(proxy: proxies.Proxy) -> Iterator[Limit]:
    found = list(_written(proxy))
    yield from found
    if not found and proxy.name == "nginx":
        yield Limit(proxy.path, proxy.line, NGINX_USUAL, "client_max_body_size 1m, as nginx has it by itself")


def _written(proxy: proxies.Proxy) -> Iterator[Limit]:
    for number, line in proxies.plain(proxy.text):
        size = _size(proxy.name, line)
        if size is not None:
            yield Limit(proxy.path, number, size, line.strip().rstrip(";{ "))


def _size(name: str, line: str) -> int | None:
    if name == "nginx" and (found := NGINX.match(line)):
        return int(found[1]) * UNITS[found[2].lower()]
    if name == "caddy" and (found := CADDY.match(line)):
        return int(found[1]) * SIZES.get(found[2].upper(), 1)
    found = BYTES[name].match(line)
    return int(next(filter(None, found.groups()))) if found else None


RULES = [
    Rule(
        "DEP013",
        "proxy and app disagree about the largest request body",
        WARNING,
        "One takes an upload that the other refuses: it fails with a page of the proxy's, or after all of it was sent.",
        "Give both the same limit ('scaffold deploy --limit 16M' does).",
        _disagreeing,
    )
]
