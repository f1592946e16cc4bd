"""What a project says that it needs: in every file in which projects say it."""

from pathlib import Path

import pytest

from scaffold.proof import needs, poetry
from scaffold.proof.unmet import NotProved
from tests.proof.projects import write

PROJECT = '[project]\nname = "My-Shop"\n'


def steps(root: Path, **files: str) -> list[list[str]]:
    return [list(step) for step in needs.of_project(root).steps]


def test_dependencies_and_what_developers_need_besides(tmp_path: Path) -> None:
    text = """
requires-python = ">=3.11"
dependencies = ["flask>=3"]

[project.optional-dependencies]
dev = ["my-shop[Test,lint]", "build"]
test = ["pytest"]
lint = ["ruff", "my_shop[nothing]"]
docs = ["sphinx"]

[dependency-groups]
typing = ["mypy", { include-group = "Stubs" }]
stubs = ["types-requests"]
other = ["nothing"]
"""
    write(tmp_path, {"pyproject.toml": PROJECT + text})
    need = needs.of_project(tmp_path)
    wanted = ["build", "flask>=3", "my_shop[nothing]", "mypy", "pytest", "ruff", "types-requests"]
    assert need.steps == [wanted]
    assert need.python == ">=3.11"
    assert need.itself == ""


def test_an_extra_that_names_itself_ends(tmp_path: Path) -> None:
    text = 'dependencies = []\n[project.optional-dependencies]\ndev = ["my-shop[dev]", "ruff"]\n'
    write(tmp_path, {"pyproject.toml": PROJECT + text})
    assert needs.of_project(tmp_path).steps == [["ruff"]]


def test_groups_that_include_each_other_end(tmp_path: Path) -> None:
    text = '[dependency-groups]\ndev = [{ include-group = "test" }, "a"]\ntest = [{ include-group = "dev" }, "b"]\n'
    write(tmp_path, {"pyproject.toml": text})
    assert needs.of_project(tmp_path).steps == [["a", "b"]]


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (["requirements.txt"], ["requirements.txt"]),
        (
            [
                "requirements.txt",
                "requirements.in",
                "requirements-dev.txt",
                "test-requirements.txt",
                "requirements-docs.txt",
            ],
            ["requirements.txt", "requirements.in", "requirements-dev.txt", "test-requirements.txt"],
        ),
        (
            ["requirements/base.txt", "requirements/dev.txt", "requirements/windows.txt"],
            ["requirements/base.txt", "requirements/dev.txt"],
        ),
        (
            ["requirements/linux.txt", "requirements/windows.txt"],
            ["requirements/linux.txt", "requirements/windows.txt"],
        ),
    ],
)
def test_files_of_requirements(tmp_path: Path, files: list[str], expected: list[str]) -> None:
    write(tmp_path, dict.fromkeys(files, "flask\n"))
    assert needs.of_project(tmp_path).steps == [["-r", path] for path in expected]


def test_what_files_include_is_part_of_what_is_needed(tmp_path: Path) -> None:
    files = {"requirements.txt": "-r more/a.txt\n-c limits.txt\n", "more/a.txt": "-r ../requirements.txt\nflask\n"}
    write(tmp_path, {**files, "limits.txt": "flask<4\n"})
    before = needs.of_project(tmp_path).contents
    assert "flask<4" in before
    (tmp_path / "more" / "a.txt").write_text("flask==3.1.3\n")
    assert needs.of_project(tmp_path).contents != before


def test_settings_of_tools_change_nothing_of_what_is_needed(tmp_path: Path) -> None:
    write(tmp_path, {"pyproject.toml": PROJECT + 'dependencies = ["flask"]\n'})
    before = needs.of_project(tmp_path)
    write(tmp_path, {"pyproject.toml": PROJECT + 'dependencies = ["flask"]\n[tool.ruff]\nline-length = 100\n'})
    assert needs.of_project(tmp_path) == before


def test_dependencies_that_setuptools_reads_from_a_file(tmp_path: Path) -> None:
    text = 'dynamic = ["dependencies"]\n[tool.setuptools.dynamic]\ndependencies = { file = ["deps.txt"] }\n'
    write(tmp_path, {"pyproject.toml": PROJECT + text, "deps.txt": "flask\n"})
    need = needs.of_project(tmp_path)
    assert need.steps == [["-r", "deps.txt"]]
    assert "flask" in need.contents
    (tmp_path / "deps.txt").unlink()
    assert needs.of_project(tmp_path).itself == "needed"


@pytest.mark.parametrize(
    ("files", "itself"),
    [
        ({"setup.py": "from setuptools import setup\nsetup()\n"}, "needed"),
        ({"pyproject.toml": PROJECT + '[project.entry-points."flask.commands"]\na = "b:c"\n'}, "wanted"),
        ({"pyproject.toml": PROJECT, "shop/__init__.py": "from importlib.metadata import version\n"}, "wanted"),
        ({"requirements.txt": "flask", "app.py": "import importlib.metadata\n"}, ""),
    ],
)
def test_a_project_that_has_to_be_installed_itself(tmp_path: Path, files: dict[str, str], itself: str) -> None:
    assert needs.of_project(write(tmp_path, files)).itself == itself


def test_setup_cfg(tmp_path: Path) -> None:
    text = """
[options]
python_requires = >=3.9
install_requires =
    # what runs it
    flask>=3
    click
[options.extras_require]
dev =
    pytest
docs =
    sphinx
"""
    need = needs.of_project(write(tmp_path, {"setup.cfg": text}))
    assert need.steps == [["click", "flask>=3", "pytest"]]
    assert need.python == ">=3.9"


def test_a_pipfile(tmp_path: Path) -> None:
    text = """
[packages]
flask = "*"
gunicorn = {version = "==23.0.0", extras = ["gevent"]}
tool = {git = "https://example.com/tool.git", ref = "v1"}
[dev-packages]
pytest = "~=8.0"
[requires]
python_version = "3.12"
"""
    need = needs.of_project(write(tmp_path, {"Pipfile": text}))
    assert need.steps == [
        ["flask", "gunicorn[gevent]==23.0.0", "pytest~=8.0", "tool @ git+https://example.com/tool.git@v1"]
    ]
    assert need.python == "==3.12.*"


def test_poetry(tmp_path: Path) -> None:
    text = """
[tool.poetry.dependencies]
python = "^3.10"
flask = "^3.0"
celery = {version = "^5.3", optional = true}
local = {path = "../local"}
several = [{version = "1", python = "<3.12"}, {version = "2", python = ">=3.12"}]
[tool.poetry.group.dev.dependencies]
pytest = "~8.1"
[tool.poetry.group.docs.dependencies]
sphinx = "*"
[tool.poetry.dev-dependencies]
ruff = "0.14"
"""
    need = needs.of_project(write(tmp_path, {"pyproject.toml": text}))
    assert need.steps == [["./../local", "flask>=3.0,<4", "pytest>=8.1,<8.2", "ruff==0.14", "several"]]
    assert need.python == ">=3.10,<4"


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("^1.2.3", "a>=1.2.3,<2"),
        ("^0.2.3", "a>=0.2.3,<0.3"),
        ("^0.0.3", "a>=0.0.3,<0.0.4"),
        ("^0.0", "a>=0.0,<0.1"),
        ("^0", "a>=0,<1"),
        ("~1.2.3", "a>=1.2.3,<1.3"),
        ("~1", "a>=1,<2"),
        ("~=1.2", "a~=1.2"),
        (">= 1.2, < 2", "a>=1.2,<2"),
        ("1.2.*", "a==1.2.*"),
        ("*", "a"),
        ("", "a"),
        ("^1 || ^2", "a"),
    ],
)
def test_constraints_of_poetry(said: str, expected: str) -> None:
    assert poetry.listed({"a": said}) == [expected]


def test_what_is_locked(tmp_path: Path) -> None:
    text = PROJECT + '[dependency-groups]\ndev = ["a"]\ndocs = ["b"]\n'
    write(tmp_path, {"pyproject.toml": text, "uv.lock": "version = 1\n"})
    need = needs.of_project(tmp_path)
    assert need.locked == [
        *("sync", "--frozen", "--no-install-workspace", "--no-editable", "--all-extras", "--group", "dev")
    ]
    (tmp_path / "uv.lock").write_text("version = 2\n")
    assert needs.of_project(tmp_path).contents != need.contents


def test_extras_that_exclude_each_other_are_not_all_asked_for(tmp_path: Path) -> None:
    text = PROJECT + (
        '[project.optional-dependencies]\ndev = []\ncpu = []\ngpu = []\n[tool.uv]\nconflicts = [[{ extra = "cpu" }]]\n'
    )
    need = needs.of_project(write(tmp_path, {"pyproject.toml": text, "uv.lock": "version = 1\n"}))
    assert need.locked[4:] == ["--extra", "dev"]


@pytest.mark.parametrize("files", [{"app.py": ""}, {"pyproject.toml": "[tool.ruff]\n"}, {"pyproject.toml": "not TOML"}])
def test_where_nothing_says_what_is_needed(tmp_path: Path, files: dict[str, str]) -> None:
    with pytest.raises(NotProved, match="nothing says what the project needs") as raised:
        needs.of_project(write(tmp_path, files))
    assert raised.value.command == "pip freeze > requirements.txt"
