"""Rules are read exactly as Werkzeug reads them, and refused where it is too generous."""

import re
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.exceptions import NotFound
from werkzeug.routing import BaseConverter, Map
from werkzeug.routing import Rule as WerkzeugRule
from werkzeug.routing.rules import _converter_args_re, parse_converter_args

from scaffold.errors import BadRule
from scaffold.flask_code import rule
from scaffold.flask_code.arguments import Malformed, arguments

PIECES = [
    *("/", "/a", "user", "-", "x.y", "é", "<", ">", "(", ")", ":", ",", "=", '"', "'", " ", "\n", "1", "2.5", "_", "٣"),
    *("<name>", "<int:n>", "<float:f>", "<path:p>", "<uuid:u>", "<string(length=2):s>", "<int(min=1, max=9):m>"),
    *("<any(a, b):w>", "<any('a b',\"c\"):q>", "<int(", "):x>", "<any(", "True", "None", "min", "signed=True", "u'x'"),
    *("<nope:x>", "<int(1,2,3):k>", "<int(4,signed=False):k>", "<2x>", "<default:d>", "<string(minlength=2,):z>"),
]
RULES = st.lists(st.sampled_from(PIECES), max_size=9).map("".join)


class Any(BaseConverter):
    """Takes every argument, so that only the grammar can refuse."""

    def __init__(self, map: Map, *args: object, **kwargs: object) -> None:
        super().__init__(map)
        self.given = (args, kwargs)


NAMES = ("default", "string", "any", "path", "int", "float", "uuid")


def werkzeug_reading(text: str) -> object:
    routed = WerkzeugRule(text, endpoint="x", merge_slashes=False)
    try:
        Map([routed], converters=dict.fromkeys(NAMES, Any), merge_slashes=False)
    except (ValueError, LookupError, SyntaxError):
        return None
    return {name: getattr(found, "given", None) for name, found in routed._converters.items()}


def our_reading(text: str) -> object:
    try:
        parts = [part for part in rule.scan(text) if not isinstance(part, str)]
    except Malformed:
        return None
    names = [name for name, _, _ in parts]
    if len(names) != len(set(names)) or not text.startswith("/") or {c for _, c, _ in parts} - set(NAMES):
        return None
    return {name: (given.positional, dict(given.named)) for name, _, given in parts}


def has_ignored_rest(text: str) -> bool:
    """Tell whether Werkzeug drops the rest of some arguments without a word, which we refuse."""
    for inner in re.findall(r"\((.*?)\)(?=:[a-zA-Z_])", text) + re.findall(r"\((.*)\)", text):
        ends = [match.end() for match in _converter_args_re.finditer(inner + ",")]
        if (ends[-1] if ends else 0) < len(inner) + bool(inner):
            return True
    return False


@settings(max_examples=10_000, deadline=None, derandomize=True, database=None)
@given(RULES)
def test_every_rule_is_read_as_werkzeug_reads_it(text: str) -> None:
    ours, theirs = our_reading("/" + text), werkzeug_reading("/" + text)

    assert ours == theirs or (ours is None and has_ignored_rest(text))


@settings(max_examples=2_000, deadline=None, derandomize=True, database=None)
@given(st.text(alphabet="ab1.2, =\"'uTrue٣_\n\t", max_size=12))
def test_arguments_are_read_as_werkzeug_reads_them(text: str) -> None:
    try:
        theirs = parse_converter_args(text)
    except ValueError:
        theirs = None
    try:
        ours = arguments(text)
    except Malformed:
        rest = [match.end() for match in _converter_args_re.finditer(text + ",")]
        assert theirs is None or (rest[-1] if rest else 0) <= len(text)
    else:
        assert (ours.positional, dict(ours.named)) == theirs


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("user", "does not start with '/'"),
        ("", "does not start with '/'"),
        ("/a?b", "not part of a URL's path"),
        ("/a#b", "not part of a URL's path"),
        ("/a//b", "merges the slashes"),
        ("/a\tb", "'\\t'"),
        ("/a\u202eb", "'\\u202e'"),
        ("/a\udcffb", "'\\udcff'"),
        ("/a%20b", "decoded"),
        ("/a/../b", "browsers resolve"),
        ("/<int(max=abc):n>", "'max' of 'int' cannot be 'abc'"),
        ("/<int(min=9,max=3):n>", "at least 9 and at most 3"),
        ("/<int(fixed_digits=2,min=100):n>", "2 digits"),
        ("/<int(signed=1):n>", "'signed'"),
        ("/<int(min=True):n>", "'min'"),
        ("/<float(min=nan):n>", "'min'"),
        ("/<string(length=0):n>", "1 or more"),
        ("/<string(minlength=5,maxlength=2):n>", "at least 5 and at most 2"),
        ("/<string(1,minlength=2):n>", "twice"),
        ("/<path(a=1):n>", "no argument 'a'"),
        ("/<uuid(1):n>", "takes no arguments"),
        ("/<any:n>", "takes the words"),
        ("/<any(1):n>", "1 is not a word"),
        ("/<any('a/b'):n>", "'a/b' is not a word"),
        ("/<nope:n>", "no converter 'nope'"),
        ("/<n", "is no variable"),
        ("/<>", "is no variable"),
        ("/<int:n>/<n>", "in it twice"),
        ("/<class>", "a word of Python"),
        ("/<None>", "a word of Python"),
        ("/<request>", "would hide 'request'"),
        ("/<none>", "would hide 'none'"),
        ("/<render_template>", "would hide 'render_template'"),
    ],
)
def test_a_rule_that_cannot_work_is_refused(text: str, reason: str) -> None:
    with pytest.raises(BadRule) as raised:
        rule.parse(text, reserved={"render_template"})

    assert reason in raised.value.message


WORKING = [
    "/",
    "/about/",
    "/user/<username>",
    "/<string(length=2):code>",
    "/<string(minlength=4):code>",
    "/<string(minlength=1, maxlength=2):code>",
    "/<string(40):code>",
    "/<int:n>",
    "/<int(4):n>",
    "/<int(min=100):n>",
    "/<int(max=3):n>",
    "/<int(max=0):n>",
    "/<int(signed=True, min=2, max=5):n>",
    "/<float:n>",
    "/<float(min=2):n>",
    "/<float(max=1, signed=True):n>",
    "/<float(min=1e20):n>",
    "/<path:page>/edit",
    "/<uuid:key>",
    "/<any(about, 'a \"b'):page>",
    "/<any(other):page>",
    "/über/<a>-<int:b>.<path:c>",
    "/<int(signed=True):n>",
    "/<int(1, max=3, signed=True):n>",
    "/<int(min=3, max=5):n>",
    "/<a>/<b>/<c>",
    "/<int:a>/<int:b>-<int:c>",
    "/<uuid:a>/<uuid:b>/<any(x, y):c>/<any(x, y):d>",
]


@pytest.mark.parametrize("text", WORKING)
def test_the_samples_are_what_flask_would_take_and_reject(text: str) -> None:
    read = rule.parse(text)
    urls = Map([WerkzeugRule(text, endpoint="x")]).bind("localhost")

    _, values = urls.match(_decoded(read.sample_url))

    types = {"str": str, "int": int, "float": float, "UUID": UUID}
    for variable in read.variables:
        assert type(values[variable.name]) is types[variable.type]
        assert str(values[variable.name]) == variable.value
    for url in read.rejected_urls:
        with pytest.raises(NotFound):
            urls.match(_decoded(url))
    if read.hostile_url:
        _, values = urls.match(_decoded(read.hostile_url))
        assert any("<" in str(value) for value in values.values())


def _decoded(url: str | None) -> str:
    from urllib.parse import unquote

    assert url is not None
    assert re.fullmatch(r"[!-~]+", url)
    assert '"' not in url
    return unquote(url)


@pytest.mark.parametrize(
    "text", ["/<a>/<b>/<c>", "/<int:a>/<int:b>", "/<uuid:a>/<uuid:b>", "/<any(x, y):a>/<any(x, y):b>"]
)
def test_no_two_variables_have_the_same_sample(text: str) -> None:
    samples = [variable.sample for variable in rule.parse(text).variables]

    assert len(set(samples)) == len(samples)


def test_a_converter_of_the_project_is_taken_and_has_no_samples() -> None:
    read = rule.parse("/<slug(3, a=b):name>", custom={"slug"})

    assert read.sample_url is None
    assert read.variables[0].type == "str"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("/<a>", "/<string:b>", True),
        ("/<default:a>", "/<string(minlength=1):b>", True),
        ("/<int(3):a>", "/<int(fixed_digits=3):b>", True),
        ("/<int:a>", "/<a>", False),
        ("/a", "/a/", False),
        ("/<any(x,y):a>", "/<any(x):a>", False),
    ],
)
def test_the_shape_tells_which_rules_match_the_same_urls(one: str, other: str, same: bool) -> None:
    assert (rule.parse(one).shape == rule.parse(other).shape) is same


@pytest.mark.parametrize("text", ["/<a><b>", "/<int:a><path:b>"])
def test_variables_that_touch_have_no_samples(text: str) -> None:
    assert rule.parse(text).sample_url is None


def test_two_paths_have_samples_that_can_be_told_apart() -> None:
    assert rule.parse("/<path:a>/<path:b>").sample_url == "/ada/grace"
