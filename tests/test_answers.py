"""An answer is given, or the default, or missing; and it is of its question's kind."""

from pathlib import Path
from typing import Any

import pytest

from scaffold import answers, render
from scaffold.errors import BadAnswer, BadTemplate, MissingAnswer, ScaffoldError
from scaffold.template import Template, matches


def template(folder: Path, manifest: str) -> Template:
    (folder / "template.toml").write_text(f'summary = "A test."\n{manifest}')
    return Template("component", "test", str(folder))


def question(folder: Path, kind: str, more: str = "") -> Template:
    return template(folder, f'[[question]]\nname = "the_word"\nkind = "{kind}"\n{more}\n')


@pytest.mark.parametrize(
    ("kind", "given", "answer"),
    [
        ("text", "two words", "two words"),
        ("text", "", ""),
        ("text", "{{ 7 * 7 }}", "{{ 7 * 7 }}"),
        ("rule", "/user/<name>", "/user/<name>"),
        ("name", "show_user", "show_user"),
        ("name", "größe", "größe"),
        ("name", "", ""),
        ("extensions", ".PNG, jpg,png", "jpg,png"),
        ("size", "5m", "5M"),
        ("size", "1048576", "1048576"),
        ("switch", True, True),
        ("switch", False, False),
        ("choice", "json", "json"),
        ("methods", "GET", ["GET"]),
        ("methods", "get, post,GET", ["GET", "POST"]),
        ("methods", ["PUT", "delete"], ["PUT", "DELETE"]),
    ],
)
def test_an_answer_of_its_kind_is_taken(kind: str, given: Any, answer: Any, tmp_path: Path) -> None:
    made = question(tmp_path, kind, 'choices = ["html", "json"]')
    assert answers.complete(made, {"the_word": given}) == {"the_word": answer}


@pytest.mark.parametrize(
    ("kind", "given", "reason"),
    [
        ("text", "a\nb", "control character"),
        ("text", "\x1b[31m", "control character"),
        ("rule", "/a\0", "control character"),
        ("name", "two words", "not a Python name"),
        ("name", "1st", "not a Python name"),
        ("name", "class", "not a Python name"),
        ("name", "a.b", "not a Python name"),
        ("extensions", "", "letters and digits"),
        ("extensions", "png,", "letters and digits"),
        ("extensions", 'x"', "letters and digits"),
        ("extensions", "tar.gz", "letters and digits"),
        ("size", "0", "a number of bytes"),
        ("size", "5T", "a number of bytes"),
        ("size", "1.5M", "a number of bytes"),
        ("size", "٣", "a number of bytes"),
        ("switch", "yes", "either there or not"),
        ("choice", "xml", "choose one of html, json"),
        ("choice", "JSON", "choose one of html, json"),
        ("methods", "", "'' is not one of"),
        ("methods", "GET,", "'' is not one of"),
        ("methods", "HEAD", "'HEAD' is not one of"),
        ("methods", "FETCH", "'FETCH' is not one of"),
    ],
)
def test_another_is_refused_with_its_flag_and_the_reason(kind: str, given: Any, reason: str, tmp_path: Path) -> None:
    made = question(tmp_path, kind, 'choices = ["html", "json"]')
    with pytest.raises(BadAnswer, match=reason) as caught:
        answers.complete(made, {"the_word": given})
    assert "'--the-word'" in caught.value.message
    assert caught.value.exit_code == 2


def test_a_default_stands_in_and_is_checked_too(tmp_path: Path) -> None:
    assert answers.complete(question(tmp_path, "name", 'default = "x"'), {}) == {"the_word": "x"}
    assert answers.complete(question(tmp_path, "switch", "default = false"), {"the_word": None}) == {"the_word": False}
    with pytest.raises(ScaffoldError):
        answers.complete(question(tmp_path, "name", 'default = "a b"'), {})


def test_a_missing_answer_names_its_flag_and_an_example(tmp_path: Path) -> None:
    made = template(tmp_path, 'example = "scaffold add test /x"\n[[question]]\nname = "rule"\nargument = true\n')
    with pytest.raises(MissingAnswer, match=r"'RULE' is missing\. A complete example: scaffold add test /x") as caught:
        answers.complete(made, {})
    assert caught.value.exit_code == 2


def test_an_answer_nobody_asked_for_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadAnswer, match="component/test does not ask for it"):
        answers.complete(question(tmp_path, "text"), {"the_word": "x", "other": "y"})


def test_a_kind_of_question_that_is_none_is_a_broken_template(tmp_path: Path) -> None:
    with pytest.raises(BadTemplate, match="there is no kind of question 'color'"):
        answers.complete(question(tmp_path, "color"), {"the_word": "x"})


@pytest.mark.parametrize(
    ("when", "asked"),
    [
        ({}, True),
        ({"returns": "json"}, True),
        ({"returns": "html"}, False),
        ({"returns": ["html", "json"]}, True),
        ({"returns": ["html"]}, False),
        ({"returns": "json", "hostile": True}, True),
        ({"returns": "json", "hostile": False}, False),
        ({"nothing": "x"}, False),
        ({"nothing": True}, False),
    ],
)
def test_an_edit_is_made_when_the_answers_are_those_it_asks_for(when: dict[str, Any], asked: bool) -> None:
    assert matches(when, {"returns": "json", "hostile": True}) is asked


def test_pieces_are_joined_for_each_item(tmp_path: Path) -> None:
    made = template(
        tmp_path,
        '[join.parameters]\nof = "variables"\ntext = "[[ name ]]: [[ type ]]"\nwith = ", "\n'
        '[join.first]\nof = "variables"\ntext = "f"\nfirst = true\n[join.none]\nof = "nothing"\ntext = "x"\n',
    )
    variables = [{"name": "a", "type": "str"}, {"name": "b", "type": "[[ int ]]"}]
    assert render.joined(made, {"variables": variables}) == {
        "parameters": "a: str, b: [[ int ]]",
        "first": "f",
        "none": "",
    }
