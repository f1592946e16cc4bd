"""What is booted: each server that was asked for, alone and behind its proxy."""

from collections.abc import Mapping
from typing import Any

from scaffold import catalog
from scaffold.changes import Changes
from scaffold.deployment import choices, facts
from scaffold.deployment.choices import NONE, Choices
from scaffold.errors import BadAnswer, Refused
from scaffold.fields import Fields
from scaffold.project import Project

DEPLOYED, ALL = "deployed", "all"
HTTP = "http"
ELSEWHERE = ("upstream", "proxies", "host")


class Subject(Fields):
    """One thing to boot, and the choices of the deployment that it is."""

    name: str
    choices: Choices

    @property
    def words(self) -> list[str]:
        """Return the options of `scaffold test` that mean it."""
        proxy = self.choices.proxy or NONE
        return ["--server", self.choices.server, "--proxy", proxy]


class LeftOut(Fields):
    """A combination that `scaffold deploy` refuses, and why."""

    name: str
    why: str


def chosen(project: Project, server: str, proxy: str) -> list[Subject | LeftOut]:
    """Return what there is to boot for these names; raise `NoTemplate` for one that is unknown.

    "deployed" stands for the server that is deployed, the usual one where none is; "all" for each there is.
    """
    changes = Changes(project.root)
    deployed = choices.of_records(changes, choices.current(changes))
    here = deployed.changed(platforms=(), given=_of_here(deployed.given))
    found: list[Subject | LeftOut] = []
    for name in _servers(server, deployed):
        base = choices.changed(here, {"server": name})
        behind = [choices.changed(base, {"proxy": one}) for one in _proxies(proxy, deployed)]
        found += _alone(project, base)
        found += [_tried(project, one, f"{name} behind {one.proxy}") for one in behind]
    if server == DEPLOYED and proxy in ("", DEPLOYED):
        return [one for one in found if isinstance(one, Subject)]
    return found


def _of_here(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answers but those about other machines: everything is booted on this one, the app behind one proxy."""
    return {name: value for name, value in given.items() if name not in ELSEWHERE}


def _servers(wanted: str, deployed: Choices) -> list[str]:
    known = [one for one in catalog.templates("server") if one.is_alone]
    if wanted == ALL:
        return [one.name for one in known]
    if wanted != DEPLOYED:
        return [catalog.find("server", wanted).name]
    return [deployed.server or next(one.name for one in known if one.manifest.get("usual"))]


def _proxies(wanted: str, deployed: Choices) -> list[str]:
    if wanted == ALL:
        return [one.name for one in catalog.templates("proxy") if one.is_alone]
    if wanted in ("", DEPLOYED):
        return [deployed.proxy] if deployed.proxy else []
    return [] if wanted == NONE else [catalog.find("proxy", wanted).name]


def _alone(project: Project, base: Choices) -> list[Subject | LeftOut]:
    """Return the server without its proxy, where it listens now; nothing of one that speaks no HTTP by itself."""
    given = {name: value for name, value in base.given.items() if not _of_proxy(name)}
    asked = Choices(base.server, "", (), {**given, **_binding(project, base)})
    for one in (asked, asked.changed(given={**asked.given, "protocol": HTTP})):
        tried = _tried(project, one, base.server)
        if isinstance(tried, Subject) and _speaks_http(project, tried.choices):
            return [tried]
    return []


def _of_proxy(name: str) -> bool:
    """Tell whether an answer is about what stands in front of the app, and how it is reached from there."""
    from_proxies = {question["name"] for one in catalog.templates("proxy") for question in one.questions}
    return name in {*from_proxies, "protocol"}


def _binding(project: Project, base: Choices) -> dict[str, Any]:
    told = _told(project, base)
    return {"bind": told["bind"]} if isinstance(told, Mapping) else {}


def _speaks_http(project: Project, asked: Choices) -> bool:
    told = _told(project, asked)
    return isinstance(told, Mapping) and told["protocol"] == HTTP and bool(told["service_words"])


def _tried(project: Project, asked: Choices, name: str) -> Subject | LeftOut:
    told = _told(project, asked)
    return Subject(name, asked) if isinstance(told, Mapping) else LeftOut(name, told.message)


def _told(project: Project, asked: Choices) -> Mapping[str, Any] | Refused | BadAnswer:
    try:
        return facts.of_deployment(project, Changes(project.root), asked)[1][1]
    except (Refused, BadAnswer) as refusal:
        return refusal
