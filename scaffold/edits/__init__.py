"""The kinds of edit a template may ask for: one module each, with the same three verbs.

`target(edit, context)` reads the project and says where the edit goes; it may add answers that later edits of the same
template read. `apply(edit, target, context)` plans the edit in `context.changes` and returns what was inserted.
"""

from collections.abc import Mapping
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

from scaffold.errors import BadTemplate
from scaffold.fields import Fields

if TYPE_CHECKING:
    from scaffold.changes import Changes
    from scaffold.project import Project
    from scaffold.template import Template

KINDS = ("config", "dependency", "extension", "lines", "nav", "page", "section", "test", "view", "wiring")


class Fragment(Fields):
    """A text that an edit put into a file; `more` is what taking it out again needs to know."""

    path: str
    text: str
    what: str
    more: Mapping[str, Any] = {}

    def recorded(self) -> dict[str, Any]:
        """Return it as the history holds it."""
        return {"path": self.path, "what": self.what, "text": self.text, **self.more}


class Context(Fields):
    """What an edit may read, and the changes it plans into."""

    project: "Project"
    changes: "Changes"
    template: "Template"
    answers: dict[str, Any]


def kind(edit: dict[str, Any], template: str) -> ModuleType:
    """Return the module that makes this kind of edit."""
    name = edit.get("kind")
    if name not in KINDS:
        raise BadTemplate(template, f"there is no kind of edit {name!r}")
    return import_module(f"scaffold.edits.{name}")
