"""The project that has everything really has."""

from scaffold import catalog
from tests import everything


def test_all_that_can_be_added_is_added_or_brought_along() -> None:
    templates = catalog.templates("component", "feature")
    added = {words[1] for words in everything.commands()}
    required = {
        one["name"] if isinstance(one, dict) else one for template in templates for one in template.listed("requires")
    }
    assert {template.name for template in templates} - added - required == set()
