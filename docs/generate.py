"""Write docs/reference/ from the commands, the templates and the checks: python docs/generate.py [--check]."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from scaffold import catalog, kinds
from scaffold.audit import run
from scaffold.cli import cli
from scaffold.proof.checks import registry
from scaffold.template import Template

REFERENCE = Path(__file__).parent / "reference"
WIDTH = 92
COMMANDS = "What each command's `--help` says. [What commands print, and their exit codes](output.md) is alike for all."
CHECKS = """What `scaffold check` looks for. [How to use it, and how to let a finding stand](../how-to/check.md).
"""
PROOFS = """What `scaffold test` holds a server and a proxy to, besides the probes of each template that was added.
[How to prove a project, or one of these](../how-to/prove.md).
"""
TEMPLATES = """What each folder of `project_templates/` brings. To add one, see
[a template in five minutes](../../project_templates/README.md).
"""
NOTE = "<!-- Made by docs/generate.py. Change the code or the template, and run it again. -->\n"
# What a template may declare without anything to add to its name.
LISTED = {"requires": "Needs", "conflicts": "Cannot stand beside", "layouts": "Only for the layouts"}


def main() -> None:
    """Write the pages; with --check only tell whether they are current."""
    os.environ.pop("SCAFFOLD_TEMPLATES", None)
    stale = [name for name, text in pages().items() if _held(name) != text]
    if "--check" in sys.argv[1:]:
        sys.exit(f"Not current: {', '.join(stale)}. Run 'python docs/generate.py'." if stale else 0)
    for name in stale:
        (REFERENCE / name).write_text(pages()[name], encoding="utf-8")
        print(f"wrote docs/reference/{name}")


def pages() -> dict[str, str]:
    """Return the text of every generated page by its file name."""
    made = {"checks.md": _checks(), "commands.md": _commands(), "proofs.md": _proofs(), "templates.md": _templates()}
    return {name: "\n".join(parts) for name, parts in made.items()}


def _held(name: str) -> str | None:
    place = REFERENCE / name
    return place.read_text(encoding="utf-8") if place.exists() else None


def _commands() -> Iterator[str]:
    yield f"# Commands\n\n{NOTE}\n{COMMANDS}\n"
    top = click.Context(cli, info_name="scaffold", terminal_width=WIDTH, help_option_names=["-h", "--help"])
    yield from _command(top)


def _command(context: click.Context) -> Iterator[str]:
    yield f"## {context.command_path}\n\n```\n{context.command.get_help(context).rstrip()}\n```\n"
    if isinstance(context.command, click.Group):
        for name in context.command.list_commands(context):
            command = context.command.get_command(context, name)
            if command:
                yield from _command(click.Context(command, info_name=name, parent=context))


def _checks() -> Iterator[str]:
    yield f"# Checks\n\n{NOTE}\n{CHECKS}"
    for rule in run.all_rules():
        where = ", also with `--deploy`" if rule.of_production else ""
        yield f"## {rule.code}: {rule.title}\n\n{rule.severity.capitalize()}{where}. {rule.why}\n\n{rule.mend}\n"


def _proofs() -> Iterator[str]:
    yield f"# What is proved\n\n{NOTE}\n{PROOFS}"
    yield "| Name | Asked of | The defect that it guards against |\n|---|---|---|"
    for one in sorted(registry.every(), key=lambda one: (one.number, one.name)):
        asked = " and ".join(of for of in (registry.SERVER, registry.PROXY) if of in one.of)
        yield f"| `{one.name}` | {asked or 'both'} | {one.guards} |"
    yield ""


def _templates() -> Iterator[str]:
    yield f"# Templates\n\n{NOTE}\n{TEMPLATES}"
    for kind in catalog.FOLDERS:
        for template in catalog.templates(kind):
            yield "\n".join(_template(template)).rstrip() + "\n"


def _template(template: Template) -> Iterator[str]:
    yield f"## {template.full_name}\n\n{template.summary}\n"
    if "example" in template.manifest:
        yield f"    {template.manifest['example']}\n"
    if template.questions:
        yield "| Question | Answers | Default | |\n|---|---|---|---|"
        yield from map(_question, template.questions)
        yield ""
    if "command" in template.table("start"):
        yield f"Started with `{' '.join(template.table('start')['command'])}`.\n"
    for key, words in LISTED.items():
        if template.listed(key):
            yield f"{words}: {', '.join(f'`{item}`' for item in template.listed(key))}.\n"
    yield from _list("Files", [f"`{path}`" for path in template.files()])
    dependencies = [f"dependency `{requirement}`" for requirement in template.listed("dependencies")]
    yield from _list("Edits", [*dependencies, *map(_edit, template.listed("edit"))])


def _question(question: dict[str, Any]) -> str:
    choices = ", ".join(f"`{choice}`" for choice in question.get("choices", ())) or question.get("kind", "text")
    default = f"`{question['default']}`" if question.get("default") else ""
    return f"| `{kinds.flag(question)}` | {choices} | {default} | {question.get('help', '')} |"


def _edit(edit: dict[str, Any]) -> str:
    source = f" from `{edit['source']}`" if "source" in edit else ""
    file = f" in `{edit['file']}`" if "file" in edit else ""
    each = f", one for each of {edit['each']}" if "each" in edit else ""
    when = ", ".join(f"{name} is {_alternatives(value)}" for name, value in edit.get("when", {}).items())
    return f"{edit['kind']}{source}{file}{each}{f', when {when}' if when else ''}"


def _alternatives(value: Any) -> str:
    values = value if isinstance(value, list) else [value]
    return " or ".join(f"`{str(item).lower() if isinstance(item, bool) else item}`" for item in values)


def _list(title: str, items: list[str]) -> Iterator[str]:
    if items:
        yield f"{title}:\n\n" + "\n".join(f"* {item}" for item in items) + "\n"


if __name__ == "__main__":
    main()
