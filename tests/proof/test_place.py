"""Where a deployment lives: its folders and ports, its environment, and what is run there."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from scaffold.proof import accounts, place, programs
from scaffold.proof.deployment import Deployment
from scaffold.proof.place import Place
from scaffold.proof.unmet import NotProved
from tests import by_hand

HERE = Path(sys.executable).parent


def placed(folder: Path, *words: str, proxied: bool = False) -> tuple[Place, dict[str, Any]]:
    """Deploy a project by hand to a place, and return what the command says of its start."""
    by_hand.write(folder / "shop")
    found = Place(folder, folder / "shop", {"SECRET_KEY": "x", "LANG": "de_DE.UTF-8", "MODE": "development"}, HERE)
    asked = [word for name, value in found.options(proxied).items() for word in (f"--{name}", value)]
    argv = [sys.executable, "-m", "scaffold", "deploy", *words, *asked, "--domain", "shop.example", "--json"]
    done = subprocess.run(argv, cwd=found.project, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    found.own.mkdir()
    return found, json.loads(done.stdout)["start"]


def deployment(folder: Path, *words: str, proxied: bool = False) -> Deployment:
    found, start = placed(folder, *words, proxied=proxied)
    return found.deployment(start)


def test_a_server_alone_is_reached_through_its_socket(tmp_path: Path) -> None:
    found = deployment(
        tmp_path, "--server", "gunicorn", "--bind", "unix", "--timeout", "7", "--limit", "1M", "--prefix", "/a"
    )
    assert found.proxy is None
    assert found.client.path == str(found.socket)
    assert str(found.socket).startswith(str(tmp_path / "run"))
    assert (found.domain, found.timeout, found.limit) == ("shop.example", 7.0, 1024 * 1024)
    assert (found.origin, found.is_secure, found.plain) == ("http://shop.example", False, None)
    assert found.health == "/-/probing/hello"
    # Nobody takes the prefix off.
    assert (found.prefix, found.client.prefix) == ("", "")
    assert found.client.sent is (found.direct and found.direct.sent)


def test_the_server_has_the_settings_of_the_host_and_those_that_are_given(tmp_path: Path) -> None:
    found, _ = placed(tmp_path, "--server", "gunicorn", "--limit", "1M")
    (found.project / place.SETTINGS).write_text(
        "# MODE=none\nMODE=live\nLANG=C\nREDIS_URL=redis://host\nSECRET_KEY=y\n"
    )
    variables = found.variables()
    assert variables["PATH"].startswith(f"{HERE}:")
    assert variables["MODE"] == "live"
    assert (variables["SECRET_KEY"], variables["LANG"], variables["HOME"]) == ("x", "C", "/nonexistent")
    assert "REDIS_URL" not in variables


def test_a_proxy_is_reached_over_tls_and_the_server_behind_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(programs, "of_proxy", lambda words, facts: words[0])
    monkeypatch.setattr(place, "able", lambda uid, *words: uid)
    found = deployment(tmp_path, "--server", "gunicorn", "--proxy", "nginx", "--prefix", "/mnt", proxied=True)
    assert found.is_secure
    assert found.plain
    assert found.direct
    assert (found.client.prefix, found.plain.prefix, found.direct.prefix) == ("/mnt", "/mnt", "")
    assert found.client.port != found.plain.port
    assert found.the_proxy().words[0] == "nginx"
    assert (tmp_path / "proxy" / "main").read_text().count(str(tmp_path / "shop" / "deploy" / "nginx"))
    assert found.the_server().stop == "SIGTERM"


def test_a_proxy_that_is_missing_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found, start = placed(tmp_path, "--server", "gunicorn", "--proxy", "apache", proxied=True)
    monkeypatch.setattr("shutil.which", lambda name, path=None: "/usr/bin/apt-get" if name == "apt-get" else None)
    with pytest.raises(NotProved, match=r"^apache2 is not installed$") as caught:
        found.deployment(start)
    assert caught.value.command == "sudo apt-get install apache2"


def test_a_server_that_refuses_root_is_not_started_by_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found, start = placed(tmp_path, "--server", "uwsgi")
    found.account = 0
    monkeypatch.setattr(place, "ROOT", True)
    with pytest.raises(NotProved, match=r"^uwsgi does not run as root, and no other account may run /"):
        found.deployment(start)
    monkeypatch.setattr(place, "ROOT", False)
    assert found.deployment(start).server


def test_another_python_in_the_proxy_is_told(tmp_path: Path) -> None:
    other = tmp_path / "python"
    other.write_text("#!/bin/sh\necho 3.7\n")
    other.chmod(0o755)
    with pytest.raises(NotProved, match=r"the proxy runs Python 3\.7, and the environment is for Python 3\.1"):
        place._same_python(str(other), Path(sys.executable))
    place._same_python(sys.executable, Path(sys.executable))
    place._same_python("", other)


def test_folders_are_for_those_who_use_them(tmp_path: Path) -> None:
    chain, key = tmp_path / "chain", tmp_path / "key"
    chain.write_text("the chain")
    key.write_text("the key")
    found = Place(tmp_path, tmp_path / "shop")
    found.prepare(chain, key)
    for folder, uid in ((found.run, accounts.APP), (found.own, accounts.WWW_DATA)):
        assert folder.stat().st_mode & 0o777 == 0o750
        assert folder.stat().st_uid == (uid if accounts.ROOT else os.getuid())
    assert (tmp_path / "privkey.pem").stat().st_mode & 0o777 == 0o640
    assert (tmp_path / "fullchain.pem.key").read_text() == "the key"
