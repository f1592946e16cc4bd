"""One server, alone or behind its proxy: deployed in a copy of the project, booted, and asked."""

import time
from collections.abc import Callable, Iterator, Sequence

from scaffold.proof import accounts, certificate, environment, probes, probing, redeploy
from scaffold.proof.checks import registry
from scaffold.proof.checks.registry import OWN, PROXY, QUIET, SERVER, SHARED, Check
from scaffold.proof.copying import Copy
from scaffold.proof.declared import Asked
from scaffold.proof.deployment import Booted, Deployment
from scaffold.proof.place import Place
from scaffold.proof.probes import Probe
from scaffold.proof.result import FAILED, NOT_PROVED, PROVED, Result
from scaffold.proof.subjects import Subject
from scaffold.proof.unmet import NotProved, Unmet

# The step that is all declared probes.
PROBES = "probes"
UP = "it-is-up"
Visit = Callable[[Booted], None]


def names(asked: Sequence[Asked]) -> list[str]:
    """Return what each probe is called in a report."""
    return [_name(one, probe) for one in asked for probe in one.probes]


def _name(asked: Asked, probe: Probe) -> str:
    return f"{asked.words}: {probe.name}"


class Boot:
    """A subject in a copy of its own; `only` names the checks that are wanted, all of them where it names none."""

    def __init__(self, subject: Subject, copy: Copy, asked: Sequence[Asked], only: Sequence[str] = ()) -> None:
        self.subject = subject
        self.copy = copy
        self.asked = asked
        self.only = only

    @property
    def step(self) -> str:
        """Return which step of the run it is."""
        return PROXY if self.subject.choices.proxy else SERVER

    def is_wanted(self) -> bool:
        """Tell whether anything of it was asked for."""
        return not self.only or bool(self._checks(SHARED, OWN, QUIET) or {PROBES, *names(self.asked)} & set(self.only))

    def results(self, python: str | None, app: str | None, visit: Visit) -> Iterator[Result]:
        """Deploy it, boot it, ask it, and yield what came of each check; `visit` sees it while it is up."""
        begin = time.monotonic()
        try:
            deployment = self._deployed(python, app)
            with deployment.up() as booted:
                yield Result(self.step, UP, PROVED, time.monotonic() - begin, self.subject.name)
                yield from registry.results(self._checks(SHARED), booted, self.subject.name)
                yield from self._probed(booted)
                visit(booted)
        except Unmet as error:
            why = self._without()
            yield self._down(begin, FAILED, why=why, expected=error.expected, got=error.got, request=error.request)
        except NotProved as error:
            yield self._down(begin, NOT_PROVED, why=error.why, command=error.command)
        else:
            yield from registry.results(self._checks(OWN, QUIET), deployment, self.subject.name)

    def _deployed(self, python: str | None, app: str | None) -> Deployment:
        copy, wanted = self.copy, self.subject.choices
        place = Place(copy.folder, copy.root, copy.variables)
        told = redeploy.here(copy.root, wanted, place.options(bool(wanted.proxy)), app)
        made = environment.made(copy.root, python)
        (copy.root / ".venv").symlink_to(made.folder)
        place.account = accounts.able(accounts.APP, str(made.python), "-c", "")
        probing.put_into(copy.root, app)
        accounts.give_folders(copy.root, place.account)
        place.prepare(*certificate.made(copy.folder, str(told["facts"]["domain"])))
        return place.deployment(told["start"])

    def _without(self) -> str:
        """Return what an app that does not start may be lacking."""
        named = ", ".join(self.copy.withheld)
        return f"Settings that never go into the copy, and that it may be lacking: {named}." if named else ""

    def _down(self, begin: float, outcome: str, **more: str) -> Result:
        return Result(self.step, UP, outcome, time.monotonic() - begin, self.subject.name, **more)

    def _checks(self, *needs: str) -> list[Check]:
        found = registry.those(self.step, *needs)
        if not self.only or self.step in self.only:
            return [one for one in found if not one.patient]
        return [one for one in found if one.name in self.only]

    def _probed(self, booted: Booted) -> Iterator[Result]:
        for asked in self.asked:
            for probe in asked.probes:
                name = _name(asked, probe)
                if not self.only or {self.step, PROBES, name} & set(self.only):
                    yield self._of_probe(name, probe, booted)

    def _of_probe(self, name: str, probe: Probe, booted: Booted) -> Result:
        begin = time.monotonic()
        problems = probes.problems(booted.client, probe)
        result = Result(self.step, name, PROVED, time.monotonic() - begin, self.subject.name)
        if not problems:
            return result
        expected, got = probes.expectation(probe), "\n".join(problems)
        return result.changed(outcome=FAILED, request=booted.client.last, expected=expected, got=got)
