"""What a project declares that it needs, wherever it does, and on which line."""

import ast
import configparser
import posixpath
import re
from collections.abc import Iterator
from typing import Any

from scaffold.audit.subject import Subject
from scaffold.edits import pyproject, requirement
from scaffold.errors import Unreadable
from scaffold.fields import Fields
from scaffold.flask_code.module import dotted, keyword

LISTED = re.compile(r"(?:.*[-_.])?requirements?(?:[-_.].*)?\.(?:txt|in)")
FOLDERS = ("requirements", "requires", "reqs", "deps")
DEVELOPMENT = re.compile(r"dev|test|lint|doc|ci\b|typing|build|check|tool|local|debug|format", re.IGNORECASE)
# Lists of what the project does without, or works around.
OPTIONAL = re.compile(r"optional|extra|constraint", re.IGNORECASE)
ROOTS = ("", "requirements")


class Requirement(Fields):
    """One requirement: its normalised name, its place, and whether only those who develop the project need it.

    `chosen` says that somebody wrote it down for its own sake, and no tool because another one needs it.
    """

    name: str
    path: str
    line: int
    for_development: bool = False
    chosen: bool = True


def of_project(subject: Subject) -> list[Requirement]:
    """Return what is declared in any file, those of parts of the project too."""
    found: list[Requirement] = []
    for path in subject.paths:
        if (text := subject.text(path) if is_declaration(path) else None) is not None:
            found += _read(path, posixpath.basename(path), text)
    return [one for one in found if one.name]


def is_declaration(path: str) -> bool:
    """Tell whether the file says what is needed."""
    name = posixpath.basename(path)
    return name in ("pyproject.toml", "Pipfile", "setup.py", "setup.cfg", "environment.yml") or _is_list(path, name)


def _is_list(path: str, name: str) -> bool:
    folder = posixpath.basename(posixpath.dirname(path))
    return bool(LISTED.fullmatch(name)) or (folder in FOLDERS and name.endswith((".txt", ".in")))


def _read(path: str, name: str, text: str) -> Iterator[Requirement]:
    if name in ("pyproject.toml", "Pipfile"):
        try:
            declared = pyproject.parsed(path, text.encode())
        except Unreadable:
            return
        yield from _of_pipfile(path, text, declared) if name == "Pipfile" else _of_pyproject(path, text, declared)
    elif name == "setup.py":
        yield from _of_setup(path, text)
    elif name == "setup.cfg":
        yield from _of_cfg(path, text)
    elif name == "environment.yml":
        for number, line in enumerate(text.splitlines(), 1):
            if line.strip().startswith("- "):
                yield Requirement(requirement.name(line.strip()[2:]), path, number, chosen=False)
    else:
        yield from _of_list(path, text)


def _of_list(path: str, text: str) -> Iterator[Requirement]:
    lines = text.splitlines()
    # pip-compile and uv write what is needed by others as well.
    unchosen = "--hash" in text or "# via" in text or bool(OPTIONAL.search(path))
    for number, line in enumerate(lines, 1):
        if not line.lstrip().startswith(("#", "-")) or "#egg=" in line:
            chosen = not unchosen and not _is_noted(lines, number) and posixpath.dirname(path) in ROOTS
            yield Requirement(requirement.name(line), path, number, bool(DEVELOPMENT.search(path)), chosen)


def _is_noted(lines: list[str], number: int) -> bool:
    """Tell whether a comment says what the requirement on the line is for."""
    above = lines[number - 2].lstrip() if number > 1 else ""
    return bool(number) and (" #" in lines[number - 1] or above.startswith("#"))


def _of_pyproject(path: str, text: str, declared: dict[str, Any]) -> Iterator[Requirement]:
    project, tools = _table(declared, "project"), _table(declared, "tool")
    chosen = "/" not in path
    for one in _texts(project.get("dependencies")):
        yield _at(path, text, one, chosen=chosen)
    for extra, listed in _table(project, "optional-dependencies").items():
        for one in _texts(listed):
            yield _at(path, text, one, bool(DEVELOPMENT.search(extra)), chosen=False)
    for one in _texts(_table(declared, "build-system").get("requires")):
        yield _at(path, text, one, for_development=True, chosen=False)
    groups = [
        *_table(declared, "dependency-groups").values(),
        *_table(_table(tools, "pdm"), "dev-dependencies").values(),
    ]
    environments = [_table(one, "dependencies") or one.get("dependencies") for one in _environments(tools)]
    for listed in [*groups, _table(tools, "uv").get("dev-dependencies"), *environments]:
        for one in _texts(listed):
            yield _at(path, text, one, for_development=True, chosen=False)
    yield from _of_poetry(path, text, _table(tools, "poetry"), chosen)


def _environments(tools: dict[str, Any]) -> list[dict[str, Any]]:
    return [one for one in _table(_table(tools, "hatch"), "envs").values() if isinstance(one, dict)]


def _of_poetry(path: str, text: str, poetry: dict[str, Any], chosen: bool) -> Iterator[Requirement]:
    for name, wanted in _table(poetry, "dependencies").items():
        optional = isinstance(wanted, dict) and bool(wanted.get("optional"))
        if name != "python":
            yield _at(path, text, name, chosen=chosen and not optional)
    groups = {
        name: _table(one, "dependencies") for name, one in _table(poetry, "group").items() if isinstance(one, dict)
    }
    for group, listed in {**groups, "dev": {**groups.get("dev", {}), **_table(poetry, "dev-dependencies")}}.items():
        for name in listed:
            yield _at(path, text, name, bool(DEVELOPMENT.search(group)), chosen=False)


def _of_pipfile(path: str, text: str, declared: dict[str, Any]) -> Iterator[Requirement]:
    for section in ("packages", "dev-packages"):
        for name in _table(declared, section):
            yield _at(path, text, name, section != "packages", chosen="/" not in path and section == "packages")


def _of_setup(path: str, text: str) -> Iterator[Requirement]:
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return
    named = {dotted(one.targets[0]): one.value for one in tree.body if isinstance(one, ast.Assign)}
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        for key in ("install_requires", "extras_require", "tests_require", "setup_requires"):
            given = keyword(call, key)
            value = named.get(dotted(given), given)
            for item in ast.walk(value) if value else ():
                if isinstance(item, ast.Constant) and isinstance(item.value, str):
                    chosen = key == "install_requires" and "/" not in path
                    yield Requirement(
                        requirement.name(item.value),
                        path,
                        item.lineno,
                        key in ("tests_require", "setup_requires"),
                        chosen,
                    )


def _of_cfg(path: str, text: str) -> Iterator[Requirement]:
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    try:
        parser.read_string(text)
    except configparser.Error:
        return
    for one in parser.get("options", "install_requires", fallback="").splitlines():
        yield _at(path, text, one.strip(), chosen="/" not in path)
    extras = "options.extras_require"
    for extra in parser.options(extras) if parser.has_section(extras) else ():
        for one in parser.get(extras, extra).splitlines():
            yield _at(path, text, one.strip(), bool(DEVELOPMENT.search(extra)), chosen=False)


def _at(path: str, text: str, wanted: str, for_development: bool = False, chosen: bool = True) -> Requirement:
    lines = text.splitlines()
    line = next((number for number, one in enumerate(lines, 1) if wanted and wanted in one.partition(" #")[0]), 0)
    return Requirement(requirement.name(wanted), path, line, for_development, chosen and not _is_noted(lines, line))


def _table(declared: dict[str, Any], key: str) -> dict[str, Any]:
    found = declared.get(key)
    return found if isinstance(found, dict) else {}


def _texts(listed: Any) -> list[str]:
    return [one for one in listed if isinstance(one, str)] if isinstance(listed, list) else []
