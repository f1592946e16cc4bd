"""A test of a view, at the end of the test module of the file the view is in, with the fixtures the project has."""

import posixpath
from itertools import chain, count
from typing import Any

from scaffold.edits import Context, Fragment
from scaffold.edits.view import fragments, gained, parsed, revert
from scaffold.fields import Fields
from scaffold.flask_code import check, choice, fixtures, imports, snippet, style
from scaffold.flask_code.code import Code
from scaffold.flask_code.files import Files
from scaffold.flask_code.fixtures import Fixture
from scaffold.flask_code.module import Module
from scaffold.flask_code.names import of_methods
from scaffold.flask_code.snippet import Snippet
from scaffold.flask_code.source import Source, Splice
from scaffold.flask_code.style import Style
from scaffold.template import matches

__all__ = ["apply", "revert", "target"]
TEST_FOLDERS = ("tests", "test")


class Target(Fields):
    """The test module, and the fixture its tests use; no path when the project has no tests to add to."""

    path: str
    fixture: Fixture


def target(edit: dict[str, Any], context: Context) -> Target:
    """Return the test module for the file the view goes into."""
    folder = _folder(context)
    views_file = context.answers.get("views_file") or "app.py"
    name = posixpath.basename(views_file).removesuffix(".py")
    if name == "__init__":
        name = posixpath.basename(posixpath.dirname(views_file)) or "app"
    path = posixpath.normpath(posixpath.join(folder or "tests", f"test_{name}.py"))
    fixture = fixtures.of_tests(context.changes, path) if folder else None
    if fixture is None and context.answers.get("test"):
        context.answers.update(_client(context))
        return Target(str(edit.get("file", path)), fixtures.OURS)
    return Target(path if fixture and "file" not in edit else "", fixture or fixtures.OURS)


def _client(context: Context) -> dict[str, str]:
    """Return how a fixture of ours reaches the app: `app_module`, `app_name` to import, and `app_expression`."""
    module, _, made = choice.target(Code(context.changes), context.project.roles, context.project.app).partition(":")
    return {"app_module": module, "app_name": made.removesuffix("()"), "app_expression": made}


def _folder(context: Context) -> str | None:
    role = context.project.roles.get("tests_dir")
    held = {posixpath.dirname(path) for path in context.changes.paths() if path.endswith(".py")}
    for folder in (role, *TEST_FOLDERS):
        if folder and any(one == folder or one.startswith(f"{folder}/") for one in held):
            return folder
    return None


def apply(edit: dict[str, Any], target: Target, context: Context) -> list[Fragment]:
    """Plan the tests of a source, once or for each method, and the imports they need."""
    if not target.path:
        return []
    wanted = [
        test
        for one in _wanted(edit, context)
        for text in _sources(one, context)
        for test in parsed(fixtures.adapted(text, target.fixture), context, one["source"])
    ]
    if not wanted:
        return []
    held = context.changes.read(target.path)
    source = Source(target.path, held or b"")
    module, files = Module(source), Files(context.changes)
    written = style.of_tests(files, module) if len(module.scopes) > 1 else _style_beside(files, module)
    needs = list(dict.fromkeys(need for one in wanted for need in one.used(written.annotated)))
    planned = imports.plan(module, module.scope, needs, files.paths, written.limit, written.newline)
    tests = _new(wanted, module, written, planned.written)
    return _planned(context, source, tests, planned, written) if tests else []


def _wanted(edit: dict[str, Any], context: Context) -> list[dict[str, Any]]:
    """Return the sources of the edit, one or several, that the answers ask for.

    What the view's target found out may say that a test can no longer be right.
    """
    listed = edit.get("sources", [edit])
    return [one for one in listed if matches(one.get("when", {}), context.answers)]


def _sources(edit: dict[str, Any], context: Context) -> list[str]:
    """Return the rendered source: once, or once for each method, or for each case of a list among the answers."""
    answers, each = context.answers, edit.get("each")
    if each not in (None, "methods"):
        return [_of_case(edit, context, case) for case in answers[each]]
    methods = answers.get("methods") or ["GET"]
    if each is None:
        return [context.template.source(edit["source"], {**answers, "method": methods[0].lower()})]
    tests = of_methods(answers["name"], methods, together=False)
    return [
        context.template.source(edit["source"], {**answers, "method": method.lower(), "name": name})
        for method, name in tests.items()
    ]


def _of_case(edit: dict[str, Any], context: Context, case: dict[str, Any]) -> str:
    """Return the source rendered with what a case says, also in the texts that are joined of it."""
    return context.template.source(edit["source"], {**context.answers, **case})


def _new(wanted: list[Snippet], module: Module, written: Style, names: dict[str, str]) -> dict[str, str]:
    """Return the text of each test by its name, without those that the module has already."""
    held = module.source.text.replace("\r\n", "\n").replace("\r", "\n")
    found: dict[str, str] = {}
    for one in wanted:
        text = snippet.rewritten(one, written, "", names)
        if text.replace(written.newline, "\n").partition("\n")[2] in held:
            continue
        candidates = chain([one.name], (f"{one.name}_{number}" for number in count(2)))
        name = next(name for name in candidates if name not in module.scope.names and name not in found)
        found[name] = text.replace(f"def {one.name}(", f"def {name}(", 1)
    return found


def _planned(
    context: Context, source: Source, tests: dict[str, str], planned: imports.Plan, written: Style
) -> list[Fragment]:
    splices = [change.splice for change in planned.changes]
    pieces = _pieces(source, list(tests.values()), written.newline, imported=bool(splices))
    end = len(source.text)
    data = source.spliced([*splices, Splice(end, end, "".join(pieces))])
    check.edited(source, data, tests, gained(planned))
    context.changes.put(source.path, data)
    return [*(Fragment(source.path, piece, "test") for piece in pieces), *fragments(source.path, planned)]


def _pieces(source: Source, texts: list[str], newline: str, *, imported: bool) -> list[str]:
    """Return the tests with the line ends and the two blank lines that the end of the file lacks."""
    pieces = [f"{newline * 2}{text}{newline}" for text in texts]
    bare = source.text.rstrip("\r\n")
    if not bare:
        ends = 1 if imported else 3
    else:
        ends = source.text[len(bare) :].replace("\r\n", "\n").replace("\r", "\n").count("\n")
    pieces[0] = newline * max(0, 3 - ends) + texts[0] + newline
    return pieces


def _style_beside(files: Files, module: Module) -> Style:
    """Return the style of another test module in the folder, else of its fixtures; ours when there are none."""
    newline = module.source.line_end(len(module.source.starts))
    folder = posixpath.dirname(module.path)
    beside = sorted(path for path in files.paths if posixpath.dirname(path) == folder)
    tests = [other for other in beside if posixpath.basename(other).startswith("test_")]
    for other in (*tests, posixpath.join(folder, "conftest.py")):
        found = files.module(other)
        if found is not None and len(found.scopes) > 1:
            return style.of_tests(files, found).changed(newline=newline)
    return Style('"', "    ", newline, annotated=True, limit=style.limit(files), spacing=2)
