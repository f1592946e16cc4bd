"""Deployments that are broken on purpose: one line less or one word wrong, as it happens to people."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from scaffold.proof import probing
from scaffold.proof.deployment import Deployment
from scaffold.proof.wire import DOMAIN

DEAF = """

_inner = app.wsgi_app


def _outer(environ, start):
    environ.pop("wsgi.input_terminated", None)
    return _inner(environ, start)


app.wsgi_app = _outer
"""
DEBUGGED = """

from werkzeug.debug import DebuggedApplication  # noqa: E402

app.wsgi_app = DebuggedApplication(app.wsgi_app, evalex=True)
"""
ECHOING = """

_app = app.wsgi_app


def _echoing(environ, start):
    if environ["REQUEST_METHOD"] == "TRACE":
        start("200 OK", [("Content-Type", "message/http")])
        return [environ.get("HTTP_X_ODD", "").encode()]
    return _app(environ, start)


app.wsgi_app = _echoing
"""
# A signer that signs nothing and believes everything.
BELIEVING = """


class Believing:
    def dumps(self, session):
        from base64 import urlsafe_b64encode as encoded
        from json import dumps

        return encoded(dumps(session).encode()).decode().rstrip("=") + ".time.signature"

    def loads(self, cookie, max_age=None):
        from base64 import urlsafe_b64decode as decoded
        from json import loads

        return loads(decoded(cookie.partition(".")[0] + "==="))
"""
# A server that takes each head for a request, wherever it is, and never reads a body.
NAIVE = """
import socket, sys, threading

def answer(link):
    with link:
        held = b""
        while True:
            head, end, held = held.partition(b"\\r\\n\\r\\n")
            if not end:
                piece = link.recv(65536)
                if not piece:
                    return
                held = head + piece
                continue
            words = head.split(b" ", 2)
            path = words[1] if len(words) > 1 else b""
            body = b"hello" if path.endswith(b"/hello") else path
            link.sendall(b"HTTP/1.1 200 OK\\r\\nContent-Length: %d\\r\\n\\r\\n%s" % (len(body), body))

with socket.create_server(("127.0.0.1", int(sys.argv[1]))) as listening:
    while True:
        threading.Thread(target=answer, args=(listening.accept()[0],), daemon=True).start()
"""
# What is broken: a server alone over a unix socket or over TCP, or one behind a proxy.
SOCKET, TCP, PAIR, PREFIX, TWO = "socket", "tcp", "pair", "prefix", "two"
Change = Callable[[Deployment], Deployment]


@dataclass(frozen=True)
class Break:
    """A change, and the check that has to notice it."""

    check: str
    on: str
    change: Change
    says: str = ""

    def __str__(self) -> str:
        return f"{self.check}-{self.on}"


def edit(pattern: str, new: str, *files: str) -> Change:
    """Replace what a pattern finds in the only file that it finds it in, of those that these names match."""

    def change(deployment: Deployment) -> Deployment:
        found = [path for name in files for path in deployment.project.glob(name) if path.is_file()]
        changed = [path for path in found if re.search(pattern, path.read_text(), re.M)]
        assert changed, f"nothing like {pattern} is in {', '.join(files)}"
        for path in changed:
            path.write_text(re.sub(pattern, new, path.read_text(), flags=re.M))
        return deployment

    return change


def proxied(pattern: str, new: str) -> Change:
    return edit(pattern, new, "deploy/nginx/*.conf")


def served(pattern: str, new: str) -> Change:
    return edit(pattern, new, "gunicorn.conf.py")


def setting(name: str, value: str) -> Change:
    """Set a variable that the server is started with."""

    def change(deployment: Deployment) -> Deployment:
        assert deployment.server
        assert name in deployment.server.env
        return deployment.but(server=replace(deployment.server, env={**deployment.server.env, name: value}))

    return change


def views(pattern: str, new: str) -> Change:
    return edit(pattern, new, f"{probing.MODULE}", f"*/{probing.MODULE}")


def words(*before: str) -> Change:
    """Start the server by something else, which is handed its words."""

    def change(deployment: Deployment) -> Deployment:
        assert deployment.server
        named = [word.format(socket=deployment.socket) for word in before]
        return deployment.but(server=replace(deployment.server, words=[*named, *deployment.server.words]))

    return change


def reload(name: str) -> Change:
    def change(deployment: Deployment) -> Deployment:
        assert deployment.server
        return deployment.but(server=replace(deployment.server, reload=name))

    return change


def proxy_signals(**names: str) -> Change:
    def change(deployment: Deployment) -> Deployment:
        assert deployment.proxy
        return deployment.but(proxy=replace(deployment.proxy, **names))  # type: ignore[arg-type]

    return change


def flask_alone(deployment: Deployment) -> Deployment:
    """Let the development server run the app: one process, and nobody who starts it again."""
    assert deployment.server
    port = str(deployment.client.port)
    told = ["env", "FLASK_SKIP_DOTENV=1", "flask", "run", "--host", "127.0.0.1", "--port", port]
    facts = {**deployment.facts, "restart": "no"}
    return deployment.but(server=replace(deployment.server, words=told), facts=facts)


def naive(deployment: Deployment) -> Deployment:
    """Let something answer that knows nothing of bodies."""
    assert deployment.server
    told = ["python", "-c", NAIVE, str(deployment.client.port)]
    return deployment.but(server=replace(deployment.server, words=told))


def no_mask(deployment: Deployment) -> Deployment:
    """Leave out the word that keeps others from the socket, and the one after it."""
    assert deployment.server
    told = list(deployment.server.words)
    at = told.index("--umask")
    return deployment.but(server=replace(deployment.server, words=[*told[:at], *told[at + 2 :]]))


def around(text: str) -> Change:
    """Put something around the app, where servers find it."""

    def change(deployment: Deployment) -> Deployment:
        file: Path = deployment.project / f"{deployment.facts['wsgi_module']}.py"
        file.write_text(file.read_text() + text)
        return deployment

    return change


def code(pattern: str, new: str, name: str) -> Change:
    """Change a module of the package."""
    return edit(pattern, new, f"*/{name}.py")


def all_of(*changes: Change) -> Change:
    def change(deployment: Deployment) -> Deployment:
        for one in changes:
            deployment = one(deployment)
        return deployment

    return change


def at_once(deployment: Deployment) -> Deployment:
    """Have the check believe in a limit of two seconds, so that it need not wait for the true one."""
    return deployment.but(timeout=-3.0)


def head(name: str) -> str:
    """Return a pattern for the line with which the proxy sets a header."""
    return rf"^.*proxy_set_header {name} .*\n"


RESTARTED = ("sh", "-c", 'while :; do "$@"; sleep 0.2; done', "sh")
ONCE = ("sh", "-c", 'test ! -e "$0" || exit 1; exec "$@"', "{socket}")
CRUEL = ("sh", "-c", 'trap "kill -9 0" TERM; "$@" & wait', "sh")
BELOW = ("sh", "-c", '"$@" & wait', "sh")
UNTOLD = r"^secure_scheme_headers.*\n"
LIMITS = r"client_max_body_size \d+;"
EACH = 'app.secret_key = __import__("os").urandom(16); return super().get_signing_serializer(app)'
ENDLESS = "\nlimit_request_fields = 32768\nlimit_request_field_size = 0\n"

BREAKS = [
    Break("health-is-ok", SOCKET, setting("TRUSTED_HOSTS", "other.example"), "it is not up"),
    Break("a-broken-app-is-seen", SOCKET, words(*RESTARTED), "goes on without an app"),
    Break("a-killed-worker-is-replaced", TCP, flask_alone, "nobody starts it again"),
    Break("it-boots-after-a-crash", SOCKET, words(*ONCE), "it is not up"),
    Break("a-stop-lets-requests-end", SOCKET, words(*CRUEL)),
    Break("it-stops-as-the-first-process", SOCKET, words(*BELOW), "it does not end"),
    Break("a-reload-loses-nothing", SOCKET, reload("SIGUSR1"), "the old code"),
    Break("a-reload-loses-nothing", PAIR, served(r"\Z", "\npreload_app = True\n"), "the old code"),
    Break("only-the-proxy-can-connect", SOCKET, no_mask),
    Break("the-client-is-seen", PAIR, setting("PROXY_HOPS", "0"), "remote_addr"),
    Break("forged-headers-change-nothing", PAIR, proxied(head("X-Forwarded-Host"), ""), "evil.example"),
    Break("forged-headers-change-nothing", PAIR, proxied(r"For \$remote_addr", "For $http_x_forwarded_for"), "6.6.6.6"),
    Break("forged-headers-change-nothing", TCP, setting("PROXY_HOPS", "1"), "400"),
    Break("one-word-about-tls-is-no-error", SOCKET, served(UNTOLD, ""), "https"),
    Break("plain-http-leads-to-https", PAIR, proxied(r"return 308 https:", "return 308 http:"), "http://"),
    Break("plain-http-leads-to-https", PAIR, proxied(r"\$request_uri;$", "$uri;"), "/who"),
    Break("no-header-is-an-environment-variable", SOCKET, served(r"^forwarder_headers.*\n", ""), "/x/hello gave 200"),
    Break("https-stays-https", PAIR, proxied(r"Proto \$scheme", "Proto $http_x_forwarded_proto")),
    Break("a-client-cannot-say-https", SOCKET, served(UNTOLD, ""), "X-Forwarded-Proto"),
    Break("the-client-is-seen-through-two", TWO, setting("PROXY_HOPS", "1"), "127.0.0.1"),
    Break("links-keep-the-prefix", PREFIX, proxied(head("X-Forwarded-Prefix"), "")),
    Break("nothing-is-mounted-beside-it", PREFIX, proxied(r"location /mnt/ \{", "location / {")),
    Break("a-million-bytes-arrive", PAIR, proxied(LIMITS, "client_max_body_size 500k;"), "413"),
    # Whether the app's answer comes through, or is lost with the connection that the app closes, is a matter of time.
    Break("too-much-is-refused", PAIR, proxied(LIMITS, "client_max_body_size 0;")),
    Break("chunks-arrive-or-are-refused", SOCKET, around(DEAF), "of 5000"),
    Break(
        "too-many-chunks-are-refused",
        PAIR,
        proxied(LIMITS, "client_max_body_size 0; proxy_request_buffering off;"),
        # Cut at the limit it is taken for whole, or nginx is still sending when the app has answered: 200, or 502.
        "expected 411 or 413",
    ),
    Break("too-many-chunks-never-pass", TCP, setting("MAX_CONTENT_LENGTH", "9000000"), "3097152"),
    Break("a-stream-is-not-held-back", PAIR, views(r", headers=\{\"X-Accel-Buffering\": \"no\"\}", ""), "apart"),
    Break("slow-clients-block-nobody", PAIR, proxied(LIMITS, r"\g<0> proxy_request_buffering off;")),
    Break(
        "answers-without-a-body-are-whole", PAIR, proxied(LIMITS, r"\g<0> if ($request_method = HEAD) { return 500; }")
    ),
    Break(
        "errors-are-the-pages-of-the-app",
        PAIR,
        proxied(LIMITS, r"\g<0> proxy_intercept_errors on; error_page 404 /no;"),
    ),
    Break("long-headers-pass", PAIR, proxied(LIMITS, r"\g<0> large_client_header_buffers 2 4k;"), "400"),
    Break(
        "paths-reach-the-view-unchanged",
        PAIR,
        all_of(proxied("merge_slashes off;", ""), proxied(r"(proxy_pass http://\w+);", r"\1/;")),
        "a//b",
    ),
    Break("files-are-served-for-long", PAIR, proxied(r"^.*add_header Cache-Control.*\n", ""), ""),
    Break("nothing-beside-the-files-is-served", PAIR, proxied(r"(location \^~ /static)/", r"\1"), "release-1"),
    Break(
        "a-missing-file-is-not-found", PAIR, proxied(r"(location \^~ /static/ \{)", r"\1 error_page 404 =200 /;"), ""
    ),
    Break("an-app-that-is-down-has-a-page", PAIR, proxied(r"^.*error_page 502.*\n", ""), "nginx"),
    Break(
        "an-app-that-is-down-has-a-page", PAIR, proxied(r"location \^~ /static/", "location /no/"), "gone with the app"
    ),
    Break("a-hung-app-is-given-up", PAIR, all_of(proxied(r"_read_timeout \d+s", "_read_timeout 60s"), at_once), "200"),
    Break("the-proxy-reloads-and-stops-gently", PAIR, proxy_signals(stop="SIGTERM")),
    Break("the-proxy-reloads-and-stops-gently", PAIR, proxy_signals(reload="SIGTERM")),
    Break("every-route-answers", SOCKET, code(r"return \"ok.*", "raise RuntimeError", "health"), "GET /healthz"),
    Break(
        "head-says-what-get-says", PAIR, proxied(LIMITS, r"\g<0> if ($request_method = HEAD) { return 500; }"), "500"
    ),
    Break(
        "options-name-the-methods",
        PAIR,
        proxied(LIMITS, r"\g<0> if ($request_method = OPTIONS) { return 405; }"),
        "OPTIONS / ('/') gave 405",
    ),
    Break("another-method-is-refused", PAIR, proxied(LIMITS, r"\g<0> proxy_hide_header Allow;"), "no Allow"),
    Break("no-debugger-is-reachable", SOCKET, around(DEBUGGED), "EVALEX"),
    Break("a-session-lasts", SOCKET, code(r"return self\.signer$", EACH, "security"), "a session with the name"),
    Break(
        "a-changed-session-is-not-believed",
        SOCKET,
        all_of(
            code(r"return self\.signer$", "return Believing()", "security"),
            code(r"\Z", BELIEVING, "security"),
        ),
        "another payload",
    ),
    Break(
        "no-well-known-key-signs-a-session",
        SOCKET,
        code(r'check_key\("SECRET_KEY", key\)', 'key = "changeme"', "config"),
        "'changeme'",
    ),
    Break("the-cookie-keeps-to-https", PAIR, code(r'(_COOKIE_SECURE": ).*', r"\1False,", "config"), "without Secure"),
    Break("other-hosts-are-refused", SOCKET, setting("TRUSTED_HOSTS", f"{DOMAIN},evil.example"), "200 for the host"),
    Break("what-is-no-request-is-refused", TCP, flask_alone, "a header without a colon gave 200"),
    Break("headers-without-an-end-are-refused", SOCKET, served(r"\Z", ENDLESS), "200"),
    Break("no-request-is-echoed", SOCKET, around(ECHOING), "200"),
    Break("no-request-hides-in-another", TCP, naive, "two lengths"),
]
