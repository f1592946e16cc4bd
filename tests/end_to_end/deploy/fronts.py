"""Check 12: two proxies in a row. It needs a deployment of its own."""

from scaffold.proof.checks.headers import FORGED, is_true
from scaffold.proof.checks.registry import check
from scaffold.proof.deployment import Booted

TWO = "two proxies in a row"


@check(12, TWO)
def the_client_is_seen_through_two(booted: Booted) -> None:
    """A hop count that is not the number of proxies: the app sees the inner one, or what the client wrote."""
    is_true(booted)
    for headers in [FORGED, *({name: text} for name, text in FORGED.items())]:
        is_true(booted, headers)
