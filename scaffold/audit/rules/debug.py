"""Debug mode: whoever meets an error may read the code, and run some on the machine."""

import ast
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial

from scaffold.audit.finding import ERROR, WARNING, Finding, Rule
from scaffold.audit.settings import ELSEWHERE, Setting
from scaffold.audit.subject import Subject
from scaffold.changes import Changes
from scaffold.errors import ScaffoldError
from scaffold.flask_code import paragraph
from scaffold.flask_code.files import Files
from scaffold.flask_code.module import Module, Site, dotted, keyword, literal
from scaffold.flask_code.router import SOME_APP, Router
from scaffold.flask_code.source import Splice

EVERYWHERE = ("0.0.0.0", "::", "")  # noqa: S104  # what is looked for
# Files that say how a server is started; what Compose makes of them for one machine is for development.
STARTING = re.compile(r"(?:^|/)(?:Dockerfile|Containerfile|Procfile)$|\.(?:service|dockerfile)$|(?:^|/)fly\.toml$")
COMPOSE = re.compile(r"(?:^|/)(?:docker-)?compose[\w.-]*\.ya?ml$")
ON = re.compile(r"\bFLASK_DEBUG[\"']?(?:\s*[=:]\s*|\s+)[\"']?(?:1|true|yes|on)\b", re.IGNORECASE)
FLAG = re.compile(r"\bflask\s(?=[^;&|]*\brun\b)[^;&|]*--debug\b")


def _started(subject: Subject) -> Iterator[tuple[Module, Site]]:
    """Yield every `app.run(...)` with the debugger on."""
    for module in subject.modules:
        for site in module.sites:
            debug = keyword(site.call, "debug")
            if debug is None and len(site.call.args) > 2:
                debug = site.call.args[2]
            if site.verb == "run" and _is_true(debug) and _runs_app(subject, site):
                yield module, site


def _runs_app(subject: Subject, site: Site) -> bool:
    """Tell whether it is `app.run()`, or `socketio.run(app)`."""
    if _is_app(subject.code.owner(site)):
        return True
    given = dotted(site.call.args[0]) if site.call.args else ""
    return bool(given) and _is_app(subject.code.resolve(site.block.scope, given))


def _is_app(owner: Router | str | None) -> bool:
    return owner == SOME_APP or (isinstance(owner, Router) and owner.blueprint is None)


def _is_true(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and node.value == 1  # as True is


def _everywhere(call: ast.Call) -> str | None:
    hosts = (literal(host) for host in (keyword(call, "host"), *call.args[:2]))
    return next((host for host in hosts if host in EVERYWHERE), None)


def _run_with_debug(subject: Subject) -> Iterator[Finding]:
    for module, site in _started(subject):
        if _everywhere(site.call) is None:
            fix = _without(module.path, site.call) if keyword(site.call, "debug") else None
            yield Finding(module.path, site.line, f"'{site.owner}.run(debug=True)' turns the debugger on", fix=fix)


def _run_for_all(subject: Subject) -> Iterator[Finding]:
    for module, site in _started(subject):
        if (host := _everywhere(site.call)) is not None:
            message = f"'{site.owner}.run(host=\"{host}\", debug=True)' offers the debugger to the whole network"
            fix = _without(module.path, site.call) if keyword(site.call, "debug") else None
            yield Finding(module.path, site.line, message, fix=fix)


def _without(path: str, call: ast.Call) -> Callable[[Changes], None]:
    return partial(_take_out, path, ast.dump(call))


def _take_out(path: str, wanted: str, changes: Changes) -> None:
    """Plan the call without its `debug=True`; a comma goes with it."""
    module = Files(changes).readable(path)
    source = module.source
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call) and ast.dump(node) == wanted:
            one = next(given for given in node.keywords if given.arg == "debug")
            start, end = source.offset(one.lineno, one.col_offset), source.end(one.value)
            if before := re.search(r",\s*\Z", source.text[:start]):
                start = before.start()
            elif after := re.match(r"\s*,\s*", source.text[end:]):
                end += after.end()
            changes.put(path, source.spliced([Splice(start, end, "")]))
            return


def _setting(subject: Subject) -> Iterator[Finding]:
    """Yield DEBUG or TESTING that is on for every way in which the app may be started."""
    for one in subject.settings:
        if one.name in ("DEBUG", "TESTING") and _is_true(one.value) and _counts(subject, one):
            yield Finding(one.path, one.line, f"'{one.name}' is on", fix=_without_setting(one))


def _without_setting(setting: Setting) -> Callable[[Changes], None] | None:
    """Return what takes the setting out, None where it is not a statement that can go."""
    source = setting.module.source
    statements = [node for node in ast.walk(source.tree) if isinstance(node, ast.Assign)]
    text = next((ast.unparse(node) for node in statements if node.value is setting.value), None)
    if text is None or [ast.unparse(node) for node in statements].count(text) > 1:
        return None
    with suppress(ScaffoldError):
        return partial(_drop, setting.path, text) if paragraph.without_statement(source, text) else None
    return None


def _drop(path: str, text: str, changes: Changes) -> None:
    data = paragraph.without_statement(Files(changes).readable(path).source, text)
    if data is not None:
        changes.put(path, data)


def _counts(subject: Subject, setting: Setting) -> bool:
    if setting.elsewhere or not setting.certain or ELSEWHERE.search(setting.path.lower()):
        return False
    if setting.scope:
        return "prod" in setting.scope.lower() or _inherited(subject, setting)
    # A name of a module is a setting only where Flask is told to read that module.
    return not _is_plain(setting) or _is_read(subject, setting.module)


def _inherited(subject: Subject, setting: Setting) -> bool:
    """Tell whether the class of production gets the setting from this one, and does not turn it off."""
    own = [one for one in subject.settings if one.path == setting.path]
    heirs = {one.scope for one in own if setting.scope in one.bases and "prod" in one.scope.lower()}
    return any(not any(one.scope == heir and one.name == setting.name for one in own) for heir in heirs)


def _is_plain(setting: Setting) -> bool:
    return any(
        isinstance(node, ast.Assign | ast.AnnAssign) and node.value is setting.value
        for node in setting.module.source.tree.body
        if not isinstance(node, ast.Assign) or any(isinstance(target, ast.Name) for target in node.targets)
    )


def _is_read(subject: Subject, module: Module) -> bool:
    stem = module.path.removesuffix(".py").replace("/", ".")
    for other in subject.modules:
        for node in ast.walk(other.source.tree):
            if isinstance(node, ast.Call) and node.args and dotted(node.func).endswith(("from_object", "from_pyfile")):
                named = literal(node.args[0]) or dotted(node.args[0])
                plain = named.removesuffix(".py").replace("/", ".").strip(".")
                if plain and (stem == plain or stem.endswith(f".{plain}")):
                    return True
    return False


def _wrapped(subject: Subject) -> Iterator[Finding]:
    for module in subject.modules:
        for scope in module.scopes:
            certain = (one.value for several in scope.names.values() for one in several if one.certain)
            for call in certain:
                if isinstance(call, ast.Call) and dotted(call.func).rpartition(".")[2] == "DebuggedApplication":
                    yield Finding(module.path, call.lineno, "'DebuggedApplication' wraps the app")


def _in_files(subject: Subject) -> Iterator[Finding]:
    for path in subject.paths:
        if STARTING.search(path) or (COMPOSE.search(path) and "prod" in path) or _is_production_env(path):
            for number, line in enumerate((subject.text(path) or "").splitlines(), 1):
                plain = "" if line.strip().startswith(("#", ";")) else line
                words = re.sub(r"[\"',\[\]]+", " ", plain)  # a command may be written as a list
                if not ELSEWHERE.search(path.lower()) and (found := ON.search(plain) or FLAG.search(words)):
                    yield Finding(path, number, f"'{found[0].strip()}' starts the app with the debugger")


def _is_production_env(path: str) -> bool:
    return (path.endswith(".env") and "prod" in path.rpartition("/")[2]) or path.endswith(
        (".env.prod", ".env.production")
    )


READ = "Whoever causes an error reads the code and its values, and may run code of his own."
RULES = [
    Rule(
        "DBG001",
        "the app is run with debug=True",
        WARNING,
        "Started as a file on a server, it lets everybody who causes an error read the code and its values.",
        "Leave 'debug' out, and start it with 'flask run --debug' where you develop.",
        _run_with_debug,
    ),
    Rule(
        "DBG002",
        "the app is run with debug=True for the whole network",
        ERROR,
        READ,
        "Leave 'debug' out, and start it with 'flask run --debug' where you develop.",
        _run_for_all,
    ),
    Rule(
        "DBG003",
        "debug or testing mode is on in the settings",
        ERROR,
        "It is on in production, too: errors show the code, and checks that tests go without are off.",
        "Take the setting out, and start the app with 'flask run --debug' where you develop.",
        _setting,
    ),
    Rule(
        "DBG004",
        "the debugger wraps the app",
        ERROR,
        READ,
        "Take the wrapper out, and start the app with 'flask run --debug' where you develop.",
        _wrapped,
    ),
    Rule(
        "DBG005",
        "a file of production turns the debugger on",
        ERROR,
        READ,
        "Take it out of the file.",
        _in_files,
    ),
]
