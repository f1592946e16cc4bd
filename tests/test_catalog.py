"""The catalog is the folders that are there."""

import os
from pathlib import Path

import pytest

from scaffold import catalog
from scaffold.errors import NoTemplate


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for place in ("one/servers/acorn", "one/servers/gunicorn", "two/servers/acorn", "two/components/page"):
        (tmp_path / place).mkdir(parents=True)
        (tmp_path / place / "template.toml").write_text(f'summary = "{place}."')
    (tmp_path / "one" / "servers" / "no-template").mkdir()
    (tmp_path / "one" / "servers" / "README.md").write_text("")
    more = os.pathsep.join([str(tmp_path / "one"), "", str(tmp_path / "two"), str(tmp_path / "nowhere")])
    monkeypatch.setenv("SCAFFOLD_TEMPLATES", more)
    return tmp_path


def test_ours_come_first_and_those_that_are_named_after(folders: Path) -> None:
    roots = catalog.roots()
    assert os.path.isdir(os.path.join(roots[0], "components", "route"))
    assert roots[1:] == [str(folders / name) for name in ("one", "two", "nowhere")]


def test_a_folder_with_a_manifest_is_a_template_and_no_other(folders: Path) -> None:
    names = catalog.names("server")
    assert names == sorted(names)
    assert {"acorn", "gunicorn"} <= set(names)
    assert not {"no-template", "README.md"} & set(names)
    assert len(names) == len(set(names))


def test_of_two_with_one_name_the_first_is_meant(folders: Path) -> None:
    assert catalog.find("server", "acorn").folder == str(folders / "one" / "servers" / "acorn")
    assert not catalog.find("server", "gunicorn").folder.startswith(str(folders))


def test_templates_are_listed_by_kind(folders: Path) -> None:
    assert {template.kind for template in catalog.templates("server", "component")} == {"server", "component"}
    kinds = [template.kind for template in catalog.templates()]
    assert kinds == sorted(kinds, key=list(catalog.FOLDERS).index)


@pytest.mark.parametrize(
    "name", ["", ".", "..", "../components/page", "nothing", "route", "a\0b", "a\nb", "no-template", "/etc"]
)
def test_a_name_that_is_no_template_of_the_kind_is_told(name: str, folders: Path) -> None:
    with pytest.raises(NoTemplate, match="There is no server") as caught:
        catalog.find("server", name)
    assert caught.value.exit_code == 2


def test_a_slip_of_the_finger_is_pointed_out(folders: Path) -> None:
    with pytest.raises(NoTemplate, match="Did you mean 'gunicorn'"):
        catalog.find("server", "gunicron")
