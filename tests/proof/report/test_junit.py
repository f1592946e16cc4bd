"""JUnit XML keeps the schema of Ant, the strictest of those that are about, and with it that of Jenkins."""

import re
from collections.abc import Iterator
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest

from scaffold.proof.report import junit
from scaffold.proof.result import FAILED, NOT_PROVED, PROVED, Report, Result
from tests.proof.report import samples

COUNT, TIME, ANY, SOME = r"\d+", r"\d+\.\d+", r"(?s).*", r"(?s).+"
STAMP = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d"
# Each element: its attributes, and what stands in it, in this order.
SHAPES: dict[str, tuple[dict[str, str], str]] = {
    "testsuites": ({}, "(testsuite )*"),
    "testsuite": (
        {
            "name": SOME,
            "package": SOME,
            "id": COUNT,
            "tests": COUNT,
            "failures": COUNT,
            "errors": COUNT,
            "skipped": COUNT,
            "time": TIME,
            "timestamp": STAMP,
            "hostname": SOME,
        },
        "properties (testcase )*system-out system-err ",
    ),
    "properties": ({}, "(property )*"),
    "property": ({"name": SOME, "value": ANY}, ""),
    "testcase": ({"name": SOME, "classname": SOME, "time": TIME}, "(skipped |error |failure )?"),
    "failure": ({"message": SOME, "type": SOME}, ""),
    "skipped": ({"message": SOME}, ""),
    "system-out": ({}, ""),
    "system-err": ({}, ""),
}


def problems(element: Element) -> Iterator[str]:
    """Find what breaks the schema."""
    attributes, inside = SHAPES[element.tag]
    if set(attributes) != set(element.attrib):
        yield f"{element.tag} has the attributes {sorted(element.attrib)}"
    for name, shape in attributes.items():
        if not re.fullmatch(shape, element.get(name, "")):
            yield f"{name} of {element.tag} is {element.get(name)!r}"
    if not re.fullmatch(inside, "".join(f"{one.tag} " for one in element)):
        yield f"{element.tag} holds {[one.tag for one in element]}"
    for one in element:
        yield from problems(one)


def parsed(report: Report) -> Element:
    return ElementTree.fromstring(junit.xml(report).encode())


@pytest.mark.parametrize(
    "report",
    [samples.proved(), samples.failed(), samples.not_proved(), samples.mixed(), samples.empty()],
    ids=["proved", "failed", "not proved", "mixed", "empty"],
)
def test_it_keeps_the_schema(report: Report) -> None:
    root = parsed(report)

    assert root.tag == "testsuites"
    assert not list(problems(root))
    names = [(one.get("classname"), one.get("name")) for one in root.iter("testcase")]
    assert len(names) == len(set(names)) == len(report.results)
    for suite in root:
        assert suite.get("tests") == str(len(suite.findall("testcase")))
        assert suite.get("failures") == str(len(suite.findall("testcase/failure")))
        assert suite.get("skipped") == str(len(suite.findall("testcase/skipped")))


def test_a_failure_tells_what_to_do() -> None:
    (suite,) = [one for one in parsed(samples.failed()) if one.get("name") == "gunicorn"]
    (case,) = [one for one in suite.iter("testcase") if one.find("failure") is not None]
    failure = case.find("failure")

    assert case.get("classname") == "shop.gunicorn"
    assert failure is not None
    assert failure.get("message") == "GET /orders/1 is answered with 500."
    said = failure.text or ""
    assert "Expected: a status below 500\nGot: the status 500\n" in said
    assert "KeyError: 1" in said
    assert said.endswith("Again: scaffold test --server gunicorn --only every-route-answers")


def test_what_was_not_proved_is_skipped_with_its_reason() -> None:
    (suite,) = [one for one in parsed(samples.not_proved()) if one.get("name") == "gunicorn behind nginx"]
    reasons = {one.get("message") for one in suite.iter("skipped")}

    assert suite.get("skipped") == "25"
    assert reasons == {"nginx is not on this machine. sudo apt-get install nginx"}


def test_a_dot_in_a_name_is_no_package_of_its_own() -> None:
    one = Result("server", "x", PROVED, 0.1, subject="a.b 1.2")

    (case,) = parsed(samples.report([one])).iter("testcase")

    assert case.get("classname") == "shop.a_b 1_2"


@pytest.mark.parametrize("outcome", [FAILED, NOT_PROVED, PROVED])
def test_nothing_that_xml_forbids_is_in_it(outcome: str) -> None:
    text = junit.xml(samples.hostile(outcome))
    root = ElementTree.fromstring(text.encode())

    assert text.isascii()
    assert all(one >= " " or one == "\n" for one in text)
    assert root.find("script") is None
    assert [one for one in problems(root) if not one.startswith("timestamp")] == []
    assert root[0].get("name") == samples.HARM.encode("unicode_escape").decode().replace("\\\\", "\\")


def test_letters_stay() -> None:
    one = Result("server", "größe-世界", FAILED, 0.1, subject="gunicorn", why="Zu groß.")

    (case,) = parsed(samples.report([one])).iter("testcase")

    assert case.get("name") == "größe-世界"
