"""What an audit finds, and the rules that find it."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from scaffold.fields import Fields

if TYPE_CHECKING:
    from scaffold.audit.subject import Subject
    from scaffold.changes import Changes

ERROR, WARNING = "error", "warning"
# The themes that concern how the project runs in production: what `--deploy` looks at.
PRODUCTION = ("SEC", "DBG", "DEP")


class Finding(Fields):
    """One defect and where it is: line 0 is the file as a whole.

    A rule gives the place and the message, one sentence with the value in quotes; the rest comes from the rule unless
    it has more to say. `fix` plans the one safe answer, where there is one: it reads what it changes from the changes
    that it is given, where another fix may have been at work before it, and plans nothing when the defect is gone.
    """

    path: str
    line: int
    message: str
    why: str = ""
    mend: str = ""
    fix: "Callable[[Changes], None] | None" = None
    code: str = ""
    severity: str = ""


class Rule(Fields):
    """One thing that an audit looks for: `why` it matters and how to `mend` it, one sentence each."""

    code: str
    title: str
    severity: str
    why: str
    mend: str
    find: "Callable[[Subject], Iterator[Finding]]"

    @property
    def of_production(self) -> bool:
        """Tell whether it concerns how the project runs in production."""
        return self.code.startswith(PRODUCTION)

    def findings(self, subject: "Subject") -> "Iterator[Finding]":
        """Yield what it finds, with all that is said of it."""
        for one in self.find(subject):
            said = {"why": one.why or self.why, "mend": one.mend or self.mend}
            yield one.changed(code=self.code, severity=one.severity or self.severity, **said)
