"""What a command will do: project, templates and answers to changes. Reads, never writes."""

import os
from collections.abc import Mapping, Sequence
from typing import Any

from scaffold import answers as answering
from scaffold import catalog, history, places, render
from scaffold.changes import Changes
from scaffold.edits import Fragment
from scaffold.errors import Clash, NotEmpty
from scaffold.project import Project
from scaffold.template import Template, matches
from scaffold.work import Work

# The operation that makes a project; taking it back would be deleting a folder.
NEW = "new"
# The kinds of template that `add` takes, and that a template may require.
ADDED = ("feature", "component")
# What a destination may hold before `new`; a README stays, a `.gitignore` gains our lines.
KEPT = ("readme", "license", "licence", "copying")


class Plan:
    """The changes of one command, and what it says after they are written."""

    def __init__(self, changes: Changes, operation: str | None = None, next_steps: Sequence[str] = ()) -> None:
        self.changes = changes
        self.operation = operation
        self.next_steps = list(next_steps)
        self.start: dict[str, Any] | None = None
        self.question: str | None = None
        self.warnings: list[str] = []


def new(root: str, name: str, layout: str, command: Sequence[str]) -> Plan:
    """Plan a whole project in a folder that does not exist, or holds nothing it could be mixed with."""
    from scaffold import names

    known = {"project_slug": name, "package_name": names.package(name)}
    templates = [*catalog.templates("base"), catalog.find("layout", layout)]
    roles = _roles(templates, known)
    _check_free(root)
    work = Work(Project(root, roles), Changes(root))
    for template in templates:
        work.bring(template, {**known, **roles, "secret_key": random_key()})
    return finished(work, NEW, templates, {**known, "layout": layout}, command, instance="")


def random_key() -> str:
    """Return a new session key."""
    return os.urandom(32).hex()  # what `secrets.token_hex` gives, without the modules it imports


def _roles(templates: Sequence[Template], known: Mapping[str, str]) -> dict[str, str]:
    return {
        role: render.text(value, known, template)
        for template in templates
        for role, value in template.table("roles").items()
    }


def _check_free(root: str) -> None:
    if os.path.isdir(root):
        held = sorted(name for name in os.listdir(root) if not _harmless(name))
        if held:
            raise NotEmpty(root, held)
    elif os.path.lexists(root):
        raise NotEmpty(root, [os.path.basename(root)])


def _harmless(name: str) -> bool:
    return name in (".git", ".gitignore") or name.lower().split(".")[0] in KEPT


def add(
    project: Project,
    template: Template,
    given: Mapping[str, Any],
    command: Sequence[str],
    known: Mapping[str, Any] | None = None,
    *,
    force: bool = False,
) -> Plan:
    """Plan one template's files and edits for a project that exists, and those of what it requires."""
    asked = answering.complete(template, given)
    changes = Changes(project.root)
    instance = history.instance(asked, template.identity)
    made = history.find(changes, template.name, instance)
    answers = answers_of(project, changes, template, asked, known)
    work = Work(project, changes, made, force=force)
    steps = _bring_required(work, template, answers, command)
    if not work.bring(template, answers):
        _check_same(template, made, asked)
        return _kept(changes, made, template, command, instance) if made.get("brought") else Plan(changes)
    plan = finished(work, template.name, [template], asked, command, instance)
    plan.next_steps = [*steps, *plan.next_steps]
    return plan


def answers_of(
    project: Project,
    changes: Changes,
    template: Template,
    asked: Mapping[str, Any],
    known: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Return what the template's files, edits and conditions may name."""
    facts = {**places.known(project, changes, template), **template.table("provides"), **(known or {})}
    answers = {**facts, **asked, **answering.facts(template, asked)}
    places.check_module(answers, changes)
    return answers


def _bring_required(work: Work, template: Template, answers: Mapping[str, Any], command: Sequence[str]) -> list[str]:
    """Plan what the template requires and the project lacks, each an operation that this one comes after.

    Return the steps that are still missing for it.
    """
    steps: list[str] = []
    for one in template.listed("requires"):
        entry = one if isinstance(one, dict) else {"name": one}
        if not matches(entry.get("when", {}), answers):
            continue
        required = catalog.find_one(ADDED, str(entry["name"]))
        work.needs.append(required.name)
        instance = history.instance({}, required.identity)
        if not history.find(work.changes, required.name, instance):
            steps += _bring_one(work, required, command, instance)
    return steps


def _bring_one(work: Work, required: Template, command: Sequence[str], instance: str) -> list[str]:
    asked = answering.complete(required, {})
    own = Work(work.project, work.changes)
    own.brought, own.after = True, work.after
    answers = answers_of(work.project, work.changes, required, asked)
    steps = _bring_required(own, required, answers, command)
    if not own.bring(required, answers):
        return steps
    plan = finished(own, required.name, [required], asked, command, instance)
    work.after = [str(plan.operation)]
    return [*steps, *plan.next_steps]


def _kept(changes: Changes, made: Mapping[str, Any], template: Template, command: Sequence[str], instance: str) -> Plan:
    """Record that what another operation brought is asked for by itself now, and stays when that one goes."""
    return Plan(changes, history.add(changes, history.again(made, template.name, command, instance)))


def _check_same(template: Template, made: Mapping[str, Any], asked: Mapping[str, Any]) -> None:
    for name, answer in made.get("answers", {}).items():
        if name in asked and asked[name] != answer:
            raise Clash(
                f"'{template.name}' was added with {name} '{answer}' before, and now '{asked[name]}' was asked for.",
                "Remove the first one, or give the same answers.",
            )


def finished(
    work: Work,
    what: str,
    templates: Sequence[Template],
    asked: Mapping[str, Any],
    command: Sequence[str],
    instance: str,
    steps: Sequence[str] | None = None,
) -> Plan:
    """Record what was planned as one operation, and return the plan; the templates say what comes next, or `steps`."""
    operation = history.Operation(
        what=what,
        instance=instance or history.instance({}, []),
        command=list(command),
        templates=[template.full_name for template in templates],
        answers=dict(asked),
        roles=work.project.roles if what == NEW else {},
        folders=[] if what == NEW else work.changes.new_folders(),
        files=work.files,
        replaced=work.replaced,
        created=_created(work),
        names=_names(work.answers),
        needs=work.needs,
        replaces=work.replaces,
        brought=work.brought,
        fragments=work.fragments,
    )
    if steps is None:
        steps = [render.source(step, work.answers, t) for t in templates for step in t.listed("next")]
        steps = steps or _installing(work.fragments)
    return Plan(work.changes, history.add(work.changes, operation, work.after), steps)


def _installing(fragments: Sequence[Fragment]) -> list[str]:
    """Return the line that installs the requirements which the project has gained."""
    import shlex

    new = [one.text for one in fragments if one.what == "dependency" and not one.more.get("shared")]
    return [shlex.join(["pip", "install", *new])] if new else []


def _created(work: Work) -> list[str]:
    """Return the files that edits have made, for the day on which all edits are taken back."""
    made = (op.path for op in work.changes.ops() if op.before is None and not op.secret)
    return [path for path in made if path not in work.files]


def _names(answers: Mapping[str, Any]) -> list[str]:
    """Return the names by which the user's code may refer to what was added: endpoints, pages."""
    endpoint = str(answers.get("endpoint", ""))
    before = endpoint.rpartition(".")[0]
    endpoints = [f"{before}.{name}".strip(".") for name in answers.get("views", {}).values()]
    return [*endpoints, *answers.get("pages", ())]
