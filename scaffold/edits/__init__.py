"""The kinds of edit a template may ask for: one module each, with the same three verbs.

`target(edit, context)` reads the project and says where the edit goes; it may add answers that later edits of the same
template read. `apply(edit, target, context)` plans the edit in `context.changes` and returns what was inserted.
"""

from dataclasses import dataclass
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

from scaffold.errors import BadTemplate

if TYPE_CHECKING:
    from scaffold.changes import Changes
    from scaffold.project import Project
    from scaffold.template import Template

KINDS = ("dependency", "lines", "page", "section", "test", "view")


@dataclass(frozen=True, slots=True)
class Fragment:
    """A text that an edit put into a file, as the history records it."""

    path: str
    text: str
    what: str


@dataclass(frozen=True, slots=True)
class Context:
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
