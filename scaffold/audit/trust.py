"""How many proxies in front an app believes, by its code and its settings, and how many there are."""

import ast
import re
from collections.abc import Iterator

from scaffold.audit import proxies
from scaffold.audit.subject import Subject
from scaffold.changes import Changes
from scaffold.deployment.facts import Facts
from scaffold.flask_code.module import Module, dotted, keyword
from scaffold.template import Template

SETTING = "PROXY_HOPS"
SET = re.compile(rf"""(?:^|[\s"'{{-]){SETTING}["']?\s*[:=]\s*["']?(\d+)\b""")
# In manifests and blueprints the value stands below the name.
NAMED = re.compile(rf"""(?:name|key):\s*["']?{SETTING}["']?\s*$|["']{SETTING}["']\s*:\s*\{{""")
VALUE = re.compile(r"""["']?value["']?\s*:\s*["']?(\d+)""")
BELOW = 4
FILES = (".env", ".yaml", ".yml", ".toml", ".json", ".service", ".conf", ".ini", ".cfg", ".flaskenv", "Procfile")


def facts(subject: Subject) -> Facts | None:
    """Return what is known of the deployment, None without one."""
    return subject.deployment[0][1] if subject.deployment else None


def reads_setting(subject: Subject) -> bool:
    """Tell whether the code takes the number from a setting, as ours does."""
    return any(SETTING.encode() in (subject.code.raw(one.path) or b"") for one in subject.modules)


def settings(subject: Subject) -> Iterator[tuple[str, int, int, set[int]]]:
    """Yield each place outside the code that sets the number, with what it has to be there."""
    if not reads_setting(subject):
        return
    for path in subject.paths:
        if path.endswith(FILES) and proxies.is_own(path):
            text = subject.text(path) or ""
            expected = _expected(subject, path) if SETTING in text else set()
            for line, hops in _set_in(text) if expected else ():
                yield path, line, hops, expected


def _set_in(text: str) -> Iterator[tuple[int, int]]:
    lines = list(proxies.plain(text))
    for index, (number, line) in enumerate(lines):
        if found := SET.search(line):
            yield number, int(found[1])
        elif NAMED.search(line):
            below = (one for one in lines[index + 1 : index + BELOW] if VALUE.search(one[1]))
            for line_of_value, text_of_value in list(below)[:1]:
                found = VALUE.search(text_of_value)
                yield line_of_value, int(found[1]) if found else 0


def _expected(subject: Subject, path: str) -> set[int]:
    """Return how many proxies there may be where the file counts; empty when nobody knows."""
    if subject.deployment:
        own = {int(facts["hops"]) for template, facts in subject.deployment if _brings(template, path)}
        return own or {int(facts["hops"]) for _, facts in subject.deployment}
    proxy = proxies.the_only(subject)
    return {1} if proxy and proxy.is_edge else set()


def _brings(template: Template, path: str) -> bool:
    return any(re.fullmatch(_pattern(one), path) for one in template.files())


def _pattern(unrendered: str) -> str:
    pieces = re.split(r"\{\{.*?\}\}|\{%.*?%\}", unrendered.partition("/")[2] or unrendered)
    return "[^/]*".join(map(re.escape, pieces))


def expected_of_code(subject: Subject) -> int | None:
    """Return how many proxies there are at the most, None when nobody knows."""
    if subject.deployment:
        return max(int(facts["hops"]) for _, facts in subject.deployment)
    proxy = proxies.the_only(subject)
    return 1 if proxy and proxy.is_edge else None


def calls(subject: Subject) -> Iterator[tuple[Module, ast.Call, int]]:
    """Yield each `ProxyFix(...)` that says as a number how many proxies there are."""
    for module, call in uses(subject):
        hops = _literal_hops(call)
        if hops is not None:
            yield module, call, hops


def uses(subject: Subject) -> Iterator[tuple[Module, ast.Call]]:
    """Yield each `ProxyFix(...)`."""
    for module in subject.modules:
        if b"ProxyFix" in module.source.raw:
            for node in ast.walk(module.source.tree):
                if isinstance(node, ast.Call) and dotted(node.func).rpartition(".")[2] == "ProxyFix":
                    yield module, node


def _literal_hops(call: ast.Call) -> int | None:
    if any(one.arg is None for one in call.keywords) or any(isinstance(one, ast.Starred) for one in call.args):
        return None
    given = keyword(call, "x_for") or (call.args[1] if len(call.args) > 1 else None)
    if given is None:
        return 1
    return given.value if isinstance(given, ast.Constant) and type(given.value) is int else None


def put(path: str, line: int, before: int, after: int, changes: Changes) -> None:
    """Plan the line with the right number."""
    lines = (changes.read(path) or b"").splitlines(keepends=True)
    if len(lines) >= line and (SETTING.encode() in lines[line - 1] or b"value" in lines[line - 1]):
        lines[line - 1] = re.sub(rb"\b%d\b(?!.*\b%d\b)" % (before, before), b"%d" % after, lines[line - 1], count=1)
        changes.put(path, b"".join(lines))
