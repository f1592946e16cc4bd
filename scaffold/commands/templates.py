"""A group whose commands are the templates of the catalog."""

from collections.abc import Callable, Sequence

import click

from scaffold.commands import options
from scaffold.template import Template


class Templates(click.Group):
    """A group that makes the command of a template when it is asked for."""

    def __init__(self, name: str, kinds: Sequence[str], make: Callable[[Template], click.Command], text: str) -> None:
        super().__init__(
            name,
            help=text,
            add_help_option=False,
            params=[options.asking_help()],
            callback=self._listed,
            invoke_without_command=True,
        )
        self.kinds = kinds
        self.make = make

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the templates of these kinds."""
        from scaffold import catalog

        return sorted(one.name for one in catalog.usable(*self.kinds, refused=options.warn) if one.is_alone)

    def _listed(self) -> None:
        """Print what there is when no template is named."""
        if click.get_current_context().invoked_subcommand is None:
            from scaffold.commands import list_

            list_.show(self.kinds)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command of one template; say which there are when there is none of that name."""
        from scaffold import catalog
        from scaffold.errors import NoTemplate

        for kind in self.kinds:
            if cmd_name in catalog.names(kind) and (found := catalog.find(kind, cmd_name)).is_alone:
                return self.make(found)
        raise NoTemplate("template", cmd_name, self.list_commands(ctx))
