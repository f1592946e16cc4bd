"""A view: a function with a route, put into the code of the app or the blueprint it belongs to.

`target` adds the answers that `scaffold.edits.view_facts` lists, for the sources and the edits that follow.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from scaffold import render
from scaffold.changes import Changes
from scaffold.edits import Context, Fragment, view_facts, view_text
from scaffold.edits.view_text import parsed
from scaffold.errors import Clash, Unreadable
from scaffold.fields import Fields
from scaffold.flask_code import (
    check,
    choice,
    duplicates,
    full,
    imports,
    names,
    place,
    query,
    rule,
    snippet,
    style,
)
from scaffold.flask_code.code import Code
from scaffold.flask_code.files import Files
from scaffold.flask_code.place import Place
from scaffold.flask_code.query import Query
from scaffold.flask_code.route import Route
from scaffold.flask_code.rule import Rule
from scaffold.flask_code.source import Source, Splice
from scaffold.flask_code.style import Style

__all__ = ["apply", "fragments", "gained", "parsed", "revert", "target"]


class Target(Fields):
    """Where a view goes and how it is written there; `unchanged` when the very same route is there already.

    `together` says that one function answers all methods.
    """

    path: str
    line: int
    unchanged: bool
    rules: list[Rule]
    queries: list[Query]
    together: bool
    code: Code
    place: Place
    style: Style
    views: dict[str, str]


def target(edit: dict[str, Any], context: Context) -> Target:
    """Return where the view goes; raise when there is no place, or another view has the URL or the name."""
    answers = context.answers
    code = Code(context.changes)
    texts = [answers["rule"], *answers.get("rules", ())]
    read = [rule.parse(text, code.converters) for text in texts]
    duplicates.check_apart(texts)
    router = choice.router(code, context.project.roles, context.project.app, answers.get("blueprint") or "")
    methods, asked = answers.get("methods") or ["GET"], _asked(edit, context)
    there = duplicates.same_view(code, router, texts, methods, asked)
    found = place.find(code, router)
    written = style.of_views(code, found, ours=context.project.roles.get("views_file") == found.source.path)
    below = full.of_router(code, router, read)
    queries = query.of_view(answers.get("query") or (), below.names, found.block.scope.module)
    together = len(methods) > 1 and (written.together or bool(answers.get("one_function")))
    suggested = names.suggested(read[0])
    if there is not None and there.endpoint:
        views = names.of_methods(there.endpoint, methods, together)
    else:
        own = {route.endpoint: route for route in place.routes_of(code, router) if route.endpoint}
        taken = names.Taken(found.block.scope.module, own, below.names | {one.name for one in queries})
        views = names.free(suggested, methods, together, taken) if not asked else {}
        views = views or _free(names.of_methods(asked, methods, together), taken, own, found.source.path)
    path, line = found.source.path, found.line
    planned = Target(path, line, there is not None, read, queries, together, code, found, written, views)
    answers.setdefault("title", (asked or suggested).replace("_", " ").capitalize())
    answers.update(view_facts.of_view(planned, router, below, methods, answers["title"]))
    if "leads" in edit:
        from scaffold.flask_code import destination

        answers.update(destination.facts_of(code, read[0], below.prefix, str(answers[edit["leads"]])))
    return planned


def _asked(edit: Mapping[str, Any], context: Context) -> str:
    """Return the name that the view must have, '' for one that is made from its rule."""
    return render.source(str(edit.get("name", context.answers.get("name") or "")), context.answers, context.template)


def _free(views: dict[str, str], taken: names.Taken, own: Mapping[str, Route], path: str) -> dict[str, str]:
    """Return the views that were asked for; raise `Clash` when one has a name that means something already."""
    for name in views.values():
        if name in taken:
            raise _taken(name, own.get(name), path)
    return views


def _taken(name: str, route: Route | None, path: str) -> Clash:
    advice = "Give the view another name with '--name'."
    if route is not None:
        sentence = f"'{name}' is already the view of '{route.rule}' ({route.where})."
        return Clash(sentence, advice, route.module.path, route.site.line)
    return Clash(f"'{name}' already means something in '{path}', in Python or in Flask.", advice, path)


def apply(edit: dict[str, Any], target: Target, context: Context) -> list[Fragment]:
    """Plan the view of each method and the imports they need."""
    if context.changes.read(target.path) != target.place.source.raw:
        raise Unreadable(target.path, None, "it was changed after it was read")
    each = edit.get("each") == "methods" and not target.together
    views = dict(target.views) if each else dict(list(target.views.items())[:1])
    found, written = target.place, target.style
    snippets = view_text.snippets(edit, context, views)
    needs = list(dict.fromkeys(need for one in snippets.values() for need in one.used(written.annotated)))
    module, scope = found.block.scope.module, found.block.scope
    planned = imports.plan(module, scope, needs, target.code.paths, written.limit, written.newline)
    view_text.check_names(edit, context, target.rules, target.queries, snippets, planned.written)
    texts = []
    for method, one in snippets.items():
        methods = [method] if each else context.answers.get("methods") or ["GET"]
        decorators = view_text.decorators(target.rules, written, found, methods)
        texts.append(snippet.rewritten(one, written, found.indent, planned.written, decorators))
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
