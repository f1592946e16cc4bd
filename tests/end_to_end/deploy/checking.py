"""What came of checks, as the tests tell it: a line for each that fails."""

import traceback
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor

from scaffold.proof.checks.registry import OWN, QUIET, Check
from scaffold.proof.deployment import Booted, Deployment
from scaffold.proof.unmet import Unmet

Target = Booted | Deployment


def failures(checks: Iterable[Check], target: Target) -> list[str]:
    """Make the checks one after the other; return what each of those that fail has to say."""
    return [said for one in checks if (said := _failure(one, target))]


def failures_at_once(checks: Sequence[tuple[Check, Deployment]]) -> list[str]:
    """Make the checks with boots of their own, many at the same time: most of them wait."""
    quiet = [_failure(*pair) for pair in checks if pair[0].needs == QUIET]
    with ThreadPoolExecutor(max_workers=4) as pool:
        others = pool.map(lambda pair: _failure(*pair), [pair for pair in checks if pair[0].needs == OWN])
        return [said for said in (*quiet, *others) if said]


def _failure(one: Check, target: Target) -> str:
    if not one.concerns(target.deployment if isinstance(target, Booted) else target):
        return ""
    try:
        one.run(target)
    except Exception as error:  # every failure is told, not only the first
        where = traceback.extract_tb(error.__traceback__)[-1]
        kind = "" if isinstance(error, Unmet) else f"{type(error).__name__}: "
        return f"{one.number} {one.name} ({where.name}:{where.lineno}): {kind}{error or where.line}"
    return ""
