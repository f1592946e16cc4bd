"""Limits of request bodies: proxy, server and app have to agree."""

import ast
from collections.abc import Iterator

from scaffold.audit import proxies
from scaffold.audit.finding import WARNING, Finding, Rule
from scaffold.audit.subject import Subject
from scaffold.fields import Fields
from scaffold.flask_code import limit
from scaffold.flask_code.module import dotted

# A proxy may let a little more through, so that the app's own page says that it was too much.
TOLERATED = 2
OF_VIEW = "max_content_length"
# The settings of the machine that serves; those of a developer say nothing of it.
PRODUCTION = "production.env"


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
        found = _of_proxy(proxy)
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
        found = file.find(limit.NAME) if reads and path.endswith(PRODUCTION) else None
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
        for node in ast.walk(module.source.tree) if OF_VIEW.encode() in module.source.raw else ():
            if isinstance(node, ast.Assign) and _is_of_view(node.targets[0]):
                named = module.scope.names.get(dotted(node.value), ())
                value = named[0].value if len(named) == 1 and named[0].value else node.value
                size = limit.number(value)
                yield Limit(module.path, node.lineno, size, module.source.segment(node)) if size else None


def _is_of_view(target: ast.expr) -> bool:
    return isinstance(target, ast.Attribute) and target.attr == OF_VIEW


def _of_proxy(proxy: proxies.Proxy) -> list[Limit]:
    written = [Limit(proxy.path, *found) for found in proxy.limits()]
    usual = Limit(proxy.path, proxy.line, proxy.kind.usual, f"{proxy.kind.usual} bytes, for want of another limit,")
    return written or ([usual] if proxy.kind.usual else [])


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
