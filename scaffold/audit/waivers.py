"""Findings that somebody has looked at and let stand, with a reason: `# check: ignore[CODE] reason`."""

import io
import posixpath
import re
import tokenize
from collections.abc import Iterator, Sequence

from scaffold.audit.finding import WARNING, Finding, Rule
from scaffold.audit.subject import PAGES, Subject
from scaffold.fields import Fields

MARK = "check: ignore["
# A whole comment; in a template or a file of settings as that language writes it.
COMMENT = re.compile(
    r"(?P<start>\#(?!\})|;|//|<!--|\{\#)\s*check: ignore\[(?P<codes>[^\]]*)\](?P<reason>.*?)(?:-->|\#\}|$)"
)
OPENINGS = ("#", ";", "//", "<!--", "{#")
SETTINGS = (".conf", ".cfg", ".env", ".ini", ".service", ".sh", ".socket", ".toml", ".yaml", ".yml")
NAMED = ("Caddyfile", "Containerfile", "Dockerfile", "Procfile")


class Waiver(Fields):
    """One waiver: the line it stands on, and the lines it speaks of; line 0 is the file as a whole."""

    path: str
    line: int
    codes: tuple[str, ...]
    reason: str
    lines: tuple[int, ...]

    def covers(self, finding: Finding) -> bool:
        """Tell whether this is a finding that it lets stand."""
        return (finding.path, finding.code in self.codes, finding.line in self.lines) == (self.path, True, True)


def of_project(subject: Subject) -> list[Waiver]:
    """Return every waiver in the code, the templates and the files of settings."""
    return [waiver for path in subject.paths if _may_hold(path) for waiver in _of_file(subject, path)]


def sifted(found: Sequence[Finding], waivers: Sequence[Waiver], asked: Sequence[Rule]) -> Iterator[Finding]:
    """Yield what no waiver lets stand, and the waivers that give no reason, or have nothing to let stand.

    A waiver of a rule that was not `asked` may well be needed.
    """
    codes = {rule.code for rule in asked}
    used = {(waiver, one.code) for one in found for waiver in waivers if waiver.covers(one)}
    yield from (one for one in found if not any(waiver.covers(one) for waiver in waivers))
    for waiver in waivers if REASON.code in codes else ():
        if not waiver.reason:
            yield _said(REASON, waiver, f"'{MARK}{', '.join(waiver.codes)}]' gives no reason")
    for waiver in waivers if UNUSED.code in codes else ():
        for code in waiver.codes:
            if (waiver, code) not in used and (code in codes or not _is_known(code)):
                yield _said(UNUSED, waiver, f"There is no finding '{code}' for this waiver")


def _said(rule: Rule, waiver: Waiver, message: str) -> Finding:
    return Finding(waiver.path, waiver.line, message, rule.why, rule.mend, None, rule.code, rule.severity)


def _is_known(code: str) -> bool:
    from scaffold.audit import run

    return any(rule.code == code for rule in run.all_rules())


def _may_hold(path: str) -> bool:
    name = posixpath.basename(path)
    return path.endswith((".py", *PAGES, *SETTINGS)) or name.startswith((*NAMED, ".env", ".flaskenv", ".gitignore"))


def _of_file(subject: Subject, path: str) -> Iterator[Waiver]:
    text = subject.text(path) or ""
    if MARK not in text:
        return
    lines = text.splitlines()
    comments = _in_python(text) if path.endswith(".py") else enumerate(lines, 1)
    for number, comment in comments:
        if found := COMMENT.search(comment):
            codes = tuple(code.strip() for code in found["codes"].split(",") if code.strip())
            yield Waiver(path, number, codes, found["reason"].strip(" -:"), _lines(lines, number))


def _in_python(text: str) -> Iterator[tuple[int, str]]:
    """Yield the comments, not what looks like one in a string."""
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type == tokenize.COMMENT:
                yield token.start[0], token.string
    except (tokenize.TokenError, SyntaxError):  # a file that nobody can read has no findings either
        return


def _lines(lines: Sequence[str], number: int) -> tuple[int, ...]:
    """Return the lines that a waiver speaks of: its own, or the next one below the comments where it stands alone."""
    if not lines[number - 1].strip().startswith(OPENINGS):
        return (number,)
    below = number
    while below < len(lines) and (not lines[below].strip() or lines[below].strip().startswith(OPENINGS)):
        below += 1
    top = all(not line.strip() or line.strip().startswith(OPENINGS) for line in lines[:number])
    return (number, below + 1, *([0] if top else []))


def _nothing(subject: Subject) -> Iterator[Finding]:
    """Find nothing: waivers are judged once all the findings are there."""
    return iter(())


REASON = Rule(
    "WVR001",
    "a waiver without a reason",
    WARNING,
    "Nobody who reads it later can tell whether the finding may still stand.",
    "Write the reason behind it: '# check: ignore[CODE] why this is right here'.",
    _nothing,
)
UNUSED = Rule(
    "WVR002",
    "a waiver of nothing",
    WARNING,
    "It would hide the next finding on that line, which nobody has looked at.",
    "Take the waiver out.",
    _nothing,
)
RULES = [REASON, UNUSED]
