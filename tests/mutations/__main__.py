"""Print which probes turn red by which mutation: `python -m tests.mutations [LAYOUT]...`."""

import io
import subprocess
import sys
from contextlib import redirect_stdout
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from tests import by_hand, everything
from tests.mutations.run import run

CACHE = Path(__file__).parent.parent.parent / ".cache" / "mutations"
UV = Path(sys.executable).with_name("uv")


def main(layouts: list[str]) -> int:
    """Go through the layouts; return 1 when something is left over."""
    left = False
    for layout in layouts or ["package", "module", by_hand.LAYOUT]:
        with TemporaryDirectory(prefix="mutations-") as folder:
            with redirect_stdout(io.StringIO()):
                environment = _environment(Path(folder))
                table = run(layout, environment / "bin", Path(folder))
            print("\n".join(table.lines()))
            left = left or bool(table.survivors or table.idle or table.strays or table.noticed or table.unprobed)
    return int(left)


def _environment(folder: Path) -> Path:
    """Return an environment with what the project needs; it is kept for the next time."""
    (folder / "needs").mkdir()
    everything.brought("package", folder / "needs")
    needs = folder / "needs" / everything.NAME / "pyproject.toml"
    made = CACHE / sha256(needs.read_bytes()).hexdigest()[:12]
    if not (made / "done").exists():
        subprocess.run([UV, "venv", "--quiet", "--clear", "--python", sys.executable, made], check=True)
        into: list[str | Path] = [UV, "pip", "install", "--quiet", "--python", made / "bin" / "python"]
        subprocess.run([*into, "-r", needs, "gunicorn"], check=True)
        (made / "done").touch()
    return made


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
