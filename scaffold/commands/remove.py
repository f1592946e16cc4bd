"""scaffold remove: take out again what `add` or `deploy` put there."""

from typing import Any

import click

from scaffold.commands import options
from scaffold.commands.templates import Templates

KINDS = ("feature", "component", "server", "proxy", "platform")


def _command(template: Any) -> click.Command:
    from scaffold.commands import questions

    def run(project: str, app: str | None, **values: Any) -> int:
        from scaffold import back
        from scaffold import project as projects
        from scaffold.commands import outcome

        mode = options.taken(values)
        given = {name: value for name, value in values.items() if value is not None}
        command = ["scaffold", "remove", template.name, *questions.words(template, given)]
        found = projects.find(project, app)
        return outcome.finish(back.remove(found, template, given, command), mode, command)

    return click.Command(
        template.name,
        add_help_option=False,
        callback=run,
        short_help=template.summary,
        help=f"Take out again: {template.summary}",
        params=[
            *questions.naming(template),
            click.Option(
                ["--yes"], is_flag=True, help="Take out also what somebody wrote by hand, without a question."
            ),
            *options.place(),
            *options.parameters(),
            options.asking_help(),
        ],
    )


command = Templates("remove", KINDS, _command, "Take out again exactly what 'add' or 'deploy' put there.")
