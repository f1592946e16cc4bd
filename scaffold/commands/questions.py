"""A template's questions as parameters of a command, and its answers as words of a command line."""

from collections.abc import Mapping
from typing import Any

import click

from scaffold.kinds import flag
from scaffold.template import Template


def parameters(template: Template) -> list[click.Parameter]:
    """Return one parameter for each question."""
    return [_parameter(question) for question in template.questions]


def option(question: Mapping[str, Any], askers: str) -> click.Parameter:
    """Return the option of a question that only some templates ask."""
    found = _parameter(question)
    if askers and isinstance(found, click.Option):
        found.help = f"{askers}: {found.help}"
    return found


def naming(template: Template) -> list[click.Parameter]:
    """Return the parameters that name one instance of a template: the positional ones, and where it is."""
    return [_parameter(question) for question in template.questions if question["name"] in template.identity]


def _parameter(question: Mapping[str, Any]) -> click.Parameter:
    name = str(question["name"])
    if question.get("argument"):
        # Whether an answer is missing is for the answers to say, with an example.
        many = -1 if question.get("many") else 1
        shown = f"[{flag(question)}]" if "default" in question else flag(question)
        return click.Argument([name], required=False, metavar=shown, nargs=many)
    if question.get("kind") == "switch":
        return click.Option([flag(question)], is_flag=True, help=question.get("help"))
    many = bool(question.get("many"))
    return click.Option([flag(question), name], metavar=_metavar(question), help=_help(question), multiple=many)


def _metavar(question: Mapping[str, Any]) -> str:
    return "|".join(question.get("choices", ())) or str(question["name"]).upper()


def _help(question: Mapping[str, Any]) -> str:
    default = question.get("default")
    text = str(question.get("help", ""))
    # A default that follows from other answers is told by the help itself.
    return f"{text} Default: {default}." if default and "[[" not in str(default) else text


def explained(template: Template) -> str:
    """Return what `--help` says above the options: the summary, an example, the positional answers."""
    example = template.manifest.get("example")
    positional = [question for question in template.questions if question.get("argument")]
    lines = [f"{flag(question)}  {question.get('help', '')}" for question in positional]
    return "\n\n\b\n".join(filter(None, [template.summary, example, "\n".join(lines)]))


def words(template: Template, given: Mapping[str, Any]) -> list[str]:
    """Return the command line that gives these answers again."""
    positional, named = [], []
    for question in template.questions:
        value = given.get(question["name"])
        if value in (None, False):
            continue
        several = [str(one) for one in value] if question.get("many") else [str(value)]
        if question.get("argument"):
            positional += several
        elif value is True:
            named.append(flag(question))
        else:
            named += [word for one in several for word in (flag(question), one)]
    return positional + named
