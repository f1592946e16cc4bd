"""The project's own tests, linters and type checkers: which there are, and what is said of what they find."""

import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from scaffold.proof import copying, suite, tools
from scaffold.proof.result import FAILED, NOT_PROVED, PROVED, Result
from tests import by_hand
from tests.proof.projects import ours, write

RUFF = "[tool.ruff]\nline-length = 88\n"
SKIPPED = "import unittest\nclass Test(unittest.TestCase):\n    def later(self): pass\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    by_hand.write(tmp_path / "shop")
    return tmp_path / "shop"


def names(root: Path) -> list[str]:
    return [tool.name for tool in tools.configured(root, ours())]


def results(root: Path) -> dict[str, Result]:
    with copying.copied(str(root)) as copy:
        # What a tool keeps for the next time is not for the environment of these tests.
        environment = ours().changed(folder=copy.folder)
        found = {tool.name: tools.run(tool, copy, environment) for tool in tools.configured(copy.root, ours())}
        assert copy.changed() == []
    return found


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({}, []),
        ({"pyproject.toml": RUFF}, ["ruff check"]),
        ({"ruff.toml": ""}, ["ruff check"]),
        ({"pyproject.toml": RUFF + "[tool.ruff.format]\n"}, ["ruff check", "ruff format"]),
        ({"pyproject.toml": RUFF, "README.md": "    $ ruff format .\n"}, ["ruff check", "ruff format"]),
        ({"pyproject.toml": RUFF, ".pre-commit-config.yaml": "  - id: ruff-format\n"}, ["ruff check", "ruff format"]),
        ({"pyproject.toml": RUFF, ".github/workflows/ci.yml": "ruff format --check"}, ["ruff check", "ruff format"]),
        ({"README.md": "ruff format\n"}, []),
        ({"setup.cfg": "[flake8]\n", "pyproject.toml": "[tool.black]\n"}, ["flake8", "black"]),
        ({"pyrightconfig.json": "{}"}, ["pyright"]),
        ({"mypy.ini": "[mypy]\nfiles = app.py\n"}, ["mypy"]),
    ],
)
def test_only_what_the_project_configures_is_asked(tmp_path: Path, files: dict[str, str], expected: list[str]) -> None:
    assert names(write(tmp_path, files)) == ["tests", *expected]


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"mypy.ini": "[mypy]\nfiles = app.py\n"}, []),
        ({"mypy.ini": "[mypy]\nstrict = true\n"}, ["."]),
        ({"pyproject.toml": '[tool.mypy]\npackages = ["shop"]\n'}, []),
        ({"pyproject.toml": '[tool.mypy]\n[tool.hatch]\npackages = ["shop"]\n'}, ["."]),
    ],
)
def test_mypy_is_told_what_to_look_at_where_nothing_else_says_it(
    tmp_path: Path, files: dict[str, str], expected: list[str]
) -> None:
    mypy = tools.configured(write(tmp_path, files), ours())[1]
    assert list(mypy.words[2:]) == expected


def test_a_project_that_is_in_order(project: Path) -> None:
    write(project, {"pyproject.toml": RUFF + '[tool.ruff.lint]\nselect = ["F"]\n[tool.mypy]\nfiles = "conftest.py"\n'})
    found = results(project)
    assert {name: one.outcome for name, one in found.items()} == dict.fromkeys(["pytest", "ruff check", "mypy"], PROVED)
    assert [one.step for one in found.values()] == ["tests", "lint", "types"]
    assert all(one.seconds > 0 and one.guards and not one.why for one in found.values())


def test_what_is_wrong_is_said_with_the_lines_that_matter(project: Path) -> None:
    write(
        project,
        {
            "pyproject.toml": RUFF + '[tool.ruff.format]\n[tool.mypy]\nfiles = "bad.py"\n',
            "bad.py": "import os\nx: int =  'a'\n",
            "tests/test_bad.py": "def test_one():\n    assert 1 == 2, 'sums'\ndef test_two():\n    {}['k']\n",
        },
    )
    found = results(project)
    assert {one.outcome for one in found.values()} == {FAILED}
    tests = found["pytest"]
    assert tests.why.startswith("2 failed, 1 passed")
    assert tests.got.splitlines()[0] == "E       AssertionError: sums"
    assert "FAILED tests/test_bad.py::test_one" in tests.got
    assert "FAILED tests/test_bad.py::test_two" in tests.got
    assert "KeyError: 'k'" in tests.got
    assert tests.log
    assert "bad.py:1:8: F401" in found["ruff check"].got
    assert "bad.py" in found["ruff format"].got
    assert "Incompatible types" in found["mypy"].got
    assert found["mypy"].why == "Found 1 error in 1 file (checked 1 source file)."
    # The command repeats what failed, in the project's own folder.
    assert tests.command.endswith("tests/test_bad.py::test_one tests/test_bad.py::test_two")
    again = subprocess.run(shlex.split(tests.command), cwd=project, capture_output=True, text=True, check=False)
    assert "2 failed" in again.stdout


def test_a_suite_that_cannot_be_collected(project: Path) -> None:
    write(project, {"tests/test_bad.py": "import no_such_module\n\n\ndef test_one():\n    pass\n"})
    tests = results(project)["pytest"]
    assert tests.outcome == FAILED
    assert "No module named 'no_such_module'" in tests.got
    assert "ERROR tests/test_bad.py" in tests.got


def without_pytest(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have an environment that holds nothing but Python."""
    (folder / "bin").mkdir()
    (folder / "bin" / "python").symlink_to(sys.executable)
    bare = ours().changed(bin=folder / "bin")
    monkeypatch.setattr("tests.proof.test_tools.ours", lambda: bare)


def test_tests_of_unittest(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert results(write(tmp_path, {"test_a.py": SKIPPED}))["pytest"].outcome == NOT_PROVED
    (tmp_path / "test_a.py").unlink()
    without_pytest(tmp_path_factory.mktemp("bare"), monkeypatch)
    case = (
        "import unittest\n\n\nclass Test(unittest.TestCase):\n    def test_it(self):\n        self.assertEqual(1, {})\n"
    )
    write(tmp_path, {"app.py": "", "tests/test_a.py": f"import app\n{case.format(1)}"})
    assert results(tmp_path)["unittest"].outcome == PROVED
    write(tmp_path, {"tests/__init__.py": "", "tests/test_a.py": f"import app\n{case.format(2)}"})
    found = results(tmp_path)["unittest"]
    assert found.outcome == FAILED
    assert "AssertionError: 1 != 2" in found.got
    assert found.why == "FAILED (failures=1)."
    write(tmp_path, {"tests/test_a.py": SKIPPED})
    found = results(tmp_path)["unittest"]
    assert found.outcome == NOT_PROVED
    assert found.why.startswith("No test has run: Ran 0 tests in")


@pytest.mark.parametrize(
    ("files", "why"),
    [
        ({"app.py": ""}, "The project has no tests."),
        ({"test_a.py": "import pytest\n"}, "No test has run: no tests ran in"),
        ({"test_a.py": "import pytest\n@pytest.mark.skip\ndef test_a(): pass\n"}, "No test has run: 1 skipped in"),
    ],
)
def test_a_project_without_tests_proves_nothing(tmp_path: Path, files: dict[str, str], why: str) -> None:
    (found,) = results(write(tmp_path, files)).values()
    assert found.outcome == NOT_PROVED
    assert found.why.startswith(why)


@pytest.mark.parametrize(
    ("files", "command"),
    [
        ({"pyproject.toml": '[project]\nname = "a"\n[tool.black]\n'}, "uv add --dev black"),
        ({"pyproject.toml": "[tool.black]\n"}, "echo black >> requirements-dev.txt"),
    ],
)
def test_a_tool_that_is_not_installed_proves_nothing(tmp_path: Path, files: dict[str, str], command: str) -> None:
    found = results(write(tmp_path, files))["black"]
    assert (found.outcome, found.command) == (NOT_PROVED, command)
    assert "'black'" in found.why


def test_one_that_takes_too_long(project: Path) -> None:
    write(project, {"tests/test_slow.py": "import time\n\n\ndef test_slow():\n    time.sleep(60)\n"})
    with copying.copied(str(project)) as copy:
        found = tools.run(tools.RUNNERS[suite.PYTEST].changed(limit=1), copy, ours())
    assert found.outcome == FAILED
    assert found.why == "It was not done within 1 seconds."


def test_they_run_with_the_variables_of_the_copy(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCAFFOLD_TEST_SECRET", "x")
    write(
        project,
        {
            "tests/test_variables.py": """\
import os, pathlib, sys


def test_variables():
    assert "SCAFFOLD_TEST_SECRET" not in os.environ
    assert len(os.environ["SECRET_KEY"]) == 64
    assert os.environ["HOME"].startswith("/tmp/px-")
    assert os.environ["PATH"].startswith(os.path.dirname(sys.executable))
    assert pathlib.Path.cwd().parent.name.startswith("px-")
"""
        },
    )
    tests = results(project)["pytest"]
    assert tests.outcome == PROVED, tests.got


def test_whoever_says_where_it_is_kept_shares_it(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shared = project.parent / "kept"
    monkeypatch.setenv("MYPY_CACHE_DIR", str(shared))
    write(project, {"mypy.ini": "[mypy]\nfiles = app.py\n"})
    assert results(project)["mypy"].outcome == PROVED
    assert any(shared.iterdir())


def test_many_failures_leave_room_for_the_first_reason(project: Path) -> None:
    many = "\n".join(f"def test_{n}():\n    assert {n} < 0" for n in range(40))
    write(project, {"tests/test_many.py": many})
    tests = results(project)["pytest"]
    lines = tests.got.splitlines()
    assert len(lines) <= tools.SHOWN
    assert lines[0].startswith("E ")
    assert "40 failed" in lines[-1]
    assert tests.command.endswith("--color=no")


@pytest.mark.parametrize(
    "files",
    [
        {"pytest.ini": "[pytest]\naddopts = --ff\n"},
        {"setup.cfg": "[tool:pytest]\ncache_dir = .cache/pytest\n"},
        {"pyproject.toml": '[tool.pytest.ini_options]\naddopts = ["--strict-config", "-p", "no:randomly"]\n'},
    ],
)
def test_settings_of_pytests_own_cache_are_no_mistake(project: Path, files: dict[str, str]) -> None:
    tests = results(write(project, files))["pytest"]
    assert tests.outcome == PROVED, tests.log


def test_the_program_is_that_of_the_environment(project: Path) -> None:
    tests = results(project)["pytest"]
    assert tests.command.startswith(f"{Path(sys.executable)} -m pytest -p no:cacheprovider")
