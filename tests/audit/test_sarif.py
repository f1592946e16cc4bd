"""SARIF, as a code host reads it."""

import json

from scaffold.audit import run, sarif
from scaffold.audit.finding import Finding


def test_a_result_says_where_and_what() -> None:
    found = [
        Finding("a b/web.py", 3, "'x' is on", "Why.", "Mend.", None, "DBG001", "warning"),
        Finding("web.py", 0, "It is gone", "Why.", "Mend.", None, "DRF001", "error"),
    ]

    log = json.loads(sarif.text(found, run.all_rules(), "sites/shop/"))

    assert log["version"] == "2.1.0"
    (one,) = log["runs"]
    rules = one["tool"]["driver"]["rules"]
    first, second = one["results"]
    assert rules[first["ruleIndex"]]["id"] == first["ruleId"] == "DBG001"
    assert (first["level"], second["level"]) == ("warning", "error")
    assert first["message"]["text"] == "'x' is on. Why. Mend."
    place = first["locations"][0]["physicalLocation"]
    assert place == {"artifactLocation": {"uri": "sites/shop/a%20b/web.py"}, "region": {"startLine": 3}}
    assert "region" not in second["locations"][0]["physicalLocation"]


def test_every_rule_is_described() -> None:
    (one,) = json.loads(sarif.text([], run.all_rules()))["runs"]

    assert one["results"] == []
    for rule in one["tool"]["driver"]["rules"]:
        assert rule["defaultConfiguration"]["level"] in ("error", "warning")
        assert all(rule[name]["text"] for name in ("shortDescription", "fullDescription", "help"))
