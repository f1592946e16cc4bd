"""The last look before a plan: the new file must parse, and differ from the old one by the planned nodes alone."""

import ast
from collections.abc import Collection

from scaffold.errors import BadResult, Unreadable
from scaffold.flask_code.import_order import spelled
from scaffold.flask_code.module import bodies
from scaffold.flask_code.source import Source

Definition = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def edited(
    old: Source,
    data: bytes,
    functions: Collection[str],
    imports: Collection[tuple[str, str]],
    statements: Collection[str] = (),
) -> None:
    """Raise `BadResult` unless the new bytes are the old tree with what was planned.

    That is: functions by their names, imports as (module, name), other statements as `ast.unparse` writes them.
    """
    try:
        new = Source(old.path, data)
        left = _Comparison(old, new, list(functions), list(imports), list(statements))
        same = left.same(old.tree.body, new.tree.body)
    except Unreadable as problem:
        raise BadResult(old.path, problem.message) from None
    if not same or left.functions or left.imports or left.statements:
        raise BadResult(old.path, "it would change more than was planned, or less")


class _Comparison:
    """Walks both files side by side and crosses the planned nodes off, each once."""

    def __init__(
        self, old: Source, new: Source, functions: list[str], imports: list[tuple[str, str]], statements: list[str]
    ) -> None:
        self.old, self.new = old, new
        self.functions, self.imports, self.statements = functions, imports, statements

    def same(self, before: list[ast.stmt], after: list[ast.stmt]) -> bool:
        """Tell whether the blocks are the same but for what was planned."""
        position = 0
        for statement in after:
            if position < len(before) and self._same_statement(before[position], statement):
                position += 1
            elif not self._is_planned(statement):
                return False
        return position == len(before)

    def _same_statement(self, before: ast.stmt, after: ast.stmt) -> bool:
        if type(before) is not type(after):
            return False
        # The same text is the same tree; most statements never need the slow comparison.
        if _text(self.old, before) == _text(self.new, after) or ast.dump(before) == ast.dump(after):
            return True
        if isinstance(before, ast.ImportFrom) and isinstance(after, ast.ImportFrom):
            return self._same_import(before, after)
        return self._same_around(before, after)

    def _same_import(self, before: ast.ImportFrom, after: ast.ImportFrom) -> bool:
        if (before.module, before.level) != (after.module, after.level):
            return False
        held = [(alias.name, alias.asname) for alias in before.names]
        gained = [alias for alias in after.names if (alias.name, alias.asname) not in held]
        kept = [(alias.name, alias.asname) for alias in after.names if alias not in gained]
        return sorted(map(str, kept)) == sorted(map(str, held)) and self._cross_off(spelled(after), gained)

    def _same_around(self, before: ast.stmt, after: ast.stmt) -> bool:
        """Compare two compound statements: their blocks with what was planned, the rest exactly."""
        olds, news = list(bodies(before)), list(bodies(after))
        if not olds or len(olds) != len(news):
            return False
        if not all(self.same(list(one), list(other)) for (one, _), (other, _) in zip(olds, news, strict=True)):
            return False
        return _dumped_head(before) == _dumped_head(after)

    def _is_planned(self, statement: ast.stmt) -> bool:
        if isinstance(statement, Definition) and statement.name in self.functions:
            self.functions.remove(statement.name)
            return True
        if isinstance(statement, ast.ImportFrom):
            return self._cross_off(spelled(statement), statement.names)
        if isinstance(statement, ast.Import):
            return all(self._cross_off(alias.name, [ast.alias("")]) for alias in statement.names)
        if self.statements and (text := ast.unparse(statement)) in self.statements:
            self.statements.remove(text)
            return True
        return False

    def _cross_off(self, module: str, aliases: list[ast.alias]) -> bool:
        for alias in aliases:
            if (module, alias.name) not in self.imports:
                return False
            self.imports.remove((module, alias.name))
        return True


def _text(source: Source, statement: ast.stmt) -> str:
    """Return the statement's text from the start of its first line."""
    decorators = getattr(statement, "decorator_list", [])
    line = min([statement.lineno, *(decorator.lineno for decorator in decorators)])
    return source.text[source.starts[line - 1] : source.end(statement)]


def _dumped_head(statement: ast.stmt) -> str:
    """Return the statement without its blocks."""
    fields = {name: value for name, value in ast.iter_fields(statement) if name not in ("body", "orelse", "finalbody")}
    handlers = fields.pop("handlers", [])
    heads = [ast.dump(node.type) if node.type else "" for node in handlers]
    cases = [ast.dump(case.pattern) + ast.dump(case.guard or ast.Pass()) for case in fields.pop("cases", [])]
    return repr((heads, cases, [_dumped(value) for value in fields.values()]))


def _dumped(value: object) -> str:
    if isinstance(value, list):
        return repr([_dumped(one) for one in value])
    return ast.dump(value) if isinstance(value, ast.AST) else repr(value)
