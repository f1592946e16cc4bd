"""The proof of one project: its tests, linter and types, then its server, behind its proxy where it has one."""

import json
import shutil
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from tests import by_hand
from tests.end_to_end.conftest import clean_environment, run
from tests.end_to_end.deploy import bodies, headers, lifecycle, outages, pages, probing, registry
from tests.end_to_end.deploy.deployments import Deployment
from tests.end_to_end.deploy.projects import Maker, Place
from tests.matrix.axes import Combination
from tests.matrix.making import Made

# The modules with checks, so that they are in the list.
CHECKED = (bodies, headers, lifecycle, outages, pages)
# What projects of ours alone have: secure cookies, this health check, error pages, versions of files, a limit.
FOREIGN = (
    "https_stays_https",
    "health_is_ok",
    "errors_are_the_pages_of_the_app",
    "files_are_served_for_long",
    "too_much_is_refused",
    "too_many_chunks_never_pass",
)
HEALTH = """

import probing  # noqa: E402

app.register_blueprint(probing.bp)
"""
HEALTHZ = """

@app.get("/healthz")
def healthz():
    return "ok"
"""


def copied(made: Made, environment: Path) -> Path:
    """Return a copy of the project, with its environment, for all that leaves traces."""
    project = made.folder / "copy" / made.root.name
    project.parent.mkdir(mode=0o755)
    shutil.copytree(made.root, project, symlinks=True)
    (project / ".venv").symlink_to(environment)
    return project


def run_tools(project: Path, cache: Path) -> None:
    """Run the project's own tests, and the linter and the type checker that it has settings for."""
    programs = project / ".venv" / "bin"
    env = clean_environment(PATH=f"{programs}:/usr/bin:/bin", MYPY_CACHE_DIR=str(cache))
    words = [["python", "-m", "pytest", "-q", "-p", "no:cacheprovider"]]
    with suppress(FileNotFoundError):
        if "[tool.ruff" in (project / "pyproject.toml").read_text():
            words += [["ruff", "check", "--no-cache"], ["ruff", "format", "--check", "--no-cache"], ["mypy"]]
    for one in words:
        run(programs / one[0], *one[1:], cwd=project, env=env)


def deployed(project: Path, made: Made, maker: Maker) -> Deployment:
    """Deploy the copy for this machine, and return how it is run."""
    place = Place(project.parent, project)
    place.prepare(*maker.certificate())
    asked = place.options(bool(made.combination.deployed.proxy))
    # Platforms lead the proxy to where this machine has nothing.
    run(made.tool, "undo", cwd=project)
    words = replace(made.combination, platforms=()).deployment()
    options = [word for name, value in asked.items() for word in (f"--{name}", value)]
    said = run(made.tool, *words, *options, "--json", cwd=project)
    _put_views_into(project)
    place.keep_secret()
    return place.deployment(json.loads(said)["start"], {})


def failures(deployment: Deployment, combination: Combination) -> list[str]:
    """Boot it, make the quick checks, and return what is wrong."""
    of = registry.PROXY if combination.deployed.proxy else registry.SERVER
    theirs = FOREIGN if combination.layout == by_hand.LAYOUT else ()
    with deployment.up() as booted:
        return registry.failures([one for one in registry.those(of, quick=True) if one.name not in theirs], booted)


def _put_views_into(project: Path) -> None:
    health = "app.register_blueprint(health.bp)"
    package = next((path for path in project.glob("*/__init__.py") if health in path.read_text()), None)
    home = package.parent if package else project
    if package:
        more = f"from {home.name} import probing\n    app.register_blueprint(probing.bp)"
        package.write_text(package.read_text().replace(health, f"{health}\n    {more}", 1))
    else:
        with (project / "app.py").open("a") as file:
            file.write(HEALTH if "healthz" in (project / "app.py").read_text() else HEALTH + HEALTHZ)
    (home / probing.MODULE).write_text(probing.SOURCE)
    (home / probing.RELEASE).write_text(probing.FIRST_RELEASE + "\n")
    style = home / "static" / "style.css"
    style.parent.mkdir(exist_ok=True)
    style.touch()
