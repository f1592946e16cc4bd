"""Look at what became of a project's views, and run its own tests."""

import os
import subprocess
import sys
from pathlib import Path

VIEWS = {"package": "shop/pages.py", "module": "app.py"}
# How each word for `--query` is read.
READERS = {
    "q": """\
    q = request.args.get("q")
    if q is None:
        abort(400, "The query needs a value for 'q'.")
""",
    "q=a": '    q = request.args.get("q", "a")\n',
    "page:int": """\
    page = request.args.get("page", type=int)
    if page is None:
        abort(400, "The query needs a whole number for 'page'.")
""",
    "page:int=1": '    page = request.args.get("page", 1, type=int)\n',
    "price:float": """\
    price = request.args.get("price", type=float)
    # float() also reads "nan" and "inf".
    if price is None or not isfinite(price):
        abort(400, "The query needs a number for 'price'.")
""",
    "price:float=1.5": """\
    price = request.args.get("price", 1.5, type=float)
    # float() also reads "nan" and "inf".
    if not isfinite(price):
        price = 1.5
""",
    "draft:bool": """\
    draft = {"true": True, "false": False}.get(request.args.get("draft", ""))
    if draft is None:
        abort(400, "The query needs 'true' or 'false' for 'draft'.")
""",
    "draft:bool=true": '    draft = request.args.get("draft") != "false"\n',
    "draft:bool=false": '    draft = request.args.get("draft") == "true"\n',
}


def views(project: Path, layout: str) -> str:
    """Return the file that the views of a new project go into."""
    return (project / VIEWS[layout]).read_text()


CHECKS = {
    "ruff check": ["ruff", "check", "-q"],
    "ruff format": ["ruff", "format", "--check", "-q"],
    "pytest": ["pytest", "-q", "-p", "no:cacheprovider"],
}


def passes(project: Path, *names: str) -> None:
    """Run the project's own linter, formatter and tests, or some of them."""
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    for name in names or CHECKS:
        argv = [sys.executable, "-m", *CHECKS[name]]
        done = subprocess.run(argv, cwd=project, capture_output=True, text=True, check=False, env=environment)
        assert done.returncode == 0, done.stdout + done.stderr
