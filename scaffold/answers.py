"""Answers: what a template was told, checked against its questions and completed with their defaults."""

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

from scaffold.errors import BadAnswer, MissingAnswer
from scaffold.kinds import FACTS, KINDS, flag

if TYPE_CHECKING:
    from scaffold.template import Template


def complete(
    template: "Template",
    given: Mapping[str, Any],
    only: Collection[str] | None = None,
    known: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Return an answer to every question of the template, or to some; raise when one is missing, wrong or unknown.

    A default may hold the answers before it, and what is `known` besides.
    """
    answers: dict[str, Any] = {}
    for question in template.questions:
        if only is not None and question["name"] not in only:
            continue
        answers[str(question["name"])] = _answer(template, question, given, {**(known or {}), **answers})
    for name in given.keys() - answers.keys():
        raise BadAnswer(f"--{name}", str(given[name]), f"{template.full_name} does not ask for it")
    return answers


def facts(template: "Template", answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return what follows from the answers alone, for the kinds of question that say more than what was typed."""
    found: dict[str, Any] = {}
    for question in template.questions:
        kind, name = question.get("kind"), question["name"]
        if kind in FACTS and name in answers:
            found |= FACTS[kind](answers[name])
    return found


def _answer(
    template: "Template", question: Mapping[str, Any], given: Mapping[str, Any], before: Mapping[str, Any]
) -> Any:
    value = given.get(str(question["name"]))
    if value is None or value == ():
        value = question.get("default")
    if isinstance(value, str) and value == question.get("default") and "[[" in value:
        from scaffold import render

        value = render.source(value, {**before, **facts(template, before)}, template)
    if value is None:
        raise MissingAnswer(flag(question), str(template.manifest.get("example", f"scaffold add {template.name} ...")))
    return _checked(template, question, value)


def _checked(template: "Template", question: Mapping[str, Any], value: Any) -> Any:
    if value == question.get("default") == "":
        return "" if not question.get("many") else []
    kind = str(question.get("kind", "text"))
    if kind not in KINDS:
        raise template.broken(f"there is no kind of question '{kind}'")
    if question.get("many") and kind != "fields":  # those are read together
        return [KINDS[kind](question, word) for word in value]
    return KINDS[kind](question, value)
