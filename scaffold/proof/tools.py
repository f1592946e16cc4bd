"""The project's own tests, linters and type checkers, run as its developers run them."""

import os
import re
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path

from scaffold.fields import Fields
from scaffold.proof import calls, suite
from scaffold.proof.copying import Copy
from scaffold.proof.environment import Environment
from scaffold.proof.result import FAILED, NOT_PROVED, PROVED, Result
from scaffold.proof.suite import PYTEST, UNITTEST

TESTS, LINT, TYPES = "tests", "lint", "types"
# How many of the last lines are shown where no line tells more than others.
SHOWN = 20


class Tool(Fields):
    """A program that looks at the project's code.

    It is the project's where one of the `marks` is there: a file, or a section of one. Where it has `uses`, one of
    these has to be there too, as a section or as words in a file that says how the project is worked on. `named` are
    the settings that say what to look at, where it has to be told; `keeps` is the variable that says where its cache
    is; `tells` finds the lines that say what is wrong, `nothing` the line that says that there was nothing to look at.
    """

    step: str
    name: str
    words: Sequence[str]
    marks: Sequence[str] = ()
    uses: Sequence[str] = ()
    named: Sequence[str] = ()
    keeps: str = ""
    package: str = ""
    tells: str = ""
    nothing: str = ""
    limit: float = 300

    @property
    def program(self) -> str:
        """Return the package that brings it, and whose program it is."""
        return self.package or self.name


KNOWN = (
    Tool(
        LINT,
        "ruff check",
        ["ruff", "check", "--no-cache", "--output-format", "concise"],
        ["pyproject.toml:tool.ruff", "ruff.toml", ".ruff.toml"],
        package="ruff",
        tells=r"\S+:\d+:\d+: |Found \d+ error",
    ),
    Tool(
        LINT,
        "ruff format",
        ["ruff", "format", "--no-cache", "--check"],
        ["pyproject.toml:tool.ruff", "ruff.toml", ".ruff.toml"],
        ["pyproject.toml:tool.ruff.format", "ruff.toml:format", ".ruff.toml:format", "ruff format", "ruff-format"],
        package="ruff",
        tells=r"Would reformat|\s*--> |\d+ files? would be",
    ),
    Tool(
        LINT,
        "flake8",
        ["flake8"],
        [".flake8", "setup.cfg:flake8", "tox.ini:flake8"],
        tells=r"\S+:\d+:\d+: ",
    ),
    Tool(
        LINT,
        "black",
        ["black", "--check", "."],
        ["pyproject.toml:tool.black"],
        tells=r"would reformat|\d+ files? would be",
    ),
    Tool(
        TYPES,
        "mypy",
        ["mypy", "--no-color-output"],
        ["pyproject.toml:tool.mypy", "mypy.ini:mypy", ".mypy.ini:mypy", "setup.cfg:mypy"],
        named=["files", "packages", "modules"],
        keeps="MYPY_CACHE_DIR",
        tells=r".*: error: |Found \d+ error",
        limit=600,
    ),
    Tool(
        TYPES,
        "pyright",
        ["pyright"],
        ["pyproject.toml:tool.pyright", "pyrightconfig.json"],
        keeps="PYRIGHT_PYTHON_CACHE_DIR",
        tells=r".*- error: |\d+ errors?",
        limit=600,
    ),
)
# Who runs the project's tests. What pytest would keep between two runs has no place in a copy.
RUNNERS = {
    PYTEST: Tool(
        TESTS,
        PYTEST,
        ["python", "-m", "pytest", "-p", "no:cacheprovider", "--color=no"],
        tells=r"(FAILED|ERROR) |E   |=+ .*(failed|error|passed)|ERROR:|INTERNALERROR",
        nothing=r"=+ (?!.*(passed|failed|error))(.*(no tests ran|skipped|deselected).*)",
        limit=1200,
    ),
    UNITTEST: Tool(
        TESTS,
        UNITTEST,
        ["python", "-m", "unittest", "discover"],
        tells=r"(FAIL|ERROR): |\w*(Error|Exception)\b|Ran \d+ tests|FAILED",
        nothing=r"(Ran 0 tests)|NO TESTS RAN",
        limit=1200,
    ),
}
CACHING = re.compile(r"cache|--(lf|ff|nf|sw|last-failed|failed-first|new-first|stepwise)\b")
NO_TESTS = Tool(TESTS, "tests", ())
NOTHING = "The project has no tests."
# The files that say how a project is worked on.
HABITS = (
    *("README*", "CONTRIBUTING*", "Makefile", "justfile", "tox.ini", "noxfile.py", ".pre-commit-config.yaml"),
    *(".github/workflows/*.yml", ".github/workflows/*.yaml", ".gitlab-ci.yml"),
)
GUARDS = {
    TESTS: "A change that breaks what the project's own tests promise.",
    LINT: "Code that the project's own rules do not allow.",
    TYPES: "A call that does not fit what is called.",
}


def names() -> list[str]:
    """Return what each tool is called in a report."""
    return [one.name for one in (*RUNNERS.values(), *KNOWN)]


def configured(root: Path, environment: Environment) -> list[Tool]:
    """Return the tools that the project is made for, its own tests first."""
    return [_of_tests(root, environment), *(_of_project(root, tool) for tool in KNOWN if _is_configured(root, tool))]


def _of_tests(root: Path, environment: Environment) -> Tool:
    style = suite.style(root)
    if not style:
        return NO_TESTS
    pytest = RUNNERS[PYTEST]
    found = [suite.settings(root, mark) for mark in suite.CONFIGURED]
    if style == PYTEST or any(one is not None for one in found) or _program(pytest, environment):
        # Settings of what is left out would be unknown.
        return pytest.changed(words=[*pytest.words[:3], "--color=no"]) if CACHING.search(str(found)) else pytest
    tool = RUNNERS[UNITTEST]
    folders = () if any(root.glob("test*.py")) else ("tests", "test")
    folder = next((name for name in folders if (root / name).is_dir()), "")
    top = ["-t", "."] if (root / folder / "__init__.py").exists() else []
    return tool.changed(words=[*tool.words, "-s", folder, *top]) if folder else tool


def _of_project(root: Path, tool: Tool) -> Tool:
    """Return the tool with the folder to look at, where its settings name none."""
    found = [suite.settings(root, mark) or {} for mark in tool.marks]
    is_told = not tool.named or any(key in one for one in found for key in tool.named)
    return tool if is_told else tool.changed(words=[*tool.words, "."])


def _is_configured(root: Path, tool: Tool) -> bool:
    if not any(suite.is_there(root, mark) for mark in tool.marks):
        return False
    if not tool.uses or any(suite.is_there(root, use) for use in tool.uses if ":" in use):
        return True
    texts = [suite.text(place) for pattern in HABITS for place in root.glob(pattern)]
    return any(use in text for use in tool.uses for text in texts)


def run(tool: Tool, copy: Copy, environment: Environment) -> Result:
    """Run a tool in the copy, and return what came of it."""
    result = Result(tool.step, tool.name, NOT_PROVED, 0.0, guards=GUARDS[tool.step])
    if not tool.words:
        return result.changed(why=NOTHING)
    program = _program(tool, environment)
    if program is None:
        why = f"It is configured, but nothing that the project needs brings '{tool.program}'."
        return result.changed(why=why, command=_bringing(copy.root, tool.program))
    words = [str(program), *tool.words[1:]]
    try:
        done = calls.call(words, copy.root, _variables(tool, copy, environment), tool.limit)
    except OSError as error:
        return result.changed(why=f"{words[0]} cannot be run: {error.strerror}.")
    result = result.changed(seconds=done.seconds, command=shlex.join([*words, *_failing(tool, done)]))
    if tool.nothing and (line := next(filter(re.compile(tool.nothing).match, reversed(done.lines)), "")):
        return result.changed(why=f"No test has run: {line.strip('= ')}.")
    if done.code == 0:
        return result.changed(outcome=PROVED, got=next(filter(None, reversed(done.lines)), "").strip("= "))
    why = _why(tool, done)
    got = told(tool, done.lines)
    return result.changed(outcome=FAILED, why=why, expected="exit code 0", got=got, log=done.lines[-SHOWN:])


def _variables(tool: Tool, copy: Copy, environment: Environment) -> dict[str, str]:
    # Whoever says where it is kept shares it between projects.
    kept = {tool.keeps: os.environ.get(tool.keeps) or str(environment.folder / tool.name)} if tool.keeps else {}
    return {**copy.variables, "PATH": environment.path(), **kept}


def _program(tool: Tool, environment: Environment) -> Path | None:
    """Return the program, None where the environment does not have what it is part of."""
    end = ".exe" if sys.platform == "win32" else ""
    if tool.name != UNITTEST and not (environment.bin / f"{tool.program}{end}").exists():
        return None
    return environment.bin / f"{tool.words[0]}{end}"


def _bringing(root: Path, package: str) -> str:
    """Return the command that makes the project ask for a package."""
    if "project" in suite.toml(root / "pyproject.toml"):
        return f"uv add --dev {package}"
    return f"echo {package} >> requirements-dev.txt"


def told(tool: Tool, lines: Sequence[str]) -> str:
    """Return the lines that say what is wrong; of a run of tests, what failed, and why the first did."""
    telling = re.compile(tool.tells)
    found = [line for line in lines if telling.match(line)]
    if tool.name == PYTEST:
        found = _of_pytest(lines, found)
    return "\n".join((found or list(lines))[-SHOWN:]) or "no word"


def _of_pytest(lines: Sequence[str], found: Sequence[str]) -> list[str]:
    """Return why the first test failed, and then which did."""
    first = next((n for n, line in enumerate(lines) if line.startswith("E   ")), len(lines))
    rest = lines[first:]
    end = next((n for n, line in enumerate(rest) if line.startswith(("___", "==="))), len(rest))
    why = [line for line in rest[:end] if line.startswith("E   ")][:8]
    names = [line for line in found if not line.startswith("E   ")]
    return [*why, *names][-SHOWN:] if len(names) < SHOWN else [*why, *names[: SHOWN - len(why) - 1], names[-1]]


def _failing(tool: Tool, done: calls.Called) -> list[str]:
    """Return the tests that failed, with which only they are run again."""
    if tool.name != PYTEST or done.code != 1:
        return []
    found = re.findall(r"^FAILED (\S+::\S+)", done.output, re.MULTILINE)
    return found if len(found) <= 3 else []


def _why(tool: Tool, done: calls.Called) -> str:
    if done.code is None:
        return f"It was not done within {tool.limit:.0f} seconds."
    last = next((line for line in reversed(done.lines) if re.match(tool.tells, line)), "")
    said = last.strip("= .") or f"It ended with the exit code {done.code}"
    return f"{said}."
