"""The fixtures that a project's tests can use: by which name a test gets a client."""

import ast
from typing import TYPE_CHECKING

from scaffold.errors import Unreadable
from scaffold.fields import Fields
from scaffold.flask_code import imports
from scaffold.flask_code.imports import Need
from scaffold.flask_code.module import Function, Module, arguments, dotted, keyword, literal
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


def adapted_file(text: str, fixture: Fixture) -> str:
    """Return a whole file of tests for a project with this fixture: under its name, or with a `client` made of it.

    A client keeps cookies from one request to the next, so a test must not make one for each request.
    """
    if fixture == OURS:
        return text
    source = Source("source", text.encode())
    taken = {node.id for node in ast.walk(source.tree) if isinstance(node, ast.Name)}
    if not fixture.is_app and fixture.name not in taken:
        return adapted(text, fixture)
    module = Module(source)
    needs = [Need("pytest"), Need("flask.testing", "FlaskClient"), *([Need("flask", "Flask")] * fixture.is_app)]
    planned = imports.plan(module, module.scope, needs, (), 88, "\n")
    written = planned.written
    annotation = f": {written['Flask']}" if fixture.is_app else f": {written['FlaskClient']}"
    client = f"{fixture.name}.test_client()" if fixture.is_app else fixture.name
    head = f"@{written['pytest']}.fixture\ndef {OURS.name}({fixture.name}{annotation}) -> {written['FlaskClient']}:"
    first = next((node for node in source.tree.body if isinstance(node, (Function, ast.ClassDef))), None)
    if first is None:
        return text
    line = min([first.lineno, *(one.lineno for one in first.decorator_list)])
    while source.line(line - 1).startswith("#"):
        line -= 1
    start = source.starts[line - 1]
    made = Splice(start, start, f"{head}\n    return {client}\n\n\n")
    return source.spliced([*(change.splice for change in planned.changes), made]).decode()


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
