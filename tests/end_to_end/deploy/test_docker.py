"""The image: built from the generated files as they are, and run by the lines of the README."""

import json
import re
import tarfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from scaffold.proof.ports import free_port
from scaffold.proof.probing import view
from scaffold.proof.wire import DOMAIN
from tests import parts
from tests.end_to_end.conftest import run
from tests.end_to_end.deploy import images
from tests.end_to_end.deploy.containers import NAME, Contained, in_flight, project
from tests.end_to_end.deploy.dockerd import Docker, daemon

pytestmark = pytest.mark.slow

# Servers, each with the layout that it is proved in: one with processes, and one that stops at SIGINT.
SERVERS = {"gunicorn": "package", "waitress": "module"}
SECTION = "Run in a container"


@pytest.fixture(scope="module")
def docker() -> Iterator[Docker]:
    """Give a daemon that has Python's image."""
    with daemon() as found:
        images.load(found, images.PYTHON)
        yield found


@pytest.fixture(scope="module", params=SERVERS)
def built(
    request: pytest.FixtureRequest, tool: Path, docker: Docker, tmp_path_factory: pytest.TempPathFactory
) -> Contained:
    """Build the image of a project, as its README says."""
    port = free_port()
    words = ["--server", request.param, "--platform", "docker", "--port", str(port)]
    made = project(tool, tmp_path_factory.mktemp("docker"), SERVERS[request.param], *words)
    run("git", "init", "--quiet", cwd=made)
    (made / "instance").mkdir()
    (made / "instance" / "data").write_text("data of this machine")
    # As somebody has them who lets nobody look into his files: in the image they can be read.
    run("chmod", "-R", "go-rwx", ".", cwd=made)
    contained = Contained(docker, made, words, port)
    secret, build, _ = contained.lines(SECTION)
    contained.type(secret)
    contained.type(build)
    return contained


@pytest.fixture
def running(built: Contained) -> Iterator[Contained]:
    """Start a container, as the README says, and wait until it is healthy."""
    built.type(built.lines(SECTION)[-1])
    try:
        assert built.becomes("healthy"), built.log()
        yield built
    finally:
        built.docker.remove_all()


def test_the_dockerfile_is_clean_and_a_broken_one_is_not(built: Contained, tmp_path: Path) -> None:
    linter, file = parts.wheel("hadolint"), built.project / "Dockerfile"
    broken = tmp_path / "Dockerfile"
    broken.write_text(re.sub(":3[.0-9]+-slim", "", file.read_text()).replace("/app\n", "app\n"))

    run(linter, file, cwd=built.project)

    said = run(linter, broken, cwd=built.project, code=None)
    assert "DL3006" in said
    assert "DL3000" in said


def test_it_runs_as_nobody_with_nothing_to_write_to(running: Contained) -> None:
    status = running.python("print(open('/proc/1/status').read())")
    assert re.search(r"^Uid:\t10001\t10001\t10001\t10001$", status, re.MULTILINE)
    assert re.search(r"^CapBnd:\t0+$", status, re.MULTILINE)
    assert re.search(r"^NoNewPrivs:\t1$", status, re.MULTILINE)
    for path in ("/app/new", "/venv/new"):
        assert "Read-only file system" in running.python(f"open('{path}', 'a')", status=1), path
    running.python("open('/tmp/new', 'w')")


def test_it_answers_what_the_app_answers(running: Contained) -> None:
    assert running.client.ask(view("/hello")).text == "hello"
    assert running.client.ask(view("/who")).json()["host"] == DOMAIN
    assert running.client.ask(view("/hello"), {"Host": "other.example"}).status == 400
    entry = json.loads(running.log().splitlines()[-1])
    assert entry["path"] == view("/hello")


def test_its_first_process_is_the_server_of_the_deployment(running: Contained, tool: Path) -> None:
    said = run(tool, "deploy", *running.deployed, "--json", cwd=running.project)
    config = running.docker.inspect(NAME)["Config"]

    start = json.loads(said)["start"]
    assert config["Cmd"] == start["container"]
    assert config["StopSignal"] == start["stop"]


def test_data_outlives_the_container_and_no_other_folder_can_be_written_to(running: Contained) -> None:
    running.python("open('instance/kept', 'w').write('kept')")
    running.docker.run("rm", "--force", NAME)

    running.type(running.lines(SECTION)[-1])

    assert running.python("print(open('instance/kept').read())") == "kept"
    assert running.python("import os; print(os.listdir('instance'))") == "['kept']"


def test_its_health_is_the_health_of_the_app(running: Contained) -> None:
    with running.frozen():
        assert running.becomes("unhealthy"), running.log()
    assert running.becomes("healthy"), running.log()

    # What the app refuses is no answer of a healthy app.
    health = ["exec", "--env", "TRUSTED_HOSTS=other.example", NAME, "python", "deploy/docker/health.py"]
    running.docker.run(*health, code=1)


def test_a_request_under_way_ends_before_it_stops(running: Contained) -> None:
    with in_flight(running.client, view("/sleep?s=2")) as answers:
        time.sleep(0.5)
        running.type(f"docker stop {NAME}")

    assert [answer.text for answer in answers] == ["slept"]
    state = running.docker.inspect(NAME)["State"]
    assert (state["ExitCode"], state["OOMKilled"], state["Running"]) == (0, False, False), running.log()


def test_without_a_key_it_fails_where_everybody_sees_it(built: Contained) -> None:
    words = ["run", "--rm", "--env-file", "deploy/production.env", NAME]

    said = built.docker.run(*words, cwd=built.project, code=None)

    assert "SECRET_KEY must be at least 32 random characters" in said


def test_nothing_secret_is_in_the_image(built: Contained, tmp_path: Path) -> None:
    saved = tmp_path / "image.tar"
    built.docker.run("save", "--output", str(saved), NAME)
    files = [built.project / ".env", built.project / "deploy" / "secret.env"]
    keys = [line.partition("=")[2] for file in files for line in file.read_text().splitlines() if "SECRET_KEY=" in line]
    assert len(keys) == 2
    secret = [*keys, "APP_ENV=development", "data of this machine", "core.repositoryformatversion"]

    held = b"".join(_contents(saved))

    # The search finds what is there.
    assert b"def create_app" in held or b"app = Flask(" in held
    assert [text for text in secret if text.encode() in held] == []
    names = built.docker.run("run", "--rm", "--entrypoint", "find", NAME, "/app").splitlines()
    assert [name for name in names if re.search(r"/(\.|tests|conftest|secret|instance/)", name)] == []


def _contents(saved: Path) -> Iterator[bytes]:
    """Yield the bytes of every layer that is not of the base, and of what is told of the image."""
    with tarfile.open(saved) as tar:
        for member in tar:
            file = tar.extractfile(member)
            if file and member.size < 100_000_000:
                yield file.read()


def test_its_size_is_that_of_the_packages(built: Contained) -> None:
    whole, base = (built.docker.inspect(name)["Size"] / 1e6 for name in (NAME, images.PYTHON))
    print(f"\n{built.deployed[1]}: {whole - base:.1f} MB on top of Python's {base:.0f} MB")
    assert whole - base < 60
    # pip stays in the stage that needed it.
    built.docker.run("run", "--rm", "--entrypoint", "ls", NAME, "/venv/bin/pip", code=2)


def test_a_change_of_the_code_installs_nothing_again(built: Contained) -> None:
    with (built.project / "wsgi.py").open("a") as file:
        file.write("# changed\n")

    said = built.type(built.lines(SECTION)[1])

    steps = re.split(r"^Step ", said, flags=re.MULTILINE)
    assert "Using cache" in next(step for step in steps if "pip --python" in step)
    assert "Using cache" not in next(step for step in steps if "COPY . ." in step)


def test_compiled_files_do_not_depend_on_the_time(built: Contained) -> None:
    code = "import flask, pathlib; print(pathlib.Path(flask.__cached__).read_bytes()[4])"

    assert built.docker.run("run", "--rm", NAME, "python", "-c", code).strip() == "3"
