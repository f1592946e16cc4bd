"""Run again with other choices, `deploy` takes the earlier ones out and shows both in one diff."""

import json
from pathlib import Path

import pytest

from tests.conftest import Scaffold, tree

ACORN = ("deploy", "--server", "acorn")
BIRCH = ("deploy", "--server", "birch")
BOTH = ("deploy", "--server", "acorn", "--proxy", "hedge")


def files(project: Path) -> dict[str, object]:
    """Return the tree without the record of how it came to be."""
    return {path: file for path, file in tree(project).items() if not path.startswith(".scaffold/")}


def test_another_server_takes_the_place_of_the_first(scaffold: Scaffold, project: Path) -> None:
    fresh = files(project)
    scaffold(*BIRCH)
    alone = files(project)
    scaffold("undo")
    assert files(project) == fresh
    scaffold(*ACORN)

    shown = scaffold(*BIRCH, "--diff")
    result = scaffold(*BIRCH)

    assert result.code == 0, result.err
    assert files(project) == alone
    assert "delete  acorn.ini" in result.out
    assert "create  birch.ini" in result.out
    assert "-rings = 4" in shown.out
    assert "+bark = white" in shown.out
    assert '-    "acorn>=1",' in shown.out


def test_undo_brings_the_earlier_one_back_and_redo_the_later(scaffold: Scaffold, project: Path) -> None:
    fresh = files(project)
    scaffold(*ACORN, "--rings", "7")
    first = files(project)
    scaffold("deploy", "--proxy", "hedge", "--limit", "2M")
    second = files(project)
    scaffold("deploy", "--server", "birch", "--platform", "meadow")
    third = files(project)

    for words, there in [
        ("undo", second),
        ("undo", first),
        ("redo", second),
        ("undo", first),
        ("undo", fresh),
        ("redo", first),
        ("redo", second),
        ("redo", third),
        ("undo", second),
    ]:
        result = scaffold(words)
        assert result.code == 0, result.err
        assert files(project) == there
    assert scaffold("status", "--check").code == 0


def test_what_was_answered_stays_answered(scaffold: Scaffold, project: Path) -> None:
    scaffold(*ACORN, "--rings", "7", "--domain", "shop.example", "--shell", "thick")
    scaffold("deploy", "--proxy", "hedge")

    told = json.loads(scaffold("deploy", "--json").out)["deployed"]
    assert told == {
        "server": "acorn",
        "proxy": "hedge",
        "platforms": [],
        "rings": "7",
        "domain": "shop.example",
        "shell": "thick",
    }
    # Nobody asks birch for a shell, and it has as many rings.
    scaffold("deploy", "--server", "birch")
    told = json.loads(scaffold("deploy", "--json").out)["deployed"]
    assert {"rings", "domain"} < told.keys()
    assert "shell" not in told


def test_an_answer_that_the_new_server_would_not_take_is_forgotten(scaffold: Scaffold, project: Path) -> None:
    scaffold(*ACORN, "--rings", "70")

    assert scaffold(*BIRCH).code == 0
    assert "rings" not in json.loads(scaffold("deploy", "--json").out)["deployed"]


def test_the_same_again_changes_nothing(scaffold: Scaffold, project: Path) -> None:
    scaffold(*BOTH, "--platform", "meadow")
    before = tree(project)

    for words in (BOTH, ("deploy", "--platform", "meadow"), ("deploy", "--proxy", "hedge")):
        assert scaffold(*words).out == "unchanged\n"
    assert tree(project) == before


def test_what_the_user_changed_in_a_file_that_stays_is_left_alone(scaffold: Scaffold, project: Path) -> None:
    scaffold(*ACORN)
    config, readme = project / "acorn.ini", project / "README.md"
    config.write_text(config.read_text() + "mine = 1\n")
    readme.write_text(readme.read_text().replace("## The acorn\n", "## The acorn\n\nIt is mine.\n"))

    result = scaffold("deploy", "--proxy", "hedge")

    assert result.code == 0, result.err
    assert config.read_text() == "rings = 4\nmine = 1\n"
    assert "It is mine." in readme.read_text()
    assert scaffold("undo").code == 0
    assert config.read_text() == "rings = 4\nmine = 1\n"
    assert "## The hedge" not in readme.read_text()


def test_what_the_user_changed_in_a_file_that_changes_is_not_lost(scaffold: Scaffold, project: Path) -> None:
    scaffold(*ACORN)
    config = project / "acorn.ini"
    config.write_text(config.read_text() + "mine = 1\n")
    before = tree(project)

    result = scaffold("deploy", "--rings", "5")

    assert result.code == 3
    assert "acorn.ini" in result.err
    assert tree(project) == before
    assert scaffold("deploy", "--rings", "5", "--force").code == 0
    assert config.read_text() == "rings = 5\n"
    assert scaffold("undo").code == 0
    assert config.read_text() == "rings = 4\nmine = 1\n"


def test_a_file_that_was_deleted_comes_again(scaffold: Scaffold, project: Path) -> None:
    scaffold(*ACORN)
    (project / "acorn.ini").unlink()

    assert "create  acorn.ini" in scaffold(*ACORN).out
    assert scaffold("status", "--check").code == 0


def test_a_part_is_taken_out_and_what_stands_on_it_is_asked_for(scaffold: Scaffold, project: Path) -> None:
    fresh = files(project)
    scaffold(*ACORN)
    alone = files(project)
    scaffold("deploy", "--proxy", "hedge", "--platform", "meadow")

    refused = [scaffold("remove", name) for name in ("acorn", "garden")]
    assert [one.code for one in refused] == [3, 3]
    assert "meadow" in refused[1].err
    for name in ("meadow", "hedge"):
        result = scaffold("remove", name)
        assert result.code == 0, result.err
    assert files(project) == alone
    assert scaffold("remove", "hedge").code != 0
    assert scaffold("remove", "acorn").code == 0
    assert files(project) == fresh
    assert scaffold("redo").code == 0
    assert files(project) == alone


def test_what_comes_next_is_for_what_is_new(scaffold: Scaffold, project: Path) -> None:
    first = json.loads(scaffold(*ACORN, "--json").out)["next_steps"]
    again = json.loads(scaffold("deploy", "--proxy", "hedge", "--json").out)["next_steps"]

    assert len(first) == 1
    assert again == []


def test_none_takes_the_proxy_away(scaffold: Scaffold, project: Path) -> None:
    scaffold(*ACORN)
    alone = files(project)
    scaffold("deploy", "--proxy", "hedge")

    assert scaffold("deploy", "--proxy", "none").code == 0
    assert files(project) == alone


def test_without_options_it_shows_what_there_is(scaffold: Scaffold, project: Path) -> None:
    nothing = scaffold("deploy")
    scaffold(*BOTH, "--platform", "meadow", "--domain", "shop.example")
    something = scaffold("deploy")

    assert nothing.code == something.code == 0
    assert "Nothing is deployed yet." in nothing.out
    for line in ("server    acorn", "proxy     hedge", "platform  garden", "platform  meadow"):
        assert line in something.out
    assert "scaffold deploy --server acorn --proxy hedge --platform meadow --domain shop.example" in something.out
    assert "Birch: another one." in something.out


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--proxy", "hedge"), 2, "scaffold deploy --server"),
        (("--server", "oak"), 2, "There is no server 'oak'"),
        (
            ("--server", "acorn", "--proxy", "hedge", "--shell", "thin"),
            3,
            "fall through. Use --shell thick.",
        ),
        (("--server", "acorn", "--proxy", "fence"), 3, "it speaks nails, and acorn http"),
        (
            ("--server", "acorn", "--proxy", "hedge", "--platform", "garden", "--platform", "orchard"),
            3,
            "hedge cannot stand in front of garden and orchard",
        ),
        (("--server", "birch", "--shell", "thin"), 2, "only acorn would ask for it"),
        (("--server", "birch", "--bind", "unix"), 2, "birch takes no unix socket"),
        (("--server", "birch", "--protocol", "uwsgi"), 2, "birch can speak sap or http"),
        (("--server", "acorn", "--rings", "many"), 2, "a whole number"),
        (("--server", "acorn", "--domain", "https://shop.example"), 2, "without 'https://'"),
        (("--server", "acorn", "--root", "/srv/my shop"), 2, "no spaces"),
        (("--server", "acorn", "--root", "/srv/../etc"), 2, "from the root"),
        (("--server", "acorn", "--upstream", "app"), 2, "10.0.0.5:8000"),
        (("--server", "acorn", "--proxy", "hedge", "--proxies", "0"), 2, "hedge is one already"),
        (("--server", "acorn", "--limit", "lots"), 2, "a number of bytes"),
        (("--server", "acorn", "--port", "70000"), 2, "65535"),
    ],
)
def test_what_cannot_be_is_one_sentence_and_no_change(
    scaffold: Scaffold, project: Path, words: tuple[str, ...], code: int, said: str
) -> None:
    before = tree(project)

    result = scaffold("deploy", *words)

    assert (result.code, result.out) == (code, "")
    assert said in result.err
    assert tree(project) == before


def test_a_template_that_says_something_else_today_is_no_longer_the_same(
    scaffold: Scaffold, project: Path, tmp_path: Path
) -> None:
    scaffold(*ACORN)
    source = tmp_path / "more" / "servers" / "acorn" / "sources" / "section.md"
    source.write_text("## The acorn\n\nIt has grown.\n")

    result = scaffold(*ACORN)

    assert result.out == "    edit  README.md\n"
    assert "It has grown." in (project / "README.md").read_text()
    assert scaffold(*ACORN).out == "unchanged\n"
