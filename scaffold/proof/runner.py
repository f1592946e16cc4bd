"""What `scaffold test` does, in its order: the project's own tests, then each server and proxy, then the look back."""

import shlex
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime

from scaffold.errors import NoCheck
from scaffold.fields import Fields
from scaffold.project import Project
from scaffold.proof import booting, copying, declared, environment, probing, processes, pythons, subjects, tools
from scaffold.proof.booting import Boot
from scaffold.proof.checks import registry
from scaffold.proof.copying import Copy
from scaffold.proof.declared import Asked
from scaffold.proof.deployment import Booted
from scaffold.proof.environment import Environment
from scaffold.proof.result import FAILED, NOT_PROVED, PROVED, Report, Result, Screenshot
from scaffold.proof.subjects import LeftOut, Subject
from scaffold.proof.unmet import NotProved, Unmet

# Told of each step when it begins.
Tell = Callable[[str], None]
# What is looked at whatever was asked for.
ALWAYS = ("environment", "end")
STEPS = (tools.TESTS, tools.LINT, tools.TYPES, registry.SERVER, registry.PROXY, booting.PROBES)


class Wanted(Fields):
    """What is to be proved; `only` names checks, or steps as a whole."""

    server: str = subjects.DEPLOYED
    proxy: str = ""
    python: str | None = None
    fresh: bool = False
    only: Sequence[str] = ()

    def words(self) -> list[str]:
        """Return the command that asks for the same."""
        named = [("--server", self.server), ("--proxy", self.proxy), ("--python", self.python)]
        given = [word for flag, value in named if value and value != subjects.DEPLOYED for word in (flag, value)]
        return ["scaffold", "test", *given, *(["--fresh"] if self.fresh else []), *self.only]


class Run:
    """One run over one project; `results` is gone through once, then there is a report."""

    def __init__(
        self, project: Project, wanted: Wanted, tell: Tell, command: Sequence[str], *, pictures: bool = False
    ) -> None:
        self.project = project
        self.wanted = wanted
        self.tell = tell
        self.command = command
        self.pictures = pictures
        # Found before anything is started, so that a wrong name costs no time.
        self.subjects = subjects.chosen(project, wanted.server, wanted.proxy)
        self.asked = declared.of_project(project)
        _check_names(wanted.only, self.asked)
        if wanted.python is not None:
            pythons.check(wanted.python)
        self.environment: Environment | None = None
        self._found: list[Result] = []
        self._screenshots: list[Screenshot] = []
        self._began = datetime.now(UTC)
        self._begin = time.monotonic()

    @property
    def left_out(self) -> list[LeftOut]:
        """Return the combinations that nobody can deploy."""
        return [one for one in self.subjects if isinstance(one, LeftOut)]

    @property
    def edited(self) -> list[str]:
        """Return what was added and changed since, so that what its template promises is not asked."""
        return [one.words for one in self.asked if one.edited]

    def results(self) -> Iterator[Result]:
        """Do it all, and yield what came of each thing as soon as it is known."""
        for result in self._results():
            found = result if result.command else result.changed(command=self._repeating(result))
            self._found.append(found)
            yield found
        if self.environment and self.wanted.only and not any(one.step not in ALWAYS for one in self._found):
            why = f"nothing that was looked at has {' or '.join(self.wanted.only)}"
            self._found.append(Result("end", "something-was-asked", NOT_PROVED, 0.0, why=why))
            yield self._found[-1]

    def report(self) -> Report:
        """Return all that was found."""
        return Report(
            project=str(self.project.facts()["project_slug"]),
            root=self.project.root,
            command=shlex.join(self.command),
            python=self.environment.version if self.environment else "",
            began=self._began.isoformat(timespec="seconds"),
            seconds=time.monotonic() - self._begin,
            results=self._found,
            screenshots=self._screenshots,
        )

    def _results(self) -> Iterator[Result]:
        with ExitStack() as stack:
            copy = stack.enter_context(copying.copied(self.project.root))
            yield self._made(copy)
            if self.environment is None:
                return
            yield from self._own(copy, self.environment)
            for subject in self._wanted_subjects():
                yield from self._booted(subject)
            yield from self._not_booted()
            yield from self._looked_back(copy)

    def _wanted_subjects(self) -> list[Subject]:
        """Return what is to be booted; one check behind a proxy that was named is not asked without it."""
        found = [one for one in self.subjects if isinstance(one, Subject)]
        behind = [one for one in found if one.choices.proxy]
        return behind if behind and self.wanted.only and self.wanted.proxy else found

    def _not_booted(self) -> Iterator[Result]:
        """Say that no server was looked at, where one was asked for: nothing that failed would prove nothing."""
        about_code = {tools.TESTS, tools.LINT, tools.TYPES, *tools.names()}
        if self._wanted_subjects() or (self.wanted.only and about_code >= set(self.wanted.only)):
            return
        why = " ".join(one.why for one in self.left_out) or f"nothing of '{self.wanted.server}' can be booted alone"
        command = "" if self.left_out else "scaffold test --server all"
        yield Result(registry.SERVER, booting.UP, NOT_PROVED, 0.0, self.wanted.server, why=why, command=command)

    def _made(self, copy: Copy) -> Result:
        self.tell("environment")
        begin = time.monotonic()
        result = Result("environment", "environment", PROVED, 0.0)
        try:
            made = environment.made(copy.root, self.wanted.python, self.wanted.fresh)
        except Unmet as error:
            failed = result.changed(outcome=FAILED, seconds=since(begin), request=error.request)
            return failed.changed(expected=error.expected, got=error.got)
        except NotProved as error:
            return result.changed(outcome=NOT_PROVED, seconds=since(begin), why=error.why, command=error.command)
        self.environment = made
        how = "kept from before" if made.was_cached else f"made by {made.how}"
        return result.changed(seconds=since(begin), got=f"Python {made.version}, {how}")

    def _own(self, copy: Copy, made: Environment) -> Iterator[Result]:
        for tool in tools.configured(copy.root, made):
            if not self.wanted.only or {tool.step, tool.name} & set(self.wanted.only):
                self.tell(f"{tool.step}: {tool.name}")
                yield tools.run(tool, copy, made)

    def _booted(self, subject: Subject) -> Iterator[Result]:
        with copying.copied(self.project.root) as copy:
            boot = Boot(subject, copy, self.asked, self.wanted.only)
            if boot.is_wanted():
                self.tell(subject.name)
                yield from boot.results(self.wanted.python, self.project.app, self._visit)

    def _visit(self, booted: Booted) -> None:
        """Take pictures of the first subject that a browser can reach."""
        client = booted.client
        if self.pictures and not self._screenshots and not client.path:
            from scaffold.proof import screenshots

            scheme = "http" if client.certificate is None else "https"
            origin = f"{scheme}://127.0.0.1:{client.port}{client.prefix}"
            self._screenshots = screenshots.taken(origin, _pages(booted), client.domain)

    def _looked_back(self, copy: Copy) -> Iterator[Result]:
        self.tell("end")
        left = processes.left_over()
        result = Result("end", "nothing-is-left-running", PROVED, 0.0, guards="A process that nobody ends.")
        yield result.changed(outcome=FAILED, expected="no process", got=f"the processes {left}") if left else result
        begin = time.monotonic()
        changed = copy.changed()
        result = Result("end", "no-file-was-changed", PROVED, since(begin), guards="A proof that leaves traces.")
        got = f"others: {', '.join(changed)}"
        yield result.changed(outcome=FAILED, expected="the project as it was", got=got) if changed else result

    def _repeating(self, result: Result) -> str:
        """Return the command that repeats only this, "" where there is nothing to repeat."""
        if result.outcome != FAILED or result.step in ALWAYS:
            return ""
        subject = next((one for one in self.subjects if one.name == result.subject), None)
        words = subject.words if isinstance(subject, Subject) else []
        python = ["--python", self.wanted.python] if self.wanted.python else []
        return shlex.join(["scaffold", "test", *words, *python, result.name])


def _check_names(names: Sequence[str], asked: Sequence[Asked]) -> None:
    """Raise `NoCheck` for a name of nothing: that nothing of that name failed would prove nothing."""
    known = [*STEPS, *tools.names(), *(one.name for one in registry.every()), *(booting.names(asked))]
    for name in names:
        if name not in known:
            raise NoCheck(name, known, STEPS)


def _pages(booted: Booted) -> list[str]:
    """Return the pages that can be had without knowing more than the URL map."""
    rules = booted.client.ask(probing.view("/map")).json()["rules"]
    return [one["rule"] for one in rules if "GET" in one["methods"] and not one["arguments"] and not one["subdomain"]]


def since(begin: float) -> float:
    """Return the seconds since then."""
    return time.monotonic() - begin
