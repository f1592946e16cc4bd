"""Whether a project has tests, and what they are written for."""

from pathlib import Path

import pytest

from scaffold.proof import suite
from tests.proof.projects import write

CASE = "import unittest\n\n\nclass Test(unittest.TestCase):\n    def test_it(self):\n        pass\n"


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"app.py": "def test_me(): pass\n"}, ""),
        ({"tests/__init__.py": "", "tests/conftest.py": "import pytest\n"}, ""),
        ({"test_app.py": "def test_index():\n    pass\n"}, suite.PYTEST),
        ({"shop/app_test.py": "async def test_index():\n    pass\n"}, suite.PYTEST),
        ({"tests/test_a.py": "class TestIndex:\n    def test_it(self): pass\n"}, suite.PYTEST),
        ({"tests/test_a.py": CASE}, suite.UNITTEST),
        ({"tests/test_a.py": CASE.replace("unittest.TestCase", "BaseTestCase")}, suite.UNITTEST),
        ({"tests.py": CASE}, suite.UNITTEST),
        ({"tests/app_test.py": CASE}, suite.PYTEST),
        ({"tests/test_a.py": CASE, "tests/test_b.py": "import pytest\n"}, suite.PYTEST),
        ({"tests/test_a.py": CASE, "pytest.ini": "[pytest]\n"}, suite.PYTEST),
        ({"tests/test_a.py": CASE, "pyproject.toml": "[tool.pytest.ini_options]\n"}, suite.PYTEST),
        ({"tests/test_a.py": CASE, "setup.cfg": "[tool:pytest]\n"}, suite.PYTEST),
        ({".venv/lib/test_a.py": CASE}, ""),
    ],
)
def test_the_style_of_tests(tmp_path: Path, files: dict[str, str], expected: str) -> None:
    assert suite.style(write(tmp_path, files)) == expected


@pytest.mark.parametrize(
    ("mark", "expected"),
    [
        (".flake8", True),
        ("ruff.toml", False),
        ("ruff.toml:format", False),
        ("pyproject.toml:tool.ruff", True),
        ("pyproject.toml:tool.ruff.lint", True),
        ("pyproject.toml:tool.ruff.format", False),
        ("pyproject.toml:tool.ruff.line-length", False),
        ("setup.cfg:mypy", True),
        ("setup.cfg:flake8", False),
        ("tox.ini:pytest", False),
        ("broken.toml:tool", False),
    ],
)
def test_what_configures_a_tool(tmp_path: Path, mark: str, expected: bool) -> None:
    files = {
        ".flake8": "",
        "pyproject.toml": "[tool.ruff]\nline-length = 9\n[tool.ruff.lint]\n",
        "setup.cfg": "[mypy]\nstrict = true\n[mypy-flask.*]\n",
        "tox.ini": "no section\n",
        "broken.toml": "[",
    }
    assert suite.is_there(write(tmp_path, files), mark) is expected
