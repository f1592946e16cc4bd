"""A report as JUnit XML, which GitLab, Jenkins and the actions of GitHub show beside a change.

There is no one schema: what is written keeps that of Ant, which is the strictest, and so that of Jenkins.
"""

from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from scaffold.proof.report import summary, texts
from scaffold.proof.report.summary import Row
from scaffold.proof.result import FAILED, NOT_PROVED, Report, Result

LOG = 200


def xml(report: Report) -> str:
    """Return the document: a suite for each row of the table, a case for each result."""
    root = Element("testsuites")
    for number, row in enumerate(summary.rows(report)):
        _suite(root, number, row, report)
    ElementTree.indent(root)
    # Every letter but those of ASCII is a reference, so that it reads the same however it is written to a file.
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ElementTree.tostring(root, encoding="us-ascii").decode()}\n'


def _suite(root: Element, number: int, row: Row, report: Report) -> None:
    attributes = {
        "name": texts.line(row.name),
        "package": texts.line(report.project),
        "id": str(number),
        "tests": str(len(row.results)),
        "failures": str(row.count(FAILED)),
        "errors": "0",
        "skipped": str(row.count(NOT_PROVED)),
        "time": _seconds(row.seconds),
        # The schema knows no time zone.
        "timestamp": texts.line(report.began)[:19],
        # It tells nothing of the machine: such files are attached to pages that anybody reads.
        "hostname": "localhost",
    }
    suite = SubElement(root, "testsuite", attributes)
    properties = SubElement(suite, "properties")
    for name, value in (("python", report.python), ("command", report.command)):
        SubElement(properties, "property", {"name": name, "value": texts.line(value)})
    for result in row.results:
        _case(suite, result, report)
    SubElement(suite, "system-out")
    SubElement(suite, "system-err")


def _case(suite: Element, result: Result, report: Report) -> None:
    # A dot ends a package in the eyes of Jenkins: only the one between the two may stay.
    parts = (texts.line(part).replace(".", "_") for part in (report.project, summary.row_of(result)))
    names = {"classname": ".".join(parts), "name": texts.line(result.name), "time": _seconds(result.seconds)}
    case = SubElement(suite, "testcase", names)
    if result.outcome == FAILED:
        said = SubElement(case, "failure", {"message": texts.line(_message(result)), "type": texts.line(result.step)})
        said.text = _told(result)
    elif result.outcome == NOT_PROVED:
        advice = f" {result.command}" if result.command else ""
        SubElement(case, "skipped", {"message": texts.line(f"{result.why or 'Not proved.'}{advice}")})


def _message(result: Result) -> str:
    return result.why or f"expected {result.expected}, got {result.got}"


def _told(result: Result) -> str:
    """Return all there is about a failure, as a text."""
    parts = [
        ("Why", result.why),
        ("Guards against", result.guards),
        ("Request", result.request),
        ("Expected", result.expected),
        ("Got", result.got),
        ("Log", "\n".join(texts.last(list(result.log), LOG))),
        ("Again", result.command),
    ]
    return "\n".join(f"{label}: {texts.cut(value, 300, 20_000)}" for label, value in parts if value)


def _seconds(seconds: float) -> str:
    return f"{seconds:.3f}"
