"""The list of checks: which of the twenty-two a function makes, and what it is made of."""

import importlib
import pkgutil
from collections.abc import Callable
from typing import Any

from scaffold.fields import Fields
from scaffold.proof import checks
from scaffold.proof.deployment import Deployment

# What a check needs: one boot that it leaves as it was, or a deployment to boot and to end by itself.
# A check that measures needs quiet besides: it is made while no other is.
SHARED, OWN, QUIET = "a shared boot", "boots of its own", "boots of its own and quiet"
SERVER, PROXY = "server", "proxy"


class Check(Fields):
    """One function that makes one of the twenty-two checks, or a part of it."""

    number: int
    run: Callable[[Any], None]
    needs: str
    of: tuple[str, ...]
    quick: bool
    # It takes as long as a request may, and is left to who asks for it by name.
    patient: bool
    # Which deployments it says something about.
    concerns: Callable[[Deployment], object]

    @property
    def name(self) -> str:
        """Return what it is called in a report."""
        return self.run.__name__.replace("_", "-")

    @property
    def guards(self) -> str:
        """Return what it is there for, as its docstring says."""
        return str(self.run.__doc__).partition("\n")[0]


CHECKS: list[Check] = []


def everything(deployment: Deployment) -> bool:
    """Say of a check that it concerns every deployment."""
    return True


def check(
    number: int,
    *of: str,
    needs: str = SHARED,
    quick: bool = True,
    patient: bool = False,
    when: Callable[[Deployment], object] = everything,
) -> Callable[[Any], Any]:
    """Enter a function into the list: its number, whether it is asked of a server alone, behind a proxy, or both."""

    def enter(run: Callable[[Any], None]) -> Callable[[Any], None]:
        CHECKS.append(Check(number, run, needs, of or (SERVER, PROXY), quick, patient, when))
        return run

    return enter


def every() -> list[Check]:
    """Return all checks, those of each module of this package among them."""
    for module in pkgutil.iter_modules(checks.__path__):
        importlib.import_module(f"{checks.__name__}.{module.name}")
    return CHECKS


def those(of: str, *needs: str, quick: bool | None = None) -> list[Check]:
    """Return the checks of a server alone or behind a proxy, with one of these needs."""
    wanted = needs or (SHARED,)
    return [one for one in every() if of in one.of and one.needs in wanted and quick in (None, one.quick)]
