"""Reports as a run makes them: all proved, some failed, something missing, and one that means harm."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from scaffold.proof.result import FAILED, NOT_PROVED, PROVED, Report, Result, Screenshot

CHECKS = {
    "health-is-ok": "A server that listens and cannot answer.",
    "a-broken-app-is-seen": "A server that ends with 0, or never, when the app cannot be imported.",
    "every-route-answers": "A page that ends in an error as soon as somebody asks for it.",
    "the-client-is-seen": "A proxy that tells too little, or an app that believes too few proxies: wrong addresses.",
    "forged-headers-change-nothing": "Forwarding headers of a client that the proxy hands on, or the server believes.",
    "no-header-is-an-environment-variable": "Headers with underscores: SCRIPT_NAME moves a request past the rules.",
    "a-client-cannot-say-https": "A server that takes the scheme from a header that anybody can send.",
    "a-foreign-host-is-refused": "Links in mails and redirects that lead to a host that somebody else chose.",
    "a-forged-session-is-refused": "A session that anybody can write, because the key is known or empty.",
    "a-million-bytes-arrive": "A proxy whose own limit is smaller than the app's.",
    "too-much-is-refused": "A limit that nobody holds, or one that shows as an error of the proxy or a cut connection.",
    "chunks-arrive-or-are-refused": "A body in chunks that vanishes: the app sees nothing, and says 200.",
    "too-many-chunks-are-refused": "A body in chunks that is cut at the limit, and taken for whole.",
    "a-stream-is-not-held-back": "A stream that waits in a buffer, or for a timer, before the client sees it begin.",
    "slow-clients-block-nobody": "Sixty clients that send half a form and wait: they must not hold the few threads.",
    "a-malformed-request-is-refused": "A request that the proxy and the server read differently.",
    "head-is-as-get": "An answer to HEAD with a body, or without the headers of the page.",
    "options-name-the-methods": "A route that does not say what it takes.",
    "static-files-are-cached": "Pictures and styles that every visitor loads again, or never again.",
    "error-pages-are-ours": "A page of the server that names it and its version, or shows a traceback.",
    "a-killed-worker-is-replaced": "A server that ends, or stays lame, with its first crashed worker.",
    "it-boots-after-a-crash": "A socket that a killed server left behind, and that keeps the next one from starting.",
    "a-stop-lets-requests-end": "Requests that are cut off when the server is told to stop.",
    "a-reload-loses-nothing": "A reload that refuses connections, that stalls, or that leaves old code running.",
    "the-workers-share-the-load": "Two workers of which one does all the work.",
}
SUBJECTS = ("gunicorn", "gunicorn behind nginx", "gunicorn behind caddy")
STEPS = (
    Result("environment", "uv", PROVED, 3.42, guards="A project that cannot be installed from what it declares."),
    Result("install", "scaffold-shop", PROVED, 1.2, guards="A dependency that is used and not declared."),
    Result("tests", "pytest", PROVED, 2.61, guards="What the project's own tests say."),
    Result("lint", "ruff", PROVED, 0.08, guards="What the configured linter finds."),
    Result("types", "mypy", PROVED, 5.3, guards="What the configured type checker finds."),
)
END = (
    Result("end", "nothing-is-left-running", PROVED, 0.11, guards="A process that outlives its server."),
    Result("end", "the-project-is-as-it-was", PROVED, 0.04, guards="A file of the project that the run changed."),
)
LOG = (
    "[2026-11-21 13:02:11 +0000] [4711] [INFO] Starting gunicorn 23.0.0",
    "[2026-11-21 13:02:11 +0000] [4711] [INFO] Listening at: unix:/tmp/px-3f/run/shop.sock (4711)",
    '127.0.0.1 - - [21/Nov/2026:13:02:14 +0000] "POST /-/probing/length HTTP/1.1" 502 157 "-" "-"',
    "2026/11/21 13:02:14 [error] 4723#4723: *9 writev() failed (32: Broken pipe) while sending request to upstream, "
    'client: 127.0.0.1, server: shop.test, request: "POST /-/probing/length HTTP/1.1", '
    'upstream: "http://unix:/tmp/px-3f/run/shop.sock:/-/probing/length", host: "shop.test"',
)
AGAIN = "scaffold test --server gunicorn"


def checks(subjects: Sequence[str] = SUBJECTS) -> list[Result]:
    """Return every check of every subject, proved."""
    return [
        Result(
            "proxy" if "behind" in subject else "server",
            name,
            PROVED,
            round(0.04 + 0.37 * ((3 * n + 7 * m) % 11), 2),
            subject=subject,
            guards=guards,
        )
        for m, subject in enumerate(subjects)
        for n, (name, guards) in enumerate(CHECKS.items())
    ]


def report(results: Sequence[Result], screenshots: Sequence[Screenshot] = ()) -> Report:
    return Report(
        "shop",
        "/home/ada/code/shop",
        "scaffold test --server gunicorn --proxy all",
        "3.14.0",
        "2026-11-21T13:01:58Z",
        round(sum(one.seconds for one in results) * 0.7, 2),
        results,
        screenshots,
    )


def proved() -> Report:
    """Return a run in which all was proved."""
    return report([*STEPS, *checks(), *END])


FAILURES = {
    ("gunicorn behind nginx", "too-much-is-refused"): Result(
        "",
        "",
        FAILED,
        2.2,
        request="POST /-/probing/length with 17,825,793 bytes",
        expected="the status 413, with the project's own page",
        got="the status 502: <html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad Gateway</h1>"
        "</center><hr><center>nginx</center></body></html>",
        log=LOG,
        command=f"{AGAIN} --proxy nginx --only too-much-is-refused",
    ),
    ("gunicorn", "every-route-answers"): Result(
        "",
        "",
        FAILED,
        0.7,
        why="GET /orders/1 is answered with 500.",
        request="GET /orders/1\nHost: shop.test\nAccept: text/html",
        expected="a status below 500",
        got="the status 500",
        log=(
            "Traceback (most recent call last):",
            '  File "/tmp/px-3f/shop/shop/orders.py", line 31, in show_order',
            "    return render_template('order.html', order=orders[number])",
            "                                               ~~~~~~^^^^^^^^",
            "KeyError: 1",
        ),
        command=f"{AGAIN} --only every-route-answers",
    ),
    ("gunicorn behind caddy", "a-reload-loses-nothing"): Result(
        "",
        "",
        FAILED,
        9.1,
        request="GET /-/probing/release, 50 at a time, while the server reloads",
        expected="every request answered with 200",
        got="3 of 4,210 refused: ConnectionResetError(104, 'Connection reset by peer')",
        command=f"{AGAIN} --proxy caddy --only a-reload-loses-nothing",
    ),
}


def failed() -> Report:
    """Return a run in which three of the checks failed."""
    named = [(FAILURES.get((one.subject, one.name)), one) for one in checks()]
    results = [
        found.changed(step=one.step, name=one.name, subject=one.subject, guards=one.guards) if found else one
        for found, one in named
    ]
    return report([*STEPS, *results, *END])


def not_proved() -> Report:
    """Return a run on a machine without nginx, as somebody who is not root, for a project without types."""
    results = [_unknown(one) for one in [*STEPS, *checks(SUBJECTS[:2]), *END]]
    return report(results)


def _unknown(one: Result) -> Result:
    if one.subject.endswith("nginx"):
        why = "nginx is not on this machine."
        return one.changed(outcome=NOT_PROVED, seconds=0.0, why=why, command="sudo apt-get install nginx")
    if one.name == "the-workers-share-the-load":
        return one.changed(outcome=NOT_PROVED, seconds=0.0, why="There is one processor: nothing can be shared.")
    return one


def mixed() -> Report:
    """Return a run in which all of it happened."""
    results = list(failed().results)
    results += [one for one in not_proved().results if one.outcome == NOT_PROVED and one.subject != "gunicorn"][:1]
    lost = [_unknown(one.changed(subject="gunicorn behind apache nginx")) for one in checks(SUBJECTS[:1])]
    return report([*results[:-1], *lost])


HARM = "<script>alert(1)</script>'\"&\x1b[31m\0\x07\ufffe\udc80\u202e{{ 7 * 7 }}]]>"


def hostile(outcome: str = FAILED) -> Report:
    """Return a run whose every field means harm."""
    one = Result(HARM, HARM, outcome, 0.1, HARM, HARM, HARM, HARM, HARM, HARM, (HARM, HARM), HARM)
    bare = one.changed(subject="", name=f"{HARM}2")
    shot = Screenshot(HARM, 320, HARM, b"\x89PNG")
    return Report(HARM, HARM, HARM, HARM, HARM, 0.2, (one, bare), (shot,))


def empty() -> Report:
    return replace(report([]), seconds=0.0)


def endless() -> Report:
    """Return a run that failed with far more than anybody reads."""
    huge: dict[str, Any] = {
        "request": "r" * 10**6,
        "expected": "e\n" * 10**6,
        "got": "\0" * 10**6,
        "log": ["l" * 9999] * 9999,
    }
    return report([Result("server", "x", FAILED, 0.1, subject="gunicorn", **huge)])
