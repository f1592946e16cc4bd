"""The cover holds every pair that can be, and a folder that is new is in it without another line."""

from pathlib import Path

import pytest

from scaffold import catalog
from tests import by_hand
from tests.matrix import axes, cover, pythons
from tests.matrix.axes import IN, OUT, Space
from tests.matrix.conftest import chosen, space

NEW = {
    "components/motto": 'summary = "A motto."\nexample = "scaffold add motto /motto"\nrequires = ["csrf"]\n'
    '[[question]]\nname = "rule"\nkind = "rule"\nargument = true\nhelp = "Its URL."\n',
    "platforms/moon": 'summary = "The Moon."\nrequires = ["docker"]\n[provides]\nplace = "none"\n',
    "servers/acorn": 'summary = "acorn."\n[[question]]\nname = "worker"\nkind = "choice"\nchoices = ["thin", "thick"]\n'
    'default = "thin"\nhelp = "How."\n[provides]\nprotocols = ["http"]\n'
    '[start]\ntcp = ["acorn", "{port}"]\nunix = ["acorn", "{socket}"]\n'
    '[[refused]]\nwhen = { worker = "thin", bind = "unix" }\nbecause = "it hears nothing"\ninstead = "--bind tcp"\n',
    "proxies/hedge": 'summary = "hedge."\n[provides]\nprotocols = ["http"]\n[start]\nconfig = "hedge"\n',
    "layouts/flat": 'summary = "Flat."\n',
}


@pytest.fixture
def more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Space:
    """Return the space with one new folder of each kind, somewhere else than ours."""
    for folder, manifest in NEW.items():
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "template.toml").write_text(manifest)
        (tmp_path / folder / "cookiecutter.json").write_text("{}")
    monkeypatch.setenv("SCAFFOLD_TEMPLATES", str(tmp_path))
    return Space()


def test_every_pair_that_can_be_is_in_some_project() -> None:
    seen = set().union(*(cover.pairs(one, space()) for one in chosen()))
    assert cover.wanted(space()) <= seen
    # And none that cannot be: whoever believes that it can would wait for it for ever.
    assert seen <= space().pairs


def test_every_value_is_in_some_project() -> None:
    seen = {value for one in chosen() for value in space().values(one)}
    assert {name for axis, name in seen if axis == axes.SERVER} == set(catalog.names("server"))
    assert {name for axis, name in seen if axis == axes.PROXY} == {"none", *catalog.names("proxy")}
    assert {name for axis, name in seen if axis == axes.LAYOUT} == {by_hand.LAYOUT, *catalog.names("layout")}
    assert {name for axis, name in seen if axis == axes.PYTHON} == set(pythons.there())
    for kind, axis in (("feature", "add"), ("component", "add"), ("platform", "platform")):
        alone = [one.name for one in catalog.templates(kind) if one.is_alone]
        assert {(f"{axis} {name}", side) for name in alone for side in (IN, OUT)} <= seen


def test_what_the_pairs_are_is_what_the_projects_can_be() -> None:
    # By hand: what is known of some of them.
    pairs = space().pairs
    assert frozenset([("add form", IN), ("add csrf", IN)]) in pairs
    assert frozenset([("add form", IN), ("add csrf", OUT)]) not in pairs
    assert frozenset([("platform fly", IN), ("platform docker", OUT)]) not in pairs
    assert frozenset([("server", "waitress"), ("platform procfile", IN)]) not in pairs
    assert frozenset([("server", "waitress"), ("protocol", "uwsgi")]) not in pairs
    assert frozenset([("proxy", "apache"), ("platform compose", IN)]) not in pairs
    assert frozenset([("proxy", "nginx"), ("platform compose", IN)]) in pairs


def test_it_is_the_same_each_time() -> None:
    assert cover.chosen(Space()) == cover.chosen(space())


def test_the_whole_has_every_deployment() -> None:
    whole = cover.chosen(space(), whole=True)
    assert {one.deployed for one in whole} == set(space().deployed)
    assert space().pairs <= set().union(*(cover.pairs(one, space()) for one in whole))


def test_a_new_folder_enters(more: Space) -> None:
    new = [("add motto", IN), ("platform moon", IN), ("server", "acorn"), ("proxy", "hedge"), ("layout", "flat")]
    new += [("answers", f"acorn worker={worker}") for worker in ("thin", "thick")]

    projects = cover.chosen(more)

    values = {value for one in projects for value in more.values(one)}
    assert values.issuperset(new)
    assert cover.wanted(more) <= set().union(*(cover.pairs(one, more) for one in projects))
    # By what its manifest says, it brings along, and is refused.
    assert frozenset([("add motto", IN), ("add csrf", OUT)]) not in more.pairs
    assert frozenset([("platform moon", IN), ("platform docker", OUT)]) not in more.pairs
    assert frozenset([("answers", "acorn worker=thin"), ("bind", "unix")]) not in more.pairs
    assert frozenset([("answers", "acorn worker=thick"), ("bind", "unix")]) in more.pairs
    # And what is typed for it is its own example.
    words = [words for one in projects if "motto" in one.added for words in one.additions()]
    assert ["add", "motto", "/motto"] in words
