"""A view: a function with a route, put into the code of the app or the blueprint it belongs to.

`target` adds these answers for the sources and the edits that follow:

    name, endpoint        the view of the first method, and what `url_for` calls it
    views, views_file     the view of each method, and the file they go into
    owner, blueprint_name what the decorator is written on, and the blueprint's name ('' for an app)
    url_prefix            what comes before the rule in a URL
    page_prefix           the folder that the neighbours' pages are in, such as `auth/`
    templates_dir         the folder that the view's pages are looked up in
    templates_dirs        every folder whose pages share one space of names with it
    title, first_method   what a page may be called, and the first method asked for
    variables, url ...    `flask_code.facts`, with the prefix
"""

from collections.abc import Mapping, Sequence
from typing import Any

from scaffold import render
from scaffold.changes import Changes
from scaffold.edits import Context, Fragment
from scaffold.errors import BadRule, BadTemplate, Clash, Unreadable
from scaffold.fields import Fields
from scaffold.flask_code import (
    check,
    choice,
    destination,
    duplicates,
    facts,
    imports,
    names,
    pages,
    place,
    prefix,
    rule,
    snippet,
    style,
)
from scaffold.flask_code.code import Code
from scaffold.flask_code.files import Files
from scaffold.flask_code.module import SHORTCUTS
from scaffold.flask_code.place import Place
from scaffold.flask_code.route import Route
from scaffold.flask_code.router import Router
from scaffold.flask_code.rule import Rule
from scaffold.flask_code.snippet import Snippet
from scaffold.flask_code.source import Source, Splice
from scaffold.flask_code.style import Style


class Target(Fields):
    """Where a view goes and how it is written there; `unchanged` when the very same route is there already."""

    path: str
    line: int
    unchanged: bool
    rule: Rule
    code: Code
    place: Place
    style: Style
    views: dict[str, str]


def target(edit: dict[str, Any], context: Context) -> Target:
    """Return where the view goes; raise when there is no place, or another view has the URL or the name."""
    answers = context.answers
    code = Code(context.changes)
    read = rule.parse(answers["rule"], code.converters)
    router = choice.router(code, context.project.roles, context.project.app, answers.get("blueprint") or "")
    methods = answers.get("methods") or ["GET"]
    asked = render.source(str(edit["name"]), answers, context.template) if "name" in edit else answers.get("name") or ""
    there = duplicates.same(code, router, read.text, methods, asked)
    found = place.find(code, router)
    written = style.of_views(code, found, ours=context.project.roles.get("views_file") == found.source.path)
    if there is not None and there.endpoint:
        views = names.of_methods(there.endpoint, methods, written.together)
    else:
        views = _views(code, router, found, read, methods, asked, written.together)
    context.answers.update(_answers(code, router, found, read, views, methods))
    if "leads" in edit:
        answers.update(destination.facts_of(code, read, str(answers["url_prefix"]), str(answers[edit["leads"]])))
    answers.setdefault("title", next(iter(views.values())).replace("_", " ").capitalize())
    return Target(found.source.path, found.line, there is not None, read, code, found, written, views)


def _views(
    code: Code, router: Router, found: Place, read: Rule, methods: Sequence[str], asked: str, together: bool
) -> dict[str, str]:
    """Return the name of each method's view; raise `Clash` when the one that was asked for is taken."""
    own = place.routes_of(code, router)
    endpoints = {route.endpoint for route in own if route.endpoint}
    module = found.block.scope.module
    taken = names.Taken(module, endpoints, {variable.name for variable in read.variables})
    if not asked:
        base = names.suggested(read)
        views = names.of_methods(base, methods, together)
        return names.of_methods(names.free(base, views.values(), taken), methods, together)
    views = names.of_methods(asked, methods, together)
    for name in views.values():
        if name in taken:
            raise _taken(name, next((route for route in own if route.endpoint == name), None), module.path)
    return views


def _taken(name: str, route: Route | None, path: str) -> Clash:
    advice = "Give the view another name with '--name'."
    if route is not None:
        sentence = f"'{name}' is already the view of '{route.rule}' ({route.where})."
        return Clash(sentence, advice, route.module.path, route.site.line)
    return Clash(f"'{name}' already means something in '{path}', in Python or in Flask.", advice, path)


def _answers(
    code: Code, router: Router, found: Place, read: Rule, views: dict[str, str], methods: Sequence[str]
) -> dict[str, Any]:
    name = next(iter(views.values()))
    mount = next((one for one in prefix.mounts(code, router) if one.prefix is not None), None)
    before = mount.prefix if mount and mount.prefix else ""
    blueprint = mount.names if mount and mount.names else tuple(filter(None, [router.blueprint]))
    try:
        full = rule.parse(prefix.full_rule(before, read.text), code.converters)
    except BadRule:  # the prefix is the project's own, and may have a converter we do not know
        full, before = read, ""
    known = {**facts.of_rule(full), "variables": facts.of_rule(read)["variables"]}
    if known["rejects"] and duplicates.may_take(code, known["rejected_url"]):
        known.update(rejects=False, rejected_url="")
    return {
        **known,
        **pages.answers(code, router, found),
        "name": name,
        "views": views,
        "endpoint": ".".join([*blueprint, name]),
        "owner": found.owner,
        "blueprint_name": router.blueprint or "",
        "views_file": found.source.path,
        "url_prefix": before,
        "first_method": methods[0],
    }


def apply(edit: dict[str, Any], target: Target, context: Context) -> list[Fragment]:
    """Plan the view of each method and the imports they need."""
    if context.changes.read(target.path) != target.place.source.raw:
        raise Unreadable(target.path, None, "it was changed after it was read")
    each = edit.get("each") == "methods" and not target.style.together
    views = dict(target.views) if each else dict(list(target.views.items())[:1])
    snippets = {method: _snippet(edit, context, target, method, name) for method, name in views.items()}
    needs = list(dict.fromkeys(need for one in snippets.values() for need in one.used(target.style.annotated)))
    _check_parameters(target.rule, {need.bound for need in needs})
    found, written = target.place, target.style
    module, scope = found.block.scope.module, found.block.scope
    planned = imports.plan(module, scope, needs, target.code.paths, written.limit, written.newline)
    texts = []
    for method, one in snippets.items():
        methods = [method] if each else context.answers.get("methods") or ["GET"]
        decorator = _decorator(target, methods)
        texts.append(snippet.rewritten(one, written, found.indent, planned.written, decorator))
    pieces = place.spaced(found, texts, written.spacing, written.newline)
    splices = [change.splice for change in planned.changes]
    data = found.source.spliced([*splices, Splice(found.offset, found.offset, "".join(pieces))])
    check.edited(found.source, data, [one.name for one in snippets.values()], gained(planned))
    context.changes.put(target.path, data)
    return [*(Fragment(target.path, piece, "view") for piece in pieces), *fragments(target.path, planned)]


def fragments(path: str, planned: imports.Plan) -> list[Fragment]:
    """Return what the history keeps of the imports.

    `original` is the statement the user had, '' when there was none: what is left when some of the names go follows
    from it (`flask_code.import_text.extended`).
    """
    return [
        Fragment(
            path,
            change.text,
            "import",
            {"original": change.original, "module": change.module, "names": list(change.names)},
        )
        for change in planned.changes
    ]


def gained(planned: imports.Plan) -> list[tuple[str, str]]:
    """Return each (module, name) that will be imported."""
    return [(change.module, name.partition(" ")[0]) for change in planned.changes for name in change.names]


def _snippet(edit: dict[str, Any], context: Context, target: Target, method: str, name: str) -> Snippet:
    # Only what the source says elsewhere; the decorator's literal is written by `_decorator`.
    safe = target.rule.text.replace("\\", "\\\\").replace('"', '\\"')
    answers = {**context.answers, "method": method.lower(), "name": name, "rule": safe}
    return parsed(context.template.source(edit["source"], answers), context, edit["source"])[0]


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


def _check_parameters(read: Rule, used: set[str]) -> None:
    for variable in read.variables:
        if variable.name in used:
            raise BadRule(read.text, rule.hides(variable.name))


def _decorator(target: Target, methods: Sequence[str]) -> str:
    written, owner = target.style, target.place.owner
    literal = written.literal(target.rule.text, target.place.source)
    if written.shortcuts and len(methods) == 1 and methods[0].lower() in SHORTCUTS:
        return f"{owner}.{methods[0].lower()}({literal})"
    if list(methods) == ["GET"]:
        return f"{owner}.route({literal})"
    opening, closing = tuple(written.brackets)
    quote = written.quote
    listed = ", ".join(f"{quote}{method}{quote}" for method in methods)
    comma = "," if opening == "(" and len(methods) == 1 else ""
    return f"{owner}.route({literal}, methods={opening}{listed}{comma}{closing})"


def revert(
    path: str, fragments: Sequence[Mapping[str, Any]], ever: Sequence[Mapping[str, Any]], changes: Changes
) -> None:
    """Plan the file without these functions; `ever` is all that operations of ours have put into it."""
    from scaffold.flask_code import removal

    held = changes.read(path)
    if held is None:
        return
    limit = style.limit(Files(changes))
    pieces = [one["text"] for one in fragments]
    changes.put(path, removal.without(Source(path, held), pieces, removal.added(ever), limit))
