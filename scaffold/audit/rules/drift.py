"""Drift: an edit of ours that is no longer there, while what it was made for still is."""

import ast
import posixpath
import shlex
from collections.abc import Iterator, Mapping
from typing import Any

from scaffold import history
from scaffold.audit.finding import WARNING, Finding, Rule
from scaffold.audit.subject import Subject
from scaffold.deployment.choices import DEPLOY
from scaffold.flask_code.module import dotted

Data = Mapping[str, Any]
BACK = "Put it back, or take all of it out with 'scaffold undo ID'."


def _done(subject: Subject) -> Iterator[tuple[history.Record, Data]]:
    """Yield what was done and not taken back; of what somebody else wrote into the history, what can be read."""
    for record in history.live(history.records(subject.changes)):
        yield record, history.load(subject.changes, record)


def _edits(subject: Subject, *kinds: str) -> Iterator[tuple[history.Record, Data, dict[str, Any]]]:
    """Yield the insertions of these kinds that are there by our doing."""
    for record, data in _done(subject):
        for one in history.fragments(data):
            if one["what"] in kinds and not one.get("shared"):
                yield record, data, one


def _by(data: Data) -> str:
    return shlex.join(str(word) for word in data.get("command", ()))


def _undoing(record: history.Record) -> str:
    return BACK.replace("ID", record.id)


def _unwired(subject: Subject) -> Iterator[Finding]:
    for record, data, one in _edits(subject, "wiring"):
        modules = _modules(data, one["text"])
        if modules and all(subject.bytes(path) for path in modules) and not _imported(subject, modules):
            message = f"'{one['text']}' of '{_by(data)}' is gone, and '{min(modules)}' is imported nowhere"
            yield Finding(one["path"], 0, message, mend=_undoing(record))


def _modules(data: Data, text: str) -> set[str]:
    """Return the files of the operation that a statement is about."""
    try:
        names = {node.id for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Name)}
    except (SyntaxError, ValueError):  # somebody changed the record
        return set()
    files = [str(path) for path in data.get("files", {}) if str(path).endswith(".py")]
    return {path for path in files if posixpath.basename(path).removesuffix(".py") in names}


def _imported(subject: Subject, paths: set[str]) -> bool:
    """Tell whether any other file names one of these modules: that may well be the same in other words."""
    names = {posixpath.basename(path).removesuffix(".py") for path in paths}
    for module in subject.modules:
        for node in ast.walk(module.source.tree) if module.path not in paths else ():
            if isinstance(node, ast.ImportFrom) and names & {
                *(node.module or "").split("."),
                *(alias.name for alias in node.names),
            }:
                return True
            if isinstance(node, ast.Import) and any(names & {*alias.name.split(".")} for alias in node.names):
                return True
    return False


def _gone(subject: Subject) -> Iterator[Finding]:
    for record, data, one in _edits(subject, "extension"):
        made = _made(one["text"])
        if made and not any(_names(module.source.tree, made) for module in subject.modules):
            message = f"'{one['text'].strip()}' of '{_by(data)}' is gone"
            yield Finding(one["path"], 0, message, mend=_undoing(record))


def _made(text: str) -> str:
    """Return the class that an object is made of, "" for anything else."""
    try:
        statement = ast.parse(text.strip()).body[0]
    except (SyntaxError, ValueError, IndexError):
        return ""
    value = statement.value if isinstance(statement, ast.Assign | ast.AnnAssign) else None
    return dotted(value.func).rpartition(".")[2] if isinstance(value, ast.Call) else ""


def _names(tree: ast.AST, name: str) -> bool:
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
    return any(dotted(call.func).rpartition(".")[2] == name for call in calls)


def _unset(subject: Subject) -> Iterator[Finding]:
    for record, data, one in _edits(subject, "config"):
        name = str(one.get("name", ""))
        if name and not subject.is_told and not subject.mentions(name):
            yield Finding(one["path"], 0, f"The setting '{name}' of '{_by(data)}' is gone", mend=_undoing(record))


def _undeployed(subject: Subject) -> Iterator[Finding]:
    for _, data in _done(subject):
        if DEPLOY in data.get("command", ())[:2]:
            for path in sorted(str(one) for one in data.get("files", {})):
                if path not in subject.paths:
                    again = f"Make it again with '{_by(data)}'."
                    yield Finding(path, 0, f"'{path}' of the deployment is gone", mend=again)


HALF = "What was added is half there: the rest looks as if it worked."
RULES = [
    Rule("DRF001", "what was added is no longer part of the app", WARNING, HALF, BACK, _unwired),
    Rule("DRF002", "an extension that was added is gone", WARNING, HALF, BACK, _gone),
    Rule(
        "DRF003",
        "a setting that was added is gone",
        WARNING,
        "What was added with it runs with a default that it was not made for.",
        BACK,
        _unset,
    ),
    Rule(
        "DRF004",
        "a file of the deployment is gone",
        WARNING,
        "The next deployment goes out without it.",
        "Make it again with 'scaffold deploy' and the same options.",
        _undeployed,
    ),
]
