"""A template is its folder: what it declares is checked, and only what belongs to a project comes out of it."""

import tomllib
from pathlib import Path

import pytest

from scaffold import catalog
from scaffold.errors import BadTemplate
from scaffold.template import ROOT, Template


def template(folder: Path, manifest: str = 'summary = "A test."', context: str = "{}") -> Template:
    folder.mkdir(exist_ok=True)
    (folder / "template.toml").write_text(manifest)
    (folder / "cookiecutter.json").write_text(context)
    return Template("server", "test", str(folder))


def test_what_the_manifest_does_not_declare_is_empty(tmp_path: Path) -> None:
    made = template(tmp_path)
    assert made.full_name == "server/test"
    assert made.summary == "A test."
    assert (made.questions, made.listed("edit"), made.table("start"), made.copied, made.files()) == ([], [], {}, [], {})


def test_what_it_declares_is_given_as_it_is(tmp_path: Path) -> None:
    made = template(
        tmp_path,
        'summary = "A test."\ndependencies = ["x>=1"]\n[start]\ncommand = ["x"]\n'
        '[[question]]\nname = "rule"\nargument = true\n',
        '{"_copy_without_render": ["*.html"]}',
    )
    assert made.listed("dependencies") == ["x>=1"]
    assert made.table("start") == {"command": ["x"]}
    assert made.questions == [{"name": "rule", "argument": True}]
    assert made.copied == ["*.html"]


@pytest.mark.parametrize(
    ("manifest", "reason"),
    [
        ("", "no 'summary'"),
        ('summary = ""', "no 'summary'"),
        ("summary = 1", "'summary' must be a str"),
        ('summary = "x"\nedits = []', "unknown key 'edits'"),
        ('summary = "x"\nedit = {}', "'edit' must be a list"),
        ('summary = "x"\nroles = []', "'roles' must be a dict"),
        ("summary =", "template.toml cannot be read"),
        ('summary = "\ud800"'.encode("utf-8", "surrogatepass"), "template.toml cannot be read"),
    ],
)
def test_a_manifest_that_breaks_the_rules_is_told(manifest: str | bytes, reason: str, tmp_path: Path) -> None:
    made = template(tmp_path)
    (tmp_path / "template.toml").write_bytes(manifest if isinstance(manifest, bytes) else manifest.encode())
    with pytest.raises(BadTemplate, match=reason) as caught:
        _ = made.manifest
    assert caught.value.message.startswith("Template 'server/test' is broken: ")


@pytest.mark.parametrize("question", ['help = "x"', 'name = "x"\nprompt = "y"'])
def test_a_question_needs_a_name_and_takes_known_keys_only(question: str, tmp_path: Path) -> None:
    made = template(tmp_path, f'summary = "x"\n[[question]]\n{question}\n')
    with pytest.raises(BadTemplate, match="a question has no name, or the unknown key"):
        _ = made.questions


def test_a_folder_without_its_two_files_is_broken(tmp_path: Path) -> None:
    made = Template("server", "test", str(tmp_path))
    with pytest.raises(BadTemplate, match=r"template\.toml cannot be read"):
        _ = made.manifest
    with pytest.raises(BadTemplate, match=r"cookiecutter\.json cannot be read"):
        _ = made.copied


@pytest.mark.parametrize("context", ["", "{", '{"a": 1,}'])
def test_a_context_that_is_no_json_is_told(context: str, tmp_path: Path) -> None:
    with pytest.raises(BadTemplate, match=r"cookiecutter\.json cannot be read"):
        _ = template(tmp_path, context=context).copied


def test_its_files_are_all_but_what_pip_and_editors_leave(tmp_path: Path) -> None:
    made = template(tmp_path)
    kept = {".env", ".github/x.yml", "a/b/c.py", "{{cookiecutter.package_name}}/x.py", "logo.png"}
    junk = {"a/__pycache__/c.cpython-311.pyc", "x.pyc", "x.pyo", "x.py~", ".DS_Store"}
    for path in kept | junk:
        (tmp_path / ROOT / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / ROOT / path).write_bytes(path.encode())
    assert made.files() == {path: path.encode() for path in sorted(kept)}


def test_a_source_is_rendered_and_so_is_its_name(tmp_path: Path) -> None:
    made = template(tmp_path)
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "json.py").write_text('return {"[[ name ]]": 1}\n')
    assert made.source("[[ returns ]].py", {"returns": "json", "name": "x"}) == 'return {"x": 1}\n'
    with pytest.raises(BadTemplate, match="it has no source"):
        made.source("[[ returns ]].py", {"returns": "xml"})


@pytest.mark.parametrize("template", catalog.templates(), ids=lambda template: template.full_name)
def test_the_tables_that_are_read_apart_are_those_of_the_whole_manifest(template: Template) -> None:
    whole = tomllib.loads((Path(template.folder) / "template.toml").read_text())

    joins = {name: template.join(name) for name in template.joins}

    assert joins == whole.pop("join", {})
    assert template.manifest == whole
