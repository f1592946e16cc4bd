"""The report as `--json` tells it."""

import json

import pytest

from scaffold.proof.report import machine
from scaffold.proof.result import FAILED, NOT_PROVED, PROVED, Result
from tests.proof.report import samples

KEYS = [
    *("schema", "ok", "summary", "project", "root", "command", "python", "began", "seconds"),
    *("counts", "rows", "results", "screenshots"),
]


def test_it_holds_everything_under_names_that_stay() -> None:
    told = machine.described(samples.mixed())

    assert list(told) == KEYS
    assert told["schema"] == 1
    assert told["counts"] == {"proved": 79, "failed": 3, "not_proved": 25}
    assert told["rows"][0] == {"name": "environment", "proved": 1, "failed": 0, "not_proved": 0, "seconds": 3.42}
    assert len(told["results"]) == 107
    for one in told["results"]:
        assert tuple(one) == Result._fields
    (nginx,) = [one for one in told["results"] if one["outcome"] == FAILED and one["name"] == "too-much-is-refused"]
    assert nginx["subject"] == "gunicorn behind nginx"
    assert nginx["log"] == list(samples.LOG)


@pytest.mark.parametrize(
    ("report", "ok"),
    [(samples.proved(), True), (samples.failed(), False), (samples.not_proved(), False), (samples.empty(), False)],
    ids=["proved", "failed", "not proved", "empty"],
)
def test_only_what_was_proved_is_ok(report: object, ok: bool) -> None:
    assert machine.described(report)["ok"] is ok  # type: ignore[arg-type]


def test_the_keys_are_there_when_nothing_is() -> None:
    assert list(machine.described(samples.empty())) == KEYS


@pytest.mark.parametrize("outcome", [PROVED, FAILED, NOT_PROVED])
def test_it_can_be_written_whatever_the_project_said(outcome: str) -> None:
    told = machine.described(samples.hostile(outcome))

    assert json.loads(json.dumps(told, ensure_ascii=False).encode()) == told
    assert told["screenshots"][0]["width"] == 320


def test_it_fits_into_the_object_of_a_command() -> None:
    from scaffold.changes import Changes
    from scaffold.commands import outcome
    from scaffold.plan import Plan

    more = {"proof": machine.described(samples.failed())}

    told = json.loads(outcome.success(Plan(Changes("")), [], ["scaffold", "test"], more))

    assert told["proof"]["counts"]["failed"] == 3
