"""A view's name says what its rule says, and never means something already."""

import builtins
import keyword

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from scaffold.flask_code import facts, names, rule
from scaffold.flask_code.module import Module
from scaffold.flask_code.source import Source


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("/", "index"),
        ("/about", "about"),
        ("/user/<username>", "user"),
        ("/post/<int:post_id>/edit", "post_edit"),
        ("/<username>", "username"),
        ("/<a>/<int:b>", "a_b"),
        ("/About-Us.html", "about_us_html"),
        ("/2024/news", "view_2024_news"),
        ("/class", "view_class"),
        ("/Größe", "große".replace("ß", "").replace("ö", "o")),
        ("/日本/<page>", "page"),
        ("/日本", "index"),
        ("/a-rather-long/rule-with/many-words/that-go-on/and-on", "a_rather_long_rule_with_many_words_that"),
    ],
)
def test_a_name_is_made_from_the_rule(text: str, name: str) -> None:
    assert names.suggested(rule.parse(text)) == name


def test_a_value_with_quotes_is_still_a_text_of_python() -> None:
    assert eval(facts.shown("word", "str", 'a "b\\')["json"]) == 'a "b\\'


@pytest.mark.parametrize(
    ("name", "method", "view"),
    [
        ("note", "POST", "note_post"),
        ("post", "POST", "post_create"),
        ("blog_post", "POST", "blog_post_create"),
        ("post", "PUT", "post_put"),
        ("output", "PUT", "output_put"),
        ("put", "PUT", "put_replace"),
        ("patch", "PATCH", "patch_update"),
        ("confirm_delete", "DELETE", "confirm_delete_remove"),
        ("get", "GET", "get_show"),
    ],
)
def test_a_method_is_said_once(name: str, method: str, view: str) -> None:
    assert names.of_method(name, method) == view
    assert names.of_methods(name, ["HEAD", method], together=False)[method] == view


MODULE = Module(Source("app.py", b"import json\n\n\ndef users():\n    about = print(news)\n"))
WORDS = st.one_of(
    st.text(st.characters(exclude_categories=["C", "Z"], exclude_characters="<>?#/%"), min_size=1, max_size=8),
    st.sampled_from(
        ["users", "about", "news", "json", "print", "class", "None", "g", "request", "list", "2024", "é", "_"]
    ),
)


@settings(max_examples=10_000, deadline=None, derandomize=True, database=None)
@given(words=st.lists(WORDS, min_size=1, max_size=3), methods=st.sampled_from([["GET"], ["GET", "POST"]]))
def test_a_name_is_always_one_that_means_nothing_yet(words: list[str], methods: list[str]) -> None:
    assume(not any(word in (".", "..") for word in words))
    base = names.suggested(rule.parse("/" + "/".join(words)))
    taken = names.Taken(MODULE, {"static", "users_post"}, {"about_post"})

    for view in names.free(base, methods, False, taken).values():
        assert view.isidentifier()
        assert not keyword.iskeyword(view)
        assert not hasattr(builtins, view)
        assert view not in {"users", "about", "news", "json", "static", "users_post", "about_post", "request", "g"}
