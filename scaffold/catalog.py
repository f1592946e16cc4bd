"""Which templates exist: ours, and those of the folders that `SCAFFOLD_TEMPLATES` names."""

import os
from collections.abc import Callable, Iterable

from scaffold.errors import BadTemplate, NoTemplate
from scaffold.template import Template

FOLDERS = {
    "base": "base",
    "layout": "layouts",
    "feature": "features",
    "component": "components",
    "server": "servers",
    "proxy": "proxies",
    "platform": "platforms",
}


def roots() -> list[str]:
    """Return the folders that hold templates: beside the code in a wheel, above it in a checkout."""
    here = os.path.dirname(os.path.abspath(__file__))
    installed = os.path.join(here, "project_templates")
    ours = installed if os.path.isdir(installed) else os.path.join(os.path.dirname(here), "project_templates")
    more = os.environ.get("SCAFFOLD_TEMPLATES", "")
    return [ours, *filter(None, more.split(os.pathsep))]


def names(kind: str) -> list[str]:
    """Return the names of all templates of a kind, sorted."""
    return sorted({name for root in roots() for name in _folders(os.path.join(root, FOLDERS[kind]))})


def _folders(place: str) -> Iterable[str]:
    try:
        entries = os.listdir(place)
    except OSError:
        return []
    return [name for name in entries if os.path.isfile(os.path.join(place, name, "template.toml"))]


def _known(kind: str, name: str) -> Template | None:
    for root in roots():
        folder = os.path.join(root, FOLDERS[kind], name)
        if name.isprintable() and os.sep not in name and os.path.isfile(os.path.join(folder, "template.toml")):
            return Template(kind, name, folder)
    return None


def find(kind: str, name: str) -> Template:
    """Return the template of that kind and name; raise `NoTemplate` when there is none."""
    found = _known(kind, name)
    if found is None:
        raise NoTemplate(kind, name, names(kind))
    return found


def find_one(kinds: Iterable[str], name: str) -> Template:
    """Return the template of that name in one of the kinds; raise `NoTemplate` when there is none."""
    known = [one for kind in kinds if (one := _known(kind, name))]
    if not known:
        raise NoTemplate("template", name, [one for kind in kinds for one in names(kind)])
    return known[0]


def templates(*kinds: str) -> list[Template]:
    """Return all templates of these kinds (of every kind when none is given), grouped by kind."""
    return [find(kind, name) for kind in kinds or FOLDERS for name in names(kind)]


def usable(*kinds: str, refused: Callable[[BadTemplate], object] = lambda _: None) -> list[Template]:
    """Return the templates of these kinds whose manifest can be read; tell of each of the others."""
    found = []
    for template in templates(*kinds):
        try:
            if template.questions or template.manifest:
                found.append(template)
        except BadTemplate as error:
            refused(error)
    return found
