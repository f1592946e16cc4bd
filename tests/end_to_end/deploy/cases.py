"""What there is to boot: read from the catalog, so that a new folder is in the matrix as soon as it is there."""

import itertools
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from scaffold import catalog, project
from scaffold.changes import Changes
from scaffold.deployment import choices, facts
from scaffold.errors import ScaffoldError
from scaffold.template import Template
from tests import by_hand

LAYOUTS = ("package", "module")
BINDS = ("unix", "tcp")
Answers = tuple[tuple[str, str], ...]
APART = ({"server", "proxy"},)


@dataclass(frozen=True)
class Case:
    """One deployment: what it is asked for, and in which layout."""

    server: str
    answers: Answers = ()
    proxy: str = ""
    protocol: str = ""
    bind: str = "unix"
    layout: str = "package"

    @property
    def words(self) -> list[str]:
        """Return what is typed after `scaffold deploy`."""
        proxy = ["--proxy", self.proxy] if self.proxy else []
        asked = [*self.answers, *([("protocol", self.protocol)] if self.protocol else []), ("bind", self.bind)]
        options = [word for name, value in asked for word in (f"--{name.replace('_', '-')}", value)]
        return ["--server", self.server, *proxy, *options]

    def __str__(self) -> str:
        told = [self.server, *(value for _, value in self.answers), self.proxy, self.protocol, self.bind, self.layout]
        return "-".join(filter(None, told))


def asked(template: Template) -> list[Answers]:
    """Return every combination of answers to a template's questions with choices."""
    questions = [one for one in template.questions if one.get("kind") == "choice"]
    every = itertools.product(*([(one["name"], choice) for choice in one["choices"]] for one in questions))
    return list(every)


def servers() -> list[Case]:
    """Return each server with each of its answers."""
    return [Case(one.name, answers) for one in catalog.templates("server") for answers in asked(one)]


def proxies() -> list[str]:
    return catalog.names("proxy")


@cache
def told(case: Case) -> Mapping[str, Any] | ScaffoldError:
    """Return the facts of a case, or the error with which it is refused."""
    given = dict(case.answers)
    given |= {"bind": case.bind} if case.bind else {}
    given |= {"protocol": case.protocol} if case.protocol else {}
    wanted = choices.Choices(case.server, case.proxy, (), given)
    found = project.find(str(by_hand.home()), None)
    try:
        return facts.of_deployment(found, Changes(found.root), wanted)[1][1]
    except ScaffoldError as error:
        return error


def is_valid(case: Case) -> bool:
    return not isinstance(told(case), ScaffoldError)


def alone() -> list[Case]:
    """Return each server with each of its answers over all that it listens on, the layouts taking turns."""
    found = [replace(one, bind=bind, protocol=protocol) for one in servers() for bind, protocol in _heard(one)]
    return [replace(one, layout=LAYOUTS[number % 2]) for number, one in enumerate(_turned(found))]


def of_each_server() -> list[Case]:
    """Return one valid case of each server with each of its answers."""
    return list({(one.server, one.answers): one for one in [*pairs(), *alone()]}.values())


def _heard(server: Case) -> Iterator[tuple[str, str]]:
    """Yield what a client can speak to a server without a proxy, and where."""
    for bind in BINDS:
        for protocol in ("", "http"):
            found = told(replace(server, bind=bind, protocol=protocol))
            if isinstance(found, Mapping) and found["protocol"] == "http" and found["service_words"]:
                yield bind, protocol
                break


def _turned(cases: Sequence[Case]) -> list[Case]:
    # So that neither bind goes with one layout alone: unix, tcp, tcp, unix, ...
    pairs = [cases[start : start + 2] for start in range(0, len(cases), 2)]
    return [one for number, pair in enumerate(pairs) for one in (pair if number % 2 == 0 else pair[::-1])]


def combinations() -> list[Case]:
    """Return every combination of a server, its answers, a proxy and a protocol, whether it is valid or not."""
    protocols = ("http", "uwsgi", "embedded")
    return [
        replace(one, proxy=proxy, protocol=protocol)
        for one in servers()
        for proxy in proxies()
        for protocol in protocols
    ]


@cache
def everything() -> list[Case]:
    """Return every valid deployment behind a proxy, in either layout and over all that it listens on."""
    every = (replace(one, bind=bind, layout=layout) for one in combinations() for bind in BINDS for layout in LAYOUTS)
    return [one for one in every if is_valid(one)]


def refused() -> list[Case]:
    """Return the combinations that cannot be deployed, whatever they listen on."""
    valid = {_pair(one) for one in everything()}
    return [one for one in combinations() if _pair(one) not in valid]


def pairs() -> list[Case]:
    """Return each valid pair once, binds and layouts taking turns."""
    found: dict[tuple[object, ...], list[Case]] = {}
    for one in everything():
        found.setdefault(_pair(one), []).append(one)
    return [several[number % len(several)] for number, several in enumerate(found.values())]


def pairs_beside(others: Sequence[Case]) -> list[Case]:
    """Return each valid pair that is in none of the other cases."""
    known = {_pair(one) for one in others}
    return [one for one in pairs() if _pair(one) not in known]


def _pair(case: Case) -> tuple[object, ...]:
    return (case.server, case.answers, case.proxy, case.protocol)


@cache
def covered() -> list[Case]:
    """Return few of the deployments, in which any two values that can be together are together once.

    A server and a proxy are not: every pair of them has the quick checks.
    """
    every = everything()
    todo = {two for one in every for two in twos(one)}
    chosen: list[Case] = []
    used: Counter[str] = Counter()
    while todo:
        best = max(every, key=lambda one: (len(todo.intersection(twos(one))), -used[one.proxy]))
        used[best.proxy] += 1
        todo -= set(twos(best))
        chosen.append(best)
    return chosen


def twos(case: Case) -> Iterable[tuple[object, ...]]:
    """Return every two values of a case that the cover is about."""
    values: list[tuple[str, object]] = [
        ("server", case.server),
        ("proxy", case.proxy),
        ("protocol", case.protocol),
        ("bind", case.bind),
        ("layout", case.layout),
    ]
    found = itertools.combinations(values, 2)
    return [(case.server, case.answers), *(two for two in found if {name for name, _ in two} not in APART)]
