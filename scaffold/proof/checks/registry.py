"""The list of checks: which of them a function makes, and what it is made of."""

import importlib
import pkgutil
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from http.client import HTTPException
from typing import Any

from scaffold.fields import Fields
from scaffold.proof import checks
from scaffold.proof.deployment import Booted, Deployment
from scaffold.proof.result import FAILED, NOT_PROVED, PROVED, Result
from scaffold.proof.unmet import NotProved, Unmet
from scaffold.proof.wire import Client

# What a check needs: one boot that it leaves as it was, or a deployment to boot and to end by itself.
# A check that measures needs quiet besides: it is made while no other is.
SHARED, OWN, QUIET = "a shared boot", "boots of its own", "boots of its own and quiet"
SERVER, PROXY = "server", "proxy"
# Of each log, for a failure.
LINES = 30


class Check(Fields):
    """One function that makes one of the checks, or a part of it."""

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


def results(checks: Iterable[Check], target: Booted | Deployment, subject: str) -> Iterator[Result]:
    """Make the checks that concern a deployment one after the other; yield what came of each."""
    deployment = target.deployment if isinstance(target, Booted) else target
    step = PROXY if deployment.proxy else SERVER
    for one in checks:
        if one.concerns(deployment):
            blank = Result(step, one.name, PROVED, 0.0, subject, one.guards)
            begin, written = time.monotonic(), deployment.written()
            deployment.client.sent.head = ""
            found = blank.changed(**_told(one, target, deployment.client))
            log = () if found.outcome == PROVED else _lines(deployment, written)
            yield found.changed(seconds=time.monotonic() - begin, log=log)


def _told(one: Check, target: Booted | Deployment, client: Client) -> dict[str, str]:
    """Make a check, and return the fields of its result."""
    try:
        one.run(target)
    except Unmet as error:
        request = error.request or client.last
        return {"outcome": FAILED, "expected": error.expected, "got": error.got, "request": request}
    except NotProved as error:
        return {"outcome": NOT_PROVED, "why": error.why, "command": error.command}
    except (OSError, HTTPException) as error:
        lost = f"none: {type(error).__name__}: {error}"
        return {"outcome": FAILED, "expected": "an answer", "got": lost, "request": client.last}
    except Exception as error:  # that a check is broken says nothing of what it looks at
        return {"outcome": NOT_PROVED, "why": f"the check itself failed ({type(error).__name__}: {error})"}
    return {}


def _lines(deployment: Deployment, before: Mapping[str, int]) -> tuple[str, ...]:
    """Return the last lines that were written since, with who wrote them."""
    found: list[str] = []
    for name, log in deployment.logs.items():
        if log.exists():
            since = log.read_bytes()[before[name] :].decode(errors="replace")
            found += [f"{name}: {line}" for line in since.splitlines()[-LINES:]]
    return tuple(found)
