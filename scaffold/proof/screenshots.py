"""Pictures of a running project, as visitors see its pages: narrow and wide, by day and by night.

They are there to be looked at, and prove nothing: one that cannot be taken is left out.
"""

import base64
import os
import shutil
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlsplit

from scaffold.proof import devtools
from scaffold.proof.client import PLAIN
from scaffold.proof.devtools import Devtools, NoAnswer
from scaffold.proof.result import Screenshot

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
WIDTHS = (320, 1280)
SCHEMES = ("light", "dark")
HEIGHT = 900
# A page may be endless, and a report is read by people.
TALLEST = 2000
PAGES = 6
# For one page, and for all of them together.
PATIENCE = 10.0
LONGEST = 45.0
# Nobody is there to answer a question.
UNASKED = "window.alert = window.confirm = window.prompt = window.print = () => {}"


def browser() -> str | None:
    """Return the path of a Chromium; None when there is none, or no way to speak to it."""
    return None if os.name != "posix" else next(filter(None, map(shutil.which, PROGRAMS)), None)


def taken(
    origin: str, paths: Sequence[str], domain: str = "", headers: Mapping[str, str] | None = None
) -> list[Screenshot]:
    """Return pictures of these pages of the project that listens at `origin`, such as `http://127.0.0.1:8000`.

    `domain` is the host that it is asked for, which it may have to trust; `headers` are those that a proxy would add.
    Nothing else can be reached from the pages: what they want from elsewhere is missing in the pictures.
    """
    program = browser()
    if program is None:
        return []
    where = urlsplit(origin)
    host = domain or where.hostname or ""
    port = where.port or (443 if where.scheme == "https" else 80)
    rules = f"MAP {host} {where.hostname}:{port}, MAP * ~NOTFOUND"
    # Nobody vouches for the certificate of a proof; it is our own server that answers.
    flags = [f"--host-resolver-rules={rules}", *(["--ignore-certificate-errors"] if where.scheme == "https" else [])]
    url = f"{where.scheme}://{host}:{port}{where.path}"
    end = time.monotonic() + LONGEST
    pictures: list[Screenshot] = []
    try:
        with devtools.started(program, flags) as connection:
            for path in list(dict.fromkeys(paths))[:PAGES]:
                pictures += _pictures(connection, url, path, headers or {}, end)
    except (OSError, NoAnswer):
        # It did not start, or ended: what there is by then has to do.
        return pictures
    return pictures


def _pictures(connection: Devtools, origin: str, path: str, headers: Mapping[str, str], end: float) -> list[Screenshot]:
    """Return the pictures of one page; none when it is no page, or does not come in time."""
    patience = min(PATIENCE, end - time.monotonic())
    if patience <= 0:
        return []
    target = connection.send("Target.createTarget", patience, url="about:blank")["targetId"]
    try:
        session = connection.send("Target.attachToTarget", patience, targetId=target, flatten=True)["sessionId"]
        page = _Page(connection, session, time.monotonic() + patience)
        page.open(origin + quote(path, safe=PLAIN), headers)
        return [Screenshot(path, width, scheme, png) for width, scheme, png in page.looks()]
    except NoAnswer:
        return []
    finally:
        connection.send("Target.closeTarget", PATIENCE, targetId=target)


class _Page:
    """One page in the browser, for as long as there is patience."""

    def __init__(self, connection: Devtools, session: str, end: float) -> None:
        self._connection = connection
        self._session = session
        self._end = end

    def _send(self, method: str, **parameters: Any) -> dict[str, Any]:
        return self._connection.send(method, self._end - time.monotonic(), self._session, **parameters)

    def open(self, url: str, headers: Mapping[str, str]) -> None:
        """Open a URL and wait until it has loaded."""
        self._send("Page.enable")
        self._send("Page.setLifecycleEventsEnabled", enabled=True)
        self._send("Page.addScriptToEvaluateOnNewDocument", source=UNASKED)
        self._send("Network.enable")
        self._send("Network.setExtraHTTPHeaders", headers=dict(headers))
        going = self._send("Page.navigate", url=url)
        if going.get("errorText"):
            raise NoAnswer(going["errorText"])
        self._connection.wait(going["loaderId"], "load", self._end - time.monotonic())

    def looks(self) -> Iterator[tuple[int, str, bytes]]:
        """Yield the width, the colour scheme and the picture of every look; none of what is no page."""
        if self._send("Page.getFrameTree")["frameTree"]["frame"]["mimeType"] != "text/html":
            return
        for width in WIDTHS:
            for scheme in SCHEMES:
                self._look(width, scheme)
                yield width, scheme, self._picture(width)

    def _picture(self, width: int) -> bytes:
        height = self._send("Page.getLayoutMetrics")["cssContentSize"]["height"]
        clip = {"x": 0, "y": 0, "width": width, "height": min(max(height, HEIGHT), TALLEST), "scale": 1}
        options = {"format": "png", "clip": clip, "captureBeyondViewport": True}
        return base64.b64decode(self._send("Page.captureScreenshot", **options)["data"])

    def _look(self, width: int, scheme: str) -> None:
        size = {"width": width, "height": HEIGHT, "deviceScaleFactor": 1, "mobile": False}
        self._send("Emulation.setDeviceMetricsOverride", **size)
        likes = {"prefers-color-scheme": scheme, "prefers-reduced-motion": "reduce"}
        features = [{"name": name, "value": value} for name, value in likes.items()]
        self._send("Emulation.setEmulatedMedia", features=features)
