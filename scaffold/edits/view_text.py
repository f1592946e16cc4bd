"""The text of a view: its source rendered for each method, its decorators, and whether all its names are its own."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from scaffold.edits import Context
from scaffold.errors import BadRule, BadTemplate, Unreadable
from scaffold.flask_code import query, rule, snippet
from scaffold.flask_code.module import SHORTCUTS
from scaffold.flask_code.place import Place
from scaffold.flask_code.query import Query
from scaffold.flask_code.rule import Rule
from scaffold.flask_code.snippet import Snippet
from scaffold.flask_code.style import Style
from scaffold.template import matches


def snippets(edit: dict[str, Any], context: Context, views: Mapping[str, str]) -> dict[str, Snippet]:
    """Return the function of each method."""
    return {method: _snippet(edit, context, method, name, context.answers) for method, name in views.items()}


def _snippet(edit: dict[str, Any], context: Context, method: str, name: str, answers: Mapping[str, Any]) -> Snippet:
    # Only what the source says elsewhere; the decorators' literals are written by `decorators`.
    safe = str(answers["rule"]).replace("\\", "\\\\").replace('"', '\\"')
    known = {**answers, "method": method.lower(), "name": name, "rule": safe}
    source = _source(edit, known)
    return parsed(context.template.source(source, known), context, source)[0]


def _source(edit: dict[str, Any], answers: Mapping[str, Any]) -> str:
    """Return the source of the edit, the first of several that the answers ask for."""
    listed: list[dict[str, Any]] = edit.get("sources", [edit])
    return str(next(one["source"] for one in listed if matches(one.get("when", {}), answers)))


def parsed(text: str, context: Context, source: str) -> list[Snippet]:
    """Return the functions of a rendered source; raise `BadTemplate` when it is not Python, or has none."""
    template = getattr(context.template, "full_name", "template")
    try:
        found = snippet.taken_apart(text)
    except Unreadable as problem:
        reason = f"its source '{source}' is not Python once it is rendered ({problem.message})"
        raise BadTemplate(template, reason) from None
    if not found:
        raise BadTemplate(template, f"its source '{source}' has no function")
    return found


def check_names(
    edit: dict[str, Any],
    context: Context,
    rules: Sequence[Rule],
    queries: Sequence[Query],
    snippets: Mapping[str, Snippet],
    imported: Mapping[str, str],
) -> None:
    """Raise where a variable of a rule, or a value of the query, has a name that the view needs for something else."""
    method, one = next(iter(snippets.items()))
    own = one.binds()
    if queries:
        _check_use(queries, own)
        bare = {**context.answers, "query": ()}
        own = _snippet(edit, context, method, one.name, bare).binds()
    used = {*own, *imported, *(text.partition(".")[0] for text in imported.values())}
    for asked in queries:
        if asked.name in used:
            raise query.refused(asked, query.hides(asked.name))
    # A prefix may have variables, too.
    for name in (str(variable["name"]) for variable in context.answers["variables"]):
        if name in used:
            text = next((each.text for each in rules if name in each.names), rules[0].text)
            raise BadRule(text, rule.hides(name))


def _check_use(queries: Sequence[Query], own: Collection[str]) -> None:
    """Raise when the view does not read the query: its source has no use for it."""
    for asked in queries:
        if asked.name not in own:
            raise query.refused(asked, "nothing of it would be in the answer of this view")


def decorators(rules: Sequence[Rule], style: Style, place: Place, methods: Sequence[str]) -> str:
    """Return the decorators of a view, one for each rule, without the first '@'."""
    return "\n@".join(_decorator(one, style, place, methods) for one in rules)


def _decorator(read: Rule, style: Style, place: Place, methods: Sequence[str]) -> str:
    literal = style.literal(read.text, place.source)
    if style.shortcuts and len(methods) == 1 and methods[0].lower() in SHORTCUTS:
        return f"{place.owner}.{methods[0].lower()}({literal})"
    if list(methods) == ["GET"]:
        return f"{place.owner}.route({literal})"
    opening, closing = tuple(style.brackets)
    quote = style.quote
    listed = ", ".join(f"{quote}{method}{quote}" for method in methods)
    comma = "," if opening == "(" and len(methods) == 1 else ""
    return f"{place.owner}.route({literal}, methods={opening}{listed}{comma}{closing})"
