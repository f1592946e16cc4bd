"""The report as a page: complete, self-contained, and deaf to what a project puts into it."""

import re
from base64 import b64encode
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from html.parser import HTMLParser
from typing import Any

import pytest

from scaffold.proof.report import page
from scaffold.proof.result import FAILED, NOT_PROVED, PROVED, Report, Result, Screenshot
from tests.proof.report import samples

VOID = {"meta", "link", "img", "br", "input"}
TAGS = {
    *("html", "head", "meta", "title", "link", "style", "body", "svg", "symbol", "use", "circle", "path", "rect"),
    *("header", "footer", "nav", "main", "section", "article", "div", "h1", "h2", "h3", "h4", "p", "ul", "li", "dl"),
    *("dt", "dd", "table", "thead", "tbody", "tr", "th", "td", "a", "span", "b", "strong", "small", "pre", "code"),
    *("details", "summary", "img", "time"),
}
# What may ask for something, or do something.
ASKING = {"src", "href", "srcset", "action", "data", "poster", "style", "background", "ping", "formaction"}


class Read(HTMLParser):
    """What a page holds: its elements in order, each with its attributes and all the text in it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str], list[str]]] = []
        self._open: list[tuple[str, list[str]]] = []
        self.feed(text)
        self.close()
        assert not self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}, []))
        if tag not in VOID:
            self._open.append((tag, self.elements[-1][2]))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}, []))

    def handle_endtag(self, tag: str) -> None:
        opened, _ = self._open.pop()
        assert opened == tag

    def handle_data(self, data: str) -> None:
        for _, text in self._open:
            text.append(data)

    def texts(self, tag: str, **having: str) -> list[str]:
        """Return the text of each element with this tag and these attributes."""
        return [" ".join("".join(text).split()) for _, text in self._all(tag, **having)]

    def attributes(self, tag: str, **having: str) -> list[dict[str, str]]:
        return [attributes for attributes, _ in self._all(tag, **having)]

    def _all(self, tag: str, **having: str) -> list[tuple[dict[str, str], list[str]]]:
        wanted = {name.rstrip("_"): value for name, value in having.items()}
        return [
            (attributes, text)
            for name, attributes, text in self.elements
            if name == tag and wanted.items() <= attributes.items()
        ]


def read(report: Report) -> Read:
    return Read(page.html(report))


EVERY = [samples.proved, samples.failed, samples.not_proved, samples.mixed, samples.hostile, samples.empty]


@pytest.mark.parametrize("make", EVERY)
def test_it_asks_for_nothing_and_runs_nothing(make: Callable[[], Report]) -> None:
    made = read(replace(make(), screenshots=[Screenshot("/", 320, "dark", b"\x89PNG")]))

    assert {tag for tag, _, _ in made.elements} <= TAGS
    for tag, attributes, _ in made.elements:
        for name, value in attributes.items():
            assert not name.startswith("on"), tag
            assert name not in ASKING or value.startswith(("#", "data:image/")), value


@pytest.mark.parametrize("make", EVERY)
def test_every_link_leads_somewhere(make: Callable[[], Report]) -> None:
    made = read(make())
    ids = [attributes["id"] for _, attributes, _ in made.elements if "id" in attributes]

    assert len(ids) == len(set(ids))
    for _, attributes, _ in made.elements:
        if attributes.get("href", "").startswith("#"):
            assert attributes["href"][1:] in ids
        assert attributes.get("aria-labelledby", ids[0]) in ids


def test_its_policy_lets_in_its_own_style_and_nothing_else() -> None:
    made = read(samples.mixed())
    (policy,) = [one["content"] for one in made.attributes("meta") if "http-equiv" in one]
    (style,) = ["".join(text) for tag, _, text in made.elements if tag == "style"]

    assert "default-src 'none'" in policy
    assert f"style-src 'sha256-{b64encode(sha256(style.encode()).digest()).decode()}'" in policy
    assert "unsafe" not in policy
    assert "http" not in style
    assert "url(" not in style


@pytest.mark.parametrize("outcome", [FAILED, NOT_PROVED, PROVED])
@pytest.mark.parametrize("subject", [samples.HARM, ""], ids=["hostile", "none"])
@pytest.mark.parametrize("field", [*Result._fields, *Report.__dataclass_fields__])
def test_what_looks_like_html_is_shown(field: str, subject: str, outcome: str) -> None:
    harm = "<script>alert(1)</script><img src=x onerror=alert(1)>\"' onload=alert(1) {{ 7 * 7 }}\x1b\0"
    log = [harm]
    given: dict[str, Any] = {"step": "server", "name": "x", "outcome": outcome, "seconds": 0.1, "subject": subject}
    if field in Result._fields and field not in ("outcome", "seconds"):
        given[field] = log if field == "log" else harm
    report = samples.report([Result(**given)], [Screenshot(harm, 320, "light", b"\x89PNG")])
    if field in ("project", "root", "command", "python", "began"):
        report = Report(**{**vars(report), field: harm})

    text = page.html(report)
    made = Read(text)

    assert "<script" not in text
    assert "<img src=x" not in text
    assert "\x1b" not in text
    assert {tag for tag, _, _ in made.elements} <= TAGS
    assert not [attributes for _, attributes, _ in made.elements for name in attributes if name.startswith("on")]
    assert "49" not in text.partition("</style>")[2]


def test_the_verdict_comes_first() -> None:
    assert read(samples.proved()).texts("h1") == ["All 82 were proved"]
    assert read(samples.failed()).texts("h1") == ["3 of 82 failed"]
    assert read(samples.not_proved()).texts("h1") == ["26 of 57 could not be proved"]
    assert read(samples.empty()).texts("h1") == ["Nothing was looked at"]
    assert read(samples.failed()).texts("title") == ["3 of 82 failed · shop"]


def test_a_failure_is_told_whole() -> None:
    made = read(samples.failed())
    articles = made.texts("article", class_="block failed")

    assert len(articles) == 3
    for said in ("every-route-answers", "GET /orders/1 is answered with 500.", "a status below 500", "KeyError: 1"):
        assert said in articles[0]
    commands = made.texts("code", class_="command")
    assert commands.count("scaffold test --server gunicorn --only every-route-answers") == 2


def test_the_matrix_has_a_cell_for_each_check_of_each_that_ran() -> None:
    report = samples.mixed()
    made = read(report)
    cells = [one["title"] for one in made.attributes("td") if "title" in one]

    assert made.texts("th", scope="col")[:4] == [*samples.SUBJECTS, "gunicorn behind apache nginx"]
    assert len(cells) == 4 * len(samples.CHECKS)
    assert "gunicorn behind nginx, too-much-is-refused: failed" in cells
    # A shape and a word: the colour is the last of it.
    assert len(made.attributes("use", href="#mark-failed")) >= 3 + 3
    assert made.texts("td", class_="failed") == ["failed 0.70 s", "failed 2.2 s", "failed 9.1 s"]


def test_a_cell_leads_to_what_is_known() -> None:
    made = read(samples.mixed())
    failures = [one["id"] for one in made.attributes("article", class_="block failed")]
    missing = [one["id"] for one in made.attributes("article", class_="block not-proved")]
    links = [one["href"][1:] for one in made.attributes("a") if re.match(r"#[rm]\d", one["href"])]

    assert sorted(links) == sorted([*failures, *missing * 25])


def test_what_was_not_asked_has_no_mark() -> None:
    results = [
        Result("server", "a", PROVED, 0.1, subject="gunicorn"),
        Result("proxy", "b", PROVED, 0.1, subject="gunicorn behind nginx"),
    ]

    made = read(samples.report(results))

    assert made.texts("td", class_="nothing") == ["-", "-"]


def test_the_pictures_are_in_it() -> None:
    pictures = [Screenshot("/a?b=<c>", width, scheme, b"PNG") for width in (1280, 320) for scheme in ("dark", "light")]

    made = read(samples.report([samples.STEPS[0]], pictures))

    assert [one["src"] for one in made.attributes("img")] == ["data:image/png;base64,UE5H"] * 4
    assert {one["loading"] for one in made.attributes("img")} == {"lazy"}
    shown = ["320 px wide, light", "320 px wide, dark", "1280 px wide, light", "1280 px wide, dark"]
    assert made.texts("summary") == shown
    assert "/a?b=<c>" in made.texts("h3")


def test_a_megabyte_is_cut() -> None:
    assert len(page.html(samples.endless())) < 150_000
