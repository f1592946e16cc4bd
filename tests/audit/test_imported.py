"""What is imported, and what of the project runs in production."""

from pathlib import Path

from scaffold.audit import imported
from scaffold.audit.subject import Subject
from tests.audit.looking import write

FILES = {
    "src/shop/__init__.py": """
        from flask import Flask

        def create_app():
            app = Flask(__name__)
            from . import views
            try:
                import shop.extra
            except ImportError:
                pass
            return app
    """,
    "src/shop/views.py": "import shop.models.user\n",
    "src/shop/models/__init__.py": "",
    "src/shop/models/user.py": "import arrow\nif arrow:\n    import humanize\n",
    "src/shop/extra.py": "import faker\n",
    "src/shop/broken.py": "def\n",
    "manage.py": "from shop import create_app\n",
    "tests/test_shop.py": "import pytest\n",
}


def test_the_app_and_what_it_surely_imports_run(tmp_path: Path) -> None:
    found = imported.of_app(Subject(write(tmp_path, FILES)))
    assert sorted(path.removeprefix("src/shop/") for path in found) == [
        "__init__.py",
        "models/__init__.py",
        "models/user.py",
        "views.py",
    ]


def test_imports_of_others_are_certain_or_not(tmp_path: Path) -> None:
    found = imported.of_project(Subject(write(tmp_path, FILES)))
    assert {one.name: one.certain for one in found} == {
        "flask": True,
        "arrow": True,
        "humanize": False,
        "faker": True,
        "pytest": True,
    }
