"""What a template may ask about a rule: plain values for its sources."""

from typing import Any

from scaffold.flask_code.rule import Rule, Variable


def of_rule(rule: Rule) -> dict[str, Any]:
    """Return the answers that follow from a rule: its variables, and URLs for tests to try."""
    hostile = next((variable.hostile for variable in rule.variables if variable.hostile), None) or ""
    mark = hostile.partition("(")[0]
    return {
        "variables": [_of_variable(variable) for variable in rule.variables],
        "testable": rule.sample_url is not None,
        "url": rule.sample_url or "",
        "rejects": rule.rejected_url is not None,
        "rejected_url": rule.rejected_url or "",
        "hostile": rule.hostile_url is not None,
        "hostile_url": rule.hostile_url or "",
        "hostile_text": mark,
        "hostile_escaped": mark.replace("<", "&lt;").replace(">", "&gt;"),
    }


def _of_variable(variable: Variable) -> dict[str, str]:
    shown = _literal(variable.value or "")
    return {
        "name": variable.name,
        "type": variable.type,
        "escaped": f"escape({variable.name})" if variable.type == "str" else variable.name,
        "shown": shown,
        "json": variable.value or "" if variable.type in ("int", "float") else shown,
    }


def _literal(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
