"""What is read from a template without rendering it."""

import pytest

from scaffold.audit.page import Link, Named, Page


def test_the_templates_that_it_names_are_read_with_their_lines() -> None:
    text = "{% extends 'base.html' %}\n{% include ['a.html', 'b.html'] %}\n{% include 'c.html' ignore missing %}"
    assert Page("a.html", text).named == [
        Named(1, ("base.html",), True),
        Named(2, ("a.html", "b.html"), True),
        Named(3, ("c.html",), False),
    ]


def test_its_links_are_read_with_their_lines() -> None:
    text = "<p>\n{{ url_for('home') }}\n{% if a %}{{ url_for('static', filename='a.css') }}{% endif %}{{ url_for(b) }}"
    assert Page("a.html", text).links == [Link(2, "home", None), Link(3, "static", "a.css")]


@pytest.mark.parametrize(
    "text",
    [
        "{% for a in b %}{% break %}{% endfor %}{{ url_for('home') }}",
        "{% do a.append(b) %}{{ url_for('home') }}",
        "{% trans url=url_for('home') %}Go {{ url }}{% endtrans %}",
        "{% macro a() %}{{ url_for('home') }}{% endmacro %}",
        "{% set a = url_for('home') %}",
    ],
)
def test_links_are_read_wherever_they_are(text: str) -> None:
    assert Page("a.html", text).links == [Link(1, "home", None)]


@pytest.mark.parametrize("text", ["{% cache 50 %}{{ a }}{% endcache %}", "{{ a", "{% if %}", "{{ a|}}", "{% endfor %}"])
def test_a_template_that_jinja_alone_cannot_read_says_nothing(text: str) -> None:
    page = Page("a.html", text)
    assert (page.is_read, page.links, page.named, page.computed) == (False, [], [], [])


def test_an_unknown_filter_or_test_is_no_obstacle() -> None:
    assert Page("a.html", "{{ a|unheard_of }}{% if a is unheard_of %}{% endif %}").is_read
