"""Every view of a project that has everything is broken once, and the project's own tests notice each time."""

import ast
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.end_to_end.conftest import Environment

pytestmark = pytest.mark.slow

VERBS = {"delete", "get", "patch", "post", "put", "route"}
# The tests of what is in no module of its own are named after what they are about.
ELSEWHERE = {"app": ["test_app.py", "test_health.py", "test_pages.py"]}


def views(source: str) -> Iterator[ast.FunctionDef]:
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef) and any(_is_route(one) for one in node.decorator_list):
            yield node


def _is_route(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in VERBS


def broken(source: str, view: ast.FunctionDef) -> str:
    """Return the module with a view that answers something else."""
    lines = source.splitlines(keepends=True)
    first = view.body[0].lineno - 1
    return "".join([*lines[:first], '    return "broken"  # type: ignore\n', *lines[view.end_lineno :]])


@pytest.mark.parametrize("layout", ["package", "module"])
def test_the_tests_of_a_project_notice_every_broken_view(
    layout: str, complete: Callable[[str], Environment], tmp_path: Path
) -> None:
    made = complete(layout)
    project = tmp_path / "project"
    shutil.copytree(made.project, project, ignore=shutil.ignore_patterns(".venv", "__pycache__", "*.egg-info"))
    modules = sorted((project / "everything").glob("*.py")) if layout == "package" else [project / "app.py"]
    survivors = []
    tried = 0
    for module in modules:
        source = module.read_text()
        for view in views(source):
            module.write_text(broken(source, view))
            if passes(made, project, module.stem):
                survivors.append(f"{module.name}: {view.name}")
            tried += 1
        module.write_text(source)
        assert not list(views(source)) or passes(made, project, module.stem)

    assert survivors == []
    assert tried >= (30 if layout == "package" else 10)


def passes(made: Environment, project: Path, module: str) -> bool:
    """Tell whether the tests of a module pass."""
    names = ELSEWHERE.get(module, [f"test_{module}.py"])
    tests = [str(project / "tests" / name) for name in names if (project / "tests" / name).exists()]
    assert tests, f"{module} has no tests"
    words = [str(made.bin / "python"), "-B", "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *tests]
    done = subprocess.run(words, cwd=project, env=made.variables(), capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), done.stdout + done.stderr
    return done.returncode == 0
