"""The commands that are measured, and the projects and templates that they need."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from fnmatch import fnmatch
from functools import partial
from importlib.util import find_spec
from pathlib import Path

import cpu
from cpu import Case

from scaffold import catalog, history, render
from scaffold.changes import Changes

NAME = "shop"
LAYOUT = "package"
OPERATIONS = 1000
FILES = 1300
ROUTED = 20
SCAFFOLD = (sys.executable, "-m", "scaffold")
ADD = (*SCAFFOLD, "add", "route", "/user/<username>")


def every(work: Path) -> list[Case]:
    """Return every case that this machine can run; what they need is made below `work`."""
    project, template = work / NAME, work / "template"
    _made(work)
    _wrap(project, template)
    large, long = work / "large", work / "long"
    shutil.copytree(project, large)
    shutil.copytree(project, long)
    _grow(large)
    _remember(long)
    return [
        Case("python -c pass", (sys.executable, "-c", "pass")),
        Case("import click", (sys.executable, "-c", "import click"), against="python -c pass"),
        Case("scaffold --help", (*SCAFFOLD, "--help"), against="import click", aim=1.2),
        Case("add route", ADD, _copy(project), against="import click", aim=1.6),
        Case(f"add route, {FILES} files", ADD, _copy(large), against="add route", aim=3),
        Case(f"add route, {OPERATIONS} operations", ADD, _copy(long), against="add route", aim=1.2),
        *_generators(template, project),
    ]


def missing() -> Iterator[str]:
    """Say which optional programs are not there."""
    for name in ("copier", "django"):
        if find_spec(name) is None:
            yield f"{name} is not installed"


def _generators(template: Path, project: Path) -> Iterator[Case]:
    cookiecutter = (sys.executable, "-m", "cookiecutter", "--no-input", str(template))
    _check_same(template, project)
    yield Case("cookiecutter", cookiecutter)
    yield Case("scaffold new", (*SCAFFOLD, "new", NAME, "--layout", LAYOUT), against="cookiecutter", aim=0.25)
    if find_spec("copier"):
        _wrap_for_copier(template)
        copy = (
            sys.executable,
            "-m",
            "copier",
            "copy",
            "--defaults",
            "--quiet",
            str(template.with_name("copier")),
            NAME,
        )
        yield Case("copier", copy, against="cookiecutter")
    if find_spec("django"):
        start = (sys.executable, "-m", "django", "startproject", NAME)
        yield Case("django-admin startproject", start, against="cookiecutter")


def _made(work: Path) -> None:
    subprocess.run(
        [*SCAFFOLD, "new", NAME, "--layout", LAYOUT],
        cwd=work,
        env=cpu.environment(work),
        check=True,
        capture_output=True,
    )


def _copy(project: Path) -> Callable[[Path], object]:
    return partial(shutil.copytree, project, dirs_exist_ok=True)


def _wrap(project: Path, template: Path) -> None:
    """Make one cookiecutter template of the folders that `new` reads, which gives the tree that `new` made."""
    answers = {"project_slug": NAME, "package_name": NAME, "secret_key": "0" * 64}
    copied = [f"{{{{cookiecutter.project_slug}}}}/{history.FOLDER}/*"]
    for part in [*catalog.templates("base"), catalog.find("layout", LAYOUT)]:
        answers |= {role: render.text(value, answers, part) for role, value in part.table("roles").items()}
        copied += part.copied
        for name, data in part.files().items():
            _write(template / "{{cookiecutter.project_slug}}" / name, data)
    shutil.copytree(project / history.FOLDER, template / "{{cookiecutter.project_slug}}" / history.FOLDER)
    _write(template / "cookiecutter.json", json.dumps({**answers, "_copy_without_render": copied}).encode())


def _check_same(template: Path, project: Path) -> None:
    """Refuse to compare two generators that do different work."""
    made = template.with_name("made-by-cookiecutter")
    words = [sys.executable, "-m", "cookiecutter", "--no-input", "--output-dir", str(made), str(template)]
    subprocess.run(words, env=cpu.environment(made), check=True, capture_output=True)
    ours, theirs = _files(project), _files(made / NAME)
    different = [path for path in ours.keys() | theirs.keys() if ours.get(path) != theirs.get(path)]
    if different not in ([], [".env"]):
        raise SystemExit(f"cookiecutter made another tree: {', '.join(sorted(different))}")


def _files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def _wrap_for_copier(template: Path) -> None:
    """Make of the cookiecutter template one for copier: what is rendered is told by its suffix there."""
    answers = json.loads((template / "cookiecutter.json").read_bytes())
    copied = answers.pop("_copy_without_render")
    target = template.with_name("copier")
    for name, data in _files(template / "{{cookiecutter.project_slug}}").items():
        kept = any(fnmatch(f"{{{{cookiecutter.project_slug}}}}/{name}", pattern) for pattern in copied)
        _write(target / "tree" / (name if kept else f"{name}.jinja"), data)
    asked = {"type": "yaml", "default": json.dumps(answers)}
    settings = {"_subdirectory": "tree", "cookiecutter": asked}
    _write(target / "copier.yml", json.dumps(settings).encode())


def _grow(project: Path) -> None:
    """Bring the project to `FILES` files, as large projects look: one module of code in `ROUTED` has routes."""
    package = project / NAME
    for number in range((FILES - len(_files(project))) // 2):
        name, text = f"part{number}", PLAIN if number % ROUTED else VIEWS
        _write(package / "parts" / f"{name}.py", text.replace("part0", name).encode())
        _write(package / "templates" / "parts" / f"{name}.html", PAGE.replace("part0", name).encode())


VIEWS = '''"""The pages of part0."""

from flask import Blueprint, render_template

bp = Blueprint("part0", __name__, url_prefix="/part0")


@bp.get("/")
def index() -> str:
    return render_template("parts/part0.html")


@bp.get("/<int:number>")
def show(number: int) -> str:
    return render_template("parts/part0.html", number=number, neighbours=[number - 1, number + 1])
'''
FUNCTION = '''

def total0(orders: Iterable[Mapping[str, int]], *, shipping: int = 0) -> int:
    """Return what the orders cost together."""
    amount = sum(order["price"] * order["count"] for order in orders)
    if amount > 100:
        return amount
    return amount + shipping
'''
PLAIN = '''"""The sums of part0."""

from collections.abc import Iterable, Mapping
''' + "".join(FUNCTION.replace("total0", f"total{number}") for number in range(15))
PAGE = '{% extends "base.html" %}\n\n{% block content %}\n<h1>part0</h1>\n{% endblock %}\n'


def _remember(project: Path) -> None:
    """Give the project a history of `OPERATIONS` operations, each after the one before."""
    for number in range(OPERATIONS):
        changes = Changes(str(project))
        asked = {"rule": f"/page/{number}"}
        operation = history.Operation(
            "route", history.instance(asked, ["rule"]), ["scaffold"], ["component/route"], asked
        )
        history.add(changes, operation)
        for op in changes.ops():
            if op.after:
                _write(project / op.path, op.after.data)


def _write(place: Path, data: bytes) -> None:
    os.makedirs(place.parent, exist_ok=True)
    place.write_bytes(data)
