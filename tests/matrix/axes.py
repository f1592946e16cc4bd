"""What a project can be made of, read from the catalog, and which values go together: a new folder enters by itself."""

import itertools
import shlex
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any
from unittest import mock

import click

from scaffold import answers as answering
from scaffold import catalog, project, render
from scaffold.changes import Changes
from scaffold.commands import questions
from scaffold.deployment import choices, facts
from scaffold.errors import ScaffoldError
from scaffold.template import Template, matches
from tests import by_hand, everything
from tests.matrix import pythons

ADDED = ("feature", "component")
IN, OUT = "in", "out"
# An axis and one of its values; a project has one value of each axis.
Value = tuple[str, str]
LAYOUT, PYTHON, DEPENDENCIES = "layout", "python", "dependencies"
SERVER, ANSWERS, PROXY, PROTOCOL, BIND = "server", "answers", "proxy", "protocol", "bind"
NEWEST, LOWEST = "newest", "lowest"
# What runs inside the proxy runs in the Python that Debian's proxy was made for.
EMBEDDED = "embedded"
OUT_OF_REACH = (
    "What is compiled where it is installed, and what Apache loads, with another Python than Debian's own: the headers "
    "and the module that Debian has are for that one.",
)


@dataclass(frozen=True)
class Deployed:
    """A server with its answers, what stands in front of it, and what the two speak."""

    server: str
    answers: tuple[tuple[str, str], ...]
    proxy: str
    protocol: str
    bind: str

    @property
    def values(self) -> list[Value]:
        told = " ".join([self.server, *(f"{name}={value}" for name, value in self.answers)])
        proxy = self.proxy or choices.NONE
        named = [self.server, told, proxy, self.protocol, self.bind]
        return list(zip((SERVER, ANSWERS, PROXY, PROTOCOL, BIND), named, strict=True))

    @property
    def given(self) -> dict[str, str]:
        return {**dict(self.answers), "protocol": self.protocol, "bind": self.bind}


@dataclass(frozen=True)
class Combination:
    """One project: its layout, what it is proved with, what is added to it, and how it is deployed."""

    layout: str
    python: str
    dependencies: str
    deployed: Deployed
    added: tuple[str, ...]
    platforms: tuple[str, ...]

    def additions(self) -> list[list[str]]:
        """Return what is typed after `scaffold`, for each thing that is added."""
        return [["add", name, *words(catalog.find_one(ADDED, name))] for name in self.added]

    def deployment(self) -> list[str]:
        """Return what is typed after `scaffold`, to deploy it."""
        one = self.deployed
        return choices.Choices(one.server, one.proxy, self.platforms, one.given).words()[1:]

    def __str__(self) -> str:
        told = (value for _, value in self.deployed.values[1:])
        return "-".join([self.layout, self.python, self.dependencies, *told]).replace(" ", "-")


def words(template: Template) -> list[str]:
    """Return the words of one instance: the first of tests/everything.py, else those of the template's own example."""
    known = next((one[1:] for one in everything.ADDED if one[0] == template.name), None)
    return shlex.split(str(template.manifest.get("example", "")))[3:] if known is None else known


def answers(template: Template) -> dict[str, Any]:
    """Return what that instance answers."""
    command = click.Command(template.name, params=questions.parameters(template))
    given = command.make_context(template.name, words(template)).params
    told = answering.complete(template, {name: value for name, value in given.items() if value is not None})
    return {**told, **answering.facts(template, told)}


def brought(template: Template) -> set[str]:
    """Return the axes of a template and of all that comes with it."""
    told = answers(template) if template.kind in ADDED else {}
    kinds = ADDED if template.kind in ADDED else (template.kind,)
    entries = [one if isinstance(one, dict) else {"name": one} for one in template.listed("requires")]
    wanted = [str(one["name"]) for one in entries if matches(one.get("when", {}), told)]
    required = [one for one in (catalog.find_one(kinds, name) for name in wanted) if one.is_alone]
    return {_axis(template)}.union(*map(brought, required))


class Space:
    """All axes of this catalog and this machine, and what is valid."""

    def __init__(self) -> None:
        self._project = project.find(str(by_hand.home()), None)
        # Thousands of deployments are asked about: each template is read once, and so is the project.
        self._changes = Changes(self._project.root)
        self._find, self._environment = cache(catalog.find), cache(_compiling_once(render._environment))
        self._facts: list[dict[str, Any]] = []
        self._of_project = facts._of_project
        self._known: dict[tuple[Deployed, frozenset[str]], Mapping[str, Any] | None] = {}
        with self._reading_once():
            added = [one for one in catalog.templates(*ADDED) if one.is_alone]
            platforms = [one for one in catalog.templates("platform") if one.is_alone]
            self.added, self.platforms = [one.name for one in added], [one.name for one in platforms]
            self._platforms = set(map(platform_axis, self.platforms))
            self._brought = {_axis(one): brought(one) for one in (*added, *platforms)}
            self.deployed = [one for one in _every_deployment() if self._is_run(one)]
            self.pairs = set(self._pairs())

    @cached_property
    def axes(self) -> dict[str, list[str]]:
        """Return the values of each axis but those of the deployment."""
        layouts = [*catalog.names("layout"), by_hand.LAYOUT]
        free = {LAYOUT: layouts, DEPENDENCIES: [NEWEST, LOWEST], PYTHON: pythons.there()}
        return {**free, **{axis: [IN, OUT] for axis in self._brought}}

    def combination(self, deployed: Deployed, values: Mapping[str, str]) -> Combination:
        """Return the project that has these values."""
        added = tuple(one for one in self.added if values[added_axis(one)] == IN)
        platforms = tuple(one for one in self.platforms if values[platform_axis(one)] == IN)
        return Combination(values[LAYOUT], values[PYTHON], values[DEPENDENCIES], deployed, added, platforms)

    def values(self, one: Combination) -> list[Value]:
        """Return the value that a project has of each axis."""
        inside = self.closed([*map(added_axis, one.added), *map(platform_axis, one.platforms)])
        free = [(LAYOUT, one.layout), (PYTHON, one.python), (DEPENDENCIES, one.dependencies)]
        return [*free, *one.deployed.values, *((axis, IN if axis in inside else OUT) for axis in self._brought)]

    def closed(self, inside: Iterable[str]) -> set[str]:
        """Return the axes of what is added or deployed, and of all that it brings along."""
        return set().union(*(self._brought[axis] for axis in inside))

    def fits(self, deployed: Deployed, python: str | None) -> bool:
        """Tell whether a server can be had for a Python.

        What is compiled needs headers, and what Apache loads is made already: Debian has both for its own alone.
        """
        known = self._told(deployed) or {}
        own = known["protocol"] == EMBEDDED or bool(known.get("build_packages"))
        return python is None or not own or python == pythons.of_debian()

    def takes(self, deployed: Deployed, inside: Iterable[str]) -> bool:
        """Tell whether a deployment can be on the platforms that are in."""
        return self._told(deployed, inside) is not None

    def _told(self, deployed: Deployed, inside: Iterable[str] = ()) -> Mapping[str, Any] | None:
        """Return the facts of a deployment, None when it is refused."""
        there = frozenset(inside) & self._platforms
        key = deployed, there
        if key not in self._known:
            wanted = choices.Choices(
                deployed.server, deployed.proxy, tuple(axis.split()[1] for axis in sorted(there)), deployed.given
            )
            try:
                with self._reading_once():
                    found = facts.of_deployment(self._project, self._changes, wanted)
                self._known[key] = next(told for template, told in found if template.kind == SERVER)
            except ScaffoldError:
                self._known[key] = None
        return self._known[key]

    @contextmanager
    def _reading_once(self) -> Iterator[None]:
        def once(*told: Any) -> dict[str, Any]:
            self._facts.extend([] if self._facts else [self._of_project(*told)])
            return dict(self._facts[0])

        with (
            mock.patch.object(catalog, "find", self._find),
            mock.patch.object(facts, "_of_project", once),
            mock.patch.object(render, "_environment", lambda *told: self._environment(*told[:-1])),
        ):
            yield

    def _is_run(self, deployed: Deployed) -> bool:
        # Without a proxy there must be something to start.
        known = self._told(deployed)
        return known is not None and bool(deployed.proxy or known["service_words"])

    def _pairs(self) -> Iterator[frozenset[Value]]:
        """Yield every two values that can be in one project."""
        free = [(axis, value) for axis, values in self.axes.items() for value in values]
        for one in self.deployed:
            yield from map(frozenset, itertools.combinations(one.values, 2))
            fitting = [value for value in free if self._goes_with(one, value)]
            yield from map(frozenset, itertools.product(one.values, fitting))
        for mine, theirs in itertools.combinations(free, 2):
            if mine[0] != theirs[0] and self._may_be(mine, theirs):
                yield frozenset([mine, theirs])

    def _goes_with(self, deployed: Deployed, value: Value) -> bool:
        if value[0] == PYTHON:
            return self.fits(deployed, value[1])
        return value[1] != IN or self.takes(deployed, self.closed([value[0]]))

    def _may_be(self, *values: Value) -> bool:
        """Tell whether nothing is in that brings what is out, and some deployment goes with all of it."""
        inside = self.closed(axis for axis, value in values if value == IN)
        if inside & {axis for axis, value in values if value == OUT}:
            return False
        python = dict(values).get(PYTHON)
        return any(self.fits(one, python) and self.takes(one, inside) for one in self.deployed)


def _compiling_once(make: Callable[..., Any]) -> Callable[..., Any]:
    def made(*told: str) -> Any:
        environment = make(*told, {})
        environment.from_string = cache(environment.from_string)
        return environment

    return made


def added_axis(name: str) -> str:
    return f"add {name}"


def platform_axis(name: str) -> str:
    return f"platform {name}"


def _axis(template: Template) -> str:
    return added_axis(template.name) if template.kind in ADDED else platform_axis(template.name)


def _every_deployment() -> Iterator[Deployed]:
    servers = catalog.templates("server")
    proxies = ["", *catalog.names("proxy")]
    asked = {one["name"]: one.get("choices", []) for one in choices.common().questions}
    for server in servers:
        several = [one for one in server.questions if one.get("kind") == "choice"]
        every = itertools.product(*([(one["name"], choice) for choice in one["choices"]] for one in several))
        for told, proxy, protocol, bind in itertools.product(list(every), proxies, asked[PROTOCOL], asked[BIND]):
            yield Deployed(server.name, told, proxy, protocol, bind)
