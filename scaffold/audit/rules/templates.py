"""Templates, endpoints and static files that are named somewhere and are nowhere, or the other way round."""

import posixpath
from collections.abc import Iterator

from scaffold.audit import endpoints, extensions, page, statics, templates
from scaffold.audit.finding import ERROR, WARNING, Finding, Rule
from scaffold.audit.python import RENDER, URL_FOR, calls
from scaffold.audit.subject import Subject
from scaffold.flask_code.module import keyword, literal


def _unused(subject: Subject) -> Iterator[Finding]:
    used = templates.Used(subject)
    for path, name in templates.own(subject):
        if not used.may_use(name):
            yield Finding(path, 0, f"No view renders '{name}', and no template extends or includes it")


def _missing(subject: Subject) -> Iterator[Finding]:
    if not templates.are_all_there(subject):
        return
    for called in calls(subject, *RENDER):
        call = called.call
        given = call.args[0] if call.args else keyword(call, "template_name_or_list")
        if names := templates.texts(given):
            yield from _named(subject, called.module.path, call.lineno, names)
    for one in page.of_subject(subject):
        for named in one.named if templates.is_apps(subject, one.path) else ():
            if named.must:
                yield from _named(subject, one.path, named.line, named.names)


def _named(subject: Subject, path: str, line: int, names: tuple[str, ...]) -> Iterator[Finding]:
    if not any(templates.may_exist(subject, name) for name in names):
        yield Finding(path, line, f"There is no template '{names[0]}'")


def _links(subject: Subject) -> Iterator[tuple[str, page.Link]]:
    """Yield every `url_for` with a plain endpoint, in Python and in templates."""
    for called in calls(subject, *URL_FOR):
        call = called.call
        if call.args and (endpoint := literal(call.args[0])):
            yield called.module.path, page.Link(call.lineno, endpoint, literal(keyword(call, "filename")))
    for one in page.of_subject(subject):
        if templates.is_apps(subject, one.path):
            yield from ((one.path, link) for link in one.links)


def _no_endpoint(subject: Subject) -> Iterator[Finding]:
    known = endpoints.of_subject(subject)
    for path, link in _links(subject):
        if known.lacks(link.endpoint):
            yield Finding(path, link.line, f"There is no endpoint '{link.endpoint}'")


def _no_file(subject: Subject) -> Iterator[Finding]:
    files = statics.Statics(subject)
    for path, link in _links(subject):
        if link.filename and link.endpoint.rpartition(".")[2] == endpoints.STATIC:
            before = link.endpoint.rpartition(".")[0]
            if before and extensions.is_of_one(subject, before):
                continue
            name = posixpath.normpath(link.filename.partition("?")[0].lstrip("/"))
            if files.lack(before, name):
                yield Finding(path, link.line, f"There is no static file '{name}'")


RULES = [
    Rule(
        "TPL001",
        "a template that nothing renders",
        WARNING,
        "It is read and kept up to date for nothing, and changes to it have no effect.",
        "Delete it, or render it in a view.",
        _unused,
    ),
    Rule(
        "TPL002",
        "a template that is not there",
        ERROR,
        "Whoever asks for the page gets an error 500.",
        "Write the template, or put its name right.",
        _missing,
    ),
    Rule(
        "TPL003",
        "a link to an endpoint that is not there",
        ERROR,
        "Building the link raises an error, and whoever asks for the page gets an error 500.",
        "Put the endpoint right; 'flask routes' lists those that there are.",
        _no_endpoint,
    ),
    Rule(
        "TPL004",
        "a static file that is not there",
        WARNING,
        "Browsers ask for it on each page, and get an error 404.",
        "Add the file, or put its name right.",
        _no_file,
    ),
]
