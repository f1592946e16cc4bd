"""The proof of one project: one call of `scaffold test`, by the Python and with the requirements of its combination."""

import json
import os
import re
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement

from scaffold import catalog
from scaffold.deployment.choices import NONE
from scaffold.proof.checks import registry
from scaffold.proof.place import known
from scaffold.proof.result import PROVED
from tests import by_hand, parts
from tests.end_to_end.conftest import REPOSITORY, UV, clean_environment
from tests.end_to_end.deploy.projects import proxy_words, require
from tests.matrix import pythons
from tests.matrix.axes import LOWEST, Combination
from tests.matrix.making import Made

CACHE = REPOSITORY / ".cache" / "matrix"
LISTED = re.compile(r'^    "([a-z][^"]*>=[^"]*)",$', re.MULTILINE)
# What a project does by its own settings: its cookies go over plain HTTP, it answers to any host, it has no limit.
OWN = {
    by_hand.LAYOUT: {
        "https-stays-https",
        "the-cookie-keeps-to-https",
        "other-hosts-are-refused",
        "too-much-is-refused",
        "too-many-chunks-never-pass",
    }
}


def proved(made: Made) -> None:
    """Prove the project by the command, and hold it to finding nothing."""
    _bring_parts(made)
    one = made.combination
    words = ["test", "--proxy", one.deployed.proxy or NONE, "--python", str(pythons.everybodys(one.python)), "--json"]
    words += ["tests", "lint", "types", "probes", *_checks(one)]
    done = subprocess.run(
        [made.tool, *words], cwd=made.root, env=_variables(one), capture_output=True, text=True, check=False
    )
    assert done.stdout.startswith("{"), done.stderr
    results: list[dict[str, Any]] = json.loads(done.stdout)["proof"]["results"]
    bad = [told for told in results if told["outcome"] != PROVED and told["name"] not in OWN.get(one.layout, ())]
    assert not bad, "\n".join([*(json.dumps({key: text for key, text in told.items() if text}) for told in bad)])
    looked = {told["step"] for told in results}
    # A hand-written project has no linter and no type checker.
    assert {"tests", _step(one), "end", *([] if one.layout in OWN else ["lint", "types"])} <= looked, done.stderr


def _step(combination: Combination) -> str:
    return registry.PROXY if combination.deployed.proxy else registry.SERVER


def _checks(combination: Combination) -> list[str]:
    """Return the checks that one boot is enough for; tests/end_to_end/deploy/ makes the others."""
    return [one.name for one in registry.those(_step(combination), registry.SHARED, quick=True)]


def _bring_parts(made: Made) -> None:
    """Have on this machine what the project's proxy is, and what it takes to install its server."""
    if made.combination.deployed.proxy:
        require(proxy_words(made.root))
    for package in known(made.root)[0][1].get("build_packages", []):
        parts.package(package)


def _variables(combination: Combination) -> dict[str, str]:
    """Return the environment of the command; its installer takes the resolution from there."""
    place = CACHE / combination.dependencies
    place.mkdir(parents=True, exist_ok=True)
    # What mypy has read of Flask is the same for all, but two of it at a time get in each other's way.
    mypy = place / f"mypy-{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"
    found = {"PATH": f"{os.environ['PATH']}{os.pathsep}{UV.parent}", "SCAFFOLD_CACHE": str(place)}
    found["MYPY_CACHE_DIR"] = str(mypy)
    if combination.dependencies == LOWEST:
        found |= {"UV_RESOLUTION": "lowest-direct", "UV_CONSTRAINT": str(_bounds())}
    return clean_environment(**found)


@cache
def _bounds() -> Path:
    """Return a file with the lowest versions that templates ask for.

    A project written by hand may leave them open; its oldest Flask would be that of 2010.
    """
    listed = [text for template in catalog.templates() for text in template.listed("dependencies")]
    edits = [edit for template in catalog.templates() for edit in template.listed("edit")]
    listed += [edit["value"] for edit in edits if edit.get("kind") == "dependency"]
    for file in Path(catalog.roots()[0]).glob("base/*/*/pyproject.toml"):
        listed += LISTED.findall(file.read_text())
    found = CACHE / "bounds.txt"
    text = "\n".join(sorted({f"{one.name}{one.specifier}" for one in map(Requirement, listed)}))
    if not found.exists() or found.read_text() != text:
        part = found.with_name(f"bounds-{os.getpid()}.txt")
        part.write_text(text)
        part.rename(found)
    return found
