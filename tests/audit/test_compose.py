"""What compose files say, in the ways in which people write them."""

from pathlib import Path

import pytest

from scaffold.audit import compose
from scaffold.audit.subject import Subject
from tests.audit.looking import write

LONG = """
version: "3"

x-shared: &shared
  restart: always

services:
    # The app.
    "web":
        <<: *shared
        build:
            context: .
            dockerfile: docker/Dockerfile
        command: >
            gunicorn
            app:app
        ports:
        - "80:8000"   # for now
        - '127.0.0.1:9000:9000'
    cache:
        image: redis:8
networks:
    inner:
"""


def read(root: Path, text: str, path: str = "compose.yaml") -> list[compose.Service]:
    """Return the services of one file."""
    return compose.services(Subject(write(root, {path: text})))


def test_services_are_read_by_their_indentation(tmp_path: Path) -> None:
    web, cache = read(tmp_path, LONG)
    assert (web.name, cache.name, cache.said("image")) == ("web", "cache", "redis:8")
    assert "dockerfile: docker/Dockerfile" in web.said("build")
    assert web.said("command").split() == [">", "gunicorn", "app:app"]
    assert list(web.published()) == [(17, "80:8000", "8000")]


@pytest.mark.parametrize("path", ["docker-compose.yml", "deploy/compose.prod.yaml", "docker-compose.production.yml"])
def test_files_of_production_are_read(path: str, tmp_path: Path) -> None:
    assert len(read(tmp_path, LONG, path)) == 2


@pytest.mark.parametrize(
    "path", ["compose.dev.yaml", "docker-compose.test.yml", "examples/compose.yaml", "values.yaml"]
)
def test_others_are_not(path: str, tmp_path: Path) -> None:
    assert read(tmp_path, LONG, path) == []


@pytest.mark.parametrize(
    "text", ["", "services:\n", "services: {}\n", "- a\n- b\n", "services:\n  web: &x\n", "\t\0\n"]
)
def test_any_text_can_be_read(text: str, tmp_path: Path) -> None:
    assert [one.name for one in read(tmp_path, text)] in ([], ["web"])


@pytest.mark.parametrize(
    ("image", "is_proxy"), [("nginx:1", True), ("docker.io/library/caddy:2", True), ("redis", False)]
)
def test_a_proxy_is_known_by_its_image(image: str, is_proxy: bool, tmp_path: Path) -> None:
    (one,) = read(tmp_path, f"services:\n  front:\n    image: {image}\n")
    assert one.is_proxy is is_proxy
