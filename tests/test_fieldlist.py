"""Fields are typed as words, and a word that is none is refused with the reason."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scaffold import fieldlist
from scaffold.errors import BadAnswer

TYPES = ["str", "email", "int", "choice"]


@pytest.mark.parametrize(
    ("word", "field"),
    [
        ("name", {"name": "name", "label": "Name", "type": "str", "required": True, "choices": []}),
        ("first_name:str", {"label": "First name", "type": "str"}),
        ("email:email?", {"type": "email", "required": False}),
        ("email?", {"name": "email", "type": "str", "required": False}),
        ("size:choice(small,large)", {"type": "choice", "choices": ["small", "large"]}),
        ("size:choice( very small , x-large )?", {"choices": ["very small", "x-large"], "required": False}),
        ("a1:int", {"name": "a1", "type": "int"}),
    ],
)
def test_a_word_is_a_field(word: str, field: dict[str, object]) -> None:
    [found] = fieldlist.parsed([word], TYPES, "FIELDS").values()
    assert field.items() <= found.items()


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ([""], "write it as"),
        (["?"], "write it as"),
        ([":str"], "write it as"),
        (["1st"], "write it as"),
        (["Name"], "write it as"),
        (["first-name"], "write it as"),
        (["_hidden"], "write it as"),
        (["caf\xe9"], "write it as"),
        (["a b"], "write it as"),
        (["a:str:int"], "write it as"),
        (["a:str??"], "write it as"),
        (["a:"], "write it as"),
        (["a:str\n"], "write it as"),
        (["class"], "means something in Python"),
        (["id"], "means something in Python"),
        (["a", "data:str"], "means something else there"),
        (["a:strange"], "'strange' is not one of str, email, int, choice"),
        (["a", "b", "a:int"], "two fields 'a'"),
        (["a:choice"], "say what can be chosen"),
        (["a:choice()"], "say what can be chosen"),
        (["a:choice(x,)"], "say what can be chosen"),
        (["a:choice(x,x)"], "say what can be chosen"),
        (["a:str(x)"], "only 'choice'"),
        (["a:choice(x,<b>)"], "a choice is made of"),
        (['a:choice(x,")'], "a choice is made of"),
    ],
)
def test_a_word_that_is_none_is_refused(words: list[str], reason: str) -> None:
    with pytest.raises(BadAnswer, match=reason):
        fieldlist.parsed(words, TYPES, "FIELDS", ["data"])


def test_the_order_is_kept_and_without_types_any_is_taken() -> None:
    found = fieldlist.parsed(["z:uuid", "a", "m:x?"], (), "FIELDS")
    assert list(found) == ["z", "a", "m"]
    assert [field["type"] for field in found.values()] == ["uuid", "str", "x"]


@given(st.lists(st.text("ab_:?(),str 1\n", max_size=9), max_size=4))
def test_any_words_are_fields_or_refused(words: list[str]) -> None:
    try:
        found = fieldlist.parsed(words, TYPES, "FIELDS")
    except BadAnswer:
        return
    for name, field in found.items():
        assert name.isidentifier()
        assert field["type"] in TYPES
        again = f"{name}:{field['type']}" + (f"({','.join(field['choices'])})" if field["choices"] else "")
        assert fieldlist.parsed([again + "?" * (not field["required"])], TYPES, "")[name] == field
