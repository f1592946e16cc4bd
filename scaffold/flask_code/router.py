"""An app or a blueprint as the code makes it, and how such a call is told from others."""

import ast

from scaffold.flask_code.module import Binding, Module, Scope, dotted, literal


class Router:
    """What routes are put on: an app, or a blueprint when it has that name."""

    __slots__ = ("binding", "blueprint", "call", "scope", "variable")

    def __init__(
        self, variable: str, scope: Scope, binding: Binding, call: ast.Call, blueprint: str | None = None
    ) -> None:
        self.variable = variable
        self.scope = scope
        self.binding = binding
        self.call = call
        self.blueprint = blueprint

    @property
    def module(self) -> Module:
        """Return the file it is made in."""
        return self.scope.module

    @property
    def where(self) -> str:
        """Return `file:line name`, as refusals list it."""
        name = self.variable if self.blueprint is None else self.blueprint
        return f"{self.module.path}:{self.call.lineno} {name}"


# A parameter such as the one of `def register_routes(app)`: some app, nobody says which.
SOME_APP = "some app"
Found = Router | str | None


def innermost(value: ast.expr | None) -> ast.Call | None:
    """Return the call in `app = Flask(...)`, also when the value is chosen: `x or Flask(...)`."""
    if isinstance(value, ast.BoolOp):
        return next((call for part in value.values if (call := innermost(part))), None)
    if isinstance(value, ast.IfExp):
        return innermost(value.body) or innermost(value.orelse)
    return value if isinstance(value, ast.Call) else None


def names_itself(call: ast.Call) -> bool:
    """Tell whether the call is given `__name__`, as apps and blueprints are."""
    return any(dotted(argument) == "__name__" for argument in (*call.args, *(one.value for one in call.keywords)))


def of_parameter(argument: ast.arg) -> Found:
    """Return what a function gets by a parameter such as `app`; None when that is no app."""
    annotation = argument.annotation
    text = literal(annotation) or dotted(annotation) if annotation is not None else ""
    if "Blueprint" in text:
        return None
    return SOME_APP if "Flask" in text or "app" in argument.arg.lower() or argument.arg == "server" else None
