"""The audit itself: every rule there is, asked of one project."""

import pkgutil
from collections.abc import Collection, Iterable
from functools import cache
from importlib import import_module

from scaffold.audit import rules, waivers
from scaffold.audit.finding import Finding, Rule
from scaffold.audit.subject import Subject
from scaffold.changes import Changes
from scaffold.project import Project


@cache
def all_rules() -> tuple[Rule, ...]:
    """Return every rule, by its code: those of each module in `rules`, and those of waivers."""
    modules = [import_module(f"{rules.__name__}.{one.name}") for one in pkgutil.iter_modules(rules.__path__)]
    found = [rule for module in modules for rule in getattr(module, "RULES", ())]
    return tuple(sorted([*found, *waivers.RULES], key=lambda rule: rule.code))


def chosen(only_deployment: bool = False, codes: Collection[str] = ()) -> list[Rule]:
    """Return the rules of production alone, or those whose codes begin so; a waiver is judged with any of them."""
    asked = [rule for rule in all_rules() if rule.of_production or not only_deployment]
    named = [rule for rule in asked if not codes or rule.code.startswith(tuple(codes))]
    return [*named, *(rule for rule in waivers.RULES if rule not in named)]


def of_project(
    project: Project,
    only_deployment: bool = False,
    codes: Collection[str] = (),
    changes: Changes | None = None,
) -> list[Finding]:
    """Return what is found in the project, as it is or as it is planned, by path and line."""
    subject = Subject(project, changes)
    asked = chosen(only_deployment, codes)
    found = [finding for rule in asked for finding in rule.findings(subject)]
    return in_order(waivers.sifted(found, waivers.of_project(subject), asked))


def in_order(found: Iterable[Finding]) -> list[Finding]:
    """Return the findings by path and line."""
    return sorted(found, key=lambda one: (one.path, one.line, one.code, one.message))
