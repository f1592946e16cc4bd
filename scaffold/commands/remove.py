"""scaffold remove: take out again what `add` or `deploy` put there."""

from typing import Any

import click

from scaffold.commands import options

KINDS = ("feature", "component", "server", "proxy", "platform")


class Templates(click.Group):
    """A group whose commands are what can be taken out; what names an instance are its parameters."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of what can have been added."""
        from scaffold import catalog

        return sorted(name for kind in KINDS for name in catalog.names(kind))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command of one template; say which there are when there is none of that name."""
        from scaffold import catalog
        from scaffold.errors import NoTemplate

        for kind in KINDS:
            if cmd_name in catalog.names(kind):
                return _command(catalog.find(kind, cmd_name))
        raise NoTemplate("template", cmd_name, self.list_commands(ctx))


def _command(template: Any) -> click.Command:
    from scaffold.commands import questions

    def run(project: str, app: str | None, **values: Any) -> int:
        from scaffold import plan
        from scaffold import project as projects
        from scaffold.commands import outcome

        mode = options.taken(values)
        given = {name: value for name, value in values.items() if value is not None}
        command = ["scaffold", "remove", template.name, *questions.words(template, given)]
        found = projects.find(project, app)
        return outcome.finish(plan.remove(found, template, given, command), mode, command)

    return click.Command(
        template.name,
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
        ],
    )


command = Templates("remove", help="Take out again exactly what 'add' or 'deploy' put there.")
