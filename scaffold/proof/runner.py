"""What `scaffold test` does, in its order: the project's own tests, then each server and proxy, then the look back."""

import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

from scaffold.fields import Fields
from scaffold.project import Project
from scaffold.proof import booting, copying, environment, processes, subjects, tools
from scaffold.proof.copying import Copy
from scaffold.proof.environment import Environment
from scaffold.proof.result import FAILED, NOT_PROVED, PROVED, Result
from scaffold.proof.subjects import LeftOut, Subject
from scaffold.proof.unmet import NotProved, Unmet

# Told of each step when it begins.
Tell = Callable[[str], None]


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

    def has(self, *names: str) -> bool:
        """Tell whether one of these is wanted."""
        return not self.only or any(name in self.only for name in names)


class Run:
    """One run over one project; `results` is gone through once."""

    def __init__(self, project: Project, wanted: Wanted, tell: Tell) -> None:
        self.project = project
        self.wanted = wanted
        self.tell = tell
        # Found before anything is started, so that a wrong name costs no time.
        self.subjects = subjects.chosen(project, wanted.server, wanted.proxy)
        self.environment: Environment | None = None

    @property
    def left_out(self) -> list[LeftOut]:
        """Return the combinations that nobody can deploy."""
        return [one for one in self.subjects if isinstance(one, LeftOut)]

    def results(self) -> Iterator[Result]:
        """Do it all, and yield what came of each thing as soon as it is known."""
        with ExitStack() as stack:
            copy = stack.enter_context(copying.copied(self.project.root))
            yield self._made(copy)
            if self.environment is None:
                return
            yield from self._own(copy, self.environment)
            for subject in self.subjects:
                if isinstance(subject, Subject) and self.wanted.has(*booting.steps_of(subject)):
                    yield from self._booted(subject)
            yield from self._looked_back(copy)

    def _made(self, copy: Copy) -> Result:
        self.tell("environment")
        begin = time.monotonic()
        result = Result("environment", "environment", PROVED, 0.0)
        try:
            self.environment = environment.made(copy.root, self.wanted.python, self.wanted.fresh)
        except Unmet as error:
            return result.changed(outcome=FAILED, seconds=since(begin), expected=error.expected, got=error.got)
        except NotProved as error:
            return result.changed(outcome=NOT_PROVED, seconds=since(begin), why=error.why, command=error.command)
        made = self.environment
        said = f"Python {made.version}, {'kept from before' if made.was_cached else f'made by {made.how}'}"
        return result.changed(seconds=since(begin), got=said)

    def _own(self, copy: Copy, made: Environment) -> Iterator[Result]:
        for tool in tools.configured(copy.root, made):
            if self.wanted.has(tool.step, tool.name):
                self.tell(f"{tool.step}: {tool.name}")
                yield tools.run(tool, copy, made)

    def _booted(self, subject: Subject) -> Iterator[Result]:
        self.tell(subject.name)
        with copying.copied(self.project.root) as copy:
            yield from booting.results(self.project, subject, copy, self.wanted)

    def _looked_back(self, copy: Copy) -> Iterator[Result]:
        self.tell("end")
        begin = time.monotonic()
        left = processes.left_over()
        result = Result("end", "nothing-is-left-running", PROVED, since(begin), guards="A process that nobody ends.")
        if left:
            result = result.changed(outcome=FAILED, expected="no process", got=f"the processes {left}")
        yield result
        begin = time.monotonic()
        changed = copy.changed()
        result = Result("end", "no-file-was-changed", PROVED, since(begin), guards="A proof that leaves traces.")
        if changed:
            result = result.changed(outcome=FAILED, expected="the project as it was", got=f"others: {', '.join(changed)}")
        yield result


def since(begin: float) -> float:
    """Return the seconds since then."""
    return time.monotonic() - begin
