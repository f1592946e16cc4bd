"""A requirement in the project's `pyproject.toml`, else in its requirements file."""

from collections.abc import Mapping, Sequence
from typing import Any

from scaffold.changes import Changes
from scaffold.edits import Context, Fragment, array, extras, pyproject, toml
from scaffold.edits.pyproject import KEY, PYPROJECT, Key
from scaffold.edits.requirement import name, with_line, without_line
from scaffold.errors import BadResult, NoPlace, Unreadable

# The first is what the second is compiled from, where there are both.
REQUIREMENTS = ("requirements.in", "requirements.txt")
# Where projects keep what only their developers need.
DEVELOPMENT = tuple(
    f"{name}.{end}"
    for name in ("requirements-{}", "requirements_{}", "{}-requirements", "requirements/{}")
    for end in ("in", "txt")
)
GROUPS = (("project", "optional-dependencies"), ("dependency-groups",))


def target(edit: dict[str, Any], context: Context) -> str:
    """Return the file that declares what the project needs; raise `NoPlace` when none of ours to edit does."""
    if "group" in edit:
        if _key(_project_file(context.changes), str(edit["group"])):
            return PYPROJECT
        files = (path.format(edit["group"]) for path in DEVELOPMENT)
        return next((path for path in files if context.changes.read(path) is not None), "")
    return file(context.changes, str(edit["value"]))


def file(changes: Changes, requirement: str = "") -> str:
    """Return the file in which the project says what it needs; raise `NoPlace` when there is none to edit."""
    declared = _project_file(changes)
    project = declared.get("project")
    if isinstance(project, dict) and "dependencies" not in pyproject.items(project.get("dynamic")):
        return PYPROJECT
    if "poetry" in pyproject.table(declared, "tool"):
        raise NoPlace("Poetry keeps the dependencies of this project.", "Add this one with:", _poetry(requirement))
    for path in REQUIREMENTS:
        if changes.read(path) is not None and (project is None or _names_file(declared, path)):
            return path
    if isinstance(project, dict):
        raise NoPlace(
            f"The dependencies in '{PYPROJECT}' are 'dynamic'.", "Add this where they come from:", f"    {requirement}"
        )
    raise NoPlace(
        f"There is neither a [project] table in '{PYPROJECT}' nor a 'requirements.txt'.",
        "Add this where the project declares what it needs:",
        f"    {requirement}",
    )


def apply(edit: dict[str, Any], target: str, context: Context) -> list[Fragment]:
    """Add the requirement, unless the project has one of that name: then it is shared with whoever put it there."""
    held = context.changes.read(target) or b"" if target else b""
    requirement = str(edit["value"])
    key: Key = KEY
    if not target:
        return []
    if target == PYPROJECT:
        key = _key(pyproject.parsed(target, held), str(edit.get("group", ""))) or KEY
        data = _with_item(target, held, requirement, key)
    else:
        data = with_line(target, held, requirement, context.changes)
    if data == held:
        shared = Fragment(target, requirement, "dependency", {"shared": True})
        return [shared, *extras.added(target, held, requirement, key, context.changes)]
    context.changes.put(target, data)
    where = {} if key == KEY else {"key": list(key)}
    return [Fragment(target, requirement, "dependency", {**_difference(held, data), **where})]


def declared(changes: Changes) -> list[str]:
    """Return what the project says that it needs, wherever it can be read."""
    try:
        found = _at(_project_file(changes), KEY) or []
    except Unreadable:
        found = []
    listed = [changes.read(path) or b"" for path in REQUIREMENTS]
    return [*map(str, found), *(line for text in listed for line in text.decode("utf-8", "replace").splitlines())]


def _project_file(changes: Changes) -> dict[str, Any]:
    held = changes.read(PYPROJECT)
    return {} if held is None else pyproject.parsed(PYPROJECT, held)


def _key(declared: Mapping[str, Any], group: str) -> Key | None:
    """Return the keys that lead to the list of a group, None when the project has no such list; '' is its own."""
    if not group:
        return KEY
    return next((key for start in GROUPS if _at(declared, key := (*start, group)) is not None), None)


def _at(declared: Mapping[str, Any], key: Key) -> list[Any] | None:
    value: Any = declared
    for part in key:
        value = value.get(part) if isinstance(value, dict) else None
    return value if isinstance(value, list) else None


def _difference(held: bytes, data: bytes) -> dict[str, str]:
    """Return the piece that has changed, as it was and as it is; taking it back begins with looking for it."""
    start = _shared(held, data)
    end = _shared(held[start:][::-1], data[start:][::-1])
    before, after = held[start : len(held) - end], data[start : len(data) - end]
    return {"before": before.decode("utf-8", "replace"), "after": after.decode("utf-8", "replace")}


def _shared(one: bytes, other: bytes) -> int:
    """Return how many bytes both begin with."""
    length = min(len(one), len(other))
    return next((n for n in range(length) if one[n] != other[n]), length)


def _names_file(declared: dict[str, Any], path: str) -> bool:
    """Tell whether setuptools is told to read the dependencies from the file."""
    dynamic = pyproject.table(pyproject.table(pyproject.table(declared, "tool"), "setuptools"), "dynamic")
    files = pyproject.table(dynamic, "dependencies").get("file")
    return path == files or path in pyproject.items(files)


def _poetry(requirement: str) -> str:
    import shlex

    return f"    {shlex.join(['poetry', 'add', requirement])}"


def _with_item(path: str, held: bytes, requirement: str, key: Key) -> bytes:
    before = pyproject.parsed(path, held)
    wanted = pyproject.wanted(path, before, key)
    if name(requirement) in map(name, wanted):
        return held
    data = array.grown(held.decode(), wanted, requirement, key).encode()
    after = pyproject.parsed(path, data)
    is_longer = sorted(pyproject.wanted(path, after, key)) == sorted([*wanted, requirement])
    if not is_longer or pyproject.rest(before, key) != pyproject.rest(after, key):
        raise BadResult(path, "its list of dependencies did not grow by one")
    return data


def revert(
    path: str, fragments: Sequence[Mapping[str, Any]], ever: Sequence[Mapping[str, Any]], changes: Changes
) -> None:
    """Plan the file without these requirements; one that the user has changed since is the user's."""
    held = changes.read(path)
    for fragment in fragments:
        if held is not None:
            requirement = str(fragment["text"])
            taken = extras.without if "extras" in fragment else _without
            held = taken(path, held, requirement, fragment, _recorded_key(fragment))
    if held is not None:
        changes.put(path, held)


def _without(path: str, held: bytes, requirement: str, fragment: Mapping[str, Any], key: Key) -> bytes:
    before, after = (str(fragment.get(key, "")).encode() for key in ("before", "after"))
    exact = held.replace(after, before) if after and held.count(after) == 1 else held
    if path != PYPROJECT:
        return exact if exact != held else without_line(held, requirement)
    wanted = pyproject.wanted(path, pyproject.parsed(path, held), key)
    rest = [one for one in wanted if one != requirement]
    if requirement not in wanted or pyproject.wanted_or_none(path, exact, key) == rest:
        return held if requirement not in wanted else exact
    return _without_item(path, held, requirement, rest, key)


def _recorded_key(fragment: Mapping[str, Any]) -> Key:
    """Return the keys that the history holds, which anybody may have changed."""
    held = fragment.get("key")
    return tuple(held) if isinstance(held, list) and held and all(isinstance(one, str) for one in held) else KEY


def _without_item(path: str, held: bytes, requirement: str, rest: list[str], key: Key) -> bytes:
    text = held.decode()
    found = next((entry.value for entry in toml.entries(text) if entry.path == key), None)
    wanted = pyproject.wanted(path, pyproject.parsed(path, held), key)
    # Adding it again tells which of the ways to take it out is the inverse of how it was put in.
    candidates = [data.encode() for data in array.cuts(text, found, wanted.index(requirement))] if found else []
    sound = [data for data in candidates if pyproject.wanted_or_none(path, data, key) == rest]
    exact = [data for data in sound if _with_item(path, data, requirement, key) == held]
    if not sound:
        raise BadResult(path, "its list of dependencies did not shrink by one")
    return [*exact, *sound][0]
