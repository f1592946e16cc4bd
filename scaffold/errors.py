"""Every error a user can meet: one class per situation, which owns its words and its exit code."""

from collections.abc import Iterable, Sequence

import click

USAGE = 2
CONFLICT = 3
NO_PLACE = 4
BAD_RESULT = 5
PENDING = 6
LATER_STEP = 7
DEFECTS = 8
UNPROVED = 9


class ScaffoldError(click.ClickException):
    """An expected error: the first sentence says what is wrong, the second what to type.

    `path` and `line` say where in the user's project, `hint` is code or a command to paste; `--json` carries all of
    them.
    """

    exit_code = USAGE
    path: str | None = None
    line: int | None = None
    hint: str | None = None

    def format_message(self) -> str:
        """Return the sentences, and what to paste below them."""
        return self.message if self.hint is None else f"{self.message}\n\n{self.hint}"


def _listed(items: Iterable[str]) -> str:
    """Return the items as prose: 'a', 'b' and 'c'."""
    quoted = [f"'{item}'" for item in items]
    return " and ".join([", ".join(quoted[:-1]), quoted[-1]] if len(quoted) > 1 else quoted)


class BadName(ScaffoldError):
    """A project name that could not be a folder and an import name."""

    def __init__(self, name: str, reason: str, suggestion: str = "myproject") -> None:
        super().__init__(f"{name!r} cannot be a project name: {reason}. Try 'scaffold new {suggestion}'.")


class BadAnswer(ScaffoldError):
    """A value that its question does not allow."""

    def __init__(self, flag: str, value: str, reason: str) -> None:
        super().__init__(f"{value!r} is not a value for '{flag}': {reason}.")


class MissingAnswer(ScaffoldError):
    """A question without a default that nobody answered."""

    def __init__(self, flag: str, example: str) -> None:
        super().__init__(f"'{flag}' is missing. A complete example: {example}")


class BadRule(ScaffoldError):
    """A URL rule that Flask would refuse, or take and never match."""

    def __init__(self, rule: str, reason: str) -> None:
        super().__init__(f"{rule!r} is not a URL rule: {reason}.")


class NoTemplate(ScaffoldError):
    """A word that names no template of its kind."""

    def __init__(self, kind: str, name: str, names: Sequence[str]) -> None:
        from difflib import get_close_matches

        close = get_close_matches(name, names, 1)
        advice = f"Did you mean '{close[0]}'?" if close else f"There is {_listed(sorted(names))}."
        super().__init__(f"There is no {kind} '{name}'. {advice if names else 'None is installed.'}")


class NoCheck(ScaffoldError):
    """A name that no check of `scaffold test` has, and no step."""

    def __init__(self, name: str, names: Sequence[str], steps: Sequence[str]) -> None:
        from difflib import get_close_matches

        close = get_close_matches(name, names, 1)
        advice = f"Did you mean '{close[0]}'?" if close else f"The steps are {_listed(steps)}; a run names its checks."
        super().__init__(f"There is no check '{name}'. {advice}")


class BadTemplate(ScaffoldError):
    """A template folder that breaks the rules of templates."""

    exit_code = BAD_RESULT

    def __init__(self, template: str, reason: str, folder: str = "") -> None:
        where = f"what is in '{folder}'" if folder else "the template"
        super().__init__(f"Template '{template}' is broken: {reason}. Mend {where}.")


class NotAProject(ScaffoldError):
    """A folder in which no project was found."""

    def __init__(self, folder: str) -> None:
        super().__init__(f"There is no Flask project in '{folder}'. Make one with 'scaffold new NAME'.")


class UnsafePath(ScaffoldError):
    """A path that would leave the project, or that some system could not hold."""

    exit_code = CONFLICT

    def __init__(self, path: str, reason: str) -> None:
        self.path = path
        super().__init__(f"{path!r} cannot be a path in the project: {reason}. Nothing was changed.")


class NotEmpty(ScaffoldError):
    """A destination that holds something the new project would be mixed with."""

    exit_code = CONFLICT

    def __init__(self, folder: str, names: Sequence[str]) -> None:
        more = f" and {len(names) - 3} more" if len(names) > 3 else ""
        held = ", ".join(f"'{name}'" for name in names[:3])
        super().__init__(f"'{folder}' is not empty: it holds {held}{more}. Choose another name or an empty folder.")


class FileExists(ScaffoldError):
    """A file we would make is there already, with other content."""

    exit_code = CONFLICT

    def __init__(self, path: str) -> None:
        self.path = path
        super().__init__(
            f"'{path}' already exists and is not ours. Choose another name, or see what would change with '--diff'."
        )


class Changed(ScaffoldError):
    """A file that is no longer as it was when it was read."""

    exit_code = CONFLICT

    def __init__(self, path: str) -> None:
        self.path = path
        super().__init__(f"'{path}' was changed while the command ran. Nothing was written: run the command again.")


class CannotWrite(ScaffoldError):
    """The disk refused; everything is as it was."""

    exit_code = CONFLICT

    def __init__(self, path: str, reason: str) -> None:
        self.path = path
        super().__init__(f"Cannot write '{path}': {reason}. Nothing was changed.")


class NotRestored(ScaffoldError):
    """The disk refused, and then refused to have the change taken back: the journal is still there."""

    exit_code = CONFLICT

    def __init__(self, path: str, reason: str) -> None:
        self.path = path
        super().__init__(
            f"Cannot put '{path}' back as it was: {reason}. Mend that, then run any scaffold command here: it does the"
            " rest first."
        )


class EditedSince(ScaffoldError):
    """Files that were edited between a killed run and the one that takes it back."""

    exit_code = CONFLICT

    def __init__(self, paths: Sequence[str]) -> None:
        self.path = paths[0]
        super().__init__(
            f"A command that was killed has been taken back, but {_listed(paths)} was edited since and stays as it is."
            " Look at it, then run the command again."
        )


class Busy(ScaffoldError):
    """Another run of scaffold holds the lock."""

    exit_code = CONFLICT

    def __init__(self, folder: str) -> None:
        super().__init__(f"Another scaffold command is at work in '{folder}'. Run this one again when it is done.")


class Problems(ScaffoldError):
    """Several refusals, found before anything was written and told together."""

    exit_code = CONFLICT

    def __init__(self, problems: Sequence[ScaffoldError]) -> None:
        self.problems = problems
        self.path = problems[0].path
        super().__init__("\n       ".join(problem.message for problem in problems))


class Unreadable(ScaffoldError):
    """A file that must be edited, and cannot be read."""

    exit_code = NO_PLACE

    def __init__(self, path: str, line: int | None, reason: str) -> None:
        self.path = path
        self.line = line
        where = path if line is None else f"{path}:{line}"
        super().__init__(f"'{where}' cannot be read: {reason}. Mend it, then run the command again.")


class NoPlace(ScaffoldError):
    """No place, or more than one, for an edit: `hint` is the code to paste."""

    exit_code = NO_PLACE

    def __init__(self, sentence: str, advice: str, hint: str | None = None) -> None:
        self.hint = hint
        super().__init__(f"{sentence} {advice}")


class Clash(ScaffoldError):
    """What was asked for is there already, as something else."""

    exit_code = CONFLICT

    def __init__(self, sentence: str, advice: str, path: str | None = None, line: int | None = None) -> None:
        self.path = path
        self.line = line
        super().__init__(f"{sentence} {advice}")


class BadResult(ScaffoldError):
    """What we were about to write is not what was planned: a defect that was caught in time."""

    exit_code = BAD_RESULT

    def __init__(self, path: str, reason: str) -> None:
        self.path = path
        super().__init__(f"The planned '{path}' is wrong: {reason}. Nothing was changed; this is a defect of scaffold.")


class LaterStep(ScaffoldError):
    """The files are written; a step after that failed."""

    exit_code = LATER_STEP

    def __init__(self, step: str, reason: str, retry: str) -> None:
        self.hint = f"    {retry}"
        super().__init__(f"The project is complete, but {step} failed: {reason}. Try that step again with:")


class PortTaken(ScaffoldError):
    """The port that the project should be served on belongs to somebody else, or may not be had."""

    exit_code = LATER_STEP

    def __init__(self, port: int, reason: str, retry: str) -> None:
        self.hint = f"    {retry}"
        super().__init__(f"Port {port} {reason}. The project is complete: serve it on another one with '--port'.")


class Edited(ScaffoldError):
    """Something we made, that the user has changed since, and that is therefore kept."""

    exit_code = CONFLICT

    def __init__(self, path: str, line: int | None, what: str) -> None:
        self.path = path
        self.line = line
        where = path if line is None else f"{path}:{line}"
        super().__init__(
            f"'{what}' was changed since it was made ('{where}'). Take it out by hand, or undo the change."
        )


class NoKeyFile(ScaffoldError):
    """A file of settings that should be there, and is not."""

    exit_code = NO_PLACE

    def __init__(self, path: str, advice: str) -> None:
        self.path = path
        super().__init__(f"There is no '{path}'. {advice}")


class KeyExists(ScaffoldError):
    """A session key where there should be none yet: another one would end every session."""

    exit_code = CONFLICT

    def __init__(self, path: str, line: int, name: str) -> None:
        self.path = path
        self.line = line
        super().__init__(f"'{path}:{line}' has a {name} already. Replace it with 'scaffold secret rotate'.")


class UnfitKey(ScaffoldError):
    """A session key that cannot become an earlier one, because it could not be read back from where it would go."""

    exit_code = CONFLICT

    def __init__(self, path: str, line: int, name: str, reason: str) -> None:
        self.path = path
        self.line = line
        super().__init__(
            f"{name} in '{path}:{line}' cannot be kept as an earlier key: {reason}. Empty it there, which ends its"
            " sessions, then run the command again."
        )


class Committed(ScaffoldError):
    """A file that is about to hold a secret, and that git has or would take."""

    exit_code = CONFLICT

    def __init__(self, path: str, *, tracked: bool) -> None:
        from shlex import quote

        self.path = path
        steps = [*([f"git rm --cached {quote(path)}"] if tracked else []), f"echo {quote(path)} >> .gitignore"]
        self.hint = "\n".join(f"    {step}" for step in steps)
        state = "is tracked by git" if tracked else "is not ignored by git"
        super().__init__(f"'{path}' {state}, and a secret must never be committed. Type this first:")


class StillUsed(ScaffoldError):
    """Something that the user's code refers to, and that is therefore kept."""

    exit_code = CONFLICT

    def __init__(self, what: str, path: str, line: int) -> None:
        self.path = path
        self.line = line
        super().__init__(f"'{what}' is used in '{path}:{line}'. Take that out first.")


class StillNeeded(ScaffoldError):
    """Something that another operation of ours needs."""

    exit_code = CONFLICT

    def __init__(self, what: str, command: str) -> None:
        super().__init__(f"'{what}' is needed by what '{command}' made. Take that out first.")


class Refused(ScaffoldError):
    """A combination that is known not to work."""

    exit_code = CONFLICT

    def __init__(self, what: str, because: str, instead: str) -> None:
        super().__init__(f"{what}: {because}. Use {instead}.")


class NothingToRemove(ScaffoldError):
    """A removal of what is not there."""

    exit_code = CONFLICT

    def __init__(self, what: str) -> None:
        super().__init__(f"{what} is not in the history. See what is with 'scaffold log'.")


class NothingLeft(ScaffoldError):
    """A step back or forth where there is none to take."""

    exit_code = CONFLICT

    def __init__(self, verb: str) -> None:
        super().__init__(f"There is no step to {verb}. See what was done with 'scaffold log'.")


class Unanswered(ScaffoldError):
    """A question that has to be answered, and nobody to answer it."""

    def __init__(self, question: str) -> None:
        super().__init__(f"{question} Nobody is there to answer: say it with '--yes'.")


def problems(found: Sequence[ScaffoldError]) -> ScaffoldError:
    """Return one error for several: the only one as it is, more of them told together."""
    return found[0] if len(found) == 1 else Problems(found)
