"""What a deployment is made of: the templates that were chosen, and what they were told."""

from collections.abc import Mapping, Sequence
from typing import Any

from scaffold import answers as answering
from scaffold import catalog, history
from scaffold.changes import Changes
from scaffold.errors import BadAnswer, MissingAnswer, ScaffoldError
from scaffold.fields import Fields
from scaffold.template import Template

# The operation that holds a project's deployment.
DEPLOY = "deploy"
KINDS = ("server", "proxy", "platform")
# The template with the questions that concern every deployment, and the settings that all of them read.
COMMON = ("platform", "production")
NONE = "none"
# What was said of the two together goes with the proxy.
BETWEEN = ("protocol",)


class Choices(Fields):
    """A server, a proxy or none, any number of platforms, and the answers that were given and not left to defaults."""

    server: str = ""
    proxy: str = ""
    platforms: tuple[str, ...] = ()
    given: Mapping[str, Any] = {}

    def templates(self) -> list[Template]:
        """Return the templates, in the order in which they are planned: a required platform before who requires it."""
        named = [("server", self.server), ("proxy", self.proxy)]
        found = [catalog.find(kind, name) for kind, name in named if name]
        for name in self.platforms:
            found += [one for one in _with_required(name) if one.full_name not in [held.full_name for held in found]]
        return found

    def recorded(self) -> dict[str, Any]:
        """Return them as the history holds them."""
        return {"server": self.server, "proxy": self.proxy, "platforms": list(self.platforms), **self.given}

    def words(self) -> list[str]:
        """Return the command that makes the same choices in another project."""
        named = [("--server", self.server), ("--proxy", self.proxy), *(("--platform", one) for one in self.platforms)]
        words = [word for flag, name in named if name for word in (flag, name)]
        for name, value in self.given.items():
            for one in value if isinstance(value, list | tuple) else [value]:
                words += [f"--{name.replace('_', '-')}", *([] if one is True else [str(one)])]
        return ["scaffold", DEPLOY, *words]


def _with_required(name: str) -> list[Template]:
    template = catalog.find("platform", name)
    required = [one for other in template.listed("requires") for one in _with_required(str(other))]
    return [*required, template]


def common() -> Template:
    """Return the template with the questions that every deployment is asked."""
    return catalog.find(*COMMON)


def current(changes: Changes) -> list[history.Record]:
    """Return the operations that make up today's deployment: one, or one of each of two branches that were merged."""
    return [record for record in history.live(history.records(changes)) if record.what == DEPLOY]


def of_records(changes: Changes, records: Sequence[history.Record]) -> Choices:
    """Return what these operations chose; where two disagree, what the later one says."""
    choices = Choices()
    for record in records:
        answers = history.load(changes, record).get("answers", {})
        said = {name: value for name, value in answers.items() if _is_answer(value)}
        server, proxy, platforms = said.pop("server", ""), said.pop("proxy", ""), said.pop("platforms", [])
        together = (*choices.platforms, *map(str, platforms if isinstance(platforms, list) else ()))
        choices = Choices(
            str(server) or choices.server,
            str(proxy) or choices.proxy,
            tuple(dict.fromkeys(together)),
            {**choices.given, **said},
        )
    return choices


def _is_answer(value: Any) -> bool:
    """Tell whether a recorded value could have been given: the history may have been written by anybody."""
    return isinstance(value, str | int) or (isinstance(value, list) and all(isinstance(one, str) for one in value))


def changed(before: Choices, wanted: Mapping[str, Any]) -> Choices:
    """Return the choices with others in place of those that are wanted otherwise.

    Platforms come on top. What was answered before stays answered, unless nobody asks for it any more, or would not
    take that answer.
    """
    said = {name: value for name, value in wanted.items() if name not in KINDS and value not in (None, (), False)}
    asked = {name: list(value) if isinstance(value, tuple) else value for name, value in said.items()}
    after = Choices(
        wanted.get("server") or before.server,
        _one(wanted.get("proxy"), before.proxy),
        tuple(dict.fromkeys((*before.platforms, *(wanted.get("platform") or ())))),
    )
    if not after.server:
        raise MissingAnswer("--server", "scaffold deploy --server gunicorn")
    templates = [common(), *after.templates()]
    _check_asked(templates, asked)
    kept = {name: value for name, value in before.given.items() if name not in asked and _takes(templates, name, value)}
    return after.changed(given={name: value for name, value in {**kept, **asked}.items() if value not in ("", NONE)})


def without(before: Choices, template: Template) -> Choices:
    """Return the choices without one template."""
    after = before.changed(
        server="" if template.full_name == f"server/{before.server}" else before.server,
        proxy="" if template.full_name == f"proxy/{before.proxy}" else before.proxy,
        platforms=tuple(one for one in before.platforms if template.full_name != f"platform/{one}"),
    )
    templates = [common(), *after.templates()]
    gone = BETWEEN if template.kind == "proxy" else ()
    kept = {name: value for name, value in before.given.items() if name not in gone}
    return after.changed(given={name: value for name, value in kept.items() if _takes(templates, name, value)})


def _one(wanted: str | None, before: str) -> str:
    return "" if wanted == NONE else wanted or before


def _check_asked(templates: Sequence[Template], asked: Mapping[str, Any]) -> None:
    known = {question["name"] for template in templates for question in template.questions}
    for name in asked.keys() - known:
        others = [t.name for t in catalog.usable(*KINDS) if any(one["name"] == name for one in t.questions)]
        shown = " ".join(map(str, asked[name])) if isinstance(asked[name], list | tuple) else str(asked[name])
        raise BadAnswer(f"--{name.replace('_', '-')}", shown, f"only {', '.join(others)} would ask for it")


def _takes(templates: Sequence[Template], name: str, value: Any) -> bool:
    """Tell whether one of the templates asks for it and takes this answer."""
    for template in templates:
        if any(question["name"] == name for question in template.questions):
            try:
                answering.complete(template, {name: value}, [name])
            except ScaffoldError:
                continue
            return True
    return False
