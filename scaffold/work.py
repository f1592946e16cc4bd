"""What the templates of one operation bring into a project: their files and their edits, planned one by one."""

import posixpath
from collections.abc import Mapping
from typing import Any

from scaffold import edits, render
from scaffold.changes import Changes
from scaffold.edits import Context, Fragment
from scaffold.errors import FileExists
from scaffold.project import Project
from scaffold.template import Template, matches

# Kinds of edit that would be made once more, where the user has changed what they made.
ONCE = ("nav", "page", "wiring")


class Work:
    """What the templates of one operation have planned so far."""

    def __init__(
        self, project: Project, changes: Changes, made: Mapping[str, Any] | None = None, *, force: bool = False
    ) -> None:
        self.project = project
        self.force = force
        self.changes = changes
        self.made = made or {}
        self.answers: dict[str, Any] = {}
        self.files: dict[str, bytes] = {}
        self.kept: Mapping[str, bytes] = {}
        self.needs: list[str] = []
        self.replaces: list[str] = []
        self.brought = False
        self.after: list[str] = []
        self.replaced: dict[str, bytes] = {}
        self.fragments: list[Fragment] = []

    def bring(self, template: Template, answers: dict[str, Any]) -> bool:
        """Plan one template; tell whether there was anything to do."""
        self.answers = answers
        context = Context(self.project, self.changes, template, answers)
        targets = []
        for edit in _edits(template):
            # A target may add answers: those of the view decide which tests there are to write.
            if not matches(edit.get("when", {}), answers):
                continue
            kind = edits.kind(edit, template.full_name)
            target = kind.target(edit, context)
            if self.made and edit["kind"] in ONCE and not answers.get("views") and self._is_there(edit, target):
                continue
            if getattr(target, "unchanged", False):
                return False
            targets.append((kind, edit, target))
        self._create(template, answers)
        for kind, edit, target in targets:
            if self.force and edit["kind"] == "page" and (held := self.changes.read(target)) is not None:
                self.replaced[target] = held
                self.changes.delete(target)
            self.fragments += kind.apply(edit, target, context)
        return bool(self.changes.ops())

    def _is_there(self, edit: Mapping[str, Any], target: Any) -> bool:
        return edit["kind"] != "page" or self.changes.read(target) is not None

    def _create(self, template: Template, answers: Mapping[str, Any]) -> None:
        named = [(render.source(entry["path"], answers, template), entry) for entry in template.listed("file")]
        policies = {posixpath.normpath(path): entry for path, entry in named}
        for path, data in render.files(template, answers).items():
            policy = policies.get(path, {})
            if not matches(policy.get("when", {}), answers):
                continue
            if (fitting := adapted(self.project, self.changes, answers, path, data)) is not None:
                self._create_one(path, fitting, policy)

    def _create_one(self, path: str, data: bytes, policy: Mapping[str, Any]) -> None:
        held = self.changes.read(path)
        if held is not None and (
            path in self.kept or path in self.made.get("files", {}) or policy.get("policy") == "create-once"
        ):
            return
        if held is not None and policy.get("policy") == "lines":
            from scaffold.edits import lines

            data = lines.with_missing(held, data)
        elif held == data:
            return
        elif held is not None and not self.force:
            raise FileExists(path)
        elif held is not None:
            self.replaced[path] = held
        secret = bool(policy.get("secret"))
        mode = policy.get("mode")
        self.changes.put(path, data, int(mode, 8) if mode else None, secret=secret)
        if not secret:
            self.files[path] = data


def _edits(template: Template) -> list[dict[str, Any]]:
    dependencies = [{"kind": "dependency", "value": value} for value in template.listed("dependencies")]
    return dependencies + template.listed("edit")


def adapted(project: Project, changes: Changes, answers: Mapping[str, Any], path: str, data: bytes) -> bytes | None:
    """Return a file as the project takes it: tests with the fixture it has, None when it has no tests to add to."""
    if project.roles.get("package_dir") or not path.startswith(f"{answers.get('tests_dir', '.')}/"):
        return data
    from scaffold.flask_code import fixtures

    # Not those of the file itself, which may be there already.
    fixture = fixtures.of_tests(changes, posixpath.join(posixpath.dirname(path), "conftest.py"))
    return fixtures.adapted_file(data.decode(), fixture).encode() if fixture else None
