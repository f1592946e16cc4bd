"""The load: what went wrong for four clients that never stop asking."""

import pytest

from scaffold.proof.load import Load
from scaffold.proof.unmet import Unmet
from scaffold.proof.wire import Client
from tests.proof.site import site

CLOSED = {"Connection": "close"}


def made(asked: int = 100, worst: float = 0.1, new: int = 0, kept: int = 0) -> Load:
    load = Load(Client(1))
    load.asked, load.worst = asked, worst
    load.new = ["reset"] * new
    load.kept[1] = ["reset"] * kept
    return load


@pytest.mark.parametrize(
    ("load", "said"),
    [
        (made(asked=15), "only 15 requests were made"),
        (made(new=3), "at most 2 failed of 100 new connections, got 3 failed of 100 new connections: reset, reset"),
        (made(kept=5), "at most 4 failed times a kept connection, got 5"),
        (made(worst=2.4), r"every answer within 2\.3 s, got a request that took 2\.4 s"),
    ],
    ids=["few", "new", "kept", "late"],
)
def test_the_figures_are_held_to_the_bar(load: Load, said: str) -> None:
    with pytest.raises(Unmet, match=said):
        load.lost_nothing(reloads=2, resets=1)
    made(new=2, kept=4, worst=2.2).lost_nothing(reloads=2, resets=1)
    made(worst=4.0).lost_nothing(stall=5.0)


def test_a_site_that_answers_loses_nothing() -> None:
    with site((200, {}, "hello")) as client, Load(client) as load:
        pass
    load.lost_nothing()
    assert load.asked > 15


def test_every_answer_that_is_none_is_counted() -> None:
    with site((503, CLOSED, "busy")) as client, Load(client) as load:
        pass
    assert set(load.new) == {"503 busy"}
    assert len(load.new) + sum(map(len, load.kept.values())) == load.asked
