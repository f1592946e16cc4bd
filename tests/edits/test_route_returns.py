"""What a view answers with: text, JSON, a page, a stream, a file, or nothing; and tests that would notice another."""

from pathlib import Path

import pytest

from scaffold import render
from scaffold.catalog import find
from scaffold.proof import probes
from tests import everything
from tests.conftest import Scaffold, tree
from tests.edits.running import VIEWS, passes, views

RETURNS = ("template", "html", "text", "json", "stream", "file", "empty")
VIEW = {
    "stream": """\
@bp.get("/x/<int:year>")
def x(year: int) -> Response:
    def generate() -> Iterator[str]:
        yield "X\\n"
        yield f"Year: {year}\\n"
        yield "The end.\\n"

    # The first chunk is made before the answer begins: an error there is still a page.
    chunks = generate()
    response = Response(chain([next(chunks)], chunks), mimetype="text/plain")
    # A proxy must hand each chunk on at once.
    response.headers["X-Accel-Buffering"] = "no"
    return response
""",
    "file": """\
@bp.get("/x/<int:year>")
def x(year: int) -> Response:
    # A browser saves it and does not show it; no value leads out of the folder.
    return send_from_directory("static/x", f"{year}.txt", as_attachment=True)
""",
    "empty": """\
@bp.get("/x/<int:year>")
def x(year: int) -> tuple[str, int]:
    return "", 204
""",
}


@pytest.mark.parametrize("returns", VIEW)
@pytest.mark.parametrize("layout", ["package"])
def test_the_view_is(returns: str, scaffold: Scaffold, project: Path, layout: str) -> None:
    assert scaffold("add", "route", "/x/<int:year>", "--returns", returns).code == 0

    assert views(project, layout).endswith(f"\n\n\n{VIEW[returns]}")


@pytest.mark.parametrize("words", [[], ["--methods", "GET,PUT,POST", "--one-function"]])
def test_the_tests_of_each_pass_and_all_goes_again(words: list[str], scaffold: Scaffold, project: Path) -> None:
    before = tree(project)
    for returns in RETURNS:
        result = scaffold("add", "route", f"/{returns}/<int:year>/<name>", "--returns", returns, *words)
        assert result.code == 0, result.err
    passes(project)

    for returns in RETURNS:
        assert scaffold("remove", "route", f"/{returns}/<int:year>/<name>").code == 0
    after = {path: file for path, file in tree(project).items() if "cache" not in path}
    assert {path: file for path, file in after.items() if not path.startswith(".scaffold/")} == {
        path: file for path, file in before.items() if not path.startswith(".scaffold/")
    }


@pytest.mark.parametrize("layout", ["package"])
def test_a_stream_asks_for_the_method_while_the_request_is_there(scaffold: Scaffold, project: Path) -> None:
    words = ["/feed", "--returns", "stream", "--methods", "GET,POST", "--one-function"]
    assert scaffold("add", "route", *words).code == 0

    assert "chunks = stream_with_context(generate())" in views(project, "package")
    passes(project)


def said(project: Path, name: str) -> str:
    try:
        passes(project, "pytest")
    except AssertionError as problem:
        return str(problem)
    return f"{name}: nothing noticed"


BROKEN = {
    "the first chunk is not made before": ("chain([next(chunks)], chunks)", "chunks"),
    "all chunks are made at once": ("chain([next(chunks)], chunks)", "list(chunks)"),
    "a proxy may wait": ('"no"', '"yes"'),
    "another type": ('mimetype="text/plain"', 'mimetype="text/html"'),
    "no attachment": (", as_attachment=True", ""),
    "another name for it": ("as_attachment=True", 'as_attachment=True, download_name="x"'),
    "another file": ('f"{year}/{name}.txt"', 'f"{name}/{year}.txt"'),
    "one file for all": ('f"{year}/{name}.txt"', '"7/grace.txt"'),
    "another status": ("204", "200"),
    "not escaped": ("escape(name)", "name"),
    "another converter": ("<int:year>", "<year>"),
    "one more method": ("bp.get", 'bp.route("/z", methods=["GET", "PATCH"])\n@bp.get'),
}


@pytest.mark.parametrize("layout", ["package"])
def test_a_broken_view_turns_a_test_red(scaffold: Scaffold, project: Path, layout: str) -> None:
    for returns in ("html", "stream", "file", "empty"):
        scaffold("add", "route", f"/{returns}/<int:year>/<name>", "--returns", returns)
    place = project / VIEWS[layout]
    text = place.read_text()

    for name, (old, new) in BROKEN.items():
        assert old in text, name
        place.write_text(text.replace(old, new))
        assert "failed" in said(project, name), name


FILES = {
    ("/sheet/<path:name>",): ["sheet/one/two.txt"],
    ("/sheet/<int:year>", "/sheet/<name>", "--name", "sheet"): ["sheet/7.txt", "sheet/ada.txt"],
    ("/sheet/", "/sheet/<name>"): ["sheet/ada.txt", "sheet/index.txt"],
    ("/sheet/<name>", "--methods", "GET,POST"): ["sheet/ada.txt"],
    ("/sheet/<any(über, 'a b'):word>",): ["sheet/über.txt"],
}


@pytest.mark.parametrize("words", FILES)
@pytest.mark.parametrize("layout", ["package"])
def test_there_is_a_file_for_each_url_that_the_tests_ask_for(
    words: tuple[str, ...], scaffold: Scaffold, project: Path, layout: str
) -> None:
    static = (project / VIEWS[layout]).parent / "static"
    before = tree(static)
    assert scaffold("add", "route", *words, "--returns", "file").code == 0
    assert sorted(set(tree(static)) - set(before)) == FILES[words]
    passes(project)

    assert scaffold("undo").code == 0
    assert tree(static) == before


@pytest.mark.parametrize("layout", ["package"])
def test_no_value_leads_out_of_the_folder(scaffold: Scaffold, project: Path, layout: str) -> None:
    scaffold("add", "route", "/sheet/<path:name>", "--returns", "file")
    (project / VIEWS[layout]).parent.joinpath("static", "secret.txt").write_text("Mine.\n")
    (project / "tests" / "test_out.py").write_text(OUT)
    passes(project)


OUT = """\
import pytest
from flask.testing import FlaskClient

NAMES = ["../secret", "one/../../secret", "/secret", "..%2Fsecret", "%2e%2e/secret"]


@pytest.mark.parametrize("name", NAMES)
def test_out(client: FlaskClient, name: str) -> None:
    assert client.get(f"/sheet/{name}").status_code in (404, 308)
"""


def test_a_file_of_that_name_is_in_the_way(scaffold: Scaffold, project: Path, layout: str) -> None:
    place = (project / VIEWS[layout]).parent / "static" / "report.txt"
    place.write_text("Mine.\n")

    result = scaffold("add", "route", "/report", "--returns", "file")

    assert result.code == 3
    assert "static/report.txt' already exists" in result.err
    assert place.read_text() == "Mine.\n"
    assert scaffold("add", "route", "/report", "--returns", "file", "--name", "yearly_report").code == 0


def test_no_route_needs_jinja(scaffold: Scaffold, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(render, "_jinja", None)

    for returns in RETURNS:
        words = [f"/{returns}/", f"/{returns}/<name>", "--returns", returns, "--methods", "GET,POST", "--one-function"]
        query = ["--query", "q", "--query", "page:int=1"] if returns not in ("file", "empty") else []
        assert scaffold("add", "route", *words, *query).code == 0


def test_the_probes_of_a_route_are_those_that_its_answers_let_apply(tmp_path: Path) -> None:
    told = [answers for one, answers in everything.answers("package", tmp_path) if one.full_name == "component/route"]
    asked = [probe for answers in told for probe in probes.of(find("component", "route"), answers)]

    requests = {f"{probe.method} {probe.url}": probe.expect for probe in asked}

    assert requests["GET /hello/%3Cimg%20src=x%20onerror=alert(1)%3E"]["lacks"] == ["<img src=x onerror=alert"]
    assert requests["GET /post/other"]["status"] == 404
    assert requests["PROPFIND /post/7"]["headers"] == {"Allow": "DELETE, GET, HEAD, OPTIONS, POST"}
    assert requests["GET /returns/empty"]["status"] == 204
