"""What a request brings and a page, a template or a redirection takes as it is."""

import ast
from collections.abc import Callable, Iterator

from scaffold.audit import markup, page
from scaffold.audit.finding import ERROR, WARNING, Finding, Rule
from scaffold.audit.page import Node, Page
from scaffold.audit.python import MARKUP, REDIRECT, RENDER_TEXT, calls
from scaffold.audit.requested import LINKED, SENT, Requested
from scaffold.audit.subject import Subject
from scaffold.flask_code import rule as rules
from scaffold.flask_code.arguments import Malformed
from scaffold.flask_code.module import Function, Scope, dotted, keyword, literal

# Flask escapes what these show, and nothing else.
ESCAPED = (".html", ".htm", ".xhtml", ".xml", ".svg")
# Filters whose result holds no HTML of others.
HARMLESS = frozenset(
    ["count", "e", "escape", "filesizeformat", "float", "int", "length", "round", "tojson", "urlencode"]
)
# Filters of Jinja's own whose result holds what their value had.
KEEPING = frozenset(
    [
        *(
            "batch",
            "capitalize",
            "center",
            "d",
            "default",
            "first",
            "format",
            "indent",
            "join",
            "last",
            "list",
            "lower",
        ),
        *("map", "max", "min", "random", "reject", "replace", "reverse", "select", "select", "sort", "string"),
        *("striptags", "sum", "title", "trim", "truncate", "unique", "upper", "wordwrap"),
    ]
)
# Methods of texts, likewise.
METHODS = frozenset(["capitalize", "join", "lower", "replace", "strip", "title", "upper"])
OWN_NAMES = frozenset(["config", "loop"])
# Converters that let any text through, and the one that lets a whole URL through.
TEXTS = ("default", "path", "string")
WHOLE = ("path",)


def _safe(subject: Subject) -> Iterator[Finding]:
    for one in page.of_subject(subject):
        filters = [node for node in one.of_kind("Filter") if node.name == "safe" and node.node is not None]
        if filters and one.path.endswith(ESCAPED):
            own = _own_names(one) | markup.given(subject, one.path)
            subjects = set(_in_subjects(one))
            for node in filters:
                if id(node) not in subjects and (shown := _shown(node.node, own)):
                    yield Finding(one.path, node.lineno, f"'{shown}|safe' is put into the page as it is")


def _in_subjects(one: Page) -> Iterator[int]:
    """Yield the nodes in the block with the subject of a mail, which is no HTML."""
    blocks = (node for node in one.of_kind("Block") if "subject" in node.name)
    return (id(inner) for node in blocks for inner in page.walk(node))


def _own_names(one: Page) -> set[str]:
    """Return the names that stand for markup of this template: macros, imports, blocks, and plain texts."""
    found = {node.name for node in one.of_kind("Macro")} | {node.target for node in one.of_kind("Import")}
    for node in one.of_kind("FromImport"):
        found.update(name if isinstance(name, str) else name[1] for name in node.names)
    found.update(node.target.name for node in one.of_kind("AssignBlock") if page.kind(node.target) == "Name")
    assigned = [node for node in one.of_kind("Assign") if page.kind(node.target) == "Name"]
    computed = {node.target.name for node in assigned if page.kind(node.node) != "Const"}
    return found | ({node.target.name for node in assigned} - computed)


def _shown(node: Node, own: set[str]) -> str:
    """Return how to name a value that is no text of the template's own; '' when it is one, or cannot be told."""
    kind = page.kind(node)
    if kind == "Filter":
        return _shown(node.node, own) if node.name in KEEPING and node.node is not None else ""
    if kind in ("Concat", "Or", "And", "Add", "CondExpr", "Mod"):
        parts = [node.expr1, node.expr2] if kind == "CondExpr" else node.iter_child_nodes()
        return next(filter(None, (_shown(part, own) for part in parts if part is not None)), "")
    if kind == "Call":
        # What it returns may be markup: nobody can tell here what a function of the project does.
        method = page.kind(node.node) == "Getattr" and node.node.attr in METHODS
        return _shown(node.node.node, own) if method else ""
    if kind in ("Getattr", "Getitem"):
        inner = node
        while page.kind(inner) in ("Getattr", "Getitem"):
            inner = inner.node
        named = page.kind(inner) == "Name" and _shown(inner, own)
        return f"{named}.{node.attr}" if named and kind == "Getattr" and inner is node.node else named or ""
    return node.name if kind == "Name" and node.name not in own | OWN_NAMES else ""


def _unescaped(subject: Subject) -> Iterator[Finding]:
    for one in page.of_subject(subject):
        for node in one.of_kind("ScopedEvalContextModifier"):
            is_page = one.path.endswith(ESCAPED) and id(node) not in set(_in_subjects(one))
            if is_page and _turns_off(node) and _shows(node):
                yield Finding(one.path, node.lineno, "'{% autoescape false %}' puts values into the page as they are")
    for module in subject.modules:
        for node in ast.walk(module.source.tree) if "autoescape" in module.source.text else ():
            if isinstance(node, ast.Assign) and _is_off(node):
                yield Finding(module.path, node.lineno, f"'{ast.unparse(node)}' puts values into pages as they are")


def _turns_off(node: Node) -> bool:
    given = next((one.value for one in node.options if one.key == "autoescape"), None)
    return given is not None and page.kind(given) == "Const" and not given.value


def _shows(node: Node) -> bool:
    """Tell whether a block shows any value that is not escaped by itself."""
    return any(_is_value(part) for one in page.walk(node) if page.kind(one) == "Output" for part in one.nodes)


def _is_value(node: Node) -> bool:
    if page.kind(node) == "Filter":
        return node.name not in HARMLESS and node.node is not None and _is_value(node.node)
    return page.kind(node) in ("Name", "Getattr", "Getitem")


def _is_off(node: ast.Assign) -> bool:
    """Tell whether it turns escaping off for all pages of an app."""
    if not isinstance(node.value, ast.Constant) or node.value.value is not False:
        return False
    return any(dotted(target).endswith(".jinja_env.autoescape") for target in node.targets)


def _parameters(subject: Subject, scope: Scope, converters: tuple[str, ...]) -> set[str]:
    """Return the parameters of a view that come from its rules by one of the converters."""
    texts = [one.rule for one in subject.code.routes if one.site.function is scope.node and one.rule]
    return {name for text in texts for name, converter in _variables(text) if converter in converters}


def _variables(text: str) -> list[tuple[str, str]]:
    try:
        return [(part[0], part[1]) for part in rules.scan(text) if not isinstance(part, str)]
    except Malformed:
        return []


def _given(call: ast.Call, name: str) -> ast.expr | None:
    return call.args[0] if call.args else keyword(call, name)


def _found(
    origins: tuple[str, ...], name: str, converters: tuple[str, ...], message: str, *, leads: bool = False
) -> "Callable[[Subject], Iterator[Finding]]":
    """Return the function that finds calls whose first argument is data of the request."""

    def find(subject: Subject) -> Iterator[Finding]:
        for called in calls(subject, *origins):
            given, scope = _given(called.call, name), called.scope
            if given is None or literal(given) is not None or not isinstance(scope.node, Function):
                continue
            parameters = _parameters(subject, scope, converters)
            if Requested(scope, parameters, LINKED if leads else SENT, leads=leads).reaches(given):
                said = message.format(dotted(called.call.func), ast.unparse(given))
                yield Finding(called.module.path, called.call.lineno, said)

    return find


RULES = [
    Rule(
        "SAF001",
        "a value that is shown with '|safe'",
        WARNING,
        "Whoever can write the value can run JavaScript as the user who looks at the page.",
        "Leave '|safe' out, or make the value a 'Markup' where it is cleaned.",
        _safe,
    ),
    Rule(
        "SAF002",
        "data of the request that is called markup",
        ERROR,
        "A link to the page can run JavaScript as the user who follows it.",
        "Escape the value: 'Markup(\"<b>{}</b>\").format(value)'.",
        _found(MARKUP, "base", TEXTS, "'{}({})' takes data of the request for markup"),
    ),
    Rule(
        "SAF003",
        "data of the request that is rendered as a template",
        ERROR,
        "Whoever writes a template runs code on the server.",
        "Render a template of yours, and hand the value over: 'render_template_string(\"{{ value }}\", value=value)'.",
        _found(
            (*RENDER_TEXT, "jinja2.Template"), "source", TEXTS, "'{}({})' renders data of the request as a template"
        ),
    ),
    Rule(
        "SAF004",
        "a redirection to wherever the request says",
        ERROR,
        "A link to this site can lead to any other one, and people trust what it begins with.",
        "Go there only when it is a path of this site, or one of a list of addresses.",
        _found(REDIRECT, "location", WHOLE, "'{}({})' goes wherever the request says", leads=True),
    ),
    Rule(
        "SAF005",
        "pages without escaping",
        WARNING,
        "Whoever can write a value that is shown can run JavaScript as the user who looks at the page.",
        "Take it out, and let values that are markup be a 'Markup' where they are cleaned.",
        _unescaped,
    ),
]
