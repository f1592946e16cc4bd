"""scaffold deploy: make a project ready to run in production."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from scaffold.commands import options

if TYPE_CHECKING:
    from scaffold.template import Template

OWN = {
    "server": "What runs the app.",
    "proxy": "What stands in front of it; 'none' takes it away.",
    "platform": "Where it runs; may be given several times.",
}


def _run(project: str, app: str | None, force: bool, **values: Any) -> int:
    from scaffold import project as projects
    from scaffold.changes import Changes
    from scaffold.commands import outcome
    from scaffold.deployment import choices, switch

    mode = options.taken(values)
    found = projects.find(project, app)
    changes = Changes(found.root)
    before = choices.of_records(changes, choices.current(changes))
    if not any(value not in (None, (), False) for value in values.values()):
        return _show(before, as_json=mode.json)
    after = choices.changed(before, values)
    command = [*after.words(), *options.app(app)]
    return outcome.finish(switch.to(found, after, command, force=force), mode, command)


def _show(there: Any, *, as_json: bool) -> int:
    """Tell what is deployed, and what could be."""
    from scaffold.commands import list_
    from scaffold.deployment import choices

    if as_json:
        import json

        told = {"schema": 1, "ok": True, "deployed": there.recorded() if there.server else None}
        click.echo(json.dumps(told, indent=2))
        return 0
    if there.server:
        click.echo("Deployed")
        for template in there.templates():
            click.echo(f"    {template.kind:8}  {template.name:10}  {template.summary}")
        click.echo(f"\n    {' '.join(there.words())}\n")
    else:
        click.echo("Nothing is deployed yet. For example: scaffold deploy --server gunicorn --proxy nginx\n")
    list_.show(choices.KINDS)
    return 0


class Deploy(click.Command):
    """A command whose options are the questions of every server, proxy and platform."""

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """Return the options, made once they are needed: all those manifests have to be read for them."""
        if __name__ not in ctx.meta:
            asked = [*_asked(), *options.place(), options.replacing()]
            ctx.meta[__name__] = [*asked, *options.parameters(), options.asking_help()]
        return list(ctx.meta[__name__])


def _asked() -> list[click.Parameter]:
    from scaffold import catalog

    # One that is broken stands in nobody's way but its own.
    found = catalog.usable(*OWN, refused=options.warn)
    return [*_choosing(found), *_questions(found)]


def _choosing(found: "Sequence[Template]") -> list[click.Parameter]:
    named = {kind: [one.name for one in found if one.kind == kind and one.is_alone] for kind in OWN}
    return [
        click.Option(
            [f"--{kind}"], metavar="NAME", multiple=kind == "platform", help=f"{text} One of {', '.join(named[kind])}."
        )
        for kind, text in OWN.items()
    ]


def _questions(found: "Sequence[Template]") -> list[click.Parameter]:
    """Return an option for each question; one that several templates ask is one option, and says who asks."""
    from scaffold.commands import questions
    from scaffold.deployment import choices

    asked: dict[str, dict[str, Any]] = {}
    askers: dict[str, list[str]] = {}
    common = choices.common()
    for template in [common, *(one for one in found if one.full_name != common.full_name)]:
        for question in template.questions:
            asked.setdefault(question["name"], question)
            askers.setdefault(question["name"], []).extend([template.name] if template.is_alone else [])
    return [questions.option(one, ", ".join(askers[name])) for name, one in asked.items()]


command = Deploy(
    add_help_option=False,
    name="deploy",
    callback=_run,
    short_help="Make a project ready to run in production.",
    help="""Make a project ready to run in production: a server, a proxy in front of it, and where they run.

    Run again with other choices, it replaces the earlier ones. Without any it shows what is deployed.

    \b
    scaffold deploy --server gunicorn
    scaffold deploy --server gunicorn --proxy nginx --platform systemd --domain shop.example.com
    scaffold deploy --proxy caddy
    """,
)
