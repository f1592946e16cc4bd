"""Secrets: whoever knows the session key is whoever he likes to be."""

import ast
import posixpath
from collections.abc import Callable, Iterator
from functools import partial

from scaffold import git
from scaffold.audit import keys
from scaffold.audit.finding import ERROR, WARNING, Finding, Rule
from scaffold.audit.settings import ELSEWHERE, Setting, overridden
from scaffold.audit.subject import Subject
from scaffold.changes import Changes
from scaffold.envfile import EnvFile
from scaffold.flask_code import choice
from scaffold.flask_code.module import Module

KEY = "SECRET_KEY"
# What needs the key, by what is imported for it.
NEEDING = {"flask": ("session", "flash", "get_flashed_messages"), "flask_wtf": (), "flask_login": ()}
MOST_VERSIONS = 50


def _keys(subject: Subject) -> Iterator[Setting]:
    """Yield every place that sets the session key where it may count in production."""
    for one in subject.settings:
        if one.name == KEY and not one.elsewhere and not overridden(one, subject.settings):
            yield one


def _in_code(subject: Subject) -> Iterator[Finding]:
    for one in _keys(subject):
        text = keys.written(one)
        if text:
            weak = keys.weakness(text)
            yield Finding(one.path, one.line, f"'{KEY}' is '{keys.shown(text)}' in the code{weak and f': it {weak}'}")


def _fallback(subject: Subject) -> Iterator[Finding]:
    for one in _keys(subject):
        if text := keys.fallback(one):
            yield Finding(one.path, one.line, f"'{KEY}' is '{keys.shown(text)}' where the environment has none")


def _random(subject: Subject) -> Iterator[Finding]:
    for one in _keys(subject):
        if one.certain and keys.is_random(one):
            yield Finding(
                one.path, one.line, f"'{KEY}' is '{one.module.source.segment(one.value)}', made at each start"
            )


def _missing(subject: Subject) -> Iterator[Finding]:
    apps = choice.apps(subject.code)
    if len(apps) != 1 or subject.is_told or subject.mentions(KEY) or subject.mentions("secret_key"):
        return
    for module in subject.modules:
        if (node := needing(module)) is not None:
            what = f"'{module.source.segment(node).partition(chr(10))[0]}'"
            yield Finding(apps[0].module.path, apps[0].call.lineno, f"{what} in '{module.path}' needs a '{KEY}'")
            return


def needing(module: Module) -> ast.ImportFrom | None:
    """Return an import of what needs a session, None when there is none."""
    for node in ast.walk(module.source.tree):
        if isinstance(node, ast.ImportFrom) and node.module in NEEDING and not node.level:
            names = NEEDING[node.module]
            if not names or any(alias.name in names for alias in node.names):
                return node
    return None


def _env_files(subject: Subject) -> Iterator[tuple[str, EnvFile]]:
    """Yield the files of variables that may be those of production."""
    for path, file in subject.env_files.items():
        said = (file.get("APP_ENV"), file.get("FLASK_ENV"), file.get("ENV"), posixpath.basename(path))
        if file.get("FLASK_DEBUG") not in ("1", "true") and not any(ELSEWHERE.search(one.lower()) for one in said):
            yield path, file


def _tracked(subject: Subject) -> Iterator[Finding]:
    for path, file in _env_files(subject):
        if path in subject.git.tracked:
            for name, value, line in keys.secrets(file):
                if keys.weakness(value) != "is a placeholder":
                    yield Finding(path, line, f"'{name}' is in '{path}', which git tracks")


def _in_history(subject: Subject) -> Iterator[Finding]:
    current = {
        value: (path, line, name)
        for path, file in subject.env_files.items()
        for name, value, line in keys.secrets(file)
        if not keys.weakness(value) and path not in subject.git.tracked
    }
    if not current:
        return
    sources = {one.path for one in subject.settings if one.name == KEY}
    earlier = (path for path in sorted(subject.git.ever) if _may_have_held(path, sources))
    for path in earlier:
        for commit, data in subject.git.versions(path)[:MOST_VERSIONS]:
            for value in [one for one in current if one.encode() in data]:
                place, line, name = current.pop(value)
                yield Finding(place, line, f"'{name}' is in the history of git: '{path}' had it in commit {commit}")


def _may_have_held(path: str, sources: set[str]) -> bool:
    name = posixpath.basename(path)
    return path in sources or ".env" in name or name.endswith((".cfg", ".ini")) or name in ("config.py", "settings.py")


def _not_ignored(subject: Subject) -> Iterator[Finding]:
    for path, file in subject.env_files.items():
        held = [(name, line) for name, value, line in keys.secrets(file) if not keys.weakness(value)]
        if f"/{path}" in (subject.text(".gitignore") or "").splitlines():
            continue  # git may not know of it yet
        if held and git.fate(f"{subject.project.root}/{path}") is git.Fate.UNTRACKED:
            name, line = held[0]
            message = f"'{name}' is in '{path}', which git does not ignore"
            yield Finding(path, line, message, mend=f"Add '/{path}' to '.gitignore'.", fix=_ignoring(path))


def _ignoring(path: str) -> Callable[[Changes], None]:
    return partial(_ignore, f"/{path}")


def _ignore(line: str, changes: Changes) -> None:
    from scaffold.edits import lines

    changes.put(".gitignore", lines.with_missing(changes.read(".gitignore") or b"", f"{line}\n".encode()))


def _weak(subject: Subject) -> Iterator[Finding]:
    for path, file in _env_files(subject):
        for name, value, line in keys.secrets(file):
            if name == KEY and (weak := keys.weakness(value)):
                yield Finding(path, line, f"'{name}' is '{keys.shown(value)}': it {weak}")


FORGED = "Whoever reads or guesses the key can sign a session as any user."
FROM_ENVIRONMENT = f"Read it with 'os.environ[\"{KEY}\"]', and make a new one with 'scaffold secret new'."
RULES = [
    Rule("SEC001", "the session key stands in the code", ERROR, FORGED, FROM_ENVIRONMENT, _in_code),
    Rule(
        "SEC002",
        "the session key has a default that everybody can read",
        ERROR,
        "A server without the variable starts with a key that is no secret, and nobody notices.",
        f"Leave the default out, so that the app does not start without its key: 'os.environ[\"{KEY}\"]'.",
        _fallback,
    ),
    Rule(
        "SEC003",
        "the session key is made at each start",
        ERROR,
        "Each restart ends every session, and workers that have different keys refuse each other's.",
        FROM_ENVIRONMENT,
        _random,
    ),
    Rule(
        "SEC004",
        "there is no session key",
        ERROR,
        "The first request that uses the session is answered with an error.",
        FROM_ENVIRONMENT,
        _missing,
    ),
    Rule(
        "SEC005",
        "a secret is tracked by git",
        ERROR,
        "Everybody who has the repository has the secret, and keeps it.",
        "Take the file out with 'git rm --cached', add it to '.gitignore', and replace the secret.",
        _tracked,
    ),
    Rule(
        "SEC006",
        "a secret in use is in the history of git",
        ERROR,
        "Everybody who has the repository finds it in an earlier commit.",
        "Replace it: a session key with 'scaffold secret rotate', another one where it was given out.",
        _in_history,
    ),
    Rule(
        "SEC007",
        "a secret that git would take",
        WARNING,
        "The next 'git add' takes the file, and then everybody who has the repository has the secret.",
        "Add the file to '.gitignore'.",
        _not_ignored,
    ),
    Rule(
        "SEC008",
        "the session key is weak",
        ERROR,
        FORGED,
        "Make a new one with 'scaffold secret rotate'.",
        _weak,
    ),
]
