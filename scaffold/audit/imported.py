"""What the project's Python files import that is neither Python's own nor the project's."""

import ast
import sys
from collections.abc import Collection, Iterator
from functools import lru_cache

from scaffold.audit.subject import Subject
from scaffold.fields import Fields
from scaffold.flask_code import choice, files
from scaffold.flask_code.module import Function, Module

# Modules that some Python has and the one that runs here has not.
OTHER_PYTHONS = frozenset(
    """
    __main__ _winreg annotationlib asynchat asyncore cgi cgitb compression crypt distutils imp msilib nntplib pipes
    smtpd telnetlib winreg xdrlib
    """.split()  # noqa: SIM905 - it is read more easily
)

# When an import is done: with its module, when a function is called, or where something else may take its place.
ALWAYS, CALLED, MAYBE = range(3)


class Import(Fields):
    """One import of a distribution's module: the first part of its name, all of it, and where it is.

    `certain` is one that the program cannot do without: no other one takes its place when it fails.
    """

    name: str
    whole: str
    path: str
    line: int
    certain: bool


@lru_cache(maxsize=1)  # several rules ask in turn, and reading every tree takes its time
def of_project(subject: Subject) -> list[Import]:
    """Return the imports of third parties' modules."""
    own = _own(subject)
    modules = [module for path in sorted(subject.code.paths) if (module := subject.code.module(path))]
    found = [one for module in modules for one in _of_module(module)]
    return [one for one in found if one.name not in own and not _is_of_python(one.name)]


def _is_of_python(name: str) -> bool:
    return name in sys.stdlib_module_names or name in OTHER_PYTHONS


def _own(subject: Subject) -> set[str]:
    """Return the names of all modules and folders with Python files: any of them may be on the path."""
    found: set[str] = set()
    for path in subject.code.paths:
        *folders, name = path.split("/")
        found |= {*folders, name.removesuffix(".py")}
    return found


def of_app(subject: Subject) -> set[str]:
    """Return the paths of what the project's apps import, and what that imports: what runs in production."""
    own = {module.path for module in subject.modules}
    found: set[str] = set()
    waiting = [one.module.path for one in choice.apps(subject.code) if one.module.path in own]
    while waiting:
        path = waiting.pop()
        module = subject.code.module(path) if path in own and path not in found else None
        if module:
            found.add(path)
            waiting += _imported(module, subject.code.paths)
    return found


def _imported(module: Module, paths: Collection[str]) -> Iterator[str]:
    """Yield the project's files that the module surely imports, with the packages that they are in."""
    for node, when in _imports(module.source.tree):
        if when == MAYBE:
            continue
        if isinstance(node, ast.ImportFrom):
            inner = (".".join(filter(None, (node.module, one.name))) for one in node.names)
            names, level = [node.module or "", *inner], node.level
        else:
            names, level = [one.name for one in node.names], 0
        for name in names:
            for path in [*files.imported(module.path, level, name, paths)][:1]:
                yield path
                folders = path.split("/")[:-1]
                yield from ("/".join([*folders[: count + 1], "__init__.py"]) for count in range(len(folders)))


def _of_module(module: Module) -> Iterator[Import]:
    for node, when in _imports(module.source.tree):
        if isinstance(node, ast.ImportFrom) and node.level:
            continue
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or ""]
        for name in names:
            yield Import(name.partition(".")[0], name, module.path, node.lineno, when == ALWAYS)


def _imports(node: ast.AST, when: int = ALWAYS) -> Iterator[tuple[ast.Import | ast.ImportFrom, int]]:
    """Yield the imports below the node, each with when it is done."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import | ast.ImportFrom):
            yield child, when
        elif isinstance(child, Function):
            yield from _imports(child, max(when, CALLED))
        elif isinstance(child, ast.With | ast.ClassDef):
            yield from _imports(child, when)
        elif isinstance(child, ast.stmt | ast.ExceptHandler | ast.match_case):
            yield from _imports(child, MAYBE)
