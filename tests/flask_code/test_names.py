"""A view's name says what its rule says, and never means something already."""

import pytest

from scaffold.flask_code import facts, names, rule


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
    known = facts.of_rule(rule.parse("/<any('a \"b\\\\'):word>"))["variables"][0]

    assert eval(known["shown"]) == 'a "b\\\\'
