"""Where the parts of a project are that somebody made by hand: the app's package, its pages, its static files."""

import ast
import posixpath

from scaffold.flask_code import files
from scaffold.flask_code.code import Code
from scaffold.flask_code.module import keyword, literal
from scaffold.flask_code.pages import inside
from scaffold.flask_code.router import Router


def of_app(code: Code, app: Router) -> dict[str, str]:
    """Return `package_dir`, `templates_dir` and `static_dir` of an app, as the layouts name them."""
    folder = posixpath.dirname(app.module.path)
    return {
        "package_dir": folder or ".",
        "templates_dir": _folder(app, "template_folder", "templates"),
        "static_dir": _folder(app, "static_folder", "static"),
    }


def _folder(app: Router, argument: str, default: str) -> str:
    given: ast.expr | None = keyword(app.call, argument)
    return inside(app, literal(given) or default) or default


def of_imports(package_dir: str, *, is_package: bool) -> dict[str, str]:
    """Return how the app's modules import each other, `sibling`, and how the tests import them, `package_prefix`.

    Beside an app that is no package, modules are imported by their names alone.
    """
    if not is_package:
        return {"sibling": "", "package_prefix": ""}
    return {"sibling": ".", "package_prefix": f"{files.module_name(f'{package_dir}/__init__.py')}."}
