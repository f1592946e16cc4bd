"""Where a project sets SECRET_KEY: what other settings are put beside."""

import ast
from collections.abc import Iterator, Sequence

from scaffold.fields import Fields
from scaffold.flask_code import paragraph
from scaffold.flask_code.choice import DEMONSTRATIONS
from scaffold.flask_code.files import Files, is_test
from scaffold.flask_code.module import Function, dotted, keyword, literal
from scaffold.flask_code.source import Source, Splice

KEY, FALLBACKS = "SECRET_KEY", "SECRET_KEY_FALLBACKS"
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
Node = ast.Dict | ast.Call | ast.stmt
# From what is surely a setting to what may be one: of the app's own config, of a class, a name of a module.
OF_CONFIG, OF_CLASS, OF_MODULE, OF_CALL = range(4)


class Found(Fields):
    """One place where settings are: a dict, a call with keywords, or a statement, and what the two keys are set to.

    A setting's name stands behind `start` in a statement, such as `app.config`; it is '' for a plain name.
    """

    rank: int
    node: Node
    start: str
    key: str
    fallbacks: str


class Settings(Fields):
    """The places where one file has to have a setting: several when its classes do not inherit from each other."""

    source: Source
    places: list[Found]

    @property
    def key(self) -> str:
        """Return the expression that SECRET_KEY is set to there."""
        return self.places[0].key

    @property
    def fallbacks(self) -> str:
        """Return the expression of the fallback keys, '' where there are none."""
        return self.places[0].fallbacks if all(one.fallbacks for one in self.places) else ""


def find(files: Files) -> Settings | None:
    """Return where SECRET_KEY is set, the surest place and then the first path; None when it is nowhere."""
    best: tuple[int, Source, list[Found]] | None = None
    # What shows how something is used comes last, and not never: a project may be called 'demo'.
    shown = [path for path in sorted(files.paths) if DEMONSTRATIONS & set(path.split("/")[:-1])]
    for path in (*sorted(set(files.paths) - set(shown)), *shown):
        if best is not None and path in shown:
            break
        raw = None if is_test(path) else files.raw(path)
        module = files.module(path) if raw is not None and b"secret_key" in raw.lower() else None
        found = list(_Reader(module.source).places()) if module else []
        rank = min((one.rank for one in found), default=OF_CALL + 1)
        if module and found and (best is None or rank < best[0]):
            best = rank, module.source, [one for one in found if one.rank == rank]
    if best is None:
        return None
    rank, source, found = best
    return Settings(source, _bases(found) if rank == OF_CLASS else found[:1])


def _bases(found: Sequence[Found]) -> list[Found]:
    """Return the places without those of classes that inherit the setting; `start` holds the class until now."""
    names = {one.start.partition("(")[0] for one in found}
    plain = [one for one in found if not names & set(one.start.partition("(")[2].split(","))]
    return [one.changed(start="") for one in plain or found[:1]]


class _Reader:
    """Reads the places of one file, each with the statements around it."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.parents = {child: node for node in ast.walk(source.tree) for child in ast.iter_child_nodes(node)}

    def places(self) -> Iterator[Found]:
        """Yield each place, those of the outer code first."""
        for node in ast.walk(self.source.tree):
            if isinstance(node, ast.Dict):
                pairs = {literal(name): value for name, value in zip(node.keys, node.values, strict=True) if name}
                if KEY in pairs and not self._is_environment(self.parents[node]):
                    yield self._of_items(node, OF_CONFIG, pairs[KEY], pairs.get(FALLBACKS))
            elif isinstance(node, ast.Call) and (value := keyword(node, KEY)) and not self._is_environment(node):
                name = dotted(node.func)
                rank = OF_CONFIG if name == "dict" or ".config." in name else OF_CALL
                yield self._of_items(node, rank, value, keyword(node, FALLBACKS))
            elif isinstance(node, (ast.Assign, ast.AnnAssign)):
                yield from self._of_statement(node)

    def _is_environment(self, node: ast.AST) -> bool:
        return isinstance(node, ast.Call) and "environ" in dotted(node.func)

    def _of_items(self, node: ast.Dict | ast.Call, rank: int, key: ast.expr, fallbacks: ast.expr | None) -> Found:
        texts = (self.source.segment(key), self.source.segment(fallbacks) if fallbacks else "")
        call = node if isinstance(node, ast.Call) else self.parents[node]
        owner, _, verb = dotted(call.func).rpartition(".") if isinstance(call, ast.Call) else ("", "", "")
        outer = self._outer(node)
        if outer is None or verb not in ("from_mapping", "update") or not owner.endswith("config"):
            return Found(rank, node, "", *texts)
        # Only one of several ways that the code may go sets it here; what is put below them holds for all.
        return Found(rank, outer, owner, f'{owner}["{KEY}"]', "")

    def _of_statement(self, node: ast.Assign | ast.AnnAssign) -> Iterator[Found]:
        target = node.targets[0] if isinstance(node, ast.Assign) else node.target
        start = _start(target, KEY)
        several = isinstance(node, ast.Assign) and len(node.targets) > 1
        if start is None or node.value is None or several or "environ" in start:
            return
        scope = self._scope(node)
        rank, label = OF_CONFIG, start
        if not start:
            if isinstance(scope, Function) or not self._is_read(scope, node):
                return
            rank = OF_CLASS if isinstance(scope, ast.ClassDef) else OF_MODULE
            if isinstance(scope, ast.ClassDef):
                label = f"{scope.name}({','.join(dotted(base).rpartition('.')[2] for base in scope.bases)}"
        elif isinstance(target, ast.Attribute) and not self._is_app(target.value):
            return
        below: ast.stmt = self._outer(node) or node
        other = self._fallbacks(scope, start)
        if other is not None and other.lineno > below.lineno:
            below = self._outer(other) or other
        yield Found(rank, below, label, _item(start, KEY), _item(start, FALLBACKS) if other else "")

    def _is_read(self, scope: ast.AST, node: ast.stmt) -> bool:
        """Tell whether Flask may read a plain name: one of a class, of a module of settings, of `from_object`."""
        if isinstance(scope, ast.ClassDef):
            models = any("Base" in dotted(base) for base in scope.bases)  # such as pydantic's, which know every field
            return not scope.decorator_list and not (models and isinstance(node, ast.AnnAssign))
        return "Flask(" not in self.source.text or "from_object(" in self.source.text

    def _is_app(self, owner: ast.expr) -> bool:
        """Tell whether `secret_key` is an attribute of an app, and not of anything else that has a key."""
        name = dotted(owner)
        words = name.rpartition(".")[2].lower()
        return "app" in words or any(f"{name} = {made}" in self.source.text for made in ("Flask(", "flask.Flask("))

    def _scope(self, node: ast.AST) -> ast.AST:
        while not isinstance(node := self.parents[node], (ast.Module, ast.ClassDef, *FUNCTIONS)):
            pass
        return node

    def _outer(self, node: ast.AST) -> ast.stmt | None:
        """Return the outermost branch around the node in its scope, None when it is in none."""
        found: ast.stmt | None = None
        while not isinstance(node := self.parents[node], (ast.Module, ast.ClassDef, *FUNCTIONS)):
            if isinstance(node, (ast.If, ast.Try)) and "__name__" not in ast.dump(getattr(node, "test", node)):
                found = node
        return found

    def _fallbacks(self, scope: ast.AST, start: str) -> ast.stmt | None:
        statements = (one for one in ast.walk(scope) if isinstance(one, ast.Assign) and len(one.targets) == 1)
        same = (one for one in statements if _start(one.targets[0], FALLBACKS) == start)
        return next((one for one in same if self._scope(one) is scope), None)


def _start(target: ast.expr, name: str) -> str | None:
    """Return what a setting's name stands behind, such as `app.config`; '' for a plain name, None for no setting."""
    if isinstance(target, ast.Name):
        return "" if target.id == name else None
    if isinstance(target, ast.Attribute) and target.attr == name.lower():
        return f"{dotted(target.value)}.config"
    if isinstance(target, ast.Subscript) and literal(target.slice) == name:
        return dotted(target.value) or None
    return None


def _item(start: str, name: str) -> str:
    return f'{start}["{name}"]' if start else name


def splices(found: Settings, name: str, value: str, comment: str = "") -> list[Splice]:
    """Return the insertions of a setting: at the end of a dict or a call, below a statement.

    A comment stands above it, where it has a line of its own.
    """
    return [_splice(found.source, one, name, value, comment) for one in found.places]


def _splice(source: Source, found: Found, name: str, value: str, comment: str) -> Splice:
    above = f"# {comment}\n" if comment else ""
    if isinstance(found.node, ast.stmt):
        return paragraph.beside(source, found.node, f"{above}{_item(found.start, name)} = {value}", above=False)
    entry = f"{name}={value}" if isinstance(found.node, ast.Call) else f'"{name}": {value}'
    return _after_item(source, found.node, above, entry)


def _after_item(source: Source, node: ast.Dict | ast.Call, above: str, entry: str) -> Splice:
    """Return the entry behind the last one: on a line of its own where that has one, with a comma where it has one."""
    first, value = _last_item(node)
    end, comma = _end_of_item(source, value, source.end(node) - 1)
    start = source.starts[first.lineno - 1]
    before = source.text[start : source.offset(first.lineno, first.col_offset)]
    if before.strip(" \t\f*"):
        # A comma behind the last item of a line stays behind the last one.
        return Splice(comma, comma, f" {entry},") if comma else Splice(end, end, f", {entry}")
    indent, newline = before.rstrip("*"), source.line_end(first.lineno)
    lines = f"{indent}{above.replace(chr(10), newline + indent)}{entry}"
    rest = source.line(source.line_of(comma or end))[(comma or end) - source.starts[source.line_of(comma or end) - 1] :]
    is_comment = rest.strip().startswith("#")
    if comma and (is_comment or not rest.strip()):
        start = source.starts[source.line_of(comma)]
        return Splice(start, start, f"{lines},{newline}")
    if comma or not is_comment:
        # What is behind the comma is the closing bracket.
        return Splice(comma or end, comma or end, f"{newline}{lines}," if comma else f",{newline}{lines}")
    number = first.lineno
    while source.line(number - 1).startswith(f"{indent}#"):
        number -= 1
    return Splice(source.starts[number - 1], source.starts[number - 1], f"{lines},{newline}")


def _last_item(node: ast.Dict | ast.Call) -> tuple[ast.expr | ast.keyword, ast.expr]:
    """Return the part that begins the last item, and its value."""
    pairs: list[tuple[ast.expr | ast.keyword, ast.expr]]
    if isinstance(node, ast.Dict):
        pairs = [(key or value, value) for key, value in zip(node.keys, node.values, strict=True)]
    else:
        pairs = [*((one, one) for one in node.args), *((one, one.value) for one in node.keywords)]
    return max(pairs, key=lambda pair: (pair[1].lineno, pair[1].col_offset))


def _end_of_item(source: Source, value: ast.expr, closing: int) -> tuple[int, int | None]:
    """Return where the item ends, brackets of its own included, and the place behind its comma, None without one."""
    end = place = source.end(value)
    while place < closing:
        character = source.text[place]
        if character == ",":
            return end, place + 1
        if character == "#":
            place += len(source.text[place:].splitlines()[0])
            continue
        place += 1
        end = place if character == ")" else end
    return end, None
