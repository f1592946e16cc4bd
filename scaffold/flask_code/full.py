"""The rules of a view as Flask has them: below each prefix that its blueprint is registered under."""

import ast
from collections.abc import Collection, Iterator, Sequence

from scaffold.errors import BadRule
from scaffold.fields import Fields
from scaffold.flask_code import converters, prefix, rule
from scaffold.flask_code.arguments import Malformed
from scaffold.flask_code.code import Code
from scaffold.flask_code.module import Function, dotted, literal
from scaffold.flask_code.prefix import Mount
from scaffold.flask_code.router import Found, Router
from scaffold.flask_code.rule import Rule

PREPROCESSOR = "url_value_preprocessor"  # of an app, or of a blueprint; `app_...` of a blueprint is for all views


class Full(Fields):
    """The first way to reach a view whose prefix is known, its rules there, and the rules in all such ways.

    `kept` names the variables that a `url_value_preprocessor` takes away, so that they never reach the view.
    """

    mount: Mount | None
    prefix: str
    rules: list[Rule]
    everywhere: list[Rule]
    kept: frozenset[str]

    @property
    def names(self) -> set[str]:
        """Return the names of all variables."""
        return {variable.name for one in self.everywhere for variable in one.variables}


def of_router(code: Code, router: Router, read: Sequence[Rule]) -> Full:
    """Return the rules of a view on this app or blueprint below its prefixes; raise `BadRule` for a name twice."""
    mounts = [one for one in prefix.mounts(code, router) if one.prefix is not None]
    every = [_below(code, one.prefix or "", read) for one in mounts] or [list(read)]
    everywhere = list(dict.fromkeys(one for rules in every for one in rules))
    names = {name for mount in mounts for name in mount.names}
    kept = frozenset(_taken_away(code, router, names)) if any(one.variables for one in everywhere) else frozenset()
    mount = mounts[0] if mounts else None
    return Full(mount, (mount and mount.prefix) or "", every[0], everywhere, kept)


def _below(code: Code, before: str, read: Sequence[Rule]) -> list[Rule]:
    if not before:
        return list(read)
    try:
        # The prefix is the project's own: whatever converters it has are there.
        known = {part[1] for part in rule.scan(before) if not isinstance(part, str)} - {"default"}
        custom = code.converters | (known - converters.PARAMETERS.keys())
        return [rule.parse(prefix.full_rule(before, one.text), custom) for one in read]
    except (BadRule, Malformed):
        for one in read:
            _check_apart(before, one)
        return list(read)


def _check_apart(before: str, read: Rule) -> None:
    try:
        names = [part[0] for part in rule.scan(before) if not isinstance(part, str)]
    except Malformed:
        return
    for variable in read.variables:
        if variable.name in names:
            reason = f"the variable '{variable.name}' is in the prefix '{before}' already; give it another name"
            raise BadRule(read.text, reason)


def _taken_away(code: Code, router: Router, blueprints: Collection[str]) -> Iterator[str]:
    """Yield the names that functions of the project take out of a URL's values before a view of this one is called."""
    for module in code.modules:
        for scope in module.scopes:
            if not isinstance(scope.node, Function) or scope.parent is None:
                continue
            for decorator in scope.node.decorator_list:
                owner, _, verb = dotted(decorator).rpartition(".")
                found = code.resolve(scope.parent, owner) if verb.endswith(PREPROCESSOR) else None
                if verb.endswith(PREPROCESSOR) and _applies(found, verb, router, blueprints):
                    yield from filter(None, map(_popped, ast.walk(scope.node)))


def _applies(found: Found, verb: str, router: Router, blueprints: Collection[str]) -> bool:
    """Tell whether a function that is registered on this app or blueprint is called for views of the router."""
    if verb != PREPROCESSOR or not isinstance(found, Router) or found.blueprint is None:
        return True
    return found is router or found.blueprint in blueprints


def _popped(node: ast.AST) -> str | None:
    """Return the name in `values.pop("name", None)`."""
    if isinstance(node, ast.Call) and node.args and dotted(node.func).endswith(".pop"):
        return literal(node.args[0])
    return None
