"""The documentation: current, complete, its links alive, and its terminal transcripts true."""

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from scaffold import catalog
from scaffold.cli import cli
from tests.conftest import Scaffold

ROOT = Path(__file__).parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), ROOT / "project_templates" / "README.md"])
TOLD = [page for page in PAGES if "```console\n" in page.read_text()]
LINK = re.compile(r"(?<!!)\[[^]]*\]\(([^)\s]+)\)")
CODE = re.compile(r"^```.*?^```$|^ {4}.*?$|`[^`\n]*`", re.MULTILINE | re.DOTALL)


def name(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def test_the_reference_is_current() -> None:
    words = [sys.executable, str(ROOT / "docs" / "generate.py"), "--check"]

    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("command", cli.list_commands(click.Context(cli)))
def test_every_command_is_documented(command: str) -> None:
    assert f"\n## scaffold {command}\n" in (ROOT / "docs/reference/commands.md").read_text()


@pytest.mark.parametrize("template", [template.full_name for template in catalog.templates()])
def test_every_template_is_documented(template: str) -> None:
    assert f"\n## {template}\n" in (ROOT / "docs/reference/templates.md").read_text()


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_links_inside_the_repository_resolve(page: Path) -> None:
    for link in links(page):
        place, anchor = target(page, link)
        assert place.exists(), link
        assert not anchor or anchor in anchors(place), link


def links(page: Path) -> list[str]:
    return [link for link in LINK.findall(CODE.sub("", page.read_text())) if "://" not in link]


def target(page: Path, link: str) -> tuple[Path, str]:
    path, _, anchor = link.partition("#")
    return (page.parent / path).resolve() if path else page, anchor


def anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_every_page_is_linked_from_another() -> None:
    linked = {target(page, link)[0] for page in PAGES for link in links(page)}

    assert [name(page) for page in PAGES if page not in linked] == ["README.md"]


@pytest.mark.parametrize("page", TOLD, ids=name)
def test_transcripts_are_true(page: Path, scaffold: Scaffold, monkeypatch: pytest.MonkeyPatch) -> None:
    for line, shown in commands(page):
        words = shlex.split(line)
        if words[0] == "cd":
            monkeypatch.chdir(words[1])
        elif words[0] == "rm":
            Path(words[1]).unlink()
        elif words[0] == "scaffold":
            result = scaffold(*words[1:])
            said = result.out + result.err
            assert re.fullmatch(pattern(shown), said), f"$ {line}\n{said}"


def commands(page: Path) -> Iterator[tuple[str, str]]:
    """Yield every command of a page's transcripts, and what it shows below it."""
    for block in re.findall(r"^```console\n(.*?)^```$", page.read_text(), re.MULTILINE | re.DOTALL):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            line, _, shown = part.partition("\n")
            yield line, shown


def pattern(shown: str) -> str:
    """Return the expression for a transcript in which `...` stands for lines left out."""
    lines = shown.splitlines(keepends=True)
    return "".join("(?:.*\n)*" if line == "...\n" else re.escape(line) for line in lines)


def test_the_folders_that_contributing_names_exist() -> None:
    for folder in re.findall(r"^\| `([\w/]+/)`", (ROOT / "CONTRIBUTING.md").read_text(), re.MULTILINE):
        assert (ROOT / folder).is_dir(), folder
