"""Dependencies: what is imported has to be declared, and what is declared has to be of use."""

import posixpath
import re
from collections.abc import Collection, Iterable, Iterator

from scaffold.audit import declared, distributions, imported
from scaffold.audit.declared import Requirement
from scaffold.audit.finding import WARNING, Finding, Rule
from scaffold.audit.imported import Import
from scaffold.audit.subject import Subject

# What says nothing of what is used: locks, pictures, what a browser gets.
PROSE = (".md", ".rst", ".txt")
UNTOLD = re.compile(r".*\.(?:lock|po|pot|mo|svg|css|js|map|png|jpe?g|gif|ico|woff2?|ttf|eot|csv|pdf|gz|zip)$")
PYTEST = re.compile(r"test_.*\.py|.*_test\.py|conftest\.py")
LARGEST = 200_000
# So many of those that nobody chooses for themselves make a list that a tool wrote.
FROZEN = 2


def _undeclared(subject: Subject) -> Iterator[Finding]:
    wanted = declared.of_project(subject)
    if not any(one.name == "flask" for one in wanted):
        return  # the project keeps its list where nobody finds it
    everywhere = {one.name for one in wanted}
    at_run_time = {one.name for one in wanted if not one.for_development}
    running = imported.of_app(subject)
    for one in _first(one for one in imported.of_project(subject) if one.path in running):
        if not distributions.is_brought(one.name, everywhere):
            yield Finding(one.path, one.line, f"'{one.name}' is imported and not declared")
        elif not distributions.is_brought(one.name, at_run_time):
            yield Finding(one.path, one.line, f"'{one.name}' is imported and only declared for development")


def _undeclared_in_tests(subject: Subject) -> Iterator[Finding]:
    wanted = {one.name for one in declared.of_project(subject)}
    if "pytest" not in wanted:
        return  # what developers need is not written down at all
    for one in _first(one for one in imported.of_project(subject) if _is_test(one.path)):
        if not distributions.is_brought(one.name, wanted):
            yield Finding(one.path, one.line, f"'{one.name}' is imported and not declared")


def _is_test(path: str) -> bool:
    """Tell whether pytest imports the file; what else is among the tests may never run."""
    return bool(PYTEST.fullmatch(posixpath.basename(path)))


def _first(found: Iterable[Import]) -> list[Import]:
    """Return the first import of each name, of those that nothing else may take the place of."""
    return list({one.name: one for one in reversed([one for one in found if one.certain])}.values())


def _unused(subject: Subject) -> Iterator[Finding]:
    wanted = [one for one in declared.of_project(subject) if one.chosen and not one.for_development]
    if not any(one.name == "flask" for one in wanted):
        return
    imports = {one.name for one in imported.of_project(subject)}
    names = {one.name for one in wanted}
    doubtful = [one for one in _chosen(wanted, imports) if not _is_known(one.name, imports, names)]
    own = tuple(f"{one.partition('/')[0]}-" for one in subject.code.paths)
    text, prose = (_told(subject, one) if doubtful else "" for one in (False, True))
    told: set[str] = set()
    for one in doubtful:
        # A plugin of the project's own is found by its name.
        known = one.name.startswith(own) or _names(text, one.name) or _is_command(text + prose, one.name)
        if one.name not in told and not known:
            told.add(one.name)
            yield Finding(one.path, one.line, f"'{one.name}' is declared, and nothing in the project uses it")


def _chosen(wanted: Iterable[Requirement], imports: Collection[str]) -> Iterator[Requirement]:
    """Yield what somebody wrote down for its own sake, and no tool because something else needs it."""
    wanted = list(wanted)
    others = [one for one in wanted if one.name in distributions.NEEDED_BY_OTHERS]
    unused = [one for one in others if not any(distributions.brings(one.name, name) for name in imports)]
    for one in wanted:
        if one not in unused and sum(other.path == one.path for other in unused) < FROZEN:
            yield one


def _is_known(name: str, imports: Collection[str], names: Collection[str]) -> bool:
    """Tell whether the distribution is imported, or has its use without that."""
    if name == "flask" or name in distributions.SILENT or distributions.TOOLS.match(name):
        return True
    used = [one for one in names if any(distributions.brings(one, other) for other in imports)]
    # An addition to another distribution, which finds it by itself: `celery-redbeat`.
    return name in used or any(name.startswith(f"{one}-") for one in used if one != "flask")


def _told(subject: Subject, prose: bool) -> str:
    """Return the text of all files that may name what they use: code, settings, scripts, images, workflows."""
    named = (path for path in subject.paths if path.endswith(PROSE) == prose and not UNTOLD.match(path))
    texts = (subject.text(path) or "" for path in named if not declared.is_declaration(path))
    return "\n".join(text.lower() for text in texts if len(text) < LARGEST and "\0" not in text[:1000])


def _names(text: str, name: str) -> bool:
    """Tell whether the text names the distribution, or its module."""
    words = {name, name.replace("-", "_"), name.replace("-", "."), distributions.bare(name)}
    return any(word in text for word in words)


def _is_command(text: str, name: str) -> bool:
    """Tell whether the text has the command that the distribution gives to another: `flask db`."""
    return "-" in name and name.replace("-", " ") in text


RULES = [
    Rule(
        "REQ001",
        "an import that no dependency brings",
        WARNING,
        "Where the project is installed anew, whether the app starts depends on what others happen to need.",
        "Declare the distribution that it comes from where the project lists its dependencies.",
        _undeclared,
    ),
    Rule(
        "REQ002",
        "a dependency that nothing uses",
        WARNING,
        "It is installed, updated and trusted for nothing.",
        "Take it out of the list, or say in a comment on its line what it is for.",
        _unused,
    ),
    Rule(
        "REQ003",
        "an import of the tests that no dependency brings",
        WARNING,
        "Where the project is installed anew, its tests do not run.",
        "Declare the distribution that it comes from in the group for development.",
        _undeclared_in_tests,
    ),
]
