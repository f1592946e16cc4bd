"""What the tests of a view ask for and must see, made of its rules, its query and its methods."""

from typing import Any

import pytest

from scaffold.flask_code import cases, query, rule


def asked(*rules: str, words: tuple[str, ...] = (), methods: tuple[str, ...] = ("GET",), **more: Any) -> cases.Tested:
    read = [rule.parse(text, {"slug"}) for text in rules]
    names = {method: "view" if number == 0 else f"view_{method.lower()}" for number, method in enumerate(methods)}
    return cases.Tested("View", read, query.parse(words), names, {"GET": "view"}, **more)


def found(one: cases.Tested, taken: str = "") -> dict[str, Any]:
    return cases.of_tests(one, lambda url: url == taken)


def test_each_method_and_each_rule_has_a_case() -> None:
    known = found(asked("/a/", "/a/<name>", "/b/<name>", "/c", methods=("GET", "POST"), optional=["name"]))

    assert [(one["method"], one["case"], one["url"]) for one in known["cases"]] == [
        ("get", "view", "/a/"),
        ("get", "view_with_name", "/a/ada"),
        ("get", "view_3", "/b/ada"),
        ("get", "view_4", "/c"),
        ("post", "view_post", "/a/"),
        ("post", "view_post_with_name", "/a/ada"),
        ("post", "view_post_3", "/b/ada"),
        ("post", "view_post_4", "/c"),
    ]
    assert [one["name"] for one in known["cases"][0]["absent"]] == ["name"]


def test_a_rule_without_a_variable_says_so() -> None:
    known = found(asked("/a/<name>", "/a/", optional=["name"]))

    assert [one["case"] for one in known["cases"]] == ["view", "view_without_name"]


def test_a_long_name_is_numbered() -> None:
    known = found(asked("/a/", f"/a/<{'n' * 60}>"))

    assert [one["case"] for one in known["cases"]] == ["view", "view_2"]


def test_a_rule_without_a_sample_has_no_test() -> None:
    known = found(asked("/a/<slug:name>", "/b/<name>", words=("q",)))

    assert [one["url"] for one in known["cases"]] == ["/b/ada?q=ada"]
    assert known["url"] == "/b/ada?q=ada"


def test_nothing_can_be_tested_without_a_sample() -> None:
    known = found(asked("/a/<slug:name>", words=("q", "page:int=1")))

    assert not known["testable"]
    for name in ("cases", "firsts", "fallbacks", "lacking", "hostile_cases", "rejected_urls"):
        assert known[name] == []


def test_what_is_absent_or_malformed_is_asked_for() -> None:
    known = found(asked("/a", words=("q", "n:float", "page:int=1", "word=x")))

    assert [one["url"] for one in known["lacking"][0]["asked"]] == [
        "/a?n=2.5",
        "/a?q=ada",
        "/a?q=ada&n=other",
        "/a?q=ada&n=nan",
        "/a?q=ada&n=inf",
    ]
    assert known["fallbacks"][0]["urls"] == '["/a?q=ada&n=2.5", "/a?q=ada&n=2.5&page=other"]'
    assert [one["text"] for one in known["fallbacks"][0]["shown"]] == ["ada", "2.5", "1", "x"]
    assert known["lacking_url"] == "/a?n=2.5"


def test_what_must_be_true_or_false_is_given_both_ways() -> None:
    known = found(asked("/a", "/b", words=("draft:bool", "on:bool=true")))

    assert [(one["case"], one["url"]) for one in known["cases"]] == [
        ("view", "/a?draft=true&on=false"),
        ("view_2", "/b?draft=true&on=false"),
        ("view_with_false", "/a?draft=false&on=false"),
    ]
    assert [one["text"] for one in known["cases"][2]["shown"]] == ["False", "False"]


def test_each_place_for_html_is_tried_once() -> None:
    known = found(asked("/a/<name>/<path:rest>", "/b/<name>", words=("q", "page:int")))

    assert [one["url"] for one in known["hostile_cases"]] == [
        "/a/%3Cimg%20src=x%20onerror=alert(1)%3E/%3Cscript%3Ealert(%22bad%22)%3C/script%3E"
        "?q=%3Cscript%3Ealert%28%22bad%22%29%3C%2Fscript%3E&page=8",
        "/b/%3Cimg%20src=x%20onerror=alert(1)%3E?q=%3Cscript%3Ealert%28%22bad%22%29%3C%2Fscript%3E&page=8",
    ]
    assert [mark["text"] for mark in known["hostile_cases"][0]["marks"]] == [
        "<img src=x onerror=alert",
        "<script>alert",
    ]
    assert known["hostile_escaped"] == "&lt;img src=x onerror=alert"


def test_a_variable_that_never_reaches_the_view_is_given_and_not_shown() -> None:
    known = found(asked("/<lang>/a", kept=["lang"]))

    assert known["cases"][0]["url"] == "/ada/a"
    assert known["cases"][0]["shown"] == []
    assert not known["hostile"]


@pytest.mark.parametrize(
    ("rules", "taken", "urls"),
    [
        (["/a/<int:n>"], "", ["/a/other", "/a/-7"]),
        (["/a/<int:n>"], "/a/other", ["/a/-7"]),
        (["/a/<int:n>", "/a/<name>"], "", []),
        (["/a/<int:n>-<int:m>"], "", ["/a/other-8", "/a/7-other"]),
        (["/a/<any(x,y):n>/<string(length=2):m>"], "", ["/a/other/gr", "/a/x/aaa", "/a/x/a"]),
    ],
)
def test_what_is_rejected_is_what_nothing_else_takes(rules: list[str], taken: str, urls: list[str]) -> None:
    assert [one["url"] for one in found(asked(*rules), taken)["rejected_urls"]] == urls


def test_what_one_method_rejects_another_may_have_taken_for_its_own() -> None:
    one = asked("/a/<int(max=9):n>", methods=("GET", "POST"))
    known = found(one.changed(endpoints={"GET": "view", "POST": "view_post"}))

    assert [(each["method"], each["url"], each["status"]) for each in known["rejected_urls"]] == [
        ("get", "/a/other", "== 404"),
        ("get", "/a/-7", "== 404"),
        ("get", "/a/10", "== 404"),
        ("post", "/a/other", "== 404"),
        ("post", "/a/-7", "== 404"),
        ("post", "/a/10", "in {404, 405}"),
    ]
