"""What the templates give is looked at in review: a change of a template shows as a change of a real tree."""

from tests import snapshots


def test_the_checked_in_tree_is_what_the_templates_give(layout: str) -> None:
    made, kept = snapshots.made(layout), snapshots.kept(layout)

    assert sorted(made) == sorted(kept), "run 'make snapshots', read the difference, commit it"
    for path, data in made.items():
        assert data == kept[path], f"{path}: run 'make snapshots', read the difference, commit it"
