"""Every probe of every template turns red by something that is broken, and whatever is broken turns one red."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests import by_hand
from tests.end_to_end.conftest import Environment
from tests.mutations.run import run

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("layout", ["package", "module", by_hand.LAYOUT])
def test_every_probe_can_fail(
    layout: str,
    complete: Callable[[str], Environment],
    tmp_path: Path,
    record_property: Callable[[str, object], None],
) -> None:
    table = run(layout, complete(layout).bin, tmp_path)
    record_property("mutations", table.summary())

    assert table.survivors == [], "no mutation turns these red: the probes are too weak"
    assert table.idle == [], "these turn no probe red"
    assert table.strays == [], "these turn the probes of others red"
    assert table.noticed == [], "tests/mutations/beyond.py says that no probe can notice these"
    assert table.unprobed == [], "these have views, and no probe about them"
