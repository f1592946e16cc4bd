"""scaffold add: one subcommand per component and feature of the catalog."""

from typing import Any

import click

from scaffold.commands import options

KINDS = ("feature", "component")


class Templates(click.Group):
    """A group whose commands are the catalog's templates; a template's questions are the command's parameters."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of what can be added."""
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
        callback=run,
        short_help=template.summary,
        help=questions.explained(template),
        params=[*questions.parameters(template), *options.place(), options.replacing(), *options.parameters()],
    )


command = Templates("add", help="Add something to a project: its files, its edits and its tests.")
