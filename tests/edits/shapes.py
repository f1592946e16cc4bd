"""Plan edits in a project that is given as texts, and take them back in any order."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from scaffold import edits, history, reverting
from scaffold.changes import Changes
from scaffold.edits import Context
from scaffold.history import Record
from scaffold.project import Project
from scaffold.template import Template

Files = Mapping[str, str | bytes]


class Shape:
    """A project on the disk, and the operations that were planned in it."""

    def __init__(self, root: Path, files: Files, **answers: Any) -> None:
        self.root = root
        self.given = {path: text if isinstance(text, bytes) else text.encode() for path, text in files.items()}
        for path, data in self.given.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_bytes(data)
        self.changes = Changes(str(root))
        self.answers = {"package_dir": ".", "sibling": "", "templates_dir": "templates", **answers}
        self.app: str | None = None
        self.live: dict[str, dict[str, Any]] = {}
        self.ever: list[dict[str, Any]] = []
        self.steps: list[tuple[Record, dict[str, Any]]] = []
        self.sources: dict[str, str] = {}

    def add(self, name: str, *asked: dict[str, Any], module: str = "") -> list[dict[str, Any]]:
        """Plan an operation of these edits, with a module of its own; return what it recorded."""
        template = self.root.parent / f"{self.root.name}-template"
        for source, text in self.sources.items():
            (template / "sources").mkdir(parents=True, exist_ok=True)
            (template / "sources" / source).write_text(text)
        context = Context(
            Project(str(self.root), {}, self.app),
            self.changes,
            Template("component", "x", str(template)),
            {**self.answers, "module": module, "title": module.capitalize()},
        )
        before = set(self.changes.paths())
        own = f"{'' if self.answers['package_dir'] == '.' else self.answers['package_dir'] + '/'}{module}.py"
        if module:
            self.changes.create(own, b"")
        recorded = []
        for edit in asked:
            kind = edits.kind(edit, "x")
            recorded += [one.recorded() for one in kind.apply(edit, kind.target(edit, context), context)]
        # As it comes back from the history.
        data = json.loads(json.dumps({"fragments": recorded, "created": sorted(set(self.changes.paths()) - before)}))
        data["created"] = [path for path in data["created"] if path != own]
        data["files"] = {own: history.packed(b"")} if module else {}
        self.live[name] = data
        self.ever.append(data)
        self.steps.append((Record("thing", "", f"{name} {len(self.steps)}", (), ""), data))
        return list(data["fragments"])

    def take_back(self, name: str) -> None:
        """Plan that one operation goes."""
        data = self.live.pop(name)
        made = reverting.ours(self.steps)
        reverting.operation(self.changes, data, self.ever, list(self.live.values()), made)
        done = next(record.id for record, one in self.steps if one is data)
        self.steps.append((Record("undo", done, f"undo {len(self.steps)}", (), ""), {}))

    def text(self, path: str = "app.py") -> str:
        """Return a file as it is planned."""
        return (self.changes.read(path) or b"").decode()

    def tree(self) -> dict[str, bytes]:
        """Return every file as it is planned."""
        return {path: self.changes.read(path) or b"" for path in self.changes.paths()}


def register(module: str) -> dict[str, Any]:
    """Return the edit that registers a module's blueprint."""
    return {"kind": "wiring", "module": module, "statement": f"app.register_blueprint({module}.bp)"}


def bind(module: str) -> dict[str, Any]:
    """Return the edit that lets a module set the app up."""
    return {"kind": "wiring", "module": module, "statement": f"{module}.init_app(app)"}


EXTENSION = {
    "kind": "extension",
    "import": "from flask_wtf import CSRFProtect  # type: ignore[import-untyped]",
    "name": "csrf",
    "value": "CSRFProtect()",
}
LIMITER = {
    "kind": "extension",
    "import": "from flask_limiter import Limiter",
    "name": "limiter",
    "value": "Limiter(key_func=None)",
}
