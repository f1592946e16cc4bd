"""scaffold add: one subcommand per component and feature of the catalog."""

from typing import Any

import click

from scaffold.commands import options
from scaffold.commands.templates import Templates

KINDS = ("feature", "component")


def _command(template: Any) -> click.Command:
    from scaffold.commands import questions

    def run(project: str, app: str | None, force: bool, **values: Any) -> int:
        from scaffold import plan
        from scaffold import project as projects
        from scaffold.commands import outcome

        mode = options.taken(values)
        given = {name: value for name, value in values.items() if value is not None}
        command = ["scaffold", "add", template.name, *questions.words(template, given), *options.app(app)]
        planned = plan.add(projects.find(project, app), template, given, command, force=force)
        return outcome.finish(planned, mode, command)

    return click.Command(
        template.name,
        add_help_option=False,
        callback=run,
        short_help=template.summary,
        help=questions.explained(template),
        params=[
            *questions.parameters(template),
            *options.place(),
            options.replacing(),
            *options.parameters(),
            options.asking_help(),
        ],
    )


command = Templates("add", KINDS, _command, "Add something to a project: its files, its edits and its tests.")
