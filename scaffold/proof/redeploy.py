"""A deployment in a copy: the recorded one or another one, with the folders, ports and certificate of a test."""

import ast
import shlex
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from scaffold import git, history
from scaffold import project as projects
from scaffold.changes import Changes
from scaffold.deployment import choices as choosing
from scaffold.deployment import facts, switch
from scaffold.deployment.choices import NONE, Choices
from scaffold.errors import FileExists, NoPlace, ScaffoldError
from scaffold.plan import Plan
from scaffold.project import Project
from scaffold.proof import declaring
from scaffold.proof.copying import open_to_all
from scaffold.proof.unmet import NotProved

# Answers that lead to other hosts than this one.
ELSEWHERE = ("host", "upstream")
Files = dict[str, bytes]


def here(root: Path, choices: Choices | None, answers: Mapping[str, str], app: str | None = None) -> dict[str, Any]:
    """Deploy the project at `root`, which is a copy, for this machine; make its environment afterwards.

    Choices are taken as they are, with what was answered; without any they are those that are recorded. The platforms
    stay out: they start what is started here without them, and no setting of a server or a proxy is theirs alone. What
    the user has changed in the files of the deployment since is carried over, and a file of the user's own stays in the
    place of ours.

    Return "start" as `deploy --json` has it, "facts" of the whole, "templates" each with what it knows, and "choices".
    Raise `NotProved` where there is nothing to deploy, where it cannot be done, or what was changed does not fit.
    """
    try:
        return _deployed(root, choices, {name.replace("-", "_"): value for name, value in answers.items()}, app)
    except ScaffoldError as error:
        hint = str(getattr(error, "hint", "") or "").strip()
        raise NotProved(f"the project cannot be deployed here: {error.message}", hint) from error


def _deployed(root: Path, choices: Choices | None, answers: Mapping[str, str], app: str | None) -> dict[str, Any]:
    project = projects.find(str(root), app)
    changes = Changes(project.root)
    there = choosing.current(changes)
    before = choosing.of_records(changes, there)
    after = _after(choices or before, answers)
    made, held = _made(changes, there), _Held(project, before)
    for path, data in made.items():
        changes.put(path, data)
    changes.write()
    try:
        planned, own = _planned(project, after)
    except NoPlace:
        declaring.prepare(root)
        planned, own = _planned(project, after)
    planned.changes.write()
    held.carry_over(made)
    found = facts.of_deployment(project, Changes(project.root), after)
    _bring_back(root, own, found[0][1])
    open_to_all(root)
    return {"start": planned.start, "facts": found[0][1], "templates": found, "choices": after}


def _planned(project: Project, after: Choices) -> tuple[Plan, Files]:
    """Return the plan, and the user's own files that were in its way and are set aside."""
    own: Files = {}
    while True:
        try:
            return switch.to(project, after, after.words()), own
        except FileExists as error:
            path = str(error.path)
            own[path] = Path(project.root, path).read_bytes()
            Path(project.root, path).unlink()


def _bring_back(root: Path, own: Files, known: Mapping[str, Any]) -> None:
    for path, data in own.items():
        # What the server imports has to have the name by which it asks.
        if path == known["wsgi_file"] and str(known["wsgi_name"]) not in _bound(data):
            raise FileExists(path)
        (root / path).write_bytes(data)


def _bound(data: bytes) -> set[str]:
    """Return the names that a module has, as far as its own lines bind them."""
    try:
        tree = ast.parse(data)
    except (SyntaxError, ValueError):
        return set()
    stored = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    imported = {(node.asname or node.name) for node in ast.walk(tree) if isinstance(node, ast.alias)}
    return stored | imported


def _after(chosen: Choices, answers: Mapping[str, str]) -> Choices:
    if not chosen.server:
        raise NotProved("nothing is deployed", "scaffold deploy --server gunicorn")
    given = {name: value for name, value in chosen.given.items() if name not in ELSEWHERE}
    wanted = {"server": chosen.server, "proxy": chosen.proxy or NONE, **answers}
    return choosing.changed(Choices(given=given), wanted)


def _made(changes: Changes, records: Sequence[history.Record]) -> Files:
    """Return the files of the deployment as they were made; where nobody can tell, as they are."""
    found: Files = {}
    for record in records:
        for path, packed in history.load(changes, record).get("files", {}).items():
            try:
                found[path] = history.unpacked(packed)
            except ValueError:
                found[path] = changes.read(path) or b""
    return found


class _Held:
    """What the user has made of the files of the deployment."""

    def __init__(self, project: Project, before: Choices) -> None:
        self.root = Path(project.root)
        self.command = shlex.join(before.words())
        # With the templates of today: of theirs and the new files' differences, only the answers' are left.
        self.base = switch.files(project) if before.server else {}
        changes = Changes(project.root)
        self.now = {path: changes.read(path) for path in self.base}

    def carry_over(self, made: Files) -> None:
        """Bring it into the files of the new deployment; raise `NotProved` where it does not fit."""
        for path in sorted(self.base.keys() & made.keys()):
            place, now = self.root / path, self.now[path]
            if not place.is_file() or now == self.base[path]:
                continue
            if now is None:
                raise NotProved(f"'{path}' of the deployment is missing", self.command)
            place.write_bytes(_merged(path, now, self.base[path], place.read_bytes()))


def _merged(path: str, ours: bytes, base: bytes, theirs: bytes) -> bytes:
    if b"\r\n" in ours and b"\r\n" not in base:
        ours = ours.replace(b"\r\n", b"\n")
    found = git.merged(ours, base, theirs)
    if found is not None:
        return found
    if not shutil.which("git"):
        raise NotProved(f"what was changed in '{path}' can be carried over by git alone", "sudo apt-get install git")
    raise NotProved(f"what was changed in '{path}' is where it has to be changed for a test", "scaffold status")
