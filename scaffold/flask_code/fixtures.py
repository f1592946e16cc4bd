"""The fixtures that a project's tests can use: by which name a test gets a client."""

import ast
from typing import TYPE_CHECKING

from scaffold.errors import Unreadable
from scaffold.fields import Fields
from scaffold.flask_code.module import Function, arguments, dotted, keyword, literal
from scaffold.flask_code.source import Source, Splice

if TYPE_CHECKING:
    from scaffold.changes import Changes

CLIENTS = ("client", "test_client", "testclient", "app_client", "http", "api_client", "api")
APPS = ("app", "application", "flask_app", "testapp", "test_app")


class Fixture(Fields):
    """What a test asks for by its parameter; `is_app` when it must make its own client from it."""

    name: str
    is_app: bool


OURS = Fixture("client", is_app=False)


def of_tests(changes: "Changes", path: str) -> Fixture | None:
    """Return the fixture by which the tests of a module reach the app, None when there is none."""
    names: dict[str, bool] = {}
    folders = path.split("/")[:-1]
    for count in range(len(folders) + 1):
        names.update(_fixtures(changes, "/".join([*folders[:count], "conftest.py"])))
    names.update(_fixtures(changes, path))
    clients = [name for name, is_app in names.items() if not is_app]
    for name in (*CLIENTS, *clients):
        if name in clients:
            return Fixture(name, is_app=False)
    app = next((name for name in APPS if name in names), None)
    return Fixture(app, is_app=True) if app else None


def adapted(text: str, fixture: Fixture) -> str:
    """Return a source of tests that takes this fixture where ours has `client`."""
    if fixture == OURS:
        return text
    source = Source("source", text.encode())
    splices = []
    client = f"{fixture.name}.test_client()" if fixture.is_app else fixture.name
    for node in ast.walk(source.tree):
        if isinstance(node, ast.arg) and node.arg == OURS.name:
            if fixture.is_app and node.annotation:
                splices.append(Splice(source.start(node.annotation), source.end(node.annotation), "Flask"))
            splices.append(Splice(source.start(node), source.start(node) + len(node.arg), fixture.name))
        elif isinstance(node, ast.Name) and node.id == OURS.name:
            splices.append(Splice(source.start(node), source.end(node), client))
    return "from flask import Flask\n" * fixture.is_app + source.spliced(splices).decode()


def _fixtures(changes: "Changes", path: str) -> dict[str, bool]:
    """Return the fixtures of a file, and whether each gives an app and not a client."""
    raw = changes.read(path)
    if raw is None:
        return {}
    try:
        body = Source(path, raw).tree.body
    except Unreadable:
        return {}
    found = {}
    for node in body:
        if isinstance(node, Function) and (name := _fixture_name(node)):
            found[name] = not _gives_client(node)
    return found


def _fixture_name(node: Function) -> str:
    for decorator in node.decorator_list:
        call = decorator.func if isinstance(decorator, ast.Call) else decorator
        if dotted(call).rpartition(".")[2] in ("fixture", "yield_fixture"):
            given = keyword(decorator, "name") if isinstance(decorator, ast.Call) else None
            return literal(given) or node.name
    return ""


def _gives_client(node: Function) -> bool:
    """Tell whether what the fixture returns or yields is a client: made by `test_client()`, or by another fixture."""
    asked = {argument.arg for argument in arguments(node)}
    made = {
        target.id
        for one in ast.walk(node)
        if isinstance(one, (ast.Assign, ast.With))
        for target in _targets(one)
        if _calls_test_client(one)
    }
    for one in ast.walk(node):
        value = one.value if isinstance(one, (ast.Return, ast.Yield)) else None
        if value is None:
            continue
        if _calls_test_client(value) or (isinstance(value, ast.Name) and value.id in made | (asked & set(CLIENTS))):
            return True
    return False


def _targets(node: ast.Assign | ast.With) -> list[ast.Name]:
    given = node.targets if isinstance(node, ast.Assign) else [item.optional_vars for item in node.items]
    return [one for one in given if isinstance(one, ast.Name)]


def _calls_test_client(node: ast.AST) -> bool:
    values: list[ast.AST] = [item.context_expr for item in node.items] if isinstance(node, ast.With) else [node]
    return any(
        isinstance(one, ast.Call) and isinstance(one.func, ast.Attribute) and one.func.attr == "test_client"
        for value in values
        for one in ast.walk(value)
    )
