"""What a template may ask about a route: plain values for its sources."""

from collections.abc import Collection, Sequence
from typing import Any

from scaffold.flask_code.query import Query
from scaffold.flask_code.rule import Rule, Variable

HTML = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "'": "&#39;", '"': "&#34;"}


def of_rule(rule: Rule) -> dict[str, Any]:
    """Return the answers that follow from one rule: its variables, and URLs for tests to try."""
    hostile = next((variable.hostile for variable in rule.variables if variable.hostile), None) or ""
    mark = hostile.partition("(")[0]
    return {
        "variables": of_values([rule], ())["variables"],
        "testable": rule.sample_url is not None,
        "url": rule.sample_url or "",
        "rejects": bool(rule.rejected_urls),
        "rejected_url": next(iter(rule.rejected_urls), ""),
        "hostile": rule.hostile_url is not None,
        "hostile_url": rule.hostile_url or "",
        "hostile_text": mark,
        "hostile_escaped": escaped(mark),
    }


def of_values(rules: Sequence[Rule], queries: Sequence[Query], kept: Collection[str] = ()) -> dict[str, Any]:
    """Return the answers that follow from the rules of a view and its query.

    `variables` are its parameters, `query` what it reads, `always` what every answer shows and `optional` the variables
    that not every rule has, `values` all of them. `kept` names variables of a prefix that never reach the view.
    """
    found: dict[str, list[Variable]] = {}
    for variable in (one for rule in rules for one in rule.variables if one.name not in kept):
        found.setdefault(variable.name, []).append(variable)
    needed = {name: ones for name, ones in found.items() if len(ones) == len(rules)}
    optional = [_of_variable(ones, optional=True) for name, ones in found.items() if name not in needed]
    variables = [_of_variable(ones, optional=False) for ones in needed.values()]
    query = [_of_query(one) for one in queries]
    always = [*variables, *query]
    return {
        "variables": [*variables, *optional],
        "query": query,
        "always": always,
        "optional": optional,
        "values": [*always, *optional],
    }


def _of_variable(variables: Sequence[Variable], *, optional: bool) -> dict[str, Any]:
    name, value = variables[0].name, variables[0].value or ""
    types = list(dict.fromkeys(one.type for one in variables))
    written = " | ".join([*types, *(["None"] if optional else [])])
    return {
        **_named(name),
        "type": written,
        "parameter": f"{name}: {written}{' = None' if optional else ''}",
        "escaped": f"escape({name})" if "str" in types else name,
        "shown": quoted(value),
        "json": value if types[0] in ("int", "float") else quoted(value),
    }


def _of_query(query: Query) -> dict[str, Any]:
    default = quoted(query.default) if query.type == "str" and query.default is not None else query.default
    return {
        **_named(query.name),
        "type": query.type,
        "form": query.form,
        "default": default or "",
        "escaped": f"escape({query.name})" if query.type == "str" else query.name,
    }


def title_member(title: str, names: Collection[str]) -> list[dict[str, str]]:
    """Return the first member of an object, its title; nothing when a value has that name."""
    return [] if "title" in names else [{"name": "title", "json": quoted(title)}]


def method_key(names: Collection[str]) -> str:
    """Return the member of an object that says the method; it is no value's name."""
    return "request_method" if "method" in names else "method"


def _named(name: str) -> dict[str, str]:
    return {"name": name, "label": name.replace("_", " ").strip().capitalize() or name}


def shown(name: str, kind: str, text: str) -> dict[str, str]:
    """Return how a value is seen in an answer: `raw`, as pieces of Python strings, and as `json`, a value of Python."""
    plain = kind in ("int", "float", "bool")
    return {
        **_named(name),
        "raw": text,
        "text": quoted(text)[1:-1],
        "html": quoted(escaped(text))[1:-1],
        "json": text if plain else quoted(text),
    }


def escaped(text: str) -> str:
    """Return the text as a template shows it."""
    return "".join(HTML.get(character, character) for character in text)


def quoted(text: str) -> str:
    """Return the text as a string of Python that any encoding can hold."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped.encode("ascii", "backslashreplace").decode()}"'


def listed(texts: Sequence[str]) -> str:
    """Return the texts as a list of Python."""
    return f"[{', '.join(map(quoted, texts))}]"
