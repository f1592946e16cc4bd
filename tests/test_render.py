"""Templates are rendered in memory, as cookiecutter renders them on disk, and answers are never rendered."""

import json
import os
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from cookiecutter.exceptions import CookiecutterException
from cookiecutter.generate import generate_files
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from jinja2 import TemplateError

from scaffold import render
from scaffold.errors import BadTemplate, UnsafePath
from scaffold.template import ROOT, Template

ANSWERS = {"project_slug": "my-shop", "package_name": "my_shop", "note": "", "title": "Ärger & <b>", "debug": True}


def template(folder: Path, files: dict[str, bytes], copied: list[str] | None = None) -> Template:
    context = {**ANSWERS, **({"_copy_without_render": copied} if copied else {})}
    (folder / ROOT).mkdir(parents=True)
    (folder / "cookiecutter.json").write_text(json.dumps(context))
    (folder / "template.toml").write_text('summary = "A test."\n')
    for path, data in files.items():
        (folder / ROOT / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / ROOT / path).write_bytes(data)
    return Template("component", "test", str(folder))


def by_cookiecutter(made: Template, answers: dict[str, Any], folder: Path) -> dict[str, bytes]:
    context = {**answers, "_copy_without_render": made.copied}
    root = Path(generate_files(made.folder, {"cookiecutter": context}, str(folder)))
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


pieces = st.sampled_from(
    [
        *(
            "{{cookiecutter.project_slug}}",
            "{{ cookiecutter.package_name }}",
            "{{cookiecutter.note}}",
            "{{\tcookiecutter.title}}",
        ),
        *("{{- cookiecutter.note -}}", "{{ cookiecutter.title | upper }}", "{{ cookiecutter['note'] }}", "{{ 1 + 1 }}"),
        *(
            "{# a comment #}",
            "{% if cookiecutter.debug %}yes{% else %}no{% endif %}",
            "{%- if cookiecutter.note %}x{% endif -%}",
        ),
        *(
            "{% raw %}{{ url_for('x') }}{% endraw %}",
            "{{ '{{' }}",
            "{{ cookiecutter.debug }}",
            "{{cookiecutter.debug}}",
        ),
        *(
            "{",
            "}",
            "}}",
            " }} {",
            "{ {",
            "%}",
            "#}",
            "[[ x ]]",
            "text",
            "  ",
            "日本",
            "'",
            '"',
            "\\",
            "$&",
            "# x",
            "// %",
        ),
    ]
)
bodies = st.tuples(
    st.lists(st.lists(pieces, max_size=4).map("".join), max_size=5), st.sampled_from(["\n", "\r\n"]), st.booleans()
)
texts = bodies.map(lambda body: body[1].join(body[0]) + (body[1] if body[2] else ""))
binaries = st.binary(max_size=40).map(lambda data: b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)) + data)
names = st.sampled_from(
    [
        *(
            "a.txt",
            ".hidden",
            "{{cookiecutter.package_name}}/__init__.py",
            "{{cookiecutter.package_name}}/{{ cookiecutter.title | length }}.py",
        ),
        *("tests/test_{{cookiecutter.package_name}}.py", "x.html", "templates/x.html", "two words.md", "blob"),
        *("{{cookiecutter.project_slug}}.toml", "{% if cookiecutter.debug %}debug{% endif %}.cfg", "deep/er/still/x"),
    ]
)
answers = st.fixed_dictionaries(
    {
        "project_slug": st.sampled_from(["shop", "my-shop"]),
        "package_name": st.sampled_from(["shop", "my_shop"]),
        "note": st.sampled_from(["", "{{ cookiecutter.title }}", "{% raw %}", "{{ 7 * 7 }}", "\\1 $&", "é", "%}"]),
        "title": st.text(max_size=12).filter(str.isprintable),
        "debug": st.just(True),
    }
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.dictionaries(names, texts.map(str.encode) | binaries, min_size=1, max_size=4),
    answers,
    st.sampled_from([[], ["*.html"], ["templates/*.html", "a.txt"]]),
)
@example({"a.txt": b"one\r\n{{ cookiecutter.title | upper }}\r\n"}, {**ANSWERS, "title": "x"}, [])
@example({"a.txt": b""}, ANSWERS, [])
def test_the_files_are_those_that_cookiecutter_makes(
    files: dict[str, bytes], given: dict[str, Any], copied: list[str]
) -> None:
    with TemporaryDirectory() as folder:
        made = template(Path(folder, "template"), files, copied)
        try:
            expected = by_cookiecutter(made, given, Path(folder))
        except (TemplateError, CookiecutterException):
            with pytest.raises(BadTemplate):
                render.files(made, given)
        else:
            assert render.files(made, given) == expected


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("", ""),
        ("plain { } text", "plain { } text"),
        ("[[ name ]]", "shop"),
        ("[[name]]-[[ name ]]", "shop-shop"),
        ("{{ url_for('x') }} {% if x %} {# y #}", "{{ url_for('x') }} {% if x %} {# y #}"),
        ("[[ name | upper ]]", "SHOP"),
        ("[% if flag %]yes[% endif %]", "yes"),
        ("[# not shown #]x", "x"),
        ("x[0][1]", "x[0][1]"),
        ("[[ evil ]]", "[[ name ]] {{ 7 * 7 }}"),
        ("a\n", "a\n"),
        ("[[ name | upper ]]\n", "SHOP\n"),
    ],
)
def test_a_source_has_brackets_of_its_own(source: str, text: str, tmp_path: Path) -> None:
    given = {"name": "shop", "flag": True, "evil": "[[ name ]] {{ 7 * 7 }}"}
    (tmp_path / "template.toml").write_text('summary = "A test."\n')

    assert render.source(source, given, Template("component", "x", str(tmp_path))) == text


@pytest.mark.parametrize(
    "value", ["{{ 7 * 7 }}", "{{ cookiecutter }}", "{% raw %}", "{{ ''.__class__ }}", "[[ name ]]", "{#"]
)
def test_an_answer_is_data_also_where_jinja_renders(value: str, tmp_path: Path) -> None:
    made = template(tmp_path, {"plain": b"{{cookiecutter.note}}", "jinja": b"{{ cookiecutter.note | trim }}"})
    assert render.files(made, {**ANSWERS, "note": value}) == {"plain": value.encode(), "jinja": value.encode()}


@pytest.mark.parametrize(
    "text",
    [
        *(
            "{{ cookiecutter.nothing }}",
            "{{ nothing }}",
            "{{ cookiecutter.note",
            "{% if %}",
            "{% nothing %}",
            "{{ x.y }}",
        ),
        *(
            "{{ ''.__class__.__mro__ }}",
            "{{ cookiecutter.__class__ }}",
            "{% include '/etc/passwd' %}",
            "{{ 1 / 0 }}",
            "{{ cookiecutter.note + 1 }}",
        ),
    ],
)
def test_a_template_that_cannot_be_rendered_is_told_without_its_answers(text: str, tmp_path: Path) -> None:
    made = template(tmp_path, {"a.txt": text.encode()})
    with pytest.raises(BadTemplate, match="Template 'component/test' is broken") as caught:
        render.files(made, {**ANSWERS, "note": "hunter2"})
    assert "hunter2" not in caught.value.message
    assert caught.value.exit_code == 5


@pytest.mark.parametrize("name", ["..", "../../etc", "/etc", ".git", "con", "a\\b", "a\nb", "x" * 250])
def test_an_answer_never_leads_out_of_the_project(name: str, tmp_path: Path) -> None:
    made = template(tmp_path, {"{{cookiecutter.note}}/x.py": b""})
    with pytest.raises(UnsafePath):
        render.files(made, {**ANSWERS, "note": name})


@pytest.mark.parametrize(("folder", "path"), [(".", "x.py"), ("a/b", "a/b/x.py"), ("./a", "a/x.py"), ("a/.", "a/x.py")])
def test_a_folder_may_be_the_project_or_several(folder: str, path: str, tmp_path: Path) -> None:
    made = template(tmp_path, {"{{cookiecutter.note}}/x.py": b""})
    assert list(render.files(made, {**ANSWERS, "note": folder})) == [path]


def test_two_files_that_become_one_are_a_broken_template(tmp_path: Path) -> None:
    made = template(tmp_path, {"{{cookiecutter.project_slug}}": b"", "{{cookiecutter.package_name}}": b""})
    with pytest.raises(BadTemplate, match="two of its files become 'same'"):
        render.files(made, {**ANSWERS, "project_slug": "same", "package_name": "same"})


def test_jinja_is_not_imported_for_names_alone(tmp_path: Path) -> None:
    import subprocess
    import sys

    made = template(tmp_path, {"a.txt": b"{{cookiecutter.title}} {{ cookiecutter.debug }}\n"})
    code = (
        "import sys; from scaffold import render; from scaffold.template import Template;"
        f"print(render.files(Template('component', 'test', {made.folder!r}), {ANSWERS!r}), 'jinja2' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, cwd=os.getcwd())
    assert done.stdout.split()[-1] == b"False"


def test_a_page_of_ours_shows_what_looks_like_html() -> None:
    page = render.html('<p title="{{ text }}">{{ text }}</p>\n', {"text": "<b>'\"&{{ 7 }}"})

    assert page == '<p title="&lt;b&gt;&#39;&#34;&amp;{{ 7 }}">&lt;b&gt;&#39;&#34;&amp;{{ 7 }}</p>'


def test_a_page_of_ours_names_nothing_that_is_not_there() -> None:
    with pytest.raises(TemplateError):
        render.html("{{ nothing }}", {})
