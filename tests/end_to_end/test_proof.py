"""`scaffold test` as a user runs it, from the wheel: on a project of ours, on one by hand, and on broken ones."""

import json
import signal
import subprocess
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scaffold.proof.processes import children, until
from tests import by_hand, parts
from tests.conftest import tree
from tests.end_to_end.conftest import begin, clean_environment, run

pytestmark = pytest.mark.slow
SECRET = "5f1c0b7e9d2a4836"


@pytest.fixture(scope="module")
def variables(shared: Path) -> dict[str, str]:
    """Keep the environments that are made, for all tests of this run and no longer."""
    return {"SCAFFOLD_CACHE": str(shared / "environments")}


@pytest.fixture(params=["package", by_hand.LAYOUT])
def layout(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def project(tool: Path, tmp_path: Path, layout: str) -> Path:
    """Make a project with a secret in its `.env`, under git."""
    made = begin(tool, tmp_path, "shop", layout)
    (made / ".env").write_text(f"SECRET_KEY={SECRET * 4}\nDATABASE_URL=postgres://shop:{SECRET}@db.example/shop\n")
    with (made / ".gitignore").open("a") as file:
        file.write(".env\n")
    if layout == by_hand.LAYOUT:
        limited(made / "app.py")
    run("git", "init", "--quiet", cwd=made)
    return made


def limited(file: Path) -> None:
    """Give an app what it lacks to be proved: a limit for what is sent to it, and for as whom it can be asked."""
    text = file.read_text()
    settings = "app.config.update(MAX_CONTENT_LENGTH=1024 * 1024, TRUSTED_HOSTS=['example.com', 'localhost'])"
    file.write_text(text.replace("\n\n\n@app", f"\n{settings}\n\n\n@app", 1))


def proved(tool: Path, project: Path, variables: dict[str, str], *words: str, code: int = 0) -> dict[str, Any]:
    """Run the command; return the proof that it tells as JSON."""
    env = clean_environment(**variables)
    done = subprocess.run(
        [tool, "test", "--json", *words], cwd=project, env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == code, done.stdout + done.stderr
    assert SECRET not in done.stdout + done.stderr
    told = json.loads(done.stdout)["proof"]
    assert isinstance(told, dict)
    return told


def failed(told: dict[str, Any]) -> list[str]:
    return [one["name"] for one in told["results"] if one["outcome"] == "failed"]


def test_a_project_is_proved_and_left_as_it_was(
    tool: Path, project: Path, layout: str, variables: dict[str, str], tmp_path: Path
) -> None:
    run(tool, "add", "route", "/user/<username>", cwd=project)
    before = tree(project)

    junit = tmp_path / "junit.xml"
    told = proved(tool, project, variables, "--junit", str(junit), "--html", str(tmp_path / "report.html"))

    steps = {one["step"] for one in told["results"]}
    assert {"environment", "tests", "server", "end"} <= steps
    assert told["counts"]["failed"] == told["counts"]["not_proved"] == 0
    assert any("/user/<username>" in one["name"] for one in told["results"])
    assert tree(project) == before
    assert len(ET.parse(junit).findall(".//testcase")) == len(told["results"])
    assert "gunicorn" in (tmp_path / "report.html").read_text()


@pytest.mark.parametrize("layout", ["package"], indirect=True)
def test_what_is_deployed_is_proved_alone_and_behind_its_proxy(
    tool: Path, project: Path, variables: dict[str, str]
) -> None:
    parts.program("nginx")
    run(tool, "deploy", "--server", "gunicorn", "--proxy", "nginx", "--domain", "shop.example.com", cwd=project)

    told = proved(tool, project, variables, "server", "proxy")

    assert [one["name"] for one in told["rows"]] == ["environment", "gunicorn", "gunicorn behind nginx", "end"]


@pytest.mark.parametrize("layout", ["module"], indirect=True)
def test_a_broken_view_fails_with_what_to_do_about_it(tool: Path, project: Path, variables: dict[str, str]) -> None:
    run(tool, "add", "page", "about", cwd=project)
    page = next(project.rglob("about.html"))
    page.write_text(page.read_text().replace("{% endblock", "{{ nothing.at_all }}{% endblock"))

    told = proved(tool, project, variables, code=8)

    one = next(one for one in told["results"] if "about" in one["request"])
    assert one["request"].startswith("GET /about")
    assert "500" in one["got"]
    assert any("nothing" in line for line in one["log"])
    assert one["command"].startswith("scaffold test --server gunicorn --proxy none ")
    again = subprocess.run(
        one["command"].replace("scaffold", str(tool), 1),
        shell=True,
        cwd=project,
        env=clean_environment(**variables),
        capture_output=True,
        text=True,
        check=False,
    )
    assert again.returncode == 8, again.stdout + again.stderr
    assert "1 failed" in again.stderr


@pytest.mark.parametrize("layout", [by_hand.LAYOUT], indirect=True)
def test_a_limit_that_nobody_holds_is_found(tool: Path, project: Path, variables: dict[str, str]) -> None:
    (project / "app.py").write_text((project / "app.py").read_text().replace("MAX_CONTENT_LENGTH", "OTHER"))

    assert failed(proved(tool, project, variables, "too-much-is-refused", code=8)) == ["too-much-is-refused"]


@pytest.mark.parametrize("layout", ["package"], indirect=True)
def test_a_failing_test_a_lint_and_a_type_are_failures(tool: Path, project: Path, variables: dict[str, str]) -> None:
    (project / "tests" / "test_mine.py").write_text("import os\n\n\ndef test_mine() -> int:\n    assert 1 == 2\n")

    told = proved(tool, project, variables, "tests", "lint", "types", code=8)

    assert failed(told) == ["pytest", "ruff check", "mypy"]
    assert "assert 1 == 2" in told["results"][1]["got"]


@pytest.mark.parametrize("layout", ["package"], indirect=True)
def test_a_check_that_concerns_nothing_here_has_proved_nothing(
    tool: Path, project: Path, variables: dict[str, str]
) -> None:
    told = proved(tool, project, variables, "plain-http-leads-to-https", code=9)

    assert told["results"][-1]["why"] == "nothing that was looked at has plain-http-leads-to-https"


@pytest.mark.parametrize("layout", ["package"], indirect=True)
def test_a_missing_program_is_not_proved_and_never_passed(
    tool: Path, project: Path, variables: dict[str, str], tmp_path: Path
) -> None:
    run(tool, "deploy", "--server", "gunicorn", "--proxy", "caddy", cwd=project)
    bare = tmp_path / "bin"
    bare.mkdir()
    for name in ("git", "openssl", "setpriv", "unshare"):
        (bare / name).symlink_to(parts.program(name) if name != "git" else "/usr/bin/git")

    told = proved(tool, project, {**variables, "PATH": str(bare)}, "proxy", code=9)

    (one,) = [one for one in told["results"] if one["outcome"] == "not proved"]
    assert "caddy" in one["why"]
    assert one["command"]


@pytest.fixture
def running(tool: Path, project: Path, variables: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    env = clean_environment(**variables)
    with subprocess.Popen([tool, "test"], cwd=project, env=env, stderr=subprocess.PIPE, text=True) as process:
        yield process
        process.kill()


@pytest.mark.parametrize("layout", ["package"], indirect=True)
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl-C", "SIGTERM"])
def test_an_interrupt_ends_everything(running: subprocess.Popen[str], number: signal.Signals) -> None:
    assert running.stderr is not None
    for line in running.stderr:
        if "types" in line:
            break
    assert until(lambda: len(below(running.pid)) > 2), "no server was started"
    started = below(running.pid)
    running.send_signal(number)

    assert running.wait(20) == 130
    assert until(lambda: not any(Path("/proc", str(pid)).exists() for pid in started))


def below(pid: int) -> list[int]:
    """Return the processes that one has started, and those that they have."""
    return [one for child in children(pid) for one in (child, *below(child))]
