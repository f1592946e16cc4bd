"""The checked-in trees that show what the templates give; `python -m tests.snapshots` makes them anew, for review."""

import shutil
import tempfile
from pathlib import Path

from scaffold import plan, project
from scaffold.catalog import find
from scaffold.changes import OURS
from scaffold.deployment import switch
from scaffold.deployment.choices import Choices

HERE = Path(__file__).parent / "snapshots"


def made(layout: str) -> dict[str, bytes]:
    """Return the files of a project that has been made, grown and deployed; its key stays out."""
    with tempfile.TemporaryDirectory() as folder:
        root = str(Path(folder) / "shop")
        plan.new(root, "shop", layout, ["scaffold", "new", "shop"]).changes.write()
        for rule, methods in [("/user/<username>", "GET"), ("/post/<int:post_id>", "GET,POST")]:
            given = {"rule": rule, "methods": methods}
            plan.add(project.find(root), find("component", "route"), given, ["scaffold", "add"]).changes.write()
        switch.to(project.find(root), Choices("gunicorn"), ["scaffold", "deploy"]).changes.write()
        files = _files(Path(root))
    return {path: data for path, data in files.items() if path != ".env" and not path.startswith(OURS)}


def kept(layout: str) -> dict[str, bytes]:
    """Return the files of the checked-in tree."""
    return _files(HERE / layout)


def _files(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}


def main() -> None:
    """Write both trees."""
    for layout in ("package", "module"):
        shutil.rmtree(HERE / layout, ignore_errors=True)
        for path, data in made(layout).items():
            place = HERE / layout / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(data)


if __name__ == "__main__":
    main()
