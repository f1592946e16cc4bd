"""A client of a running project: one request after the other, with the cookies and the token that it was given."""

import http.client
import json
import ssl
from collections.abc import Mapping
from contextlib import suppress
from html.parser import HTMLParser
from typing import Any
from urllib.parse import quote, urlencode

from scaffold.proof import wire
from scaffold.proof.wire import Answer

PATIENCE = 30.0
TOKEN = "csrf_token"  # noqa: S105 - the name of a field
# All that may stand in a request line as it is; a template's author may write `/straße`.
PLAIN = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"
BOUNDARY = "probe-3f8a1c6e9b7d4f02"
# Bytes of a body that are still under way when it is refused, and how often such an answer may be lost.
LONG, TRIES = 64 * 1024, 3


class Unanswered(Exception):
    """A request that was not answered, or a page without the token that it was asked for; says so in a sentence."""


class Client:
    """Who asks. Cookies are kept by hand: a Secure one goes back over HTTP too, as if a proxy had taken TLS off."""

    def __init__(self, way: wire.Client, headers: Mapping[str, str]) -> None:
        self._way = way
        self._headers = dict(headers)
        self._cookies: dict[str, str] = {}
        self._page = ""

    @property
    def origins(self) -> list[str]:
        """Return the beginnings of a URL of this project, as it may write them itself."""
        hosts = dict.fromkeys([self._way.domain, self._way.domain.partition(":")[0]])
        return [f"{scheme}://{host}" for scheme in ("https", "http") for host in hosts]

    def path(self, url: str) -> str:
        """Return a URL of this project as a probe writes it: without the origin and the prefix it is mounted under."""
        origin = next((origin for origin in self.origins if url.startswith(f"{origin}/")), "")
        path = url.removeprefix(origin)
        return path.removeprefix(self._way.prefix) if path.startswith(f"{self._way.prefix}/") else path

    def token(self, url: str) -> str:
        """Get a page and return the token in it, which `send` takes along with the page's cookies."""
        answer = self.send("GET", url)
        token = _token(answer.text)
        if answer.status != 200 or not token:
            raise Unanswered(f"GET {url} gave no {TOKEN} (status {answer.status}).")
        # What a browser sends with a form; over HTTPS a project may insist on it.
        self._page = f"{self._scheme}://{self._way.domain}{self._way.prefix}{url}"
        return token

    @property
    def _scheme(self) -> str:
        own = "http" if self._way.certificate is None else "https"
        return {name.lower(): value for name, value in self._headers.items()}.get("x-forwarded-proto", own)

    def send(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None = None,
        content: Mapping[str, Any] | None = None,
        token: str = "",
    ) -> Answer:
        """Send one request and return the answer; raise `Unanswered` when there is none."""
        body, more = _encoded(content or {}, token)
        sent = {**self._headers, **self._own(), **more, **(headers or {})}
        path = quote(self._way.prefix + url, safe=PLAIN)
        # An answer that comes before all is sent can be lost with the connection: by nobody's doing.
        for left in reversed(range(TRIES if body and len(body) > LONG else 1)):
            try:
                answer = self._answer(method, path, body, sent)
            except (OSError, ValueError, http.client.HTTPException) as error:
                if not left:
                    raise Unanswered(f"{method} {url} was not answered ({type(error).__name__}).") from error
            else:
                break
        self._keep(answer)
        return answer

    def _answer(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> Answer:
        with self._way.open(PATIENCE) as connection:
            # A server may refuse what is too long before it was sent; then the answer is there all the same.
            with suppress(BrokenPipeError, ConnectionResetError, ssl.SSLEOFError):
                connection.request(method, path, body=body, headers=dict(headers))
            with connection.getresponse() as response:
                return Answer(response.status, response.headers, response.read())

    def _own(self) -> dict[str, str]:
        cookies = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        return {**({"Cookie": cookies} if cookies else {}), **({"Referer": self._page} if self._page else {})}

    def _keep(self, answer: Answer) -> None:
        for line in answer.headers.get_all("Set-Cookie", []):
            name, _, value = line.partition(";")[0].partition("=")
            self._cookies[name.strip()] = value.strip()
        self._cookies = {name: value for name, value in self._cookies.items() if value}


def _encoded(content: Mapping[str, Any], token: str) -> tuple[bytes | None, dict[str, str]]:
    """Return the body, and the headers that say what it is; a token goes into a form, else into a header."""
    header = {"X-CSRFToken": token} if token else {}
    if "json" in content:
        return json.dumps(content["json"]).encode(), {"Content-Type": "application/json", **header}
    if "body" in content:
        return str(content["body"]).encode(), header
    form = {**content.get("form", {}), **({TOKEN: token} if token else {})}
    if "files" in content:
        kind = f"multipart/form-data; boundary={BOUNDARY}"
        return _multipart(form, content["files"]), {"Content-Type": kind}
    if form or "form" in content:
        kind = "application/x-www-form-urlencoded"
        return urlencode(form, doseq=True).encode(), {"Content-Type": kind}
    return None, {}


def _multipart(form: Mapping[str, Any], files: Mapping[str, tuple[str, str]]) -> bytes:
    """Return fields and files as a browser sends them."""
    fields = [(name, value if isinstance(value, list) else [value]) for name, value in form.items()]
    parts = [_part(name, value) for name, values in fields for value in values]
    for name, (filename, text) in files.items():
        # Browsers write a quote so, and every other character as it is.
        escaped = filename.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
        parts.append(_part(name, text, f'; filename="{escaped}"\r\nContent-Type: application/octet-stream'))
    return "".join([*parts, f"--{BOUNDARY}--\r\n"]).encode()


def _part(name: str, value: str, more: str = "") -> str:
    return f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n{value}\r\n'


def _token(page: str) -> str:
    reader = _TokenReader()
    reader.feed(page)
    return reader.token


class _TokenReader(HTMLParser):
    """Reads the first token of a page's forms."""

    token = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "input" and given.get("name") == TOKEN:
            self.token = self.token or given.get("value") or ""
