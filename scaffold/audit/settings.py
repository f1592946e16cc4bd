"""Where the code of a project gives Flask its settings, and what each is set to."""

import ast
import re
from collections.abc import Iterable, Iterator

from scaffold.fields import Fields
from scaffold.flask_code.module import Function, Module, dotted, literal

# Attributes of an app that are settings.
ATTRIBUTES = {"debug": "DEBUG", "secret_key": "SECRET_KEY", "testing": "TESTING"}
# Calls that take settings as keywords, or as a dict.
TAKING = ("from_mapping", "update")
NAME = re.compile(r"[A-Z][A-Z0-9_]*")
# What a class or a condition is called by that does not concern production.
ELSEWHERE = re.compile(r"(?:^|[^a-z])(?:debug|dev|devel|development|local|test|tests|testing|unittest|ci)(?:[^a-z]|$)")
WORDS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|_")


class Setting(Fields):
    """One setting: `scope` is the class it is in, "" outside of one, and `conditions` decide whether it counts."""

    name: str
    value: ast.expr
    path: str
    line: int
    scope: str
    bases: tuple[str, ...]
    conditions: tuple[str, ...]
    module: Module

    @property
    def elsewhere(self) -> bool:
        """Tell whether it is for development or tests, by the name of its class or by a condition."""
        file = self.path.rpartition("/")[2].removesuffix(".py")
        return any(ELSEWHERE.search(_spaced(one)) for one in (file, self.scope, *self.conditions))

    @property
    def certain(self) -> bool:
        """Tell whether no condition decides about it."""
        return not self.conditions


def overridden(setting: Setting, others: Iterable[Setting]) -> bool:
    """Tell whether the class of production beside this one sets it otherwise."""
    return bool(setting.scope) and any(
        (one.name, one.path) == (setting.name, setting.path) and one.scope != setting.scope and _is_production(one)
        for one in others
    )


def _is_production(setting: Setting) -> bool:
    return "prod" in setting.scope.lower()


def _spaced(text: str) -> str:
    return WORDS.sub(" ", text).lower()


def of_module(module: Module) -> list[Setting]:
    """Return the settings of one file, in their order."""
    return sorted(_Reader(module).settings(), key=lambda one: one.line)


class _Reader:
    """Reads the settings of one file, each with the statements around it."""

    def __init__(self, module: Module) -> None:
        self.module = module
        self.tree = module.source.tree
        self.parents = {child: node for node in ast.walk(self.tree) for child in ast.iter_child_nodes(node)}

    def settings(self) -> Iterator[Setting]:
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                yield from (self._made(name, node.value, node) for one in targets if (name := self._target(one)))
            elif isinstance(node, ast.Call):
                yield from self._of_call(node)
            elif isinstance(node, ast.Return) and isinstance(node.value, ast.Dict):
                yield from self._of_dict(node.value)

    def _target(self, target: ast.expr) -> str | None:
        """Return the setting that an assignment is to: of a config, of an app, of a class or of a file of settings."""
        if isinstance(target, ast.Subscript):
            name = literal(target.slice)
            return name if name and dotted(target.value).rpartition(".")[2] in ("config", "conf") else None
        if isinstance(target, ast.Attribute):
            owner = dotted(target.value).rpartition(".")[2].lower()
            return ATTRIBUTES.get(target.attr) if "app" in owner else None
        if isinstance(target, ast.Name) and NAME.fullmatch(target.id):
            return None if isinstance(self._scope(target), Function) else target.id
        return None

    def _of_call(self, call: ast.Call) -> Iterator[Setting]:
        owner, _, verb = dotted(call.func).rpartition(".")
        if owner.rpartition(".")[2] != "config":
            return
        if verb in TAKING:
            yield from (self._made(one.arg, one.value, one.value) for one in call.keywords if one.arg)
            for given in call.args:
                if isinstance(given, ast.Dict):
                    yield from self._of_dict(given)
        elif verb == "setdefault" and len(call.args) == 2 and (name := literal(call.args[0])):
            yield self._made(name, call.args[1], call)

    def _of_dict(self, node: ast.Dict) -> Iterator[Setting]:
        for key, value in zip(node.keys, node.values, strict=True):
            if (name := literal(key)) and NAME.fullmatch(name):
                yield self._made(name, value, key or value)

    def _made(self, name: str, value: ast.expr, node: ast.AST) -> Setting:
        scope = self._scope(node)
        label: str = ""
        bases: tuple[str, ...] = ()
        if isinstance(scope, ast.ClassDef):
            label, bases = scope.name, tuple(dotted(base).rpartition(".")[2] for base in scope.bases)
        line = getattr(node, "lineno", value.lineno)
        return Setting(name, value, self.module.path, line, label, bases, tuple(self._conditions(node)), self.module)

    def _scope(self, node: ast.AST) -> ast.AST:
        while not isinstance(node := self.parents[node], ast.Module | ast.ClassDef | Function):
            pass
        return node

    def _conditions(self, node: ast.AST) -> Iterator[str]:
        """Yield what decides about it: conditions around it, and the names of the functions and classes it is in."""
        while not isinstance(node, ast.Module):
            below, node = node, self.parents[node]
            if isinstance(node, ast.If | ast.IfExp) and below is not node.test:
                yield ast.unparse(node.test)
            elif isinstance(node, ast.Try | ast.ExceptHandler | ast.Match | ast.For | ast.While):
                yield type(node).__name__
            elif isinstance(node, Function) and ELSEWHERE.search(_spaced(node.name)):
                yield node.name
