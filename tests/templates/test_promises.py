"""What every folder of the catalog keeps, without a line written for it."""

import ast
import json
import subprocess
import sys
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest

from scaffold import answers, catalog, edits, kinds, render
from scaffold.template import Template

TEMPLATES = catalog.templates()
ROOT = Path(catalog.roots()[0]).parent
SAMPLES: dict[str, object] = {
    "fields": ["title:str", "note:text?"],
    "module": "sample",
    "name": "sample",
    "prefix": "/sample",
    "rule": "/user/<username>",
    "target": "/sample",
    "text": "sample",
    "words": "one,two",
}


def given(template: Template) -> dict[str, object]:
    """Return answers that a template can be rendered with: its own defaults, and what cookiecutter.json says."""
    defaults = json.loads((Path(template.folder) / "cookiecutter.json").read_text())
    samples = {q["name"]: sample(q) for q in template.questions if "default" not in q}
    asked = answers.complete(template, samples, known=defaults)
    known = {**defaults, **asked, **answers.facts(template, asked)}
    known |= render.joined(template, known)
    return {name: value for name, value in known.items() if not name.startswith("_")}


def sample(question: dict[str, Any]) -> object:
    """Return an answer that a question takes."""
    return question["choices"][0] if "choices" in question else SAMPLES[question.get("kind", "text")]


def rendered() -> list[tuple[Template, str, bytes]]:
    return [(t, path, data) for t in TEMPLATES for path, data in render.files(t, given(t)).items()]


each_template = pytest.mark.parametrize("template", TEMPLATES, ids=lambda t: t.full_name)
each_file = pytest.mark.parametrize(
    ("template", "path", "data"), rendered(), ids=[f"{t.full_name}:{path}" for t, path, _ in rendered()]
)
each_text = pytest.mark.parametrize(
    ("path", "text", "copied"),
    [
        (f"{t.full_name}:{path}", data.decode(), any(fnmatch(path, pattern) for pattern in t.copied))
        for t, path, data in rendered()
        if b"\0" not in data
    ],
    ids=lambda value: value if isinstance(value, str) and ":" in value[:60] else "",
)


@each_template
def test_the_manifest_is_valid(template: Template) -> None:
    assert len(template.summary) <= 60
    assert template.summary.endswith(".")
    for question in template.questions:
        assert question.get("kind", "text") in kinds.KINDS
        assert question.get("help"), f"{question['name']} has no help"
    for edit in template.listed("edit"):
        assert edits.kind(edit, template.full_name)


@each_template
def test_the_sources_that_edits_name_are_there(template: Template) -> None:
    named = [
        one["source"] for edit in template.listed("edit") for one in edit.get("sources", [edit]) if "source" in one
    ]
    for source in named:
        for choice in choices(template, source):
            assert (Path(template.folder) / "sources" / choice).is_file()


def choices(template: Template, source: str) -> list[str]:
    """Return the names a source may have: one for each choice of the question it is named after."""
    for question in template.questions:
        slot = f"[[ {question['name']} ]]"
        if slot in source:
            return [source.replace(slot, choice) for choice in question["choices"]]
    return [source]


@each_template
def test_every_file_is_tracked_by_git(template: Template) -> None:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "-z", template.folder], cwd=ROOT, capture_output=True, check=True
    ).stdout.decode()
    tracked = {ROOT / name for name in listed.split("\0") if name}
    there = {p for p in Path(template.folder).rglob("*") if p.is_file() and "__pycache__" not in p.parts}
    assert there <= tracked


@each_text
def test_a_rendered_file_is_tidy(path: str, text: str, copied: bool) -> None:
    assert text.endswith("\n")
    assert not text.endswith("\n\n")
    assert "\n\n\n\n" not in text
    assert "cookiecutter" not in text
    assert "\r" not in text
    assert all(line == line.rstrip() for line in text.splitlines())
    if not copied:
        assert "{{" not in text
        assert "{%" not in text


@each_file
def test_a_rendered_python_file_compiles_and_names_no_tool(template: Template, path: str, data: bytes) -> None:
    assert b"scaffold" not in data.lower()
    if path.endswith(".py"):
        ast.parse(data)


def test_rendered_python_is_clean_and_formatted(layout: str, tmp_path: Path) -> None:
    from tests import snapshots

    for path, data in snapshots.made(layout).items():
        place = tmp_path / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
    for words in (["check"], ["format", "--check"]):
        argv = [sys.executable, "-m", "ruff", *words, "--no-cache", "."]
        done = subprocess.run(argv, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout


@each_template
def test_a_joined_text_has_a_name_of_its_own(template: Template) -> None:
    lists = {join["of"] for name in template.joins if (join := template.join(name))}

    assert not {*template.joins} & (lists | {question["name"] for question in template.questions})
