"""A project as production runs it: under gunicorn, with its settings in the environment."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scaffold.proof.ports import free_port
from tests import by_hand
from tests.end_to_end.conftest import Environment
from tests.end_to_end.serving import Server, serving

TARGET = {"package": "wsgi:app", "module": "app:app", by_hand.LAYOUT: "app:app"}
KEY = "b5c0d7e2f9a14683b5c0d7e2f9a14683"


@contextmanager
def gunicorn(project: Environment, layout: str, log: Path, **variables: str) -> Iterator[Server]:
    """Serve the project as production does: settings from the environment, and no `.env`."""
    port = free_port()
    env = project.variables(**{"SECRET_KEY": KEY, **variables})
    argv: list[str | Path] = [project.bin / "gunicorn", "--bind", f"127.0.0.1:{port}", TARGET[layout]]
    with serving(argv, port=port, cwd=project.project, env=env, log=log) as server:
        yield server
