"""One template: the folder, and what its `template.toml` declares."""

import os
import tomllib
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from scaffold.errors import BadTemplate

ROOT = "{{cookiecutter.project_slug}}"
JUNK = (".pyc", ".pyo", "~", ".DS_Store")
# Every key a manifest may hold, and what its value is.
KEYS: dict[str, type] = {
    "summary": str,
    "alone": bool,
    "usual": bool,
    "example": str,
    "question": list,
    "edit": list,
    "probe": list,
    "requires": list,
    "file": list,
    "roles": dict,
    "start": dict,
    "provides": dict,
    "variant": list,
    "refused": list,
    "dependencies": list,
    "next": list,
}
# What the line begins with that opens a table of a text joined from pieces.
JOIN = "[join."
TABLES = ("question", "edit", "file", "probe", "variant", "refused")
QUESTION_KEYS = frozenset(
    ["name", "kind", "help", "default", "choices", "argument", "many", "types", "refused", "least", "most"]
)


def matches(when: Mapping[str, Any], answers: Mapping[str, Any]) -> bool:
    """Tell whether the answers are those that something is for: `{returns = ["html", "template"]}`."""
    return all(answers.get(name) in (value if isinstance(value, list) else [value]) for name, value in when.items())


class Template:
    """A folder of the catalog; everything is read when it is first asked for."""

    def __init__(self, kind: str, name: str, folder: str) -> None:
        self.kind = kind
        self.name = name
        self.folder = folder
        self._joins: dict[str, dict[str, Any]] = {}

    @property
    def full_name(self) -> str:
        """Return the name the history uses: `component/route`."""
        return f"{self.kind}/{self.name}"

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """Return what `template.toml` declares; raise `BadTemplate` for a key or a value that it cannot have."""
        manifest = self._parsed(self._tables[""])
        for key, value in manifest.items():
            if key not in KEYS:
                raise self.broken(f"template.toml has the unknown key '{key}'")
            if not isinstance(value, KEYS[key]):
                raise self.broken(f"'{key}' must be a {KEYS[key].__name__}")
            if key in TABLES and not all(isinstance(one, dict) for one in manifest[key]):
                raise self.broken(f"'{key}' must be written as [[{key}]]")
        if not manifest.get("summary"):
            raise self.broken("template.toml has no 'summary'")
        return manifest

    @cached_property
    def _tables(self) -> dict[str, str]:
        """Return the text of each [join] table by its name, and under '' all the rest.

        There may be many, and a command needs few of them: parsing them all would take longer than all it does besides.
        """
        try:
            with open(os.path.join(self.folder, "template.toml"), encoding="utf-8", newline="") as file:
                text = file.read()
        except (OSError, ValueError) as error:
            raise self.broken(f"template.toml cannot be read ({error})") from error
        tables = {"": ""}
        for piece in text.replace("\n[", "\n\0[").split("\0"):
            name = piece[len(JOIN) :].partition("]")[0].partition(".")[0] if piece.startswith(JOIN) else ""
            tables[name] = tables.get(name, "") + piece
        return tables

    def _parsed(self, text: str) -> dict[str, Any]:
        try:
            return tomllib.loads(text)
        except ValueError as error:
            raise self.broken(f"template.toml cannot be read ({error})") from error

    @property
    def joins(self) -> list[str]:
        """Return the names of the texts that are joined from pieces."""
        return [name for name in self._tables if name]

    def join(self, name: str) -> dict[str, Any] | None:
        """Return how a text is joined, None when the template declares none of that name."""
        if not name or name not in self._tables:
            return None
        if name not in self._joins:
            join = self._parsed(self._tables[name]).get("join", {}).get(name)
            if not isinstance(join, dict) or not {"of", "text"} <= join.keys():
                raise self.broken(f"[join.{name}] needs 'of' and 'text'")
            self._joins[name] = join
        return self._joins[name]

    @property
    def summary(self) -> str:
        """Return the sentence that lists show."""
        return str(self.manifest["summary"])

    @cached_property
    def questions(self) -> list[dict[str, Any]]:
        """Return the questions in their order; positional ones come first on the command line."""
        questions: list[dict[str, Any]] = self.manifest.get("question", [])
        for question in questions:
            unknown = question.keys() - QUESTION_KEYS
            if unknown or "name" not in question:
                raise self.broken(f"a question has no name, or the unknown key '{''.join(sorted(unknown)[:1])}'")
        return questions

    @property
    def is_alone(self) -> bool:
        """Tell whether it can be asked for; else it only comes with what requires it."""
        return bool(self.manifest.get("alone", True))

    @property
    def identity(self) -> list[str]:
        """Return the questions whose answers name an instance: positional ones but no lists, and where it goes."""
        named = [q for q in self.questions if q.get("argument") or q["name"] == "blueprint"]
        return [str(question["name"]) for question in named if not question.get("many")]

    def listed(self, key: str) -> list[Any]:
        """Return a list the manifest declares, empty when it does not."""
        return list(self.manifest.get(key, []))

    def table(self, key: str) -> dict[str, Any]:
        """Return a table the manifest declares, empty when it does not."""
        return dict(self.manifest.get(key, {}))

    def declared(self, key: str, answers: Mapping[str, Any]) -> dict[str, Any]:
        """Return a table the manifest declares, with what its variants for these answers say instead."""
        found = self.table(key)
        for variant in self.listed("variant"):
            if matches(variant.get("when", {}), answers):
                found |= variant.get(key, {})
        return found

    @property
    def copied(self) -> list[str]:
        """Return the file patterns that are copied and not rendered (`_copy_without_render`)."""
        return list(self._for_cookiecutter.get("_copy_without_render", []))

    @property
    def jinja(self) -> dict[str, Any]:
        """Return the settings of Jinja that its files ask for (`_jinja2_env_vars`)."""
        return dict(self._for_cookiecutter.get("_jinja2_env_vars", {}))

    @cached_property
    def _for_cookiecutter(self) -> dict[str, Any]:
        import json

        try:
            with open(os.path.join(self.folder, "cookiecutter.json"), "rb") as file:
                held = json.load(file)
        except (OSError, ValueError) as error:
            raise self.broken(f"cookiecutter.json cannot be read ({error})") from error
        if not isinstance(held, dict):
            raise self.broken("cookiecutter.json is not an object")
        return held

    @property
    def files_folder(self) -> str:
        """Return the folder that holds its files, which need not be there."""
        return os.path.join(self.folder, ROOT)

    def files(self) -> dict[str, bytes]:
        """Return the files as the template holds them, by their unrendered path below the project's folder."""
        root = self.files_folder
        found: dict[str, bytes] = {}
        for folder, folders, names in os.walk(root):
            folders[:] = sorted(name for name in folders if name != "__pycache__")
            for name in sorted(names):
                # pip compiles the .py files of an installed template; none of that may reach a project.
                if name.endswith(JUNK):
                    continue
                place = os.path.join(folder, name)
                with open(place, "rb") as file:
                    found[os.path.relpath(place, root).replace(os.sep, "/")] = file.read()
        return found

    def source(self, name: str, answers: dict[str, Any]) -> str:
        """Return the source of an edit, rendered with the answers."""
        from scaffold import paths, render

        place = os.path.join(self.folder, "sources", paths.checked(render.source(name, answers, self)))
        try:
            with open(place, encoding="utf-8") as file:
                text = file.read()
        except OSError as error:
            raise self.broken(f"it has no source '{name}'") from error
        return render.source(text, answers, self)

    def broken(self, reason: str) -> BadTemplate:
        """Return the error that says what is wrong with this template."""
        return BadTemplate(self.full_name, reason, self.folder)
