"""The documentation: current, complete, its links alive, and its terminal transcripts true."""

import os
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
ROW = re.compile(r"^\| (\d+) \| [^|]+ \| \[[^]]+\]\(([\w/-]+\.md)\)", re.MULTILINE)
# What curl would show of the project in this folder; its server takes part in no test.
CURL = """
import argparse
import os

os.environ.update(APP_ENV="development", LOG_LEVEL="CRITICAL")
parser = argparse.ArgumentParser()
parser.add_argument("-i", action="store_true")
parser.add_argument("-X", default="GET")
parser.add_argument("-H", action="append", default=[])
parser.add_argument("-d")
parser.add_argument("url")
told = parser.parse_args()

from flask.cli import ScriptInfo

headers = dict(header.split(": ", 1) for header in told.H)
path = told.url.removeprefix("localhost:5000")
client = ScriptInfo().load_app().test_client(use_cookies=False)
response = client.open(path, "http://localhost:5000", method=told.X, headers=headers, data=told.d)
if told.i:
    print(f"HTTP/1.1 {response.status}", *(f"{name}: {value}" for name, value in response.headers), "", sep="\\n")
print(response.text, end="" if response.text.endswith("\\n") else "\\n")
"""
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
        elif shown:
            said = answer(words)
            assert re.fullmatch(pattern(shown), said), f"$ {line}\n{said}"


def answer(words: list[str]) -> str:
    """Return what a command says, without the spaces at the ends of its lines."""
    if words[0] == "cat":
        said = Path(words[1]).read_text()
    else:
        told = [sys.executable, "-c", CURL] if words[0] == "curl" else words[:1]
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        environ = {**os.environ, "PATH": path, "PYTHONPATH": "."}
        done = subprocess.run([*told, *words[1:]], env=environ, capture_output=True, text=True, check=False)
        said = done.stdout + done.stderr
    return re.sub(" +$", "", said, flags=re.MULTILINE)


def commands(page: Path) -> Iterator[tuple[str, str]]:
    """Yield every command of a page's transcripts, and what it shows below it."""
    for block in re.findall(r"^```console\n(.*?)^```$", page.read_text(), re.MULTILINE | re.DOTALL):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            line, _, shown = part.partition("\n")
            yield line, shown


def pattern(shown: str) -> str:
    """Return the expression for a transcript: `...` stands for lines left out, or for the rest of a line."""
    return "".join("(?:.*\n)*" if line == "..." else f"{line_pattern(line)}\n" for line in shown.splitlines())


def line_pattern(line: str) -> str:
    start = line.removesuffix("...")
    return re.escape(start) + (".*" if start != line else "")


def test_the_folders_that_contributing_names_exist() -> None:
    for folder in re.findall(r"^\| `([\w/]+/)`", (ROOT / "CONTRIBUTING.md").read_text(), re.MULTILINE):
        assert (ROOT / folder).is_dir(), folder


def test_every_row_of_the_table_has_a_page_with_a_command() -> None:
    rows = ROW.findall((ROOT / "docs/how-to/README.md").read_text())
    pages = [ROOT / "docs/how-to" / path for _, path in rows]

    assert [int(number) for number, _ in rows] == list(range(1, 37))
    assert len(set(pages)) == 36
    assert [name(page) for page in pages if "\n$ scaffold " not in page.read_text()] == []


def test_every_how_to_is_in_the_table_or_linked_from_it() -> None:
    table = ROOT / "docs/how-to/README.md"
    linked = {target(table, link)[0] for link in links(table)}

    deploying = table.parent / "deploy" / "README.md"
    linked |= {target(deploying, link)[0] for link in links(deploying)}
    assert [name(page) for page in table.parent.rglob("*.md") if page not in {table, *linked}] == []
