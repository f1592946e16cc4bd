"""Which limit the checks of bodies hold an app to, and what they say of one that has none."""

import json
from pathlib import Path

import pytest

from scaffold.proof.checks import bodies
from scaffold.proof.deployment import Booted, Deployment
from scaffold.proof.unmet import NotProved
from scaffold.proof.wire import Client
from tests.proof.site import MARKED, site

OF_DEPLOYMENT = 1000


def booted(client: Client) -> Booted:
    return Booted(Deployment(Path(), Path(), None, None, client, facts={"body_limit": OF_DEPLOYMENT}), None, None)


@pytest.mark.parametrize(
    ("limit", "passes", "refuses"), [(None, 1000, 1000), (10, 10, 10), (5000, 1000, 5000), ("16 MB", 1000, 1000)]
)
def test_the_app_says_which_limit_it_has(limit: object, passes: int, refuses: int) -> None:
    with site((200, MARKED, json.dumps({"limit": limit}))) as client:
        assert (bodies.passes(booted(client)), bodies.refuses(booted(client))) == (passes, refuses)


def test_a_limit_of_the_app_that_is_too_long_is_not_tried() -> None:
    with site((200, MARKED, json.dumps({"limit": bodies.MOST + 1}))) as client, pytest.raises(NotProved):
        bodies.too_much(booted(client))


@pytest.mark.parametrize(("limit", "is_told"), [(None, True), (10, False)])
def test_an_app_without_a_limit_is_told_what_to_set(limit: object, is_told: bool) -> None:
    with site((200, MARKED, json.dumps({"limit": limit}))) as client:
        told = bodies.unlimited(booted(client))

    assert ("set MAX_CONTENT_LENGTH = 1000 in its config" in told) is is_told
