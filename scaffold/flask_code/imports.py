"""The imports a view needs: found in the file where they are, added where they are not."""

import ast
from collections.abc import Collection, Sequence

from scaffold.fields import Fields
from scaffold.flask_code.import_order import Import, Key, is_sorted, member_key, section, spelled, statement_key
from scaffold.flask_code.import_text import extended
from scaffold.flask_code.module import Binding, Module, Scope
from scaffold.flask_code.source import Source, Splice


class Need(Fields):
    """A name that new code uses: `from module import name`, or `import module` when the name is ''."""

    module: str
    name: str = ""

    @property
    def bound(self) -> str:
        """Return the name by which new code means it."""
        return self.name or self.module.partition(".")[0]


class Change(Fields):
    """A statement that gains names: `original` is what the user had ('' for nothing), `text` what is there then."""

    module: str
    names: tuple[str, ...]
    original: str
    text: str
    splice: Splice


class Plan(Fields):
    """What to write for each name the new code uses, and the changes that make it work."""

    written: dict[str, str]
    changes: list[Change]


def plan(module: Module, scope: Scope, needs: Sequence[Need], paths: Collection[str], limit: int, newline: str) -> Plan:
    """Return how code in this scope of the module gets the names."""
    written: dict[str, str] = {}
    gained: dict[ast.ImportFrom, list[str]] = {}
    fresh: dict[str, list[str]] = {}
    for need in needs:
        text = _bound_as(module, scope, need)
        if text is not None:
            written[need.bound] = text
            continue
        alias = _alias(module, scope, need)
        written[need.bound] = alias or need.bound
        name = f"{need.name} as {alias}" if alias else need.name
        statement = _statement(module, need)
        if statement is not None and not (alias and _block_is_sorted(module, paths)):
            gained.setdefault(statement, []).append(name)
        else:
            fresh.setdefault(_line_start(need, alias), []).append(name)
    changes = [_extension(module.source, statement, names, limit, newline) for statement, names in gained.items()]
    return Plan(written, changes + _lines(module, fresh, paths, newline))


def _bound_as(module: Module, scope: Scope, need: Need) -> str | None:
    """Return what to write when the file has the name already, at run time and for certain."""
    for name, bindings in module.scope.names.items():
        if not all(_imports(binding, need) for binding in bindings) or not any(one.certain for one in bindings):
            continue
        if not _is_hidden(scope, name):
            return name
    if not need.name:
        return None
    whole = _bound_as(module, scope, Need(need.module))
    if whole is not None:
        return f"{whole}.{need.name}"
    everything = Need(need.module, "*")
    stars = module.scope.names.get("*", [])
    star = any(_imports(binding, everything) and binding.certain for binding in stars)
    return need.name if star and need.module == "flask" and _is_free(module, scope, need.name) else None


def _imports(binding: Binding, need: Need) -> bool:
    """Tell whether the binding is the import of this very name."""
    statement, alias = binding.statement, binding.node
    if not isinstance(alias, ast.alias):
        return False
    if isinstance(statement, ast.ImportFrom):
        return bool(need.name) and (spelled(statement), alias.name) == (need.module, need.name)
    whole = alias.name == need.module if alias.asname else alias.name.partition(".")[0] == need.module
    return isinstance(statement, ast.Import) and not need.name and whole


def _is_hidden(scope: Scope, name: str) -> bool:
    """Tell whether a function around the place binds the name again."""
    current: Scope | None = scope
    while current is not None and current.parent is not None:
        if name in current.names:
            return True
        current = current.parent
    return False


def _is_free(module: Module, scope: Scope, name: str) -> bool:
    return name not in module.scope.names and not _is_hidden(scope, name)


def _alias(module: Module, scope: Scope, need: Need) -> str:
    """Return another name when the module uses this one for something of its own, '' when it does not."""
    if _is_free(module, scope, need.bound):
        return ""
    base = f"{need.module.replace('.', '_')}_{need.name}" if need.name else f"{need.module}_module"
    if need.module.startswith("."):
        base = f"{need.name}_module"
    candidates = [base, *(f"{base}_{number}" for number in range(2, 99))]
    return next(name for name in candidates if _is_free(module, scope, name))


def _statement(module: Module, need: Need) -> ast.ImportFrom | None:
    """Return the first import from the same module that runs for certain."""
    if not need.name:
        return None
    for statement in module.source.tree.body:
        if not isinstance(statement, ast.ImportFrom) or statement.names[0].name == "*":
            continue
        if spelled(statement) == need.module:
            return statement
    return None


def _extension(source: Source, statement: ast.ImportFrom, names: list[str], limit: int, newline: str) -> Change:
    original = source.segment(statement)
    text = extended(original, names, limit, newline)
    splice = Splice(source.start(statement), source.end(statement), text)
    return Change(spelled(statement), tuple(names), original, text, splice)


def _line_start(need: Need, alias: str) -> str:
    if not need.name:
        return f"import {need.module} as {alias}" if alias else f"import {need.module}"
    # An import under another name stands alone, as isort has it.
    return f"from {need.module} import {alias and need.name + ' as ' + alias}"


def _block(module: Module) -> list[Import]:
    """Return the first imports of the file that follow each other."""
    found: list[Import] = []
    for statement in module.source.tree.body:
        if isinstance(statement, (ast.Import, ast.ImportFrom)):
            found.append(statement)
        elif found:
            break
    return found


def _block_is_sorted(module: Module, paths: Collection[str]) -> bool:
    return is_sorted([statement_key(statement, paths) for statement in _block(module)])


def _lines(module: Module, fresh: dict[str, list[str]], paths: Collection[str], newline: str) -> list[Change]:
    """Return the new statements, each at its place, with a blank line between sections."""
    made = []
    in_order = _block_is_sorted(module, paths)
    for start, names in fresh.items():
        text = start if not start.endswith(" ") else start + ", ".join(sorted(names, key=member_key))
        statement = _parsed(text)
        # Without an order there are no sections to keep apart.
        made.append((statement_key(statement, paths), section(statement, paths) if in_order else -1, statement, text))
    made.sort(key=lambda one: one[0])
    spots = [_spot(module, key, group, paths, newline) for key, group, _, _ in made]
    changes: list[Change] = []
    for index, (_, group, statement, text) in enumerate(made):
        offset, lead, trail = spots[index]
        if index and spots[index - 1][0] == offset:
            lead = newline if made[index - 1][1] != group else ""
        if index + 1 < len(made) and spots[index + 1][0] == offset:
            trail = ""
        written = f"{lead}{text}{newline}{trail}"
        changes.append(Change(*_named(statement), "", written, Splice(offset, offset, written)))
    return changes


def _parsed(text: str) -> Import:
    return next(one for one in ast.parse(text).body if isinstance(one, (ast.Import, ast.ImportFrom)))


def _named(statement: Import) -> tuple[str, tuple[str, ...]]:
    if isinstance(statement, ast.Import):
        alias = statement.names[0]
        return alias.name, (f" as {alias.asname}" if alias.asname else "",)
    return spelled(statement), tuple(ast.unparse(alias) for alias in statement.names)


Spot = tuple[int, str, str]


def _spot(module: Module, key: Key, group: int, paths: Collection[str], newline: str) -> Spot:
    """Return where a new line goes, and what blank lines it needs above and below."""
    source, block = module.source, _block(module)
    if not block:
        return _first_spot(source, newline)
    in_order = _block_is_sorted(module, paths)
    before = [one for one in block if not in_order or statement_key(one, paths) <= key]
    after = block[len(before) :]
    joins = bool(before) and (not in_order or section(before[-1], paths) == group)
    if after and not joins and (not before or section(after[0], paths) == group):
        gap = "" if section(after[0], paths) == group else newline
        return source.starts[after[0].lineno - 1], "", gap
    line = before[-1].end_lineno or before[-1].lineno
    gap = "" if joins else newline
    if line >= len(source.starts):
        return len(source.text), newline + gap, ""
    return source.starts[line], gap, ""


def _first_spot(source: Source, newline: str) -> Spot:
    """Return where the first import of a file goes: below its docstring, else above its first statement."""
    body = source.tree.body
    if not body:
        return len(source.text), "", ""
    if ast.get_docstring(source.tree, clean=False) is not None:
        line = body[0].end_lineno or 1
        if line >= len(source.starts):
            return len(source.text), newline * 2, ""
        return source.starts[line], newline, "" if not source.line(line + 1).strip() else newline
    line = min([body[0].lineno, *(one.lineno for one in getattr(body[0], "decorator_list", []))])
    defines = isinstance(body[0], (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
    return source.starts[line - 1], "", newline * (2 if defines else 1)
