"""A template of the project as Jinja reads it: what it links, which other templates it names, what it lets through."""

from collections.abc import Iterator
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

from scaffold import render
from scaffold.fields import Fields

if TYPE_CHECKING:
    from scaffold.audit.subject import Subject

# What names another template, and where it does so.
NAMING = ("Extends", "Include", "Import", "FromImport")
# Jinja's nodes are told apart by the names of their classes: Jinja itself is imported in `render` alone.
Node = Any


class Named(Fields):
    """One place that names templates: those of a list are tried in turn, and `must` says that one has to be there."""

    line: int
    names: tuple[str, ...]
    must: bool


class Link(Fields):
    """One `url_for` with a plain endpoint; `filename` is None where it is computed or not given."""

    line: int
    endpoint: str
    filename: str | None


class Page:
    """One template; without nodes when it has tags that only an extension of Jinja knows."""

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self._text = text

    @cached_property
    def nodes(self) -> list[Node]:
        """Return every node, the outer ones first."""
        root = render.page(self._text)
        return [] if root is None else list(walk(root))

    @property
    def is_read(self) -> bool:
        """Tell whether it could be read."""
        return bool(self.nodes)

    def of_kind(self, *kinds: str) -> Iterator[Node]:
        """Yield the nodes of these kinds."""
        return (node for node in self.nodes if kind(node) in kinds)

    @cached_property
    def named(self) -> list[Named]:
        """Return the places that name other templates plainly."""
        found = ((node, texts(node.template)) for node in self.of_kind(*NAMING))
        return [Named(node.lineno, names, not getattr(node, "ignore_missing", False)) for node, names in found if names]

    @cached_property
    def computed(self) -> list[Node]:
        """Return the expressions that name other templates and are no plain text."""
        return [node.template for node in self.of_kind(*NAMING) if not texts(node.template)]

    @cached_property
    def constants(self) -> set[str]:
        """Return every text in an expression."""
        return {node.value for node in self.of_kind("Const") if isinstance(node.value, str)}

    @cached_property
    def links(self) -> list[Link]:
        """Return the `url_for` calls with a plain endpoint."""
        calls = (node for node in self.of_kind("Call") if kind(node.node) == "Name" and node.node.name == "url_for")
        plain = ((call, text(call.args[0])) for call in calls if call.args)
        return [Link(call.lineno, name, _filename(call)) for call, name in plain if name]


@lru_cache(maxsize=1)
def of_subject(subject: "Subject") -> list[Page]:
    """Return every template of the project, read once for all the rules of an audit."""
    return [Page(path, text) for path, text in sorted(subject.templates.items())]


def kind(node: Node) -> str:
    """Return what a node is."""
    return type(node).__name__


def walk(node: Node) -> Iterator[Node]:
    """Yield the node and all that is in it."""
    waiting = [node]
    while waiting:
        current = waiting.pop()
        yield current
        waiting += reversed(list(current.iter_child_nodes()))


def text(node: Node) -> str | None:
    """Return the text of a string, None for anything else."""
    return node.value if kind(node) == "Const" and isinstance(node.value, str) else None


def texts(node: Node) -> tuple[str, ...]:
    """Return the text, or those of a list; nothing when one of them is computed."""
    found = [text(one) for one in (node.items if kind(node) in ("List", "Tuple") else [node])]
    return tuple(one for one in found if one) if all(found) else ()


def _filename(call: Node) -> str | None:
    return next((text(given.value) for given in call.kwargs if given.key == "filename"), None)
