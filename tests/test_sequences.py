"""Random sequences of adding, editing by hand, removing, undoing, redoing: each step serves, the way back is exact."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scaffold import __main__
from tests.conftest import tree

pytestmark = pytest.mark.slow

THINGS: dict[str, tuple[list[str], list[str], str]] = {
    "user": (["add", "route", "/user/<username>"], ["remove", "route", "/user/<username>"], "/user/ada"),
    "item": (["add", "route", "/item/<uuid:item>", "--returns", "json"], ["remove", "route", "/item/<uuid:item>"], ""),
    "note": (
        ["add", "route", "/note/<int:note_id>/", "--methods", "GET,POST", "--returns", "html"],
        ["remove", "route", "/note/<int:note_id>/"],
        "/note/1/",
    ),
    "text": (["add", "route", "/text", "--returns", "text"], ["remove", "route", "/text"], "/text"),
    "gunicorn": (["deploy", "--server", "gunicorn"], ["remove", "gunicorn"], ""),
}
VIEWS = {"package": "shop/pages.py", "module": "app.py"}
# What a person does in between: each is a text added at the end of a file, and taken out again at the end.
HAND = {
    "views": "\n\ndef mine() -> int:\n    return 1\n",
    "tests": "\n\ndef test_mine() -> None:\n    assert True\n",
    "README.md": "\nMine.\n",
}
STEPS = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(["add", "remove"]), st.sampled_from(sorted(THINGS))),
        st.tuples(st.just("hand"), st.sampled_from(sorted(HAND))),
        st.tuples(st.sampled_from(["undo", "redo"]), st.just("")),
    ),
    min_size=3,
    max_size=10,
)
SERVE = """
import os, sys
os.environ.update(APP_ENV="development", SECRET_KEY="0123456789abcdef" * 2)
sys.path.insert(0, ".")
module = __import__(sys.argv[1])
for url in sys.argv[2:]:
    status = module.app.test_client().get(url).status_code
    assert status == 200, (url, status)
"""


def code(project: Path) -> dict[str, bytes]:
    files = tree(project).items()
    return {path: data for path, (data, _) in files if "__pycache__" not in path and not path.startswith(".scaffold/")}


def hand_file(project: Path, layout: str, what: str) -> Path:
    names = {"views": VIEWS[layout], "tests": f"tests/test_{Path(VIEWS[layout]).stem}.py", "README.md": "README.md"}
    return project / names[what]


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS, layout=st.sampled_from(["package", "module"]))
def test_every_step_serves_and_the_way_back_is_exact(
    steps: list[tuple[str, str]], layout: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("sequence")
    os.chdir(folder)
    assert __main__.run(["new", "shop", "--layout", layout]) == 0
    project = folder / "shop"
    os.chdir(project)
    before = code(project)
    written: list[tuple[Path, str]] = []
    for verb, what in steps:
        if verb == "hand":
            path = hand_file(project, layout, what)
            if path.exists() and (path, HAND[what]) not in written:
                path.write_text(path.read_text() + HAND[what])
                written.append((path, HAND[what]))
        elif what:
            add, remove, _ = THINGS[what]
            assert __main__.run(add if verb == "add" else remove) in (0, 3)
        else:
            assert __main__.run([verb]) in (0, 3)
        serves(project, layout)
    while __main__.run(["undo"]) == 0:
        serves(project, layout)
    for path, text in written:
        ours = path.relative_to(project).as_posix() not in before
        # Blank lines at the top of a file that we made go with what was above them.
        bare = text.lstrip() if ours else text
        assert path.read_text().count(bare) == 1
        path.write_text(path.read_text().replace(bare, ""))
        if ours and not path.read_text().strip():
            path.unlink()  # it stayed for what was written into it
    assert code(project) == before


def serves(project: Path, layout: str) -> None:
    """Start the app in a process of its own, and ask for the pages that its views say it has."""
    views = (project / VIEWS[layout]).read_text()
    urls = [url for name, (_, _, url) in THINGS.items() if url and f'"{THINGS[name][0][2]}"' in views]
    module = "wsgi" if layout == "package" else "app"
    argv = [sys.executable, "-c", SERVE, module, "/", *urls]
    done = subprocess.run(argv, cwd=project, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
