"""Places in a TOML text are where `tomllib` reads the values."""

import tomllib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scaffold.edits import toml

keys = st.sampled_from(["a", "b-c", "1", '"q.k"', "'l k'", '"\\u00e9"', '"#"'])
gaps = st.sampled_from(["", " ", "\n", ' # ] } , = "\n', "\r\n\t"])
strings = st.sampled_from(
    [
        *(
            '""',
            "''",
            '"a\\"]#"',
            "'\\'",
            '"""\n]"" \\""""',
            "'''\n'' ]'''",
            '"""a"""""',
            "''''x'''''",
            '"""\\\n  #"""',
        ),
        *('"\\\\"', "'#'", '"["', '"\\u0041"'),
    ]
)
scalars = st.sampled_from(["1", "-1.5e3", "true", "inf", "0xdead_beef", "1979-05-27T07:32:00Z", "1979-05-27 07:32:00"])


@st.composite
def arrays(draw: st.DrawFn, values: st.SearchStrategy[str]) -> str:
    items = draw(st.lists(values, max_size=3))
    text = "[" + draw(gaps)
    for number, item in enumerate(items):
        comma = "," if number < len(items) - 1 else draw(st.sampled_from(["", ","]))
        text += item + draw(gaps) + comma + draw(gaps)
    return text + "]"


def inline(entries: dict[str, str]) -> str:
    return "{" + ", ".join(f"{key} = {value}" for key, value in entries.items()) + "}"


values = st.recursive(
    strings | scalars,
    lambda values: arrays(values) | st.dictionaries(keys, values, max_size=3).map(inline),
    max_leaves=8,
)
bodies = st.dictionaries(keys, values, max_size=4)


@settings(max_examples=300, deadline=None)
@given(bodies, st.dictionaries(st.sampled_from(["t", 't."x]"', "[u]", "t.v"]), bodies, max_size=3), gaps, st.data())
def test_every_value_is_where_it_is_read(root: dict[str, str], tables: Any, gap: str, data: st.DataObject) -> None:
    text = "\ufeff" if data.draw(st.booleans()) else ""
    for header, body in [("", root), *tables.items()]:
        text += f"[{header}] # ] x\n" if header else ""
        for key, value in body.items():
            text += f"{key} ={' ' if gap.isspace() else ''}{value} # = [\n" if not header else f"  {key}={value}\r\n"
    document = tomllib.loads(text.removeprefix("\ufeff").replace("\r\n", "\n"))
    found = {}
    for entry in toml.entries(text):
        read: Any = document
        for key in entry.path:
            read = read[-1][key] if isinstance(read, list) else read[key]
        written = text[entry.value.start : entry.value.end].replace("\r\n", "\n")
        assert tomllib.loads(f"x = {written}")["x"] == read or read != read
        assert len(entry.value.items) == (len(read) if isinstance(read, list) else 0)
        found[entry.path] = entry
    assert len(found) >= len(root) + sum(map(len, tables.values()))


@pytest.mark.parametrize(
    ("text", "paths"),
    [
        ("", [()]),
        ("a = 1", [()]),
        ("[a]\n[a.b]\n[[c]]\n[[c]]", [(), ("a",), ("a", "b"), ("c",), ("c",)]),
        ("[ \"a.b\" . 'c' ] # x", [(), ("a.b", "c")]),
        ("x = '''\n[no]\n'''\n[yes]", [(), ("yes",)]),
        ("x = [\n[1],\n]\n[yes]", [(), ("yes",)]),
    ],
)
def test_tables_are_found_by_their_headers_alone(text: str, paths: list[tuple[str, ...]]) -> None:
    assert [table.path for table in toml.tables(text)] == paths


def test_a_dotted_key_and_an_inline_table_have_their_whole_path() -> None:
    text = "[a]\nb.c = {d.e = 1, f = [2]}\n"
    assert [entry.path for entry in toml.entries(text)] == [
        ("a", "b", "c"),
        ("a", "b", "c", "d", "e"),
        ("a", "b", "c", "f"),
    ]
