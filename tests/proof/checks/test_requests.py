"""The requests that are none, by their names."""

from scaffold import catalog
from scaffold.proof.checks import requests


def test_every_odd_request_has_a_name_of_its_own_which_templates_may_say() -> None:
    names = [odd.what for odd in (*requests.MALFORMED, *requests.SMUGGLING)]
    assert len(names) == len(set(names))
    for template in catalog.templates("server", "proxy"):
        tables = [template.table("provides"), *(one.get("provides", {}) for one in template.listed("variant"))]
        for key in ("odd_requests", "odd_requests_alone"):
            assert {name for table in tables for name in table.get(key, [])} <= set(names), template.full_name
