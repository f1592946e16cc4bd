"""The audit itself: every rule there is, asked of one project."""

import pkgutil
from collections.abc import Collection, Iterator
from importlib import import_module

from scaffold.audit import rules
from scaffold.audit.finding import Finding, Rule
from scaffold.audit.subject import Subject
from scaffold.project import Project


def all_rules() -> list[Rule]:
    """Return every rule, by its code: those of each module in `rules`."""
    modules = (import_module(f"{rules.__name__}.{one.name}") for one in pkgutil.iter_modules(rules.__path__))
    return sorted((rule for module in modules for rule in getattr(module, "RULES", ())), key=lambda rule: rule.code)


def of_project(project: Project, only_deployment: bool = False, codes: Collection[str] = ()) -> list[Finding]:
    """Return what is found, by path and line: by the rules of production alone, or by those with these codes."""
    return sorted(_found(Subject(project), only_deployment, codes), key=_place)


def _found(subject: Subject, only_deployment: bool, codes: Collection[str]) -> Iterator[Finding]:
    for rule in all_rules():
        if (rule.of_production or not only_deployment) and (not codes or rule.code.startswith(tuple(codes))):
            yield from rule.findings(subject)


def _place(finding: Finding) -> tuple[str, int, str, str]:
    return finding.path, finding.line, finding.code, finding.message
