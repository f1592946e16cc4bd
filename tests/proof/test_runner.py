"""What a run says where there is no server to look at."""

from pathlib import Path

import pytest

from scaffold import project as projects
from scaffold.proof.result import NOT_PROVED
from scaffold.proof.runner import Run, Wanted


def run(folder: Path, *only: str) -> Run:
    (folder / "app.py").write_text("from flask import Flask\n\napp = Flask(__name__)\n")
    wanted = Wanted(server="mod_wsgi", only=only)
    return Run(projects.find(str(folder)), wanted, lambda _: None, ["scaffold", "test"])


@pytest.mark.parametrize("only", [(), ("health-is-ok",), ("server", "tests")])
def test_a_server_that_cannot_be_booted_is_not_proved(tmp_path: Path, only: tuple[str, ...]) -> None:
    (found,) = run(tmp_path, *only)._not_booted()

    assert (found.step, found.outcome, found.subject) == ("server", NOT_PROVED, "mod_wsgi")
    assert "mod_wsgi" in found.why


@pytest.mark.parametrize("only", [("tests",), ("lint", "types"), ("ruff check",)])
def test_who_asks_for_the_code_alone_is_told_nothing(tmp_path: Path, only: tuple[str, ...]) -> None:
    assert list(run(tmp_path, *only)._not_booted()) == []
