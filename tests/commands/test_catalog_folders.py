"""A new server or component is one folder and no Python."""

from pathlib import Path

import pytest

from tests.conftest import Scaffold

SLUG = "{{cookiecutter.project_slug}}"


def write(root: Path, files: dict[str, str]) -> None:
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)


@pytest.fixture
def catalog(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder of templates of one's own."""
    folder = tmp_path / "more"
    monkeypatch.setenv("SCAFFOLD_TEMPLATES", str(folder))
    return folder


def test_a_server_is_one_folder(scaffold: Scaffold, project: Path, catalog: Path) -> None:
    write(
        catalog / "servers" / "acorn",
        {
            "template.toml": (
                'summary = "Acorn: a made-up server."\ndependencies = ["acorn>=1"]\nnext = ["[[ start_command ]]"]\n'
                '[start]\ntcp = ["acorn", "--serve", "{host}:{port}", "{wsgi_target}"]\n'
                '[[edit]]\nkind = "section"\nsource = "section.md"\n'
            ),
            "cookiecutter.json": '{"project_slug": "myproject", "wsgi_target": "wsgi:app"}',
            "sources/section.md": "## Serve with acorn\n\n    [[ start_command ]]\n",
            f"{SLUG}/acorn.ini": "app = {{cookiecutter.wsgi_target}}\n",
        },
    )

    listed, result = scaffold("list"), scaffold("deploy", "--server", "acorn")

    assert "Acorn: a made-up server." in listed.out
    assert result.code == 0, result.err
    assert "acorn --serve" in result.err
    assert (project / "acorn.ini").read_text() in ("app = wsgi:app\n", "app = app:app\n")
    assert '"acorn>=1"' in (project / "pyproject.toml").read_text()
    assert "## Serve with acorn" in (project / "README.md").read_text()


def test_a_component_is_one_folder(scaffold: Scaffold, project: Path, layout: str, catalog: Path) -> None:
    write(
        catalog / "components" / "motto",
        {
            "template.toml": (
                'summary = "A page with a motto."\nexample = "scaffold add motto /motto --colour red"\n'
                '[[question]]\nname = "rule"\nkind = "rule"\nargument = true\nhelp = "Where."\n'
                '[[question]]\nname = "colour"\nkind = "choice"\nchoices = ["red", "blue"]\ndefault = "blue"\n'
                '[[edit]]\nkind = "view"\nrole = "views"\nsource = "view.py"\n'
                '[[edit]]\nkind = "lines"\nfile = ".env.example"\nlines = ["MOTTO=yes"]\n'
            ),
            "cookiecutter.json": '{"project_slug": "myproject", "package_dir": "myproject", "colour": "blue"}',
            "sources/view.py": '@bp.get("/")\ndef [[ name ]]() -> str:\n    return "[[ colour ]]"\n',
            f"{SLUG}/{{{{cookiecutter.package_dir}}}}/motto.txt": "{{cookiecutter.colour}}\n",
        },
    )

    helped = scaffold("add", "motto", "--help")
    result = scaffold("add", "motto", "/motto", "--colour", "red")
    again = scaffold("add", "motto", "/motto", "--colour", "red")

    assert "--colour red|blue" in helped.out
    assert result.code == 0, result.err
    views = "shop/pages.py" if layout == "package" else "app.py"
    assert 'get("/motto")\ndef motto() -> str:\n    return "red"\n' in (project / views).read_text()
    assert (project / ("shop/motto.txt" if layout == "package" else "motto.txt")).read_text() == "red\n"
    assert (project / ".env.example").read_text().endswith("MOTTO=yes\n")
    assert again.out == "unchanged\n"


def test_a_broken_template_is_named_in_one_sentence(scaffold: Scaffold, project: Path, catalog: Path) -> None:
    write(catalog / "servers" / "bad", {"template.toml": 'summary = "Bad."\nsurprise = 1\n'})

    result = scaffold("deploy", "--server", "bad")

    assert result.code == 5
    assert "Error: Template 'server/bad' is broken" in result.err
    assert "'surprise'" in result.err
    assert f"'{catalog / 'servers' / 'bad'}'" in result.err


@pytest.mark.parametrize("manifest", ["surprise = 1\n", "summary = ", '[[question]]\nhelp = "x"\n', ""])
def test_a_broken_template_stands_in_nobody_elses_way(
    scaffold: Scaffold, project: Path, catalog: Path, manifest: str
) -> None:
    for folder in ("servers", "components"):
        write(catalog / folder / "bad", {"template.toml": manifest})

    for words in (["deploy", "--help"], ["deploy", "--server", "gunicorn"], ["deploy"], ["list"], ["add"]):
        result = scaffold(*words)

        assert result.code == 0, result.err
        broken = catalog / ("components" if words == ["add"] else "servers") / "bad"
        assert result.err.count(f"Mend what is in '{broken}'") == 1
        assert "bad" not in result.out.replace("--force", "")
    assert scaffold("add", "route", "/about").code == 0
    wrong = scaffold("deploy", "--threads-of-nobody", "3")
    assert wrong.code == 2


def test_status_says_when_a_template_gives_something_else_today(
    scaffold: Scaffold, project: Path, catalog: Path
) -> None:
    folder = catalog / "servers" / "acorn"
    write(
        folder,
        {
            "template.toml": 'summary = "Acorn."\n[start]\ntcp = ["acorn", "{wsgi_target}"]\n',
            "cookiecutter.json": '{"project_slug": "myproject"}',
            f"{SLUG}/acorn.ini": "threads = 1\n",
        },
    )
    assert scaffold("deploy", "--server", "acorn").code == 0
    assert scaffold("status", "--check").code == 0

    write(folder, {f"{SLUG}/acorn.ini": "threads = 2\n"})

    result = scaffold("status", "--check")
    assert result.code == 6
    assert "outdated  acorn.ini\n" in result.out
