"""The largest request body that a project's code allows: what MAX_CONTENT_LENGTH is set to."""

import ast
from collections.abc import Iterator

from scaffold.flask_code.files import Files, is_test

NAME = "MAX_CONTENT_LENGTH"


def of_bodies(files: Files) -> int | None:
    """Return the bytes, None when the code sets no limit, or not as a number."""
    for path in sorted(path for path in files.paths if not is_test(path)):
        raw = files.raw(path)
        module = files.module(path) if raw is not None and NAME.encode() in raw else None
        for value in values(module.source.tree) if module else ():
            if found := number(value):
                return found
    return None


def values(tree: ast.AST) -> Iterator[ast.expr]:
    """Yield what the setting is set to."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Dict):
            yield from (value for key, value in zip(node.keys, node.values, strict=True) if _is_name(key))
        elif isinstance(node, ast.keyword) and node.arg == NAME:
            yield node.value
        elif isinstance(node, ast.Assign | ast.AnnAssign) and node.value:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            yield from [node.value] if any(map(_is_name, targets)) else []


def _is_name(node: ast.expr | None) -> bool:
    if isinstance(node, ast.Subscript):
        node = node.slice
    return (isinstance(node, ast.Constant) and node.value == NAME) or (isinstance(node, ast.Name) and node.id == NAME)


def number(node: ast.expr) -> int | None:
    """Return a whole number, or a product of some: `16 * 1024 * 1024`."""
    if isinstance(node, ast.Constant) and type(node.value) is int:
        return node.value
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
        left, right = number(node.left), number(node.right)
        return left * right if left and right else None
    return None
