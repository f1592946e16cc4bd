"""A section goes into a Markdown file once, between blank lines, where its heading belongs."""

from pathlib import Path

import pytest

from scaffold.changes import Changes
from scaffold.edits import Context, Fragment, section
from scaffold.project import Project
from scaffold.template import Template

SECTION = "\n## Deploy\n\nRun `[[ command ]]`.\n"


def edited(root: Path, held: bytes | None, before: str | None = None) -> tuple[bytes | None, list[Fragment]]:
    folder = root / "template"
    (folder / "sources").mkdir(parents=True)
    (folder / "sources" / "section.md").write_text(SECTION)
    project = root / "project"
    project.mkdir()
    if held is not None:
        (project / "README.md").write_bytes(held)
    changes = Changes(str(project))
    context = Context(Project(str(project)), changes, Template("server", "x", str(folder)), {"command": "serve"})
    edit = {"source": "section.md", **({"before": before} if before else {})}
    target = section.target(edit, context)
    assert target == "README.md"
    fragments = section.apply(edit, target, context)
    once = changes.read(target)
    assert all(one.more == {"shared": True} for one in section.apply(edit, target, context))
    assert changes.read(target) == once
    return once, fragments


NEW = b"## Deploy\n\nRun `serve`."


@pytest.mark.parametrize(
    ("held", "before", "result"),
    [
        (b"", None, NEW + b"\n"),
        (b"# Shop\n", None, b"# Shop\n\n" + NEW + b"\n"),
        (b"# Shop\n\n", None, b"# Shop\n\n" + NEW + b"\n"),
        (b"# Shop", None, b"# Shop\n\n" + NEW),
        (b"# Shop\r\n", None, b"# Shop\r\n\r\n" + NEW.replace(b"\n", b"\r\n") + b"\r\n"),
        (b"\xef\xbb\xbf# Shop\n", None, b"\xef\xbb\xbf# Shop\n\n" + NEW + b"\n"),
        (b"caf\xe9\n", None, b"caf\xe9\n\n" + NEW + b"\n"),
        (b"# Shop\n\n## Tests\n", "## Tests", b"# Shop\n\n" + NEW + b"\n\n## Tests\n"),
        (b"# Shop\nText\n## Tests\n", "## Tests", b"# Shop\nText\n\n" + NEW + b"\n\n## Tests\n"),
        (
            b"# Shop\r\n\r\n## Tests\r\n",
            "## Tests",
            b"# Shop\r\n\r\n" + (NEW + b"\n\n## Tests\n").replace(b"\n", b"\r\n"),
        ),
        (b"## Tests\n", "## Tests", NEW + b"\n\n## Tests\n"),
        (b"\xef\xbb\xbf## Tests\n", "## Tests", b"\xef\xbb\xbf" + NEW + b"\n\n## Tests\n"),
        (b"# Shop\n", "## Tests", b"# Shop\n\n" + NEW + b"\n"),
        # In a block of code a heading is none.
        (b"```sh\n## Tests\n```\n", "## Tests", b"```sh\n## Tests\n```\n\n" + NEW + b"\n"),
        (b"~~~\n```\n## Tests\n~~~\n", "## Tests", b"~~~\n```\n## Tests\n~~~\n\n" + NEW + b"\n"),
        (b"````\n```\n## Deploy\n````\n", None, b"````\n```\n## Deploy\n````\n\n" + NEW + b"\n"),
        (b"```\n``` x\n## Tests\n```\n", "## Tests", b"```\n``` x\n## Tests\n```\n\n" + NEW + b"\n"),
        (b"```not a block```\n\n## Tests\n", "## Tests", b"```not a block```\n\n" + NEW + b"\n\n## Tests\n"),
        (b"#hashtag\n", "#hashtag", b"#hashtag\n\n" + NEW + b"\n"),
    ],
)
def test_the_section_is_put_in_its_place(held: bytes, before: str | None, result: bytes, tmp_path: Path) -> None:
    data, [fragment] = edited(tmp_path, held, before)
    assert data == result
    assert data.count(fragment.text.encode()) == 1
    assert data.replace(fragment.text.encode(), b"") == held


@pytest.mark.parametrize(
    "held", [b"## Deploy\n\nMine.\n", b"# Shop\n\n## Deploy  \r\nMine", b"x\n\n   ## Deploy\n", None]
)
def test_a_section_that_is_there_stays_and_a_file_that_is_not_is_not_made(held: bytes | None, tmp_path: Path) -> None:
    data, fragments = edited(tmp_path, held)
    assert data == held
    assert [one.more for one in fragments] == [{"shared": True}] * (held is not None)
