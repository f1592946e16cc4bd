"""scaffold list: what can be added, grouped by kind."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

import click

from scaffold.commands import options

if TYPE_CHECKING:
    from scaffold.template import Template

TITLES = {
    "layout": "Layouts (scaffold new NAME --layout ...)",
    "feature": "Features (scaffold add ...)",
    "component": "Components (scaffold add ...)",
    "server": "Servers (scaffold deploy --server ...)",
    "proxy": "Proxies (scaffold deploy --proxy ...)",
    "platform": "Platforms (scaffold deploy --platform ...)",
}


def _run(json: bool) -> int:
    if json:
        import json as encoder

        found = _found(TITLES)
        listed = [{"kind": t.kind, "name": t.name, "summary": t.summary} for ts in found.values() for t in ts]
        click.echo(encoder.dumps({"schema": 1, "ok": True, "templates": listed}, indent=2))
        return 0
    show(TITLES)
    return 0


def _found(kinds: Iterable[str]) -> "dict[str, list[Template]]":
    from scaffold import catalog

    wanted = [kind for kind in TITLES if kind in kinds]
    return {kind: [one for one in catalog.usable(kind, refused=options.warn) if one.is_alone] for kind in wanted}


def show(kinds: Iterable[str]) -> None:
    """Print the templates of these kinds, grouped, one line each."""
    groups = [(TITLES[kind], templates) for kind, templates in _found(kinds).items() if templates]
    width = max((len(t.name) for _, templates in groups for t in templates), default=0)
    for title, templates in groups:
        click.echo(f"{title}\n" + "\n".join(f"    {t.name:{width}}  {t.summary}" for t in templates) + "\n")


command = click.Command(
    add_help_option=False,
    name="list",
    callback=_run,
    short_help="List what can be added.",
    help="List what can be added.",
    params=[click.Option(["--json"], is_flag=True, help="Print one JSON object."), options.asking_help()],
)
