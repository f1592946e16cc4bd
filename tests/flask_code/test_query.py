"""What a view takes from the query: words that say it, values for its tests, and names that mean something else."""

import keyword

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scaffold.errors import BadAnswer
from scaffold.flask_code import query
from scaffold.flask_code.module import Module
from scaffold.flask_code.source import Source


@pytest.mark.parametrize(
    ("word", "name", "kind", "default", "form"),
    [
        ("q", "q", "str", None, "str_needed"),
        ("q=", "q", "str", "", "str_default"),
        ("q=a=b:c", "q", "str", "a=b:c", "str_default"),
        ("q:str=1", "q", "str", "1", "str_default"),
        ("page:int", "page", "int", None, "int_needed"),
        ("page:int=-01", "page", "int", "-1", "int_default"),
        ("price:float", "price", "float", None, "float_needed"),
        ("price:float=2", "price", "float", "2.0", "float_default"),
        ("price:float=1e-5", "price", "float", "1e-05", "float_default"),
        ("draft:bool", "draft", "bool", None, "bool_needed"),
        ("draft:bool=TRUE", "draft", "bool", "True", "bool_true"),
        ("draft:bool=false", "draft", "bool", "False", "bool_false"),
    ],
)
def test_a_word_says_name_type_and_default(word: str, name: str, kind: str, default: str | None, form: str) -> None:
    found = query.parse([word])[0]

    assert (found.name, found.type, found.default, found.form) == (name, kind, default, form)


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ([""], "a Python name"),
        (["1a"], "a Python name"),
        (["per-page"], "a Python name"),
        (["größe"], "a Python name"),
        (["page:"], "no type ''"),
        (["page:uuid"], "no type 'uuid'; there are str, int, float, bool"),
        (["class"], "a word of Python"),
        (["None"], "a word of Python"),
        (["__debug__"], "a word of Python"),
        (["request"], "would hide 'request'"),
        (["int"], "would hide 'int'"),
        (["page:int="], "must be a whole number"),
        (["page:int=1.5"], "must be a whole number"),
        (["page:int=٣"], "must be a whole number"),
        (["price:float=nan"], "must be a number"),
        (["price:float=inf"], "must be a number"),
        (["price:float=1_0"], "must be a number"),
        (["draft:bool=1"], "must be true or false"),
        (["q", "q:int"], "'q' was asked for already"),
    ],
)
def test_a_word_that_cannot_be_meant_is_refused(words: list[str], reason: str) -> None:
    with pytest.raises(BadAnswer) as raised:
        query.parse(words)

    assert repr(words[-1]) in raised.value.message
    assert reason in raised.value.message


@pytest.mark.parametrize(
    ("words", "variables", "reason"),
    [
        (["name"], {"name"}, "the rule has a variable 'name' already"),
        (["json"], set(), "'json' is imported in 'app.py'"),
        (["page:int"], {"int"}, "the rule's variable 'int' hides"),
    ],
)
def test_a_name_that_means_something_else_there_is_refused(words: list[str], variables: set[str], reason: str) -> None:
    module = Module(Source("app.py", b"import json\n\npage = 1\n"))

    with pytest.raises(BadAnswer) as raised:
        query.of_view(words, variables, module)

    assert reason in raised.value.message


@given(st.lists(st.sampled_from(["a", "b=ada", "c:int", "d:int=8", "e:float", "f:float=2.5", "k:bool", "h:bool=true"])))
def test_what_tests_give_is_no_default_and_never_given_twice(words: list[str]) -> None:
    words = list(dict.fromkeys(words))
    found = query.parse(words)

    assert all(one.value != one.default for one in found)
    plain = [one.value for one in found if one.type != "bool"]
    assert len(set(plain)) == len(plain)
    assert {one.sample for one in found if one.type == "bool"} <= {"true", "false"}
    assert not any(keyword.iskeyword(one.name) for one in found)


def test_a_value_is_encoded_whatever_is_in_it() -> None:
    assert query.encoded("a&b=c d+é/<") == "a%26b%3Dc%20d%2B%C3%A9%2F%3C"
