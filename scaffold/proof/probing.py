"""Views that tell what reached the app: put into a copy of a Flask project, below a prefix that nobody else uses."""

import os
from pathlib import Path

from scaffold import project as projects
from scaffold.changes import Changes
from scaffold.errors import NoPlace
from scaffold.flask_code import choice, files
from scaffold.flask_code.code import Code
from scaffold.project import Project
from scaffold.proof.unmet import NotProved
from scaffold.proof.wire import Answer

PREFIX = "/-/probing"
NAME = "scaffold_probing"
MODULE = f"{NAME}.py"
RELEASE = f"{NAME}.txt"
FIRST_RELEASE = "release-1"
# Which every answer of the app has, and none that a server or a proxy gives in its place.
MARK = "X-Scaffold-Probing"
SOURCE = Path(__file__).with_name("probing_views.py")
# One statement, after which the module has the names that it had before.
CALL = """

__import__("importlib").import_module((__package__ + "." if __package__ else "") + "{name}").put_on(globals(), {app!r})
"""


def view(path: str) -> str:
    """Return the path of a view."""
    return PREFIX + path


def is_of_the_app(answer: Answer) -> bool:
    """Tell whether the app made an answer."""
    return bool(answer.header(MARK))


def put_into(root: Path, app: str | None = None) -> Path:
    """Add the views to the project, on the app that a server would run; return the file with the release."""
    found = projects.find(str(root), app)
    code = Code(Changes(found.root))
    module, _, name = _target(code, found).partition(":")
    path = next(files.imported("", 0, module, code.paths), None)
    if path is None:
        raise NotProved(f"'{module}' is no file of this project")
    file = Path(found.root, path)
    with file.open("ab") as end:
        end.write(CALL.format(name=NAME, app=name).encode())
    home = file.parent
    home.joinpath(MODULE).write_text(SOURCE.read_text())
    home.joinpath(RELEASE).write_text(FIRST_RELEASE + "\n")
    return home / RELEASE


def _target(code: Code, found: Project) -> str:
    """Return where the app is made, which need not be where a server finds it; where nobody can tell, the latter."""
    roles = {role: place for role, place in found.roles.items() if role != "wsgi_target"}
    try:
        return choice.target(code, roles, found.app)
    except NoPlace:
        return choice.target(code, found.roles, found.app)


def release_file(root: Path) -> Path:
    """Return the file that holds the release, which the app reads when it is imported."""
    for folder, folders, held in os.walk(root):
        folders[:] = [name for name in folders if not name.startswith(".")]
        if RELEASE in held:
            return Path(folder, RELEASE)
    raise NotProved("the project has no probing views")
