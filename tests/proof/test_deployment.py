"""A deployment, and what there is of it."""

from pathlib import Path

import pytest

from scaffold.proof.deployment import Booted, Deployment
from scaffold.proof.unmet import Unmet
from scaffold.proof.wire import Client

FACTS = {"body_limit": 1024, "ours": False}


def deployment(folder: Path, **facts: object) -> Deployment:
    return Deployment(folder, folder, None, None, Client(1), facts={**FACTS, "static_path": str(folder / "s"), **facts})


def test_what_is_not_there_cannot_be_started(tmp_path: Path) -> None:
    bare = deployment(tmp_path)
    booted = Booted(bare, None, None)
    for ask in (bare.the_server, bare.start_server, booted.the_server):
        with pytest.raises(Unmet, match="a server, got none: the app runs inside the proxy"):
            ask()
    for ask in (bare.the_proxy, bare.start_proxy, booted.the_proxy):
        with pytest.raises(Unmet, match="a proxy, got none"):
            ask()


def test_the_facts_say_how_it_is(tmp_path: Path) -> None:
    bare = deployment(tmp_path)
    assert (bare.limit, bare.health, bare.keeps_connections) == (1024, "/-/probing/hello", True)
    assert deployment(tmp_path, ours=True).health == "/healthz"
    assert not deployment(tmp_path, idle_timeout=0).keeps_connections
    assert bare.but(client=Client(1, certificate=tmp_path)).origin == "https://shop.example.test"


def test_only_files_are_files_to_serve(tmp_path: Path) -> None:
    assert not deployment(tmp_path).has_files
    (tmp_path / "s" / "css").mkdir(parents=True)
    (tmp_path / "s" / ".gitkeep").touch()
    assert not deployment(tmp_path).has_files
    (tmp_path / "s" / "css" / "a.css").touch()
    assert deployment(tmp_path).has_files
