"""Findings as SARIF 2.1.0, which code hosts show beside the lines."""

import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

import scaffold
from scaffold.audit.finding import Finding, Rule

VERSION = "2.1.0"
SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def text(findings: Sequence[Finding], rules: Sequence[Rule], prefix: str = "") -> str:
    """Return the log of one run; `prefix` leads from the repository's root to the project."""
    places = {rule.code: n for n, rule in enumerate(rules)}
    driver = {"name": "scaffold", "version": scaffold.__version__, "rules": [_rule(rule) for rule in rules]}
    results = [_result(one, places[one.code], prefix) for one in findings]
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return json.dumps({"$schema": SCHEMA, "version": VERSION, "runs": [run]}, indent=2, ensure_ascii=False) + "\n"


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.code,
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": rule.why},
        "help": {"text": rule.mend},
        "defaultConfiguration": {"level": rule.severity},
    }


def _result(finding: Finding, place: int, prefix: str) -> dict[str, Any]:
    where: dict[str, Any] = {"artifactLocation": {"uri": quote(f"{prefix}{finding.path}")}}
    if finding.line:
        where["region"] = {"startLine": finding.line}
    return {
        "ruleId": finding.code,
        "ruleIndex": place,
        "level": finding.severity,
        "message": {"text": f"{finding.message}. {finding.why} {finding.mend}"},
        "locations": [{"physicalLocation": where}],
    }
