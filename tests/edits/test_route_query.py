"""A view reads its query by type, shows it escaped, and answers what is malformed with a default or a 400."""

from pathlib import Path

import pytest

from tests.conftest import Scaffold
from tests.edits.running import READERS, passes, views

APP = "from flask import Flask\n\napp = Flask(__name__)\n"


@pytest.mark.parametrize(("word", "lines"), READERS.items())
def test_each_type_is_read_with_and_without_a_default(
    word: str, lines: str, scaffold: Scaffold, tmp_path: Path
) -> None:
    (tmp_path / "app.py").write_text(APP)

    assert scaffold("add", "route", "/x", "--returns", "json", "--query", word).code == 0

    assert lines in (tmp_path / "app.py").read_text()


def test_values_of_the_query_stand_beside_the_variables(scaffold: Scaffold, project: Path, layout: str) -> None:
    words = ["--query", "q=all", "--query", "page:int", "--query", "draft:bool=true", "--query", "price:float=1.5"]
    for returns in ("template", "html", "text", "json", "stream"):
        result = scaffold("add", "route", f"/{returns}/<name>", "--returns", returns, *words)
        assert result.code == 0, result.err

    text = views(project, layout)
    assert 'render_template(\n        "template.html", name=name, q=q, page=page, draft=draft, price=price\n' in text
    assert "<p>Q: {escape(q)}</p><p>Page: {page}</p>" in text.replace('"\n        f"', "")
    assert 'f"Text {name} {q} {page} {draft} {price}\\n"' in text
    passes(project)


def test_a_hostile_default_is_escaped_and_quoted(scaffold: Scaffold, project: Path, layout: str) -> None:
    for returns in ("template", "html", "text", "json"):
        words = ["--returns", returns, "--query", 'q=it\'s <b> & "x" \\ é']
        assert scaffold("add", "route", f"/{returns}", *words).code == 0

    passes(project)


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["/x/<name>", "--query", "name"], "the rule has a variable 'name' already"),
        (["/x", "--query", "class"], "a word of Python"),
        (["/x", "--query", "render_template"], "'render_template' is imported"),
        (["/x", "--query", "abort"], "would hide 'abort'"),
        (["/x", "--returns", "stream", "--query", "chunks"], "would hide 'chunks'"),
        (["/x", "--returns", "file", "--query", "page:int"], "nothing of it would be in the answer"),
        (["/x", "--returns", "empty", "--query", "page:int=1"], "nothing of it would be in the answer"),
        (["/x", "--query", "page:int", "--query", "page"], "asked for already"),
    ],
)
def test_a_name_that_cannot_be_is_refused_in_one_sentence(
    words: list[str], reason: str, scaffold: Scaffold, project: Path, layout: str
) -> None:
    before = views(project, layout)

    result = scaffold("add", "route", *words)

    assert result.code == 2
    assert reason in result.err
    assert result.err.count("\n") == 1
    assert views(project, layout) == before


def test_other_words_for_the_query_are_another_route(scaffold: Scaffold, project: Path) -> None:
    assert scaffold("add", "route", "/x", "--query", "page:int=1").code == 0

    assert scaffold("add", "route", "/x", "--query", "page:int=1").out == "unchanged\n"
    assert scaffold("add", "route", "/x", "--query", "page:int=2").code == 3
