"""Mutations: what is broken in a view, which of them go together, and what counts."""

from pathlib import Path
from typing import Any

import pytest

from scaffold.proof.probes import Probe
from scaffold.template import Template
from tests import by_hand, everything
from tests.everything import Brought
from tests.mutations import named, running, views
from tests.mutations.mutation import Asked, Mutation, Unit, units
from tests.mutations.running import Seen
from tests.mutations.table import Table

VIEWS = """\
@app.get("/a/<int:n>")
@guarded
def show(n: int) -> str:
    # Why.
    return escape(n), 422


def between() -> None: ...


@app.route("/b", methods=["GET", "POST"])
def other():
    return redirect("/", 303)
"""
TEMPLATE = Template("component", "sample", "nowhere")


@pytest.mark.parametrize(
    ("name", "broken", "expected"),
    [
        ("show", views.does_nothing, "@app.get('/a/<int:n>')\ndef show(n: int) -> str:\n    return ''\n"),
        ("show", views.is_moved, "@app.get('/moved/a/<int:n>')\n@guarded\n"),
        ("show", views.takes_anything, "@app.get('/a/<n>')\n"),
        ("show", views.has_another_method, "@app.patch('/a/<int:n>')\n"),
        ("show", views.escapes_nothing, "return (n, 422)\n"),
        ("show", views.has_another_status(0), "return (escape(n), 200)\n"),
        ("other", views.has_another_method, "@app.route('/b', methods=['PATCH'])\n"),
        ("other", views.has_another_status(0), "return redirect('/', 302)\n"),
    ],
)
def test_a_view_is_broken_and_nothing_else(name: str, broken: views.Broken, expected: str) -> None:
    text = views.rewritten(VIEWS, name, broken)

    assert expected in text
    assert "def between() -> None: ...\n" in text
    assert [view.name for view in views.of(text)] == ["show", "other"]


def unit(*words: str, url: str = "/", **more: Any) -> Unit:
    probe = Probe("it works", "GET", url, {"status": 200}, **more)
    return Unit(words, [Brought(TEMPLATE, {}, words, [], [])], [Asked(TEMPLATE, probe)])


def mutation(of: Unit, *hits: str) -> Mutation:
    return Mutation(of, "is broken", "app.py", str.upper, hits)


def test_mutations_of_one_unit_or_of_one_url_are_looked_at_apart() -> None:
    first, second, same = unit("a", url="/a"), unit("b", url="/b"), unit("c", url="/c?x=1", token="/a")
    found = running.groups([mutation(first), mutation(first), mutation(second), mutation(same), mutation(second, "x")])

    assert [[one.unit.name for one in group] for group in found] == [["a", "b"], ["a"], ["c"], ["b"]]


@pytest.mark.parametrize(
    "said",
    [
        "it works: GET / was answered with the status 500, not 200.",
        "it works: GET /form gave no csrf_token (status 404).",
        "it works: GET / was not answered (TimeoutError).",
    ],
)
def test_what_anything_could_have_caused_kills_no_probe(said: str) -> None:
    broken = unit("a")
    about = "it works: GET / was answered without 'x'."

    assert running._killed(mutation(broken), {broken.asked[0]: [about]}) == {"component/sample: it works"}
    assert not running._killed(mutation(broken), {broken.asked[0]: [about, said]})


def test_the_table_names_what_is_left_over() -> None:
    whole, broken = unit("a"), unit("b")
    table = Table("module", [whole, broken], [Seen(mutation(broken), frozenset(), ("x",))])

    assert table.survivors == ["component/sample: it works"]
    assert table.idle == ["b: is broken"]
    assert table.strays == ["b: is broken: x"]
    assert table.summary().endswith("1 stay green\n  survives: component/sample: it works")


def test_what_is_not_there_cannot_be_broken(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text("1\n")

    with pytest.raises(AssertionError, match="nothing to break"):
        mutation(unit("a")).into(tmp_path)


def test_every_mutation_with_a_name_has_a_place_in_some_project(tmp_path: Path) -> None:
    placed = set()
    for layout in ("package", "module", by_hand.LAYOUT):
        (tmp_path / layout).mkdir()
        brought = everything.brought(layout, tmp_path / layout)
        found = named.mutations(units(brought), tmp_path / layout / everything.NAME)
        placed |= {one.what for one in found}

    assert {one.what for one in named.NAMED} == placed
