"""Debug mode: whoever meets an error may run code on the machine."""

import ast
from collections.abc import Iterator

from scaffold.audit.finding import WARNING, Finding, Rule
from scaffold.audit.subject import Subject
from scaffold.flask_code.module import Module, Site, keyword
from scaffold.flask_code.router import SOME_APP, Router


def _started(subject: Subject) -> Iterator[tuple[Module, Site]]:
    """Yield every `app.run(...)`."""
    for module in subject.modules:
        for site in module.sites:
            if site.verb == "run" and _is_app(subject.code.owner(site)):
                yield module, site


def _is_app(owner: Router | str | None) -> bool:
    return owner == SOME_APP or (isinstance(owner, Router) and owner.blueprint is None)


def is_true(node: ast.expr | None) -> bool:
    """Tell whether the value is on, whatever the environment says."""
    return isinstance(node, ast.Constant) and node.value in (True, 1)


def _run_with_debug(subject: Subject) -> Iterator[Finding]:
    for module, site in _started(subject):
        if is_true(keyword(site.call, "debug")):
            yield Finding(module.path, site.line, f"'{site.owner}.run(debug=True)' turns the debugger on")


RULES = [
    Rule(
        "DBG001",
        "the app is run with debug=True",
        WARNING,
        "Whoever starts the file, on a server too, lets everybody who can cause an error read the code.",
        "Leave 'debug' out, and start it with 'flask run --debug' where you develop.",
        _run_with_debug,
    )
]
