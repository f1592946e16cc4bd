"""Where an app is put together: the factory's body or the module level, and the line there for one more statement."""

import ast
from collections.abc import Sequence

from scaffold.errors import NoPlace
from scaffold.flask_code import paragraph, place, prefix
from scaffold.flask_code.code import Code
from scaffold.flask_code.module import Block, Function, dotted
from scaffold.flask_code.prefix import Mount
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


def handler(text: str) -> str:
    """Return the function that a statement registers for an error."""
    return _given(ast.parse(text).body[0])[-1]


def above(code: Code, on: Router) -> Mount:
    """Return where a blueprint is mounted that others are to be nested in; for an app, an empty one."""
    found = prefix.mounts(code, on)
    if len(found) != 1 or found[0].prefix is None or found[0].app is None:
        raise NoPlace(f"Where '{on.where}' is registered is not plain in the code.", "Register the new one by hand.")
    return found[0]


def holds(block: Block, new: ast.Expr, app: str) -> bool:
    """Tell whether the block has this very statement, or binds an extension that it knows by another path."""
    text, (_, dot, extension) = ast.unparse(new), _owner(new).rpartition(".")
    if any(ast.unparse(one) == text for one in block.statements):
        return True
    bound = [_owner(one).rpartition(".")[2] for one in block.statements if _kind(one, app) == (INIT, False, True)]
    return bool(dot) and _verb(new) == INIT and extension in bound


def find(block: Block, on: Router, new: ast.Expr) -> Splice:
    """Return the line: among its like, else where its like belong; close to a blueprint that it is about."""
    source, text, name = block.scope.module.source, ast.unparse(new), on.variable
    like = [one for one in block.statements if _kind(one, name) == _kind(new, name)]
    if like:
        texts = [ast.unparse(one) for one in like]
        greater = [one for one, other in zip(like, texts, strict=True) if other > text]
        if texts == sorted(texts) and greater:
            return paragraph.beside(source, greater[0], text, above=True)
        return paragraph.beside(source, like[-1], text, above=False)
    if on.blueprint is not None:
        made = block.statements[max(place.bound_at(block, name, on), 0)]
        return paragraph.beside(source, made, text, above=False)
    wired = [one for one in block.statements if _kind(one, name) == (INIT, False, True)]
    if wired:
        return paragraph.paragraph(source, wired[-1], text, above=False)
    near = _below(block, on)
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


def _below(block: Block, router: Router) -> ast.stmt | None:
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
