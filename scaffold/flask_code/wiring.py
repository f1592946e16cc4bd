"""Where an app is put together: the factory's body or the module level, and the line there for one more statement."""

import ast
from collections.abc import Sequence

from scaffold.errors import NoPlace
from scaffold.flask_code import paragraph, place
from scaffold.flask_code.module import Block, Function, dotted
from scaffold.flask_code.router import Router
from scaffold.flask_code.source import Splice

# What a source of ours calls the app; the project's own name takes its place.
APP = "app"
REGISTER = "register_blueprint"
INIT = "init_app"


def statement(text: str, app: str) -> ast.Expr:
    """Return the statement with the app's own name in it."""
    node = ast.parse(text).body[0]
    if not isinstance(node, ast.Expr) or not isinstance(node.value, ast.Call):
        raise TypeError(f"{text!r} is not a call")
    for name in ast.walk(node):
        if isinstance(name, ast.Name) and name.id == APP:
            name.id = app
    return node


def holds(block: Block, new: ast.Expr, app: str) -> bool:
    """Tell whether the block has this very statement, or binds an extension that it knows by another path."""
    text, (_, dot, extension) = ast.unparse(new), _owner(new).rpartition(".")
    if any(ast.unparse(one) == text for one in block.statements):
        return True
    bound = [_owner(one).rpartition(".")[2] for one in block.statements if _kind(one, app) == (INIT, False, True)]
    return bool(dot) and _verb(new) == INIT and extension in bound


def find(block: Block, router: Router, new: ast.Expr) -> Splice:
    """Return the line: before the parent's registration, among its like, else where its like belong."""
    source, text = block.scope.module.source, ast.unparse(new)
    owner, app = _owner(new), router.variable
    if owner not in (app, "") and _verb(new) == REGISTER:
        return paragraph.beside(source, _registration(block, owner), text, above=True)
    like = [one for one in block.statements if _kind(one, app) == _kind(new, app)]
    if like:
        texts = [ast.unparse(one) for one in like]
        greater = [one for one, other in zip(like, texts, strict=True) if other > text]
        if texts == sorted(texts) and greater:
            return paragraph.beside(source, greater[0], text, above=True)
        return paragraph.beside(source, like[-1], text, above=False)
    wired = [one for one in block.statements if _kind(one, app) == (INIT, False, True)]
    if wired:
        return paragraph.paragraph(source, wired[-1], text, above=False)
    near = _above(block, router)
    return paragraph.paragraph(source, near or block.statements[0], text, above=near is None)


def _owner(node: ast.stmt) -> str:
    call = node.value if isinstance(node, ast.Expr) else None
    return dotted(call.func).rpartition(".")[0] if isinstance(call, ast.Call) else ""


def _verb(node: ast.stmt) -> str:
    call = node.value if isinstance(node, ast.Expr) else None
    return dotted(call.func).rpartition(".")[2] if isinstance(call, ast.Call) else ""


def _given(node: ast.stmt) -> list[str]:
    call = node.value if isinstance(node, ast.Expr) else None
    if not isinstance(call, ast.Call):
        return []
    return [dotted(one) for one in (*call.args, *(one.value for one in call.keywords))]


def _kind(node: ast.stmt, app: str) -> tuple[str, bool, bool]:
    """Return what tells statements of one kind: the verb, whether the app is its owner, and whether it is given."""
    return _verb(node), _owner(node) == app, app in _given(node)


def _registration(block: Block, blueprint: str) -> ast.stmt:
    """Return the statement that registers the blueprint; what is nested in it has to come before."""
    for one in block.statements:
        if _verb(one) == REGISTER and blueprint in _given(one):
            return one
    raise NoPlace(
        f"'{blueprint}' is not registered in '{block.scope.module.path}'.",
        "Register it there first, or leave '--parent' out.",
    )


def _above(block: Block, router: Router) -> ast.stmt | None:
    """Return what wiring begins below: the app is made and configured there, and nothing has ended its set-up."""
    own, app = block.statements, router.variable
    made = place.bound_at(block, app, router)
    last = next((n for n in range(made + 1, len(own)) if _comes_later(own[n], app)), len(own))
    set_up = max((n for n in range(made + 1, last) if _configures(own[n], app)), default=made)
    # Functions and classes of a module or a class are its second part.
    parts = range(set_up + 1, last) if not isinstance(block.scope.node, Function) else range(0)
    first = next((n for n in parts if isinstance(own[n], (Function, ast.ClassDef))), last)
    return own[first - 1] if first else None


def _comes_later(node: ast.stmt, app: str) -> bool:
    """Tell whether wiring has to come before the statement."""
    wraps = any(dotted(target) == f"{app}.wsgi_app" for one in ast.walk(node) for target in _targets(one))
    return wraps or _kind(node, app)[:2] == (REGISTER, True) or place.ends_setup(node, app)


def _configures(node: ast.stmt, app: str) -> bool:
    call = node.value if isinstance(node, ast.Expr) else None
    if isinstance(call, ast.Call):
        return dotted(call.func).startswith(f"{app}.config.")
    places = [one.value if isinstance(one, ast.Subscript) else one for one in _targets(node)]
    return any(dotted(one) in (f"{app}.config", f"{app}.secret_key") for one in places)


def _targets(node: ast.AST) -> Sequence[ast.expr]:
    if isinstance(node, ast.Assign):
        return node.targets
    return [node.target] if isinstance(node, (ast.AnnAssign, ast.AugAssign)) else []
