"""What the tests of a view ask for, and what they must see: one case for each test, with the names it is made of."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any

from scaffold.fields import Fields
from scaffold.flask_code import facts
from scaffold.flask_code import rule as rules
from scaffold.flask_code.query import Query, encoded
from scaffold.flask_code.rule import Rule, Variable

# A longer name, with what tests put behind it, would make their first lines too long.
LONGEST = 58
TOKEN = re.compile(r"[\w.-]+", re.ASCII)
Case = dict[str, Any]


class Tested(Fields):
    """A view that is to be tested: its rules with their prefix, its query, and the name of each method's tests.

    `optional` names the variables that not every rule has, `kept` those that never reach the view, and `branches` the
    methods that a view for several tells from the first.
    """

    title: str
    rules: Sequence[Rule]
    queries: Sequence[Query]
    tests: Mapping[str, str]
    endpoints: Mapping[str, str]
    optional: Collection[str] = ()
    kept: Collection[str] = ()
    branches: Collection[str] = ()

    @property
    def testable(self) -> list[tuple[str, Rule]]:
        """Return the rules for which a URL is known, each with what tells its tests from those of the first."""
        found: list[tuple[str, Rule]] = []
        for rule in self.rules:
            if rule.sample_url is not None:
                found.append((_suffix(rule, found[0][1], len(found) + 1) if found else "", rule))
        return found

    @property
    def needed(self) -> list[Query]:
        """Return what the query must hold."""
        return [one for one in self.queries if one.default is None]

    def url(self, rule: Rule, given: Mapping[str, str] | None = None) -> str:
        """Return a URL of the rule, with these texts in the query; with what it must hold when none are said."""
        texts = {one.name: one.sample for one in self.needed} if given is None else given
        query = "&".join(f"{name}={encoded(text)}" for name, text in texts.items())
        return f"{rule.sample_url}?{query}" if query else str(rule.sample_url)

    def named(self, name: str, suffix: str, number: int) -> str:
        """Return what the tests of one rule are called."""
        return f"{name}{suffix}" if len(f"{name}{suffix}") <= LONGEST else f"{name}_{number}"


def of_tests(tested: Tested, taken: Callable[[str], bool]) -> dict[str, Any]:
    """Return the answers for tests; `taken` tells whether another route might answer a URL."""
    found = tested.testable
    rejected = [one for one in _rejected(tested) if not taken(one["url"])]
    hostile = list(_hostile(tested))
    lacking = list(_lacking(tested)) if found else []
    return {
        "testable": bool(found),
        "url": tested.url(found[0][1]) if found else "",
        "cases": list(_cases(tested)),
        "firsts": list(_firsts(tested)) if found else [],
        "fallbacks": list(_fallbacks(tested)) if found else [],
        "lacking": lacking,
        "lacking_url": lacking[0]["asked"][0]["url"] if lacking else "",
        "needs_query": bool(lacking),
        "hostile_cases": hostile,
        **_first_hostile(hostile),
        "rejects": bool(rejected),
        "rejected_url": rejected[0]["url"] if rejected else "",
        "rejected_urls": rejected,
    }


def _suffix(rule: Rule, first: Rule, number: int) -> str:
    """Return what tells the tests of a rule from those of the first: the variables that only one of them has."""
    own, other = ([one.name for one in each.variables] for each in (rule, first))
    if more := [name for name in own if name not in other]:
        return f"_with_{'_'.join(more)}"
    less = [name for name in other if name not in own]
    return f"_without_{'_'.join(less)}" if less else f"_{number}"


def _cases(tested: Tested) -> Iterator[Case]:
    """Yield a case for each method and rule: everything is given, and everything is shown.

    What must be either true or false is given both ways.
    """
    given = {one.name: one.sample for one in tested.queries}
    values = {one.name: one.value for one in tested.queries}
    switches = [one.name for one in tested.needed if one.type == "bool"]
    for method, name in tested.tests.items():
        used: set[str] = set()
        for number, (suffix, rule) in enumerate(tested.testable, 1):
            case = tested.named(name, suffix if suffix not in used else f"_{number}", number)
            used.add(suffix)
            yield _case(tested, method, case, rule, values) | {"url": tested.url(rule, given)}
        if switches and tested.testable:
            rule = tested.testable[0][1]
            off, shown = (dict.fromkeys(switches, word) for word in ("false", "False"))
            url = tested.url(rule, {**given, **off})
            yield _case(tested, method, f"{name}_with_false", rule, {**values, **shown}) | {"url": url}


def _firsts(tested: Tested) -> Iterator[Case]:
    """Yield a case for each method, of the first rule alone."""
    for method, name in tested.tests.items():
        endpoint = tested.endpoints.get(method) or next(iter(tested.endpoints.values()))
        url = tested.url(tested.testable[0][1])
        yield {"method": method.lower(), "case": name, "url": url, "endpoint": endpoint}


def _fallbacks(tested: Tested) -> Iterator[Case]:
    """Yield a case for each method: what is absent or malformed is shown as its default."""
    given = {one.name: one.sample for one in tested.needed}
    values = {one.name: one.value if one.default is None else one.default for one in tested.queries}
    spare = [one for one in tested.queries if one.default is not None]
    rule = tested.testable[0][1]
    wrong = [{**given, one.name: text} for one in spare for text in one.malformed]
    urls = [tested.url(rule, texts) for texts in (given, *wrong)]
    for method, name in tested.tests.items() if spare else ():
        yield _case(tested, method, name, rule, values) | {"urls": facts.listed(urls)}


def _lacking(tested: Tested) -> Iterator[Case]:
    """Yield a case for each method: what must be given is absent or malformed."""
    given = {one.name: one.sample for one in tested.needed}
    rule = tested.testable[0][1]
    urls = []
    for one in tested.needed:
        urls.append(tested.url(rule, {name: text for name, text in given.items() if name != one.name}))
        urls += [tested.url(rule, {**given, one.name: text}) for text in one.malformed]
    for method, name in tested.tests.items() if urls else ():
        yield {"method": method.lower(), "case": name, "asked": _asked(method, urls)}


def _asked(method: str, urls: Sequence[str]) -> list[dict[str, str]]:
    return [{"method": method.lower(), "url": url} for url in urls]


def _case(tested: Tested, method: str, case: str, rule: Rule, values: Mapping[str, str]) -> Case:
    """Return what is shown of the variables and of the query, in the order of `facts.of_values`."""
    there = [one for one in rule.variables if one.name not in tested.kept]
    always, optional = ([one for one in there if (one.name in tested.optional) is side] for side in (False, True))
    query = [facts.shown(one.name, one.type, values[one.name]) for one in tested.queries]
    absent = [one for one in tested.optional if one not in {each.name for each in there}]
    first, last = (list(map(_shown, _ordered(tested, ones))) for ones in (always, optional))
    shown = [*first, *query, *last]
    branched = method in tested.branches
    key = facts.method_key([one["name"] for one in shown])
    return {
        "method": method.lower(),
        "case": case,
        "shown": shown,
        **_sent(tested, [one["raw"] for one in first + last]),
        "absent": [facts.shown(name, "str", "") for name in absent],
        "shown_members": [
            *facts.title_member(tested.title, [one["name"] for one in shown] + absent),
            *shown,
            *({"name": name, "json": "None"} for name in absent),
            *([{"name": key, "json": facts.quoted(method)}] if branched else []),
        ],
        "branch": [{"method": method}] if branched else [],
        "unbranched": [{}] if tested.branches and not branched else [],
    }


def _sent(tested: Tested, values: Sequence[str]) -> dict[str, str]:
    """Return the path of the file that the values name, and how the header begins that names it to a browser."""
    path = "/".join(values) or "index"
    valued = any(one.name not in tested.kept for rule in tested.rules for one in rule.variables)
    name = path.rpartition("/")[2] if valued else next(iter(tested.tests.values()))
    # Other names are quoted, or encoded.
    plain = f"{name}.txt" if TOKEN.fullmatch(name) else ""
    return {"path": path, "disposition": f"attachment; filename={plain}"}


def _ordered(tested: Tested, variables: Sequence[Variable]) -> list[Variable]:
    """Return the variables in the order in which all rules together name them first."""
    order = list(dict.fromkeys(one.name for rule in tested.rules for one in rule.variables))
    return sorted(variables, key=lambda one: order.index(one.name))


def _shown(variable: Variable) -> dict[str, str]:
    return facts.shown(variable.name, variable.type, variable.value or "")


def _hostile(tested: Tested) -> Iterator[Case]:
    """Yield a case for each method and each rule that can be given HTML; the query's goes with the first rule."""
    query = [one.hostile for one in tested.queries if one.hostile]
    for method, name in tested.tests.items():
        for number, (suffix, rule) in enumerate(tested.testable, 1):
            path = [one.hostile for one in rule.variables if one.hostile and one.name not in tested.kept]
            marks = [_mark(text) for text in dict.fromkeys([*path, *(query if number == 1 else [])]) if text]
            if marks:
                case = {"method": method.lower(), "case": tested.named(name, suffix, number), "marks": marks}
                yield case | {"url": _hostile_url(tested, rule)}


def _first_hostile(hostile: Sequence[Case]) -> dict[str, Any]:
    """Return the first hostile URL, and how the text in it must not come back and how it must."""
    if not hostile:
        return {"hostile": False, "hostile_url": "", "hostile_text": "", "hostile_escaped": ""}
    mark = hostile[0]["marks"][0]
    known = {"hostile_text": mark["text"], "hostile_escaped": mark["escaped"]}
    return {"hostile": True, "hostile_url": hostile[0]["url"], **known}


def _hostile_url(tested: Tested, rule: Rule) -> str:
    given = {one.name: one.hostile or one.sample for one in tested.queries if one.hostile or one.default is None}
    url = tested.url(rule, given)
    return url.replace(rule.sample_url or "", rule.hostile_url or rule.sample_url or "", 1)


def _mark(hostile: str) -> dict[str, str]:
    """Return the beginning of a hostile text, which has no quotes, as it is and as HTML shows it."""
    mark = hostile.partition("(")[0]
    return {"text": mark, "escaped": facts.escaped(mark)}


def _rejected(tested: Tested) -> Iterator[dict[str, str]]:
    """Yield what each view rejects and no other rule of it might take.

    Where the rule of another method comes first, Flask has found that one when it sees how large the number is.
    """
    methods = list(tested.tests)[: 1 if tested.branches or len(tested.endpoints) == 1 else None]
    for method in methods:
        for _, rule in tested.testable:
            others = [other.text for other in tested.rules if other is not rule]
            for url in rule.rejected_urls:
                status = "in {404, 405}" if method != methods[0] and rule.reads(url) else "== 404"
                if not any(rules.may_take(text, url) for text in others):
                    yield {"method": method.lower(), "url": url, "status": status}
