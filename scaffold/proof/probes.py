"""Probes: requests that a template declares, and what a running project must answer to them."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from scaffold import render
from scaffold.fields import Fields
from scaffold.proof import wire
from scaffold.proof.client import Client, Unanswered
from scaffold.proof.wire import Answer
from scaffold.template import matches

if TYPE_CHECKING:
    from scaffold.template import Template

# What a `[[probe]]` may hold, and what the value is; a status may also be an answer's name, so it is checked later.
KEYS: dict[str, type] = {
    "name": str,
    "each": str,
    "request": str,
    "headers": dict,
    "form": dict,
    "files": dict,
    "json": object,
    "body": str,
    "token": str,
    "when": dict,
    "expect": dict,
}
EXPECT: dict[str, type] = {"status": object, "type": str, "contains": list, "lacks": list, "headers": dict}
# Ways to say what is sent: a form may bring files, else there is one of them.
CONTENT = ({"form", "files"}, {"json"}, {"body"})


class Probe(Fields):
    """One request, and what is expected of its answer; everything is rendered."""

    name: str
    method: str
    url: str
    expect: Mapping[str, Any]
    headers: Mapping[str, str] = {}
    content: Mapping[str, Any] = {}
    token: str = ""


def of(template: "Template", answers: Mapping[str, Any]) -> list[Probe]:
    """Return the probes of a template for these answers; raise `BadTemplate` for one that breaks the rules."""
    tables = template.listed("probe")
    for table in tables:
        _check(template, table)
    names = [table["name"] for table in tables]
    for name in names:
        if names.count(name) > 1:
            raise template.broken(f"two of its probes are called '{name}'")
    wanted = [table for table in tables if matches(table.get("when", {}), answers)]
    return [_probe(template, _rendered(table, known, template)) for table in wanted for known in _each(table, answers)]


def _each(table: Mapping[str, Any], answers: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return what a probe is rendered with: the answers, or those and one item of a list among them at a time."""
    if "each" not in table:
        return [answers]
    return [{**answers, **item} for item in answers.get(table["each"], ())]


def _check(template: "Template", table: Mapping[str, Any]) -> None:
    name = table.get("name", "")
    for key in ("name", "request", "expect"):
        if not table.get(key):
            raise template.broken(f"the probe '{name}' has no '{key}'")
    for held, keys in ((table, KEYS), (table["expect"], EXPECT)):
        for key, value in held.items():
            if key not in keys:
                raise template.broken(f"the probe '{name}' has the unknown key '{key}'")
            if not isinstance(value, keys[key]):
                raise template.broken(f"'{key}' of the probe '{name}' is no {keys[key].__name__}")
    for file in table.get("files", {}).values():
        if not isinstance(file, list) or [type(part) for part in file] != [str, str]:
            raise template.broken(f"a file of the probe '{name}' must be a list of its name and its content")
    if len([1 for way in CONTENT if way & table.keys()]) > 1:
        raise template.broken(f"the probe '{name}' says in several ways what is sent")
    if len(table["request"].split(" ", 1)) != 2:
        raise template.broken(f"'request' of the probe '{name}' must be a method and a URL")


def _rendered(value: Any, answers: Mapping[str, Any], template: "Template") -> Any:
    """Return the value with every text in it rendered, however deep."""
    match value:
        case str():
            return render.source(value, answers, template)
        case list():
            return [_rendered(one, answers, template) for one in value]
        case dict():
            return {
                render.source(key, answers, template): _rendered(one, answers, template) for key, one in value.items()
            }
    return value


def _probe(template: "Template", table: Mapping[str, Any]) -> Probe:
    method, url = table["request"].split(" ", 1)
    if not url.startswith("/"):
        raise template.broken(f"the URL of the probe '{table['name']}' does not begin with '/'")
    content = {key: table[key] for key in ("form", "files", "json", "body") if key in table}
    return Probe(
        table["name"],
        method,
        url,
        {**table["expect"], "status": _status(template, table)},
        headers=table.get("headers", {}),
        content=content,
        token=table.get("token", ""),
    )


def _status(template: "Template", table: Mapping[str, Any]) -> int | list[int]:
    """Return the status; several where a proxy may refuse before the app does."""
    # An answer decides it, or the template does.
    said = table["expect"].get("status", 200)
    several = [str(one) for one in (said if isinstance(said, list) else [said])]
    if not several or not all(one.isdigit() for one in several):
        raise template.broken(f"'status' of the probe '{table['name']}' is no int")
    numbers = list(map(int, several))
    return numbers if isinstance(said, list) else numbers[0]


def ask(way: wire.Client, probe: Probe, headers: Mapping[str, str] | None = None) -> list[str]:
    """Send a probe to a running project, and return what is wrong with the answer, a sentence each.

    The headers go along with every request, as those of a proxy would.
    """
    return [f"{probe.name}: {problem}" for problem in problems(way, probe, headers)]


def problems(way: wire.Client, probe: Probe, headers: Mapping[str, str] | None = None) -> list[str]:
    """Do the same for somebody who knows which probe it is."""
    client = Client(way, headers or {})
    try:
        token = client.token(probe.token) if probe.token else ""
        answer = client.send(probe.method, probe.url, probe.headers, probe.content, token)
    except Unanswered as error:
        return [str(error)]
    return [f"{probe.method} {probe.url} {problem}." for problem in _problems(probe.expect, answer, client)]


def expectation(probe: Probe) -> str:
    """Return what must be true of the answer, a line each."""
    expect = probe.expect
    lines = [f"status {_shown(expect['status'])}", *([f"the type {expect['type']}"] if "type" in expect else [])]
    lines += [f"'{text}' in it" for text in expect.get("contains", ())]
    lines += [f"no '{text}' in it" for text in expect.get("lacks", ())]
    for name, value in expect.get("headers", {}).items():
        said = f"{'some' if value else 'no'} header '{name}'" if isinstance(value, bool) else f"{name}: {value}"
        lines.append(said)
    return "\n".join(lines)


def _shown(status: int | list[int]) -> str:
    return " or ".join(map(str, status)) if isinstance(status, list) else str(status)


def _problems(expect: Mapping[str, Any], answer: Answer, client: Client) -> Iterator[str]:
    wanted = expect["status"]
    if answer.status not in (wanted if isinstance(wanted, list) else [wanted]):
        yield f"was answered with the status {answer.status}, not {_shown(wanted)}"
    kind = answer.headers.get("Content-Type", "").partition(";")[0].strip()
    if "type" in expect and kind != expect["type"]:
        yield f"was answered with '{kind}', not with '{expect['type']}'"
    for text in expect.get("contains", ()):
        if text not in answer.text:
            yield f"was answered without '{text}'"
    for text in expect.get("lacks", ()):
        if text in answer.text:
            yield f"was answered with '{text}' in it"
    for name, value in expect.get("headers", {}).items():
        yield from _header(name, value, answer.headers.get_all(name, []), client)


def _header(name: str, expected: str | bool, held: list[str], client: Client) -> Iterator[str]:
    """Find what is wrong with a header: `false` stands for none, `true` for any, a text for its parts in any order.

    A part that ends in "=" stands for one with any value.
    """
    if isinstance(expected, bool):
        if expected != bool(held):
            yield f"was answered {'without' if expected else 'with'} the header '{name}'"
    elif not any(_holds(_parts(value, client), _parts(expected, client)) for value in held):
        yield f"was answered with the header '{name}' as {held}, not as '{expected}'"


def _holds(held: set[str], wanted: set[str]) -> bool:
    return all(part in held or (part.endswith("=") and any(one.startswith(part) for one in held)) for part in wanted)


def _parts(value: str, client: Client) -> set[str]:
    return {client.path(part.strip()) for part in value.replace(";", ",").split(",")}
