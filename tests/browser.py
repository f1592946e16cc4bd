"""A real browser for the tests: headless Chromium, spoken to in its DevTools protocol.

Nothing of it reaches out: every name but that of this machine is unknown to it.
"""

import base64
import json
import os
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from websockets.sync.client import ClientConnection, connect

from tests import parts

PATIENCE = 20.0
FLAGS = [
    "--headless",
    "--no-sandbox",  # the pages are our own, and root in a container has no sandbox
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-extensions",
    "--disable-sync",
    "--hide-scrollbars",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    "--remote-debugging-port=0",
]
# What the browser itself logs about an answer that is an error.
STATUS = "Failed to load resource: the server responded with a status of "
# All rules that are on by themselves, and that what one taps is not too small.
AXE = """axe.run(document, {resultTypes: ['violations'], rules: {'target-size': {enabled: true}}})
    .then(done => done.violations)"""
KEYS = {"Tab": 9, "Enter": 13, "Escape": 27, "Space": 32, "ArrowDown": 40}
TEXTS = {"Enter": "\r", "Space": " "}


class BrowserError(Exception):
    """The browser refused a command, or a script in the page failed."""


class Browser:
    """A running browser, and the one connection to it."""

    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection
        self._number = 0
        self._pages: dict[str, Page] = {}

    def send(self, method: str, session: str | None = None, **parameters: Any) -> dict[str, Any]:
        """Send a command, hand on the events that arrive meanwhile, and return the result."""
        self._number += 1
        number = self._number
        message = {"id": number, "method": method, "params": parameters, **({"sessionId": session} if session else {})}
        self._connection.send(json.dumps(message))
        while (answer := self._receive()).get("id") != number:
            pass
        if "error" in answer:
            raise BrowserError(f"{method}: {answer['error']['message']}")
        result: dict[str, Any] = answer["result"]
        return result

    def wait(self, done: Callable[[], bool], what: str) -> None:
        """Take in events until something has happened."""
        end = time.monotonic() + PATIENCE
        while not done():
            if time.monotonic() > end:
                raise TimeoutError(f"{what} did not happen in {PATIENCE:.0f} s")
            self._receive()

    def _receive(self) -> dict[str, Any]:
        message: dict[str, Any] = json.loads(self._connection.recv(timeout=PATIENCE))
        if "method" in message and message.get("sessionId") in self._pages:
            self._pages[message["sessionId"]].take_in(message["method"], message["params"])
        return message

    @contextmanager
    def page(self) -> Iterator["Page"]:
        """Give an empty page with cookies of its own."""
        context = self.send("Target.createBrowserContext")["browserContextId"]
        target = self.send("Target.createTarget", url="about:blank", browserContextId=context)["targetId"]
        session = self.send("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self._pages[session] = Page(self, session)
        try:
            self._pages[session].watch()
            yield self._pages[session]
        finally:
            del self._pages[session]
            self.send("Target.disposeBrowserContext", browserContextId=context)


class Page:
    """One page: what it shows, and what it said and asked for since it was opened."""

    def __init__(self, browser: Browser, session: str) -> None:
        self._browser = browser
        self._session = session
        self.url = ""
        self.status = 0
        self.messages: list[str] = []
        self.requests: list[str] = []
        self.failed: list[str] = []
        self._loads = 0
        self._asked: dict[str, str] = {}
        self._main = ""

    def send(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Send a command to this page."""
        return self._browser.send(method, self._session, **parameters)

    def watch(self) -> None:
        """Ask for the events that are collected."""
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.send(f"{domain}.enable")
        self._main = self.send("Page.getFrameTree")["frameTree"]["frame"]["id"]

    def take_in(self, method: str, event: dict[str, Any]) -> None:
        """Remember what an event tells."""
        match method:
            case "Page.loadEventFired":
                self._loads += 1
            case "Runtime.consoleAPICalled":
                said = " ".join(str(one.get("value", one.get("description", ""))) for one in event["args"])
                self.messages.append(f"{event['type']}: {said}")
            case "Runtime.exceptionThrown":
                details = event["exceptionDetails"]
                self.messages.append(f"{details['text']} {details.get('exception', {}).get('description', '')}".strip())
            case "Log.entryAdded":
                self._log(event["entry"])
            case "Network.requestWillBeSent":
                self._asked[event["requestId"]] = event["request"]["url"]
                self.requests.append(event["request"]["url"])
            case "Network.responseReceived":
                self._answered(event)
            case "Network.loadingFailed":
                self.failed.append(f"{self._asked.get(event['requestId'], '')} ({event['errorText']})")

    def _log(self, entry: dict[str, Any]) -> None:
        # A failed part of the page is told by its answer; that the page itself is an error page is no fault.
        if not entry["text"].startswith(STATUS):
            self.messages.append(f"{entry['level']}: {entry['text']}")

    def _answered(self, event: dict[str, Any]) -> None:
        response = event["response"]
        if event["type"] == "Document" and event.get("frameId") == self._main:
            self.status, self.url = response["status"], response["url"]
        elif response["status"] >= 400:
            self.failed.append(f"{response['url']} ({response['status']})")

    def look(self, width: int, scheme: str = "light") -> None:
        """Set the width of the window and the colour scheme its user likes."""
        self.send("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=False)
        likes = [
            {"name": "prefers-color-scheme", "value": scheme},
            {"name": "prefers-reduced-motion", "value": "reduce"},
        ]
        self.send("Emulation.setEmulatedMedia", features=likes)

    def open(self, url: str) -> None:
        """Open a URL and wait until it has loaded; forget what was before."""
        for collected in (self.messages, self.requests, self.failed):
            collected.clear()
        with self.loading(url):
            refused = self.send("Page.navigate", url=url).get("errorText")
            if refused:
                raise BrowserError(f"{url}: {refused}")

    @contextmanager
    def loading(self, what: str = "the next page") -> Iterator[None]:
        """Do what makes the browser load a page, and wait for that page."""
        before = self._loads
        yield
        self._browser.wait(lambda: self._loads > before, what)

    def outside(self) -> list[str]:
        """Return the requests that left the site."""
        origin = urlsplit(self.url)[:2]
        return [url for url in self.requests if urlsplit(url)[:2] != origin and not url.startswith("data:")]

    def evaluate(self, expression: str) -> Any:
        """Return the value of a JavaScript expression; a promise is waited for."""
        done = self.send("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in done:
            details = done["exceptionDetails"]
            raise BrowserError(details.get("exception", {}).get("description", details["text"]))
        return done["result"].get("value")

    def set_cookie(self, name: str, value: str) -> None:
        """Give the page's site a cookie."""
        self.send("Network.setCookie", name=name, value=value, url=self.url)

    def cookies(self) -> dict[str, str]:
        """Return the cookies that the page's site would get."""
        held = self.send("Network.getCookies", urls=[self.url])["cookies"]
        return {cookie["name"]: cookie["value"] for cookie in held}

    def press(self, key: str) -> None:
        """Press a key where the focus is."""
        named = {"key": TEXTS.get(key, key), "code": key, "windowsVirtualKeyCode": KEYS[key]}
        text = {"text": TEXTS[key]} if key in TEXTS else {}
        self.send("Input.dispatchKeyEvent", type="keyDown", **named, **text)
        self.send("Input.dispatchKeyEvent", type="keyUp", **named)

    def write(self, text: str) -> None:
        """Type a text where the focus is, in place of what is there."""
        self.evaluate("document.activeElement.select && document.activeElement.select()")
        self.send("Input.insertText", text=text)

    def tab_to(self, selector: str) -> None:
        """Press Tab until an element has the focus; it must be reached so."""
        reached = f"document.activeElement.matches({json.dumps(selector)})"
        for _ in range(100):
            if self.evaluate(reached):
                return
            self.press("Tab")
        raise BrowserError(f"'{selector}' cannot be reached by Tab on {self.url}")

    def fill(self, fields: dict[str, str]) -> None:
        """Type into the named controls of the page's form; the browser shall not check what was typed."""
        self.evaluate("document.querySelectorAll('form').forEach(form => { form.noValidate = true; })")
        for name, text in fields.items():
            self.tab_to(f'[name="{name}"]')
            self.write(text)

    def submit(self, button: str = "main [type=submit]") -> None:
        """Send a form off with Enter on its button, and wait for the page that comes."""
        self.tab_to(button)
        with self.loading():
            self.press("Enter")

    def choose_file(self, selector: str, *files: Path) -> None:
        """Choose files, as the browser's dialogue does."""
        root = self.send("DOM.getDocument")["root"]["nodeId"]
        node = self.send("DOM.querySelector", nodeId=root, selector=selector)["nodeId"]
        self.send("DOM.setFileInputFiles", nodeId=node, files=[str(file) for file in files])

    def axe(self) -> list[str]:
        """Return what axe-core finds wrong with the page."""
        if not self.evaluate("'axe' in window"):
            self.evaluate(f"{parts.axe()}; 0")
        found = self.evaluate(AXE)
        return [f"{rule['id']} ({rule['help']}): {node['html']}" for rule in found for node in rule["nodes"]]

    def screenshot(self, place: Path) -> Path:
        """Write the whole page as a PNG."""
        taken = self.send("Page.captureScreenshot", format="png", captureBeyondViewport=True)
        place.write_bytes(base64.b64decode(taken["data"]))
        return place


@contextmanager
def browser(profile: Path) -> Iterator[Browser]:
    """Start the browser with a profile of its own, and end it afterwards."""
    profile.mkdir(parents=True, exist_ok=True)
    argv = [parts.program("chromium"), *FLAGS, f"--user-data-dir={profile}", "about:blank"]
    with (profile / "log").open("wb") as log:
        process = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=_environment())
    try:
        with connect(_address(profile, process), max_size=None, compression=None) as connection:
            made = Browser(connection)
            yield made
            made.send("Browser.close")
    finally:
        _end(process)


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}


def _address(profile: Path, process: "subprocess.Popen[bytes]") -> str:
    """Return where the browser listens, as soon as it says so."""
    end = time.monotonic() + PATIENCE
    place = profile / "DevToolsActivePort"
    while time.monotonic() < end:
        if process.poll() is not None:
            break
        lines = place.read_text().splitlines() if place.is_file() else []
        if len(lines) == 2:
            return f"ws://127.0.0.1:{lines[0]}{lines[1]}"
        time.sleep(0.02)
    raise BrowserError(f"the browser did not start: {(profile / 'log').read_text(errors='replace')}")


def _end(process: "subprocess.Popen[bytes]") -> None:
    try:
        process.wait(5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(PATIENCE)
