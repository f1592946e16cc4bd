"""The shape of the code: who may import whom, one home for each library, and what a command must not import."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "scaffold"
# From the outside in: a module imports only from its own row or from rows below it.
ROWS = [
    ["__main__"],
    ["cli"],
    ["commands"],
    ["installer"],
    ["proof"],
    ["audit"],
    ["back", "rotation", "status"],
    ["deployment"],
    ["plan"],
    ["work"],
    ["reverting", "places", "mending"],
    ["project"],
    ["history"],
    ["edits", "flask_code", "names"],
    ["answers"],
    ["kinds"],
    ["fieldlist", "redirection"],
    ["catalog"],
    ["template", "render"],
    ["changes"],
    ["journal", "stage"],
    ["entries", "listing"],
    ["paths", "diff", "disk", "envfile", "git", "lock", "signals"],
    ["errors", "fields"],
    ["__init__"],
]
HOMES = {
    "click": ["__main__", "cli", "commands", "errors", "installer"],
    "jinja2": ["render"],
    "subprocess": ["git", "installer", "proof"],
    "tomllib": ["template", "edits", "proof"],
}


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def row(name: str) -> int:
    return next((n for n, names in enumerate(ROWS) if name in names), len(ROWS))


def imported(path: Path) -> set[str]:
    """Return the modules a file imports; imports for the type checker alone do not count."""
    tree = ast.parse(path.read_bytes())
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            node.body = [ast.Pass()]
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, f"{path}: imports of ours are absolute"
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def part(path: Path) -> str:
    """Return which part of the package a file belongs to: its folder, or its own name."""
    relative = path.relative_to(PACKAGE)
    return relative.parts[0].removesuffix(".py")


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_module_imports_only_what_is_below_it(path: Path) -> None:
    for name in imported(path):
        first, below = [*name.split("."), "__init__"][:2]
        if first == "scaffold":
            assert row(below) < len(ROWS), f"{below} has no row"
            assert row(part(path)) <= row(below), f"{part(path)} imports {below}"


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_library_has_one_home(path: Path) -> None:
    for name in imported(path):
        homes = HOMES.get(name.split(".")[0])
        assert homes is None or part(path) in homes, f"{part(path)} imports {name}"


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_no_module_knows_a_template_by_name(path: Path) -> None:
    from scaffold import catalog

    names = {name for kind in ("server", "proxy", "platform", "feature") for name in catalog.names(kind)}
    compared = [
        node.value
        for compare in ast.walk(ast.parse(path.read_bytes()))
        if isinstance(compare, ast.Compare)
        for node in ast.walk(compare)
        if isinstance(node, ast.Constant)
    ]
    assert names.isdisjoint(compared)


FORBIDDEN = {
    "asyncio",
    "cookiecutter",
    "flask",
    "importlib.metadata",
    "libcst",
    "requests",
    "rich",
    "tomlkit",
    "werkzeug",
}


@pytest.mark.parametrize(
    ("words", "more"),
    [
        (["--help"], {"jinja2", "tomllib", "json", "scaffold.plan", "scaffold.commands.add"}),
        (["list"], {"jinja2", "scaffold.plan"}),
        (["new", "shop"], {"jinja2", "subprocess"}),
        (["add", "route", "/about", "--project", "shop"], {"jinja2", "subprocess", "locale"}),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else "",
)
def test_a_command_does_not_import_what_it_does_not_need(words: list[str], more: set[str], tmp_path: Path) -> None:
    if "--project" in words:
        subprocess.run([sys.executable, "-m", "scaffold", "new", "shop"], cwd=tmp_path, check=True, capture_output=True)
    code = (
        "import sys; from scaffold.__main__ import run; code = run(sys.argv[1:]);"
        "print(*sys.modules, sep=',', file=sys.stderr); sys.exit(code)"
    )
    argv = [sys.executable, "-c", code, *words]
    done = subprocess.run(argv, cwd=tmp_path, capture_output=True, text=True, check=True)
    loaded = set(done.stderr.strip().splitlines()[-1].split(","))
    assert not loaded & (FORBIDDEN | more)
