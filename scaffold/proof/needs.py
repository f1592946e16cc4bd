"""What a project says that it needs to run and to be tested, whatever says it."""

import configparser
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from scaffold import listing
from scaffold.fields import Fields
from scaffold.proof import poetry
from scaffold.proof.suite import text, toml
from scaffold.proof.unmet import NotProved

# What those who work on a project call what they need besides, and what else a file of requirements is called.
GROUPS = ("dev", "develop", "development", "test", "tests", "testing", "lint", "linting", "typing", "types", "ci")
RUNS = ("base", "common", "core", "main", "app", "prod", "production", "deploy")
SHAPES = ("requirements-{}", "requirements_{}", "requirements.{}", "{}-requirements", "{}_requirements")
INCLUDED = re.compile(r"^\s*(?:-r|-c|--requirement|--constraint)[\s=]*(\S+)", re.MULTILINE)
LOCAL = re.compile(r"^\s*(?:-e|--editable|\.|file:)", re.MULTILINE)
# Where the project itself has to be installed for its code to find its version, or Flask its commands.
METADATA = re.compile(rb"importlib[._]metadata|pkg_resources")
BUILD = ("pyproject.toml", "setup.py", "setup.cfg")


class Need(Fields):
    """Steps of pip, each a list of what to install; what keys them all; and the Python that is asked for.

    `itself` is "" where the project is only imported from its folder, "needed" where what it needs is known to its own
    build alone, "wanted" where its code may look for what is installed of it.
    """

    steps: Sequence[Sequence[str]]
    contents: str
    python: str = ""
    locked: Sequence[str] = ()
    itself: str = ""


def of_project(root: Path) -> Need:
    """Return what the project needs; raise `NotProved` where nothing says it."""
    declared = toml(root / "pyproject.toml")
    files = list(_files(root))
    found = _of_pyproject(root, declared) or _of_pipfile(root) or _of_setup(root)
    if found is None and not files:
        raise NotProved(
            "nothing says what the project needs: it has no requirements.txt and no [project] in pyproject.toml",
            "pip freeze > requirements.txt",
        )
    need = found or Need([], "")
    steps = [*(["-r", path] for path in files), *(sorted(set(step)) for step in need.steps if step)]
    contents = [need.contents, *_contents(root, files)]
    itself = need.itself or ("wanted" if _asks_for_itself(root, declared) else "")
    if itself or LOCAL.search("\n".join(contents)):
        contents += [text(root / name) for name in BUILD]
    lock = text(root / "uv.lock")
    return need.changed(
        steps=steps,
        contents="\0".join([*contents, lock]),
        locked=_synced(declared) if lock and "project" in declared else (),
        itself=itself,
    )


def _synced(declared: Mapping[str, Any]) -> list[str]:
    """Return the words with which uv brings all that is locked but the project itself."""
    groups = [word for name in _known(declared.get("dependency-groups")) for word in ("--group", name)]
    extras = _table(declared, "project", "optional-dependencies")
    conflict = "conflicts" in _table(declared, "tool", "uv")
    chosen = [word for name in _known(extras) for word in ("--extra", name)] if conflict else ["--all-extras"]
    return ["sync", "--frozen", "--no-install-workspace", "--no-editable", *chosen, *groups]


def _known(table: Any) -> list[str]:
    return [name for name in table if _normal(name) in GROUPS] if isinstance(table, dict) else []


def _files(root: Path) -> Iterator[str]:
    """Yield the files of requirements: what it takes to run first, what is compiled before its source."""
    paths = ["requirements"]
    paths += [f"requirements/{name}" for name in RUNS]
    paths += [shape.format(name) for name in (*RUNS, *GROUPS) for shape in SHAPES]
    paths += [f"requirements/{name}" for name in GROUPS]
    found = [f"{path}.{end}" for path in paths for end in ("txt", "in") if (root / f"{path}.{end}").is_file()]
    if not found:
        found = sorted(place.relative_to(root).as_posix() for place in root.glob("requirements/*.txt"))
    return iter(found)


def _contents(root: Path, files: Sequence[str]) -> list[str]:
    """Return what the files and those that they include say."""
    waiting, seen = [root / path for path in files], {}
    while waiting:
        place = waiting.pop(0)
        if place not in seen:
            seen[place] = text(place)
            waiting += [place.parent / name for name in INCLUDED.findall(seen[place])]
    return [f"{place.name}\n{text}" for place, text in seen.items()]


def _of_pyproject(root: Path, declared: Mapping[str, Any]) -> Need | None:
    project = declared.get("project")
    tool = _table(declared, "tool", "poetry")
    groups = [*_of_groups(declared.get("dependency-groups")), *poetry.for_developers(tool, GROUPS)]
    if not isinstance(project, dict):
        held = poetry.requirements(tool)
        python = poetry.python(tool)
        found = [*(held or ()), *groups]
        return Need([found], "", python) if held is not None or groups else None
    extras = _table(declared, "project", "optional-dependencies")
    wanted = [one for name in _known(extras) for one in _texts(extras[name])]
    found = _expanded([*_texts(project.get("dependencies")), *wanted], str(project.get("name", "")), extras)
    python = str(project.get("requires-python", ""))
    if "dependencies" not in _texts(project.get("dynamic")):
        return Need([[*found, *groups]], "", python)
    dynamic = _table(declared, "tool", "setuptools", "dynamic", "dependencies").get("file")
    named = [dynamic] if isinstance(dynamic, str) else _texts(dynamic)
    files = [["-r", path] for path in named if (root / path).is_file()]
    steps = [[*found, *groups], *files]
    return Need(steps, "\0".join(_contents(root, named)), python, itself="" if files else "needed")


def _expanded(found: Sequence[str], name: str, extras: Mapping[str, Any]) -> list[str]:
    """Return the requirements with those of an extra in place of the project with that extra."""
    own = re.compile(rf"\s*{re.escape(name)}\s*\[([^\]]*)\]", re.IGNORECASE)
    result: list[str] = []
    waiting, seen = list(found), set[str]()
    while waiting:
        one = waiting.pop(0)
        if not (name and (itself := own.match(one))):
            result.append(one)
            continue
        for extra in {part.strip() for part in itself[1].split(",")} - seen:
            seen.add(extra)
            waiting += _texts(extras.get(extra))
    return result


def _of_groups(groups: Any) -> Iterator[str]:
    """Yield what the groups of requirements name that are for developers, and what those include."""
    if not isinstance(groups, dict):
        return
    by_name = {_normal(name): held for name, held in groups.items() if isinstance(held, list)}
    waiting, seen = [name for name in by_name if name in GROUPS], set[str]()
    while waiting:
        name = waiting.pop(0)
        if name in seen:
            continue
        seen.add(name)
        for one in by_name.get(name, ()):
            if isinstance(one, dict):
                waiting.append(_normal(str(one.get("include-group", ""))))
            else:
                yield str(one)


def _of_pipfile(root: Path) -> Need | None:
    held = toml(root / "Pipfile")
    if not held:
        return None
    found = poetry.listed({**_table(held, "dev-packages"), **_table(held, "packages")})
    version = _table(held, "requires").get("python_version", "")
    return Need([found], "", f"=={version}.*" if version else "")


def _of_setup(root: Path) -> Need | None:
    if (root / "setup.py").is_file():
        return Need([], "", itself="needed")
    parser = configparser.RawConfigParser(strict=False)
    try:
        parser.read_string(text(root / "setup.cfg"))
    except configparser.Error:
        return None
    if not parser.has_option("options", "install_requires"):
        return None
    extras = dict(parser.items("options.extras_require")) if parser.has_section("options.extras_require") else {}
    texts = [parser.get("options", "install_requires"), *(text for name, text in extras.items() if name in GROUPS)]
    found = [line.strip() for text in texts for line in text.splitlines()]
    python = parser.get("options", "python_requires", fallback="")
    return Need([[one for one in found if one and not one.startswith("#")]], "", python)


def _asks_for_itself(root: Path, declared: Mapping[str, Any]) -> bool:
    """Tell whether the code may look for what is installed of the project."""
    if "project" not in declared and not (root / "setup.cfg").is_file():
        return False
    if _table(declared, "project", "entry-points"):
        return True
    return any(METADATA.search((root / path).read_bytes()) for path in listing.files(str(root)) if path.endswith(".py"))


def _table(declared: Mapping[str, Any], *keys: str) -> dict[str, Any]:
    value: Any = declared
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def _texts(value: Any) -> list[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
