"""A requirement joins the project's others, wherever and however those are written."""

import tomllib
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from scaffold.changes import Changes
from scaffold.edits import Context, Fragment, dependency
from scaffold.edits.pyproject import KEY
from scaffold.edits.requirement import name
from scaffold.errors import NoPlace, Unreadable
from scaffold.project import Project
from scaffold.template import Template

ADDED = "gunicorn>=27"


def context(root: Path, files: dict[str, bytes]) -> Context:
    for path, data in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(data)
    return Context(Project(str(root)), Changes(str(root)), Template("server", "x", str(root)), {})


def add(made: Context, requirement: str = ADDED) -> list[Fragment]:
    edit = {"kind": "dependency", "value": requirement}
    return dependency.apply(edit, dependency.target(edit, made), made)


def grown(root: Path, path: str, held: bytes, requirement: str = ADDED) -> bytes:
    """Return the file after the edit; the same edit a second time changes nothing."""
    made = context(root, {path: held})
    (fragment,) = add(made, requirement)
    assert (fragment.path, fragment.text, fragment.what) == (path, requirement, "dependency")
    data = made.changes.read(path)
    assert [one.more for one in add(made, requirement)] == [{"shared": True}]
    assert data is not None
    dependency.revert(path, [fragment.recorded()], [], made.changes)
    assert made.changes.read(path) == held
    return data


SHAPES = {
    "empty": ("[project]\ndependencies = []\n", '[project]\ndependencies = ["gunicorn>=27"]\n'),
    "empty with a space": ("[project]\ndependencies = [ ]\n", '[project]\ndependencies = ["gunicorn>=27" ]\n'),
    "empty over lines": (
        "[project]\ndependencies = [\n]\nname = 'x'\n",
        "[project]\ndependencies = [\n    \"gunicorn>=27\",\n]\nname = 'x'\n",
    ),
    "empty with a comment": (
        "[project]\ndependencies = [\n    # nothing ]\n]\n",
        '[project]\ndependencies = [\n    # nothing ]\n    "gunicorn>=27",\n]\n',
    ),
    "one line": ('[project]\ndependencies = ["flask"]\n', '[project]\ndependencies = ["flask", "gunicorn>=27"]\n'),
    "one line, comma": (
        '[project]\ndependencies = ["flask",]\n',
        '[project]\ndependencies = ["flask", "gunicorn>=27",]\n',
    ),
    "one line, in the middle": (
        '[project]\ndependencies = ["flask", "werkzeug"] # all\n',
        '[project]\ndependencies = ["flask", "gunicorn>=27", "werkzeug"] # all\n',
    ),
    "one line, first": (
        '[project]\ndependencies = ["werkzeug"]\n',
        '[project]\ndependencies = ["gunicorn>=27", "werkzeug"]\n',
    ),
    "single quotes": ("[project]\ndependencies = ['flask']\n", "[project]\ndependencies = ['flask', 'gunicorn>=27']\n"),
    "no spaces": ('[project]\ndependencies=["flask"]', '[project]\ndependencies=["flask", "gunicorn>=27"]'),
    "many lines": (
        '[project]\ndependencies = [\n  "flask>=3",\n  "werkzeug",\n]\n',
        '[project]\ndependencies = [\n  "flask>=3",\n  "gunicorn>=27",\n  "werkzeug",\n]\n',
    ),
    "many lines, first": (
        '[project]\ndependencies = [\n\t"werkzeug",\n]\n',
        '[project]\ndependencies = [\n\t"gunicorn>=27",\n\t"werkzeug",\n]\n',
    ),
    "many lines, not sorted": (
        '[project]\ndependencies = [\n    "werkzeug",\n    "flask",\n]\n',
        '[project]\ndependencies = [\n    "werkzeug",\n    "flask",\n    "gunicorn>=27",\n]\n',
    ),
    "no comma at the end": (
        '[project]\ndependencies = [\n    "flask"\n]\n',
        '[project]\ndependencies = [\n    "flask",\n    "gunicorn>=27"\n]\n',
    ),
    "no comma, but a comment": (
        '[project]\ndependencies = [\n    "flask" # the web, ]\n    # more\n]\n',
        '[project]\ndependencies = [\n    "flask", # the web, ]\n    "gunicorn>=27"\n    # more\n]\n',
    ),
    "comments behind the items": (
        '[project]\ndependencies = [\n    "flask",  # "web"\n    # for tests\n    "pytest", # [x]\n]\n',
        '[project]\ndependencies = [\n    "flask",  # "web"\n    "gunicorn>=27",\n'
        '    # for tests\n    "pytest", # [x]\n]\n',
    ),
    "closing bracket behind the last": (
        '[project]\ndependencies = ["flask",\n                "jinja2"]\n',
        '[project]\ndependencies = ["flask",\n                "gunicorn>=27",\n                "jinja2"]\n',
    ),
    "several on a line": (
        '[project]\ndependencies = [\n    "click", "flask",\n]\n',
        '[project]\ndependencies = [\n    "click", "flask",\n    "gunicorn>=27",\n]\n',
    ),
    "commas first": (
        '[project]\ndependencies = [\n    "click"\n  , "flask"\n]\n',
        '[project]\ndependencies = [\n    "click"\n  , "flask",\n    "gunicorn>=27"\n]\n',
    ),
    "extras and markers": (
        "[project]\ndependencies = [\n    \"flask[async]>=3 ; python_version<'3.13'\",\n"
        "    'x[y]; extra == \"z\"',\n]\n",
        '[project]\ndependencies = [\n    "flask[async]>=3 ; python_version<\'3.13\'",\n    "gunicorn>=27",\n'
        "    'x[y]; extra == \"z\"',\n]\n",
    ),
    "a text over lines": (
        '[project]\ndescription = """\n[project]\ndependencies = [\n"""\ndependencies = ["""flask"""]\n',
        '[project]\ndescription = """\n[project]\ndependencies = [\n"""\n'
        'dependencies = ["""flask""", "gunicorn>=27"]\n',
    ),
    "a text of single quotes": (
        "[project]\ndescription = '''it''s\n''''\ndependencies = []\n",
        "[project]\ndescription = '''it''s\n''''\ndependencies = [\"gunicorn>=27\"]\n",
    ),
    "escapes": (
        '[project]\nname = "a\\"] # [\\\\"\ndependencies = []\n',
        '[project]\nname = "a\\"] # [\\\\"\ndependencies = ["gunicorn>=27"]\n',
    ),
    "carriage returns": (
        '[project]\r\ndependencies = [\r\n    "flask", # web\r\n]\r\n',
        '[project]\r\ndependencies = [\r\n    "flask", # web\r\n    "gunicorn>=27",\r\n]\r\n',
    ),
    "carriage returns, empty": (
        "[project]\r\ndependencies = [\r\n]\r\n",
        '[project]\r\ndependencies = [\r\n    "gunicorn>=27",\r\n]\r\n',
    ),
    "byte order mark": (
        '\ufeff[project]\ndependencies = ["flask"]\n',
        '\ufeff[project]\ndependencies = ["flask", "gunicorn>=27"]\n',
    ),
    "dotted key": ('project.dependencies = ["flask"]\n', 'project.dependencies = ["flask", "gunicorn>=27"]\n'),
    "quoted keys": (
        '["project"]\n"dependencies" = ["flask"]\n',
        '["project"]\n"dependencies" = ["flask", "gunicorn>=27"]\n',
    ),
    "spaces in the header": (
        '[ project ]\ndependencies = ["flask"]\n',
        '[ project ]\ndependencies = ["flask", "gunicorn>=27"]\n',
    ),
    "inline table": (
        'project = {name = "x", dependencies = ["flask"]}\n',
        'project = {name = "x", dependencies = ["flask", "gunicorn>=27"]}\n',
    ),
    "the same key elsewhere": (
        '[tool.x]\ndependencies = ["a"]\n[[tool.y]]\ndependencies = []\n[project]\ndependencies = []\n',
        '[tool.x]\ndependencies = ["a"]\n[[tool.y]]\ndependencies = []\n[project]\ndependencies = ["gunicorn>=27"]\n',
    ),
    "no key": (
        "[project]\nname = 'x' # mine\n\n[project.scripts]\nx = 'x:y'\n",
        "[project]\nname = 'x' # mine\ndependencies = [\"gunicorn>=27\"]\n\n[project.scripts]\nx = 'x:y'\n",
    ),
    "no key, last table": ("[project]\nname = 'x'", "[project]\nname = 'x'\ndependencies = [\"gunicorn>=27\"]"),
    "no key at all": ("[project]\r\n", '[project]\r\ndependencies = ["gunicorn>=27"]\r\n'),
    "no key, dotted": (
        "project.name = 'x'\nother = 1\n[tool]\n",
        "project.name = 'x'\nproject.dependencies = [\"gunicorn>=27\"]\nother = 1\n[tool]\n",
    ),
    "no key, inline table": (
        "project = { name = 'x' }\n",
        "project = { name = 'x', dependencies = [\"gunicorn>=27\"] }\n",
    ),
    "no key, the list before is over lines": (
        "[project]\nauthors = [\n  {name = 'x'},\n]\n[tool]\n",
        "[project]\nauthors = [\n  {name = 'x'},\n]\ndependencies = [\"gunicorn>=27\"]\n[tool]\n",
    ),
    "all kinds of values": (
        "a = 1.5e3\nb = [1, [2, {c = true}], 1979-05-27T07:32:00Z]\n[project]\nd = inf\ndependencies = []\n",
        "a = 1.5e3\nb = [1, [2, {c = true}], 1979-05-27T07:32:00Z]\n[project]\nd = inf\n"
        'dependencies = ["gunicorn>=27"]\n',
    ),
}


@pytest.mark.parametrize(("held", "result"), SHAPES.values(), ids=SHAPES)
def test_the_array_grows_by_one_and_no_other_byte_moves(held: str, result: str, tmp_path: Path) -> None:
    data = grown(tmp_path, "pyproject.toml", held.encode())
    assert data.decode() == result


@pytest.mark.parametrize(
    ("requirement", "written"),
    [
        ("x>=1 ; python_version < '3.13'", "\"x>=1 ; python_version < '3.13'\""),
        ('x>=1 ; python_version < "3.13"', "'x>=1 ; python_version < \"3.13\"'"),
        ("x ; a == 'b' and c == \"d\"", '"x ; a == \'b\' and c == \\"d\\""'),
    ],
)
def test_a_marker_is_quoted_as_it_must_be(requirement: str, written: str, tmp_path: Path) -> None:
    data = grown(tmp_path, "pyproject.toml", b"[project]\ndependencies = []\n", requirement)
    assert data.decode() == f"[project]\ndependencies = [{written}]\n"


@pytest.mark.parametrize("held", ["gunicorn", "Gunicorn [gevent] == 20.*", "gunicorn@https://x/y.whl", "  gunicorn<30"])
def test_a_package_that_is_there_is_left_as_it_is(held: str, tmp_path: Path) -> None:
    made = context(tmp_path, {"pyproject.toml": f"[project]\ndependencies = ['{held}']\n".encode()})
    assert [one.more for one in add(made)] == [{"shared": True}]
    assert made.changes.ops() == []


items = st.sampled_from(
    ["flask>=3", "a", "Zope.Interface", "flask-wtf [x]", "y # z", "m ; python_version<'3.13'", "b]"]
)
spaces = st.sampled_from(["", " ", "\n", "\n    ", ' # ] , "\n  ', "\n# x\n", "\r\n\t"])


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_any_array_grows_by_one_by_inserting_alone(data: st.DataObject) -> None:
    texts = data.draw(st.lists(items, max_size=5, unique=True))
    array = data.draw(spaces)
    for number, text in enumerate(texts):
        comma = "," if number < len(texts) - 1 else data.draw(st.sampled_from(["", ","]))
        quote = '"' if "'" in text else data.draw(st.sampled_from("\"'"))
        array += quote + text + quote + data.draw(spaces) + comma + data.draw(spaces)
    held = f"[tool.x]\ny = 1\n[project]\nname = 'x'\ndependencies = [{array}] # end\nz = '''\n]'''\n[other]\n"
    new = data.draw(st.sampled_from([ADDED, "aaa", "zzz ; python_version<'3'"]))
    grown = dependency._with_item("pyproject.toml", held.encode(), new, KEY).decode()
    assert sorted(tomllib.loads(grown)["project"]["dependencies"]) == sorted([*texts, new])
    fragment = {"text": new, **dependency._difference(held.encode(), grown.encode())}
    assert dependency._without("pyproject.toml", grown.encode(), new, fragment, KEY) == held.encode()
    # What was there is still there, in its order: only insertions lead from the one to the other.
    rest = iter(grown)
    assert all(letter in rest for letter in held)
    if texts == sorted(texts, key=name):
        assert tomllib.loads(grown)["project"]["dependencies"] == sorted([*texts, new], key=name)


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({}, ["neither a [project] table", "    gunicorn>=27"]),
        ({"pyproject.toml": b"[tool.ruff]\n"}, ["neither a [project] table", "    gunicorn>=27"]),
        ({"pyproject.toml": b"[project]\nname='x'\ndynamic = ['dependencies']\n"}, ["'dynamic'", "    gunicorn>=27"]),
        (
            {"pyproject.toml": b"[project]\ndynamic = ['dependencies']\n", "requirements.txt": b""},
            ["'dynamic'", "    gunicorn>=27"],
        ),
        ({"pyproject.toml": b"[tool.poetry.dependencies]\nflask='*'\n"}, ["Poetry", "    poetry add 'gunicorn>=27'"]),
        (
            {"pyproject.toml": b"[tool.poetry]\n[project]\ndynamic=['dependencies']\n", "requirements.txt": b""},
            ["Poetry", "    poetry add 'gunicorn>=27'"],
        ),
        ({"pyproject.toml": b"[project.scripts]\nx='y'\n"}, ["no [project] table", 'dependencies = ["gunicorn>=27"]']),
        ({"requirements.txt": b"flask==3 --hash=sha256:00\n"}, ["by its hash", "    gunicorn>=27"]),
    ],
)
def test_where_there_is_no_place_it_says_what_to_paste(
    files: dict[str, bytes], words: list[str], tmp_path: Path
) -> None:
    made = context(tmp_path, files)
    with pytest.raises(NoPlace) as caught:
        add(made)
    assert caught.value.exit_code == 4
    assert all(word in caught.value.format_message() for word in words)
    assert made.changes.ops() == []


@pytest.mark.parametrize(
    "held",
    [
        *(b"[project", b"\xff", b"[project]\ndependencies = 'flask'\n", b"[project]\ndependencies = [1]\n"),
        *(b"[[project.dependencies]]\nx = 1\n", b"a = " + b"[" * 5000),
    ],
)
def test_a_file_that_is_not_what_it_should_be_is_told(held: bytes, tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match=r"'pyproject\.toml' cannot be read"):
        add(context(tmp_path, {"pyproject.toml": held}))


@pytest.mark.parametrize("held", [b"project = 5\n", b"[project]\ndynamic = 5\n", b"tool = 1\n", b"[[project]]\n"])
def test_odd_types_never_make_a_traceback(held: bytes, tmp_path: Path) -> None:
    with suppress(NoPlace, Unreadable):  # one sentence; anything else would be a defect
        assert add(context(tmp_path, {"pyproject.toml": held}))


@pytest.mark.parametrize(
    ("held", "result"),
    [
        (b"", b"gunicorn>=27\n"),
        (b"flask\n", b"flask\ngunicorn>=27\n"),
        (b"flask", b"flask\ngunicorn>=27"),
        (b"flask\r\n", b"flask\r\ngunicorn>=27\r\n"),
        (b"flask==3\nwerkzeug==3\n", b"flask==3\ngunicorn>=27\nwerkzeug==3\n"),
        (b"werkzeug\nflask\n", b"werkzeug\nflask\ngunicorn>=27\n"),
        (b"# the web\nwerkzeug\n", b"# the web\ngunicorn>=27\nwerkzeug\n"),
        (b"flask # web\n# signs\nitsdangerous\n", b"flask # web\ngunicorn>=27\n# signs\nitsdangerous\n"),
        (
            b"-r base.txt\n-e .\n--index-url https://x\nflask\n",
            b"-r base.txt\n-e .\n--index-url https://x\nflask\ngunicorn>=27\n",
        ),
        (b"# gunicorn\n-e ./gunicorn\n./gunicorn\n", b"# gunicorn\n-e ./gunicorn\n./gunicorn\ngunicorn>=27\n"),
        (b"flask \\\n  ; python_version > '3'\nz\n", b"flask \\\n  ; python_version > '3'\ngunicorn>=27\nz\n"),
        (b"\xef\xbb\xbfz\n", b"\xef\xbb\xbfgunicorn>=27\nz\n"),
        (b"# caf\xe9\nflask\n", b"# caf\xe9\nflask\ngunicorn>=27\n"),
    ],
)
def test_a_line_joins_a_requirements_file(held: bytes, result: bytes, tmp_path: Path) -> None:
    assert grown(tmp_path, "requirements.txt", held) == result


@pytest.mark.parametrize(
    "files",
    [
        {"requirements.txt": b"GUNICORN[gevent]==20 # wsgi\n"},
        {"requirements.txt": b"-e git+https://x/y.git#egg=gunicorn\n"},
        {"requirements.txt": b"gunicorn @ https://x/y.whl\n"},
        {"requirements.txt": b"gunicorn==20 \\\n    --hash=sha256:00\n"},
        {
            "requirements.txt": b"-r requirements/prod.txt\n",
            "requirements/prod.txt": b"-r base.txt\n",
            "requirements/base.txt": b"gunicorn\n",
        },
        {"requirements.txt": b"--requirement=base.txt\n", "base.txt": b"-r requirements.txt\ngunicorn\n"},
    ],
)
def test_a_package_that_the_file_or_one_it_includes_has_is_left(files: dict[str, bytes], tmp_path: Path) -> None:
    made = context(tmp_path, files)
    assert [one.more for one in add(made)] == [{"shared": True}]
    assert made.changes.ops() == []


def test_what_a_file_includes_from_elsewhere_is_not_looked_at(tmp_path: Path) -> None:
    held = b"-r ../secret.txt\n-r /etc/passwd\n-r https://example.org/x.txt\n"
    assert grown(tmp_path, "requirements.txt", held) == held + b"gunicorn>=27\n"


def test_a_file_in_another_encoding_is_not_spoilt(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="it is not text in UTF-8"):
        add(context(tmp_path, {"requirements.txt": "flask\n".encode("utf-16")}))


def test_the_source_of_a_compiled_file_is_edited(tmp_path: Path) -> None:
    files = {"requirements.in": b"flask\n", "requirements.txt": b"flask==3 --hash=sha256:00\n"}
    assert [fragment.path for fragment in add(context(tmp_path, files))] == ["requirements.in"]


def test_a_project_table_comes_before_a_requirements_file(tmp_path: Path) -> None:
    files = {"pyproject.toml": b"[project]\nname = 'x'\n", "requirements.txt": b"flask\n"}
    assert [fragment.path for fragment in add(context(tmp_path, files))] == ["pyproject.toml"]


@pytest.mark.parametrize("file", ['"requirements.txt"', '["requirements.txt"]'])
def test_the_file_that_setuptools_is_told_to_read_is_edited(file: str, tmp_path: Path) -> None:
    toml = f"[project]\ndynamic = ['dependencies']\n[tool.setuptools.dynamic]\ndependencies = {{file = {file}}}\n"
    made = context(tmp_path, {"pyproject.toml": toml.encode(), "requirements.txt": b"flask\n"})
    assert [fragment.path for fragment in add(made)] == ["requirements.txt"]


@given(
    st.from_regex(r"\A[A-Za-z0-9]([A-Za-z0-9._-]{0,8}[A-Za-z0-9])?\Z"), st.sampled_from(["", ">=1", "[a,b]==2", " ; x"])
)
def test_names_are_those_that_packaging_reads(text: str, more: str) -> None:
    assert name(text + more) == canonicalize_name(text)


def test_the_requirements_of_this_test_are_requirements() -> None:
    assert Requirement(ADDED).name == "gunicorn"


GEVENT = "gunicorn[gevent]>=27"
WIDER = {
    "gunicorn": "gunicorn[gevent]",
    "gunicorn>=20 ; python_version>'3'": "gunicorn[gevent]>=20 ; python_version>'3'",
    " Gunicorn [setproctitle , tornado] == 20.*": " Gunicorn [setproctitle , tornado,gevent] == 20.*",
    "gunicorn[setproctitle]": "gunicorn[setproctitle,gevent]",
    "gunicorn @ https://x/y.whl": "gunicorn[gevent] @ https://x/y.whl",
}


def widened(root: Path, files: dict[str, bytes]) -> Changes:
    """Return the files with an extra that one of them lacks; taking it back gives the bytes that were there."""
    made = context(root, files)
    shared, fragment = add(made, GEVENT)
    assert shared.more == {"shared": True}
    assert (fragment.text, fragment.more["extras"]) == ("gunicorn[gevent]", ["gevent"])
    result = {path: made.changes.read(path) for path in files}
    assert [one.more.get("shared") for one in add(made, GEVENT)] == [True, True]
    dependency.revert(fragment.path, [fragment.recorded()], [], made.changes)
    assert {path: made.changes.read(path) for path in files} == files
    for path, data in result.items():
        made.changes.put(path, data or b"")
    return made.changes


@pytest.mark.parametrize(("held", "result"), WIDER.items())
def test_a_package_that_is_there_gains_the_extra_that_it_lacks(held: str, result: str, tmp_path: Path) -> None:
    text = '[project]\nname = "x"\ndependencies = [\n  "flask",\n  "{}", # wsgi\n]\n'
    changes = widened(tmp_path, {"pyproject.toml": text.format(held).encode()})
    assert changes.read("pyproject.toml") == text.format(result).encode()


@pytest.mark.parametrize(("held", "result"), WIDER.items())
def test_a_line_that_is_there_gains_the_extra_that_it_lacks(held: str, result: str, tmp_path: Path) -> None:
    text = "# caf\xe9\nflask==3\r\n{} \\\n  # wsgi"
    changes = widened(tmp_path, {"requirements.txt": text.format(held).encode("latin-1")})
    assert changes.read("requirements.txt") == text.format(result).encode("latin-1")


def test_a_package_in_an_included_file_gets_a_line_beside_it(tmp_path: Path) -> None:
    files = {"requirements.txt": b"-r base.txt\nflask\n", "base.txt": b"gunicorn==20\n"}
    changes = widened(tmp_path, files)
    assert changes.read("requirements.txt") == b"-r base.txt\nflask\ngunicorn[gevent]\n"
    assert changes.read("base.txt") == files["base.txt"]


@pytest.mark.parametrize(
    "held", ["gunicorn[gevent]", "Gunicorn [tornado, GEVENT] == 20.*", "git+https://x/y.git#egg=gunicorn"]
)
def test_a_package_with_the_extra_is_left_as_it_is(held: str, tmp_path: Path) -> None:
    made = context(tmp_path, {"requirements.txt": held.encode()})
    assert [one.more.get("shared") for one in add(made, GEVENT)] == [True, True]
    assert made.changes.ops() == []


def test_an_extra_goes_also_from_a_line_that_was_changed_since(tmp_path: Path) -> None:
    made = context(tmp_path, {"requirements.txt": b"gunicorn\n"})
    fragments = [one.recorded() for one in add(made, GEVENT) if not one.more.get("shared")]
    made.changes.put("requirements.txt", b"gunicorn[tornado,gevent]>=30  # mine\n")
    dependency.revert("requirements.txt", fragments, [], made.changes)
    assert made.changes.read("requirements.txt") == b"gunicorn[tornado]>=30  # mine\n"


def test_a_file_pinned_by_hash_gains_no_extra(tmp_path: Path) -> None:
    made = context(tmp_path, {"requirements.txt": b"gunicorn==20 --hash=sha256:00\n"})
    with pytest.raises(NoPlace, match="by its hash"):
        add(made, GEVENT)
