"""Programs: found where they are, or named with what installs them."""

from pathlib import Path

import pytest

from scaffold.proof import programs
from scaffold.proof.unmet import NotProved

LONG = "a-program-that-nobody-has"


def tool(folder: Path, name: str) -> Path:
    path = folder / name
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return path


def test_a_program_is_found_where_only_root_looks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(programs, "ALSO", (str(tmp_path),))
    assert programs.path(tool(tmp_path, LONG).name) == str(tmp_path / LONG)


@pytest.mark.parametrize(
    ("there", "package", "command"),
    [
        ("apt-get", "", f"sudo apt-get install {LONG}"),
        ("apt-get", "nginx", "sudo apt-get install nginx"),
        ("brew", "nginx", "brew install nginx"),
        ("dnf", "nginx", "sudo dnf install nginx"),
    ],
)
def test_what_is_missing_is_named(
    there: str, package: str, command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tool(tmp_path, there)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NotProved, match=f"^{LONG} is not installed$") as caught:
        programs.path(LONG, package)
    assert caught.value.command == command


def test_a_proxy_is_the_program_of_its_words() -> None:
    assert programs.named(["nginx", "-c", "x"]) == "nginx"
    assert programs.named(["env", "HOME=/x", "caddy", "run"]) == "caddy"
    assert programs.of_proxy(["env", "A=b", "sh", "-c"], {}).endswith("/sh")


def test_what_a_proxy_loads_is_looked_for(tmp_path: Path) -> None:
    missing = tmp_path / "mod_x.so"
    facts = {"needs_file": str(missing), "install_command": "apt-get install libx"}
    with pytest.raises(NotProved, match=r"mod_x\.so is not there") as caught:
        programs.of_proxy(["sh"], facts)
    assert caught.value.command == "sudo apt-get install libx"
    missing.touch()
    assert programs.of_proxy(["sh"], facts)
