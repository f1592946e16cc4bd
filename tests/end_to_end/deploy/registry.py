"""The list of checks: which of the twenty-two a function makes, and what it is made of."""

import traceback
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

# What a check needs: one boot that it leaves as it was, or a deployment to boot and to end by itself.
# A check that measures needs quiet besides: it is made while no other is.
SHARED, OWN, QUIET = "a shared boot", "boots of its own", "boots of its own and quiet"
SERVER, PROXY = "server", "proxy"


@dataclass(frozen=True)
class Check:
    """One function that makes one of the twenty-two checks, or a part of it."""

    number: int
    run: Callable[[Any], None]
    needs: str
    of: tuple[str, ...]
    quick: bool

    @property
    def name(self) -> str:
        return self.run.__name__

    @property
    def guards(self) -> str:
        """Return what it is there for, as its docstring says."""
        return str(self.run.__doc__).partition("\n")[0]


CHECKS: list[Check] = []


def check(number: int, *of: str, needs: str = SHARED, quick: bool = True) -> Callable[[Any], Any]:
    """Enter a function into the list: its number, whether it is asked of a server alone, behind a proxy, or both."""

    def enter(run: Callable[[Any], None]) -> Callable[[Any], None]:
        assert run.__doc__, f"{run.__name__} says no defect that it guards against"
        CHECKS.append(Check(number, run, needs, of or (SERVER, PROXY), quick))
        return run

    return enter


def those(of: str, *needs: str, quick: bool | None = None) -> list[Check]:
    """Return the checks of a server alone or behind a proxy, with one of these needs."""
    return [one for one in CHECKS if of in one.of and one.needs in (needs or (SHARED,)) and quick in (None, one.quick)]


def failures(checks: Iterable[Check], target: Any) -> list[str]:
    """Make the checks one after the other; return what each of those that fail has to say."""
    return [said for one in checks if (said := _failure(one, target))]


def failures_at_once(checks: Sequence[tuple[Check, Any]]) -> list[str]:
    """Make the checks with boots of their own, many at the same time: most of them wait."""
    quiet = [_failure(*pair) for pair in checks if pair[0].needs == QUIET]
    with ThreadPoolExecutor(max_workers=4) as pool:
        others = pool.map(lambda pair: _failure(*pair), [pair for pair in checks if pair[0].needs == OWN])
        return [said for said in (*quiet, *others) if said]


def _failure(one: Check, target: Any) -> str:
    try:
        one.run(target)
    except Exception as error:  # every failure is told, not only the first
        where = traceback.extract_tb(error.__traceback__)[-1]
        kind = "" if isinstance(error, AssertionError) else f"{type(error).__name__}: "
        said = str(error) or where.line
        return f"{one.number} {one.name} ({where.name}:{where.lineno}): {kind}{said}"
    return ""
