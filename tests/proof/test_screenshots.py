"""Pictures of a running project."""

import struct
import tempfile
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from scaffold.proof import screenshots
from tests import parts

STYLE = """<!doctype html><style>
  :root { color-scheme: light dark } body { height: %spx; margin: 0; background: light-dark(#fff, #000) }
  @media (max-width: 320px) { body { border: 9px solid red } }
</style>"""


class Site(ThreadingHTTPServer):
    """What is asked, and by which name."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[tuple[str, str, str]] = []

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    server: Site

    def do_GET(self) -> None:
        host, scheme = self.headers["Host"].partition(":")[0], self.headers.get("X-Forwarded-Proto", "")
        self.server.asked.append((self.path, host, scheme))
        body = {
            "/alert": b"<!doctype html><script>alert(1)</script>",
            "/far": b"<!doctype html><img src='http://example.com/a.png'><img src='http://127.0.0.1:1/a.png'>",
            "/endless": (STYLE % 90000).encode(),
            "/data": b"{}",
        }.get(self.path, (STYLE % 700).encode())
        if self.path.startswith("/hangs"):
            time.sleep(5)
        self.send_response(404 if self.path == "/favicon.ico" else 200)
        self.send_header("Content-Type", "application/json" if self.path == "/data" else "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as made:
        thread = Thread(target=made.serve_forever, daemon=True)
        thread.start()
        yield made
        made.shutdown()
        thread.join()


@pytest.fixture
def chromium(monkeypatch: pytest.MonkeyPatch) -> str:
    found = parts.program("chromium")
    monkeypatch.setattr(screenshots, "PROGRAMS", (found,))
    return found


def size(png: bytes) -> tuple[int, int]:
    assert png.startswith(b"\x89PNG\r\n")
    return struct.unpack(">II", png[16:24])


@pytest.fixture(autouse=True)
def nothing_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Have what is temporary in a folder of this test, and see that nothing of the browser is left."""
    folder = Path(tempfile.mkdtemp())  # not in `tmp_path`: the path of a socket has to be short
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    monkeypatch.setenv("TMPDIR", str(folder))
    yield
    assert not list(folder.iterdir())
    end = time.monotonic() + 2
    while left := [line for path in Path("/proc").glob("[0-9]*/cmdline") if str(folder) in (line := read(path))]:
        assert time.monotonic() < end, left
        time.sleep(0.05)
    folder.rmdir()


def read(path: Path) -> str:
    try:
        return path.read_bytes().decode(errors="replace")
    except OSError:  # it ended meanwhile
        return ""


def test_without_a_browser_there_are_no_pictures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    assert screenshots.browser() is None
    assert screenshots.taken("http://127.0.0.1:1", ["/"]) == []


@pytest.mark.parametrize(
    "script", ["exit 1", "exec sleep 60", "sh -c 'sleep 60; :' sh \"$@\" & wait", r"printf 'no\0' >&4; exec sleep 60"]
)
def test_a_browser_that_does_not_work_takes_none(script: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake = tmp_path / "chromium"
    fake.write_text(f"#!/bin/sh\n{script}\n")
    fake.chmod(0o755)
    monkeypatch.setattr(screenshots, "PROGRAMS", (str(fake),))
    monkeypatch.setattr(screenshots, "PATIENCE", 0.3)

    assert screenshots.taken("http://127.0.0.1:1", ["/"]) == []


@pytest.mark.slow
def test_a_page_is_seen_narrow_and_wide_by_day_and_by_night(site: Site, chromium: str) -> None:
    pictures = screenshots.taken(site.origin, ["/", "/ä?b=c d"], "shop.test", {"X-Forwarded-Proto": "https"})

    looks = [(320, "light"), (320, "dark"), (1280, "light"), (1280, "dark")]
    assert [(one.url, one.width, one.scheme) for one in pictures] == [
        (path, *look) for path in ("/", "/ä?b=c d") for look in looks
    ]
    assert [size(one.png) for one in pictures[:4]] == [(320, 900), (320, 900), (1280, 900), (1280, 900)]
    assert len({one.png for one in pictures[:4]}) == 4
    asked = [one for one in site.asked if one[0] != "/favicon.ico"]
    assert asked == [("/", "shop.test", "https"), ("/%C3%A4?b=c%20d", "shop.test", "https")]


@pytest.mark.slow
def test_what_cannot_be_taken_is_left_out(site: Site, chromium: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(screenshots, "PATIENCE", 2.0)

    pictures = screenshots.taken(site.origin, ["/data", "/hangs", "/alert", "/far", "/endless"])

    assert list(dict.fromkeys(one.url for one in pictures)) == ["/alert", "/far", "/endless"]
    assert size(pictures[-1].png) == (1280, screenshots.TALLEST)


@pytest.mark.slow
def test_there_is_an_end_to_it(site: Site, chromium: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(screenshots, "PATIENCE", 1.5)
    monkeypatch.setattr(screenshots, "LONGEST", 3.0)
    begin = time.monotonic()

    assert screenshots.taken(site.origin, [f"/hangs?{n}" for n in range(6)]) == []
    assert time.monotonic() - begin < 8


@pytest.mark.slow
def test_a_site_that_is_gone_has_no_pictures(site: Site, chromium: str) -> None:
    assert screenshots.taken("http://127.0.0.1:1", ["/"], "shop.test") == []
