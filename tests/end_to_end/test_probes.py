"""Every template's probes, asked of a project that has everything and runs as in production, behind a proxy."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from scaffold import catalog
from scaffold.proof import probes
from scaffold.template import Template, matches
from tests import by_hand, everything
from tests.end_to_end.conftest import Environment
from tests.end_to_end.production import gunicorn
from tests.end_to_end.serving import Server

pytestmark = pytest.mark.slow

PROBED = [template for template in catalog.templates() if template.listed("probe")]
PROXY = {"X-Forwarded-For": "192.0.2.1", "X-Forwarded-Proto": "https"}
Told = list[tuple[Template, dict[str, Any]]]


LAYOUTS = ["package", "module", by_hand.LAYOUT]


@pytest.fixture(scope="module", params=LAYOUTS)
def layout(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def server(
    complete: Callable[[str], Environment], layout: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """Serve the project as production does."""
    log = tmp_path_factory.mktemp("log") / "log"
    with gunicorn(complete(layout), layout, log, PROXY_HOPS="1") as made:
        yield made


@pytest.fixture(scope="module")
def told(layout: str, tmp_path_factory: pytest.TempPathFactory) -> Told:
    """Return each template of the project, with its answers."""
    return everything.answers(layout, tmp_path_factory.mktemp(layout))


@pytest.mark.parametrize("template", PROBED, ids=lambda template: template.full_name)
def test_a_running_project_answers_as_the_template_says(template: Template, server: Server, told: Told) -> None:
    instances = [answers for one, answers in told if one.full_name == template.full_name]
    asked = [probe for answers in instances for probe in probes.of(template, answers)]
    problems = [problem for probe in asked for problem in probes.ask(server.way, probe, PROXY)]
    assert not problems, "\n".join(problems)


@pytest.fixture(scope="module")
def told_everywhere(tmp_path_factory: pytest.TempPathFactory) -> Told:
    """Return the same of every layout."""
    return [each for layout in LAYOUTS for each in everything.answers(layout, tmp_path_factory.mktemp(layout))]


@pytest.mark.parametrize("template", PROBED, ids=lambda template: template.full_name)
def test_each_probe_is_asked_for_some_instance(template: Template, told_everywhere: Told) -> None:
    instances = [answers for one, answers in told_everywhere if one.full_name == template.full_name]
    assert instances, f"tests/everything.py adds no '{template.name}'"
    for table in template.listed("probe"):
        wanted = table.get("when", {})
        assert any(matches(wanted, answers) for answers in instances), f"tests/everything.py has none for {table}"
