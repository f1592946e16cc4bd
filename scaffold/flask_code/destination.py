"""Where a redirect leads: an endpoint, a path on the same site, or a URL on another one."""

import re
from collections.abc import Iterator
from typing import Any

from scaffold import redirection
from scaffold.errors import BadAnswer
from scaffold.flask_code import converters, duplicates, facts, prefix, rule
from scaffold.flask_code.arguments import Arguments, Malformed
from scaffold.flask_code.code import Code
from scaffold.flask_code.router import Router
from scaffold.flask_code.rule import Rule, Variable

VARIABLE = re.compile(r"<(?:[^<>]*:)?(\w+)>")
# Values with which somebody would try to get a redirect to another site.
EVIL = ("//evil.example", "%5Cevil.example", "%09//evil.example", "https:evil.example", "https://evil.example")
ODD = "one%3Ftwo%23three%2525"
# Converters whose URLs cannot be made of just any value.
PARTICULAR = frozenset(["int", "float", "any"])


def facts_of(code: Code, old: Rule, before: str, to: str) -> dict[str, Any]:
    """Return what a template needs to know to lead from the old rule, behind its prefix, to the new place."""
    variables = {variable.name: variable for variable in old.variables}
    evil = list(_evil(old, before))
    known: dict[str, Any] = {
        "passed": [],
        "to_text": "",
        "to_url": to,
        "evil_urls": facts.listed(evil),
        "tempting": bool(evil),
        "odd": False,
    }
    named = redirection.kind(to)
    if named == "endpoint":
        passed = _passed(code, prefix.full_rule(before, old.text), to, variables)
        known["passed"] = [one for one in facts.of_rule(old)["variables"] if one["name"] in passed]
    elif named != "url":
        path = re.split("[?#]", to)[0]
        if rule.may_take(prefix.full_rule(before, old.text), path) and not duplicates.may_take(code, path):
            raise BadAnswer("TO", to, "the old rule takes it as well, and so leads to itself")
        known["to_text"] = VARIABLE.sub(lambda found: _written(to, variables, found[1]), _quoted(to))
        known["to_url"] = VARIABLE.sub(lambda found: rule.quoted(variables[found[1]].sample or ""), _quoted(to))
        known |= _odd(old, before, to)
    return known


def _odd(old: Rule, before: str, to: str) -> dict[str, Any]:
    """Return an old URL whose values hold what means something in a URL, and where it leads."""
    passed = {found[1] for found in VARIABLE.finditer(to)}
    free = [one for one in old.variables if one.name in passed and one.type == "str" and _takes_anything(one)]
    values = {one.name: ODD if one in free else rule.quoted(one.sample or "") for one in old.variables}
    parts = [part if isinstance(part, str) else values[part.name] for part in old.parts]
    if not free or "<" in before or "" in parts:
        return {}
    return {
        "odd": True,
        "odd_url": before.rstrip("/") + "".join(parts),
        "odd_to_url": VARIABLE.sub(lambda found: values[found[1]], _quoted(to)),
    }


def _takes_anything(variable: Variable) -> bool:
    return converters.plain(variable.converter) in ("string", "path") and variable.arguments == Arguments()


def _quoted(path: str) -> str:
    """Return the path as it is in a URL, with the brackets of its variables."""
    return "".join(one if one in "<>%?#" else rule.quoted(one) for one in path)


def _written(to: str, variables: dict[str, Variable], name: str) -> str:
    """Return what stands for a variable in the f-string of the path."""
    if name not in variables:
        raise BadAnswer("TO", to, f"the old rule has no variable '{name}'")
    if to.startswith("/<") and variables[name].sample is None:
        raise BadAnswer("TO", to, f"nobody knows whether a value of '{name}' begins with '/', which leads away")
    return f"{{quote({name})}}" if variables[name].type == "str" else f"{{{name}}}"


def _passed(code: Code, old: str, to: str, variables: dict[str, Variable]) -> set[str]:
    """Return the variables that the endpoint's rule takes over from the old one."""
    rules = [text for endpoint, text in _endpoints(code) if endpoint == to]
    if not rules:
        known = ", ".join(sorted({f"'{endpoint}'" for endpoint, _ in _endpoints(code)})[:12])
        raise BadAnswer("TO", to, f"no view has this endpoint; there is {known or 'none'}. Or give the path")
    if old in rules:
        raise BadAnswer("TO", to, "it is the old URL itself")
    problems = []
    for text in sorted(rules, key=lambda one: -len(list(rule.scan(one)))):
        wanted = {name: (converter, given) for name, converter, given in _variables(text)}
        problem = next((reason for name in wanted if (reason := _problem(name, wanted[name], variables))), None)
        if problem is None:
            return set(wanted)
        problems.append(f"'{text}' {problem}")
    raise BadAnswer("TO", to, problems[0])


def _problem(name: str, wanted: tuple[str, Any], variables: dict[str, Variable]) -> str | None:
    variable = variables.get(name)
    if variable is None:
        return f"needs a value for '{name}', which the old rule does not have"
    shape = converters.shape(*wanted)
    free = shape[0] in converters.PARAMETERS and shape[0] not in PARTICULAR
    if free or shape[0] == converters.plain(variable.converter) != "any":
        return None
    if shape == converters.shape(variable.converter, variable.arguments):
        return None
    return f"takes '{name}' by another converter than the old rule; write <{wanted[0]}:{name}> there, too"


def _endpoints(code: Code) -> Iterator[tuple[str, str]]:
    """Yield the full endpoint and the full rule of every route that the code says plainly."""
    for route in code.routes:
        owner = code.owner(route.site)
        if route.rule is None or route.endpoint is None or not isinstance(owner, Router):
            continue
        for mount in prefix.mounts(code, owner):
            if mount.prefix is not None:
                yield ".".join([*mount.names, route.endpoint]), prefix.full_rule(mount.prefix, route.rule)


def _variables(text: str) -> Iterator[tuple[str, str, Any]]:
    try:
        yield from (part for part in rule.scan(text) if not isinstance(part, str))
    except Malformed:
        return


def _evil(old: Rule, before: str) -> Iterator[str]:
    """Yield old URLs whose variables name another site."""
    parts = [before.rstrip("/"), *old.parts] if before and "<" not in before else list(old.parts)
    texts = [part for part in old.variables if part.type == "str" and part.converter != "any"]
    for evil in EVIL if texts else ():
        pieces = [part if isinstance(part, str) else evil if part in texts else part.sample for part in parts]
        if None not in pieces:
            yield "".join(str(piece) for piece in pieces)
