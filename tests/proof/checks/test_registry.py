"""The list of checks, and what becomes of each of them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scaffold.proof.checks import registry
from scaffold.proof.checks.registry import SHARED, Check, everything
from scaffold.proof.deployment import Booted, Deployment
from scaffold.proof.result import FAILED, NOT_PROVED, PROVED, Result
from scaffold.proof.unmet import NotProved, Unmet, need
from scaffold.proof.wire import Client
from tests.proof.site import site

HEAD = "GET /page HTTP/1.1\nHost: shop.example.test"


def deployment(folder: Path, client: Client | None = None) -> Deployment:
    return Deployment(folder, folder, None, None, client or Client(1))


def check(run: Callable[[Any], None], concerns: Callable[[Deployment], object] = everything) -> Check:
    return Check(1, run, SHARED, (registry.SERVER,), True, False, concerns)


def of(run: Callable[[Any], None], target: Booted | Deployment) -> Result:
    (found,) = registry.results([check(run)], target, "gunicorn")
    return found


def a_page_is_there(booted: Booted) -> None:
    """A page that is missing, or empty.

    More of it.
    """
    booted.client.ask("/page")
    need(False, "a page", "nothing")


def test_what_is_proved_says_what_it_guards_against(tmp_path: Path) -> None:
    def all_is_well(_: Deployment) -> None:
        """Something that is not well."""

    found = of(all_is_well, deployment(tmp_path))
    assert found.changed(seconds=0) == Result(
        "server", "all-is-well", PROVED, 0, "gunicorn", "Something that is not well."
    )


def test_what_failed_shows_the_request_and_the_log(tmp_path: Path) -> None:
    log = tmp_path / "server.log"
    log.write_text("earlier\n")
    with site((200, {}, "")) as client:

        def run(booted: Booted) -> None:
            log.write_text("earlier\nmeanwhile\n")
            a_page_is_there(booted)

        found = of(run, Booted(deployment(tmp_path, client), None, None))
    assert (found.outcome, found.expected, found.got, found.request) == (FAILED, "a page", "nothing", HEAD)
    assert found.log == ("server: meanwhile",)
    assert found.seconds > 0


def test_a_request_of_an_earlier_check_is_not_shown(tmp_path: Path) -> None:
    def no_request(_: Booted) -> None:
        raise Unmet("a socket", "none")

    with site((200, {}, "")) as client:
        booted = Booted(deployment(tmp_path, client), None, None)
        first, second = registry.results([check(a_page_is_there), check(no_request)], booted, "")
    assert (first.request, second.request) == (HEAD, "")


def test_a_request_that_the_check_tells_is_shown(tmp_path: Path) -> None:
    def told(_: Deployment) -> None:
        raise Unmet("a", "b", "GET /other")

    assert of(told, deployment(tmp_path)).request == "GET /other"


@pytest.mark.parametrize(
    ("error", "fields"),
    [
        (
            NotProved("nginx is not installed", "x"),
            {"outcome": NOT_PROVED, "why": "nginx is not installed", "command": "x"},
        ),
        (ConnectionResetError("reset"), {"outcome": FAILED, "expected": "an answer"}),
        (TimeoutError("timed out"), {"outcome": FAILED, "got": "none: TimeoutError: timed out"}),
        (KeyError("name"), {"outcome": NOT_PROVED, "why": "the check itself failed (KeyError: 'name')"}),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_else_can_happen(error: Exception, fields: dict[str, str], tmp_path: Path) -> None:
    def run(_: Deployment) -> None:
        raise error

    assert fields.items() <= of(run, deployment(tmp_path)).as_dict().items()


def test_what_does_not_concern_a_deployment_is_not_made(tmp_path: Path) -> None:
    assert list(registry.results([check(a_page_is_there, lambda _: False)], deployment(tmp_path), "")) == []


def test_every_check_has_a_name_of_its_own_and_a_reason() -> None:
    every = registry.every()
    assert len({one.name for one in every}) == len(every)
    for one in every:
        assert one.guards.endswith("."), one.name
        assert "_" not in one.name
    assert {one.number for one in every} >= set(range(1, 22)) - {2, 12, 13}


def test_modules_of_checks_are_found_by_themselves() -> None:
    folder = Path(registry.__file__).parent
    modules = {path.stem for path in folder.glob("*.py")} - {"__init__", "registry"}
    assert {one.run.__module__.rpartition(".")[2] for one in registry.every()} >= modules
