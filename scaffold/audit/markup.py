"""Values that a view hands to a template and that are markup already: rendered before, or made as such."""

import ast

from scaffold.audit.python import MARKUP, RENDER, RENDER_TEXT, bound, calls, origin
from scaffold.audit.subject import Subject
from scaffold.flask_code.module import Scope, literal

MADE = frozenset([*MARKUP, *RENDER, *RENDER_TEXT])


def given(subject: Subject, path: str) -> set[str]:
    """Return the names that are markup wherever the template is rendered."""
    made: set[str] = set()
    others: set[str] = set()
    for called in calls(subject, *RENDER):
        name = literal(called.call.args[0]) if called.call.args else None
        if name and f"/{path}".endswith(f"/{name}"):
            for one in called.call.keywords:
                (made if is_markup(called.scope, one.value) else others).add(one.arg or "")
    return made - others


def is_markup(scope: Scope, node: ast.expr) -> bool:
    """Tell whether a value is a plain text, or comes from what renders a template or escapes."""
    if isinstance(node, ast.Constant):
        return True
    if isinstance(node, ast.Name):
        values = [one.value for one in bound(scope, node.id)]
        plain = [one for one in values if one is not None and not isinstance(one, ast.Name)]
        return bool(values) and len(plain) == len(values) and all(is_markup(scope, one) for one in plain)
    if not isinstance(node, ast.Call):
        return False
    if isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Call):
        return is_markup(scope, node.func.value)  # Markup("...").format(...)
    return origin(scope, node.func) in MADE
