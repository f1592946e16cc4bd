"""Probes: read from a manifest, asked of a server that runs, and each expectation seen unmet."""

import json
import socket
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest

from scaffold.errors import BadTemplate
from scaffold.proof import probes
from scaffold.proof.probes import Probe
from scaffold.proof.wire import Client
from scaffold.template import Template
from tests.test_template import template

FORM = '<form><input type="hidden" name="csrf_token" value="a&amp;b"></form>'
Start = Callable[[str, list[tuple[str, str]]], Any]


def app(environ: dict[str, Any], start: Start) -> list[bytes]:
    """Answer as a project might, and say what came."""
    path = environ["SCRIPT_NAME"] + environ["PATH_INFO"]
    length = 0 if path == "/refuses" else int(environ.get("CONTENT_LENGTH") or 0)
    body = environ["wsgi.input"].read(length).decode()
    headers = [("Content-Type", "text/html; charset=utf-8"), ("Allow", "HEAD, GET, OPTIONS")]
    match path:
        case "/form" | "/mounted/form":
            headers += [
                ("Set-Cookie", "id=1; Secure; HttpOnly; Path=/"),
                ("Set-Cookie", "other=2"),
                ("Set-Cookie", "gone=; Max-Age=0"),
            ]
            return answer(start, "200 OK", headers, FORM)
        case "/moved" | "/mounted/moved":
            host = environ["HTTP_HOST"]
            return answer(start, "308 Permanent Redirect", [("Location", f"http://{host}{path}/")], "")
        case "/echo" | "/mounted/echo":
            came = {name: value for name, value in environ.items() if isinstance(value, str)}
            return answer(start, "200 OK", headers, json.dumps({**came, "body": body}))
        case "/refuses":
            return answer(start, "413 Content Too Large", headers, "")
        case "/no-token":
            return answer(start, "200 OK", headers, "<form></form>")
    return answer(start, "404 Not Found", headers, "<h1>Not Found</h1>")


def answer(start: Start, status: str, headers: list[tuple[str, str]], text: str) -> list[bytes]:
    start(status, headers)
    return [text.encode()]


class Quiet(WSGIRequestHandler):
    """Writes no line for a request."""

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def origin() -> Iterator[Client]:
    with make_server("127.0.0.1", 0, app, handler_class=Quiet) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield Client(server.server_port, domain=f"127.0.0.1:{server.server_port}")
        server.shutdown()
        thread.join()


def declared(folder: Path, table: str, **answers: Any) -> list[Probe]:
    return probes.of(made(folder, table), answers)


def made(folder: Path, table: str) -> Template:
    return template(folder, f'summary = "A test."\n{table}')


def probe(request: str = "GET /echo", **more: Any) -> Probe:
    method, url = request.split(" ", 1)
    expect = {"status": 200, **more.pop("expect", {})}
    return Probe("it works", method, url, expect, **more)


def test_everything_in_a_probe_is_rendered(tmp_path: Path) -> None:
    found = declared(
        tmp_path,
        """
        [[probe]]
        name = "[[ slug ]] answers"
        request = "POST [[ url ]]"
        headers = { Accept = "text/[[ kind ]]" }
        form = { "[[ field ]]" = ["[[ slug ]]", "x"] }
        files = { file = ["[[ slug ]].png", "[[ 'x' * 3 ]]"] }
        token = "[[ url ]]"
        expect = { status = 422, contains = ["[[ slug ]]"], headers = { Location = "[[ url ]]", Vary = true } }
        """,
        slug="notes",
        url="/notes",
        kind="html",
        field="title",
    )
    assert found == [
        Probe(
            "notes answers",
            "POST",
            "/notes",
            {"status": 422, "contains": ["notes"], "headers": {"Location": "/notes", "Vary": True}},
            headers={"Accept": "text/html"},
            content={"form": {"title": ["notes", "x"]}, "files": {"file": ["notes.png", "xxx"]}},
            token="/notes",
        )
    ]


def test_a_probe_is_asked_for_each_item_of_a_list(tmp_path: Path) -> None:
    found = declared(
        tmp_path,
        """
        [[probe]]
        name = "it answers"
        each = "cases"
        request = "[[ method ]] [[ url ]]"
        expect = { contains = ["[[ title ]]"] }
        """,
        title="Notes",
        cases=[{"method": "GET", "url": "/a"}, {"method": "POST", "url": "/b"}],
    )

    assert [(one.method, one.url, one.expect["contains"]) for one in found] == [
        ("GET", "/a", ["Notes"]),
        ("POST", "/b", ["Notes"]),
    ]


def test_a_probe_for_each_item_of_no_list_is_not_asked(tmp_path: Path) -> None:
    table = '[[probe]]\nname = "x"\neach = "cases"\nrequest = "GET /"\nexpect = { status = 200 }'
    assert declared(tmp_path, table) == []


def test_a_probe_is_for_the_answers_it_names(tmp_path: Path) -> None:
    table = """
    [[probe]]
    name = "json"
    request = "GET /"
    when = { returns = ["json"] }
    expect = { type = "application/json" }

    [[probe]]
    name = "always"
    request = "GET /"
    expect = { status = 200 }
    """
    assert [one.name for one in declared(tmp_path, table, returns="json")] == ["json", "always"]
    assert [one.name for one in declared(tmp_path, table, returns="html")] == ["always"]


def test_an_answer_may_decide_the_status(tmp_path: Path) -> None:
    table = '[[probe]]\nname = "x"\nrequest = "GET /"\nexpect = { status = "[[ code ]]" }'
    assert declared(tmp_path, table, code="308")[0].expect == {"status": 308}


def test_one_of_several_may_refuse(tmp_path: Path) -> None:
    table = '[[probe]]\nname = "x"\nrequest = "GET /"\nexpect = { status = [400, "[[ code ]]"] }'
    assert declared(tmp_path, table, code="404")[0].expect == {"status": [400, 404]}


def test_a_template_without_probes_has_none(tmp_path: Path) -> None:
    assert declared(tmp_path, "") == []


BASE = {"name": '"x"', "request": '"GET /"', "expect": "{ status = 200 }"}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"name": None}, "the probe '' has no 'name'"),
        ({"request": None}, "the probe 'x' has no 'request'"),
        ({"expect": None}, "the probe 'x' has no 'expect'"),
        ({"expect": "{}"}, "the probe 'x' has no 'expect'"),
        ({"method": '"GET"'}, "the probe 'x' has the unknown key 'method'"),
        ({"expect": "{ code = 200 }"}, "the probe 'x' has the unknown key 'code'"),
        ({"expect": '{ status = "two" }'}, "'status' of the probe 'x' is no int"),
        ({"expect": "{ status = [] }"}, "'status' of the probe 'x' is no int"),
        ({"expect": '{ contains = "x" }'}, "'contains' of the probe 'x' is no list"),
        ({"form": '"a=1"'}, "'form' of the probe 'x' is no dict"),
        ({"files": '{ file = "x.png" }'}, "a file of the probe 'x' must be a list of its name and its content"),
        ({"request": '"/"'}, "'request' of the probe 'x' must be a method and a URL"),
        ({"request": '"GET about"'}, "the URL of the probe 'x' does not begin with '/'"),
        ({"form": "{}", "json": "{}"}, "the probe 'x' says in several ways what is sent"),
        ({"body": '""', "json": "{}"}, "the probe 'x' says in several ways what is sent"),
    ],
)
def test_a_probe_that_breaks_the_rules_is_told(change: dict[str, str | None], reason: str, tmp_path: Path) -> None:
    table = {name: value for name, value in {**BASE, **change}.items() if value is not None}
    text = "\n".join(f"{name} = {value}" for name, value in table.items())
    with pytest.raises(BadTemplate) as caught:
        declared(tmp_path, f"[[probe]]\n{text}")
    assert f"is broken: {reason}. Mend" in caught.value.message


def test_two_probes_of_one_name_are_told(tmp_path: Path) -> None:
    one = '[[probe]]\nname = "x"\nrequest = "GET /"\nexpect = { status = 200 }\n'
    with pytest.raises(BadTemplate, match="two of its probes are called 'x'"):
        declared(tmp_path, one + one)


@pytest.mark.parametrize(
    ("request_", "met", "unmet", "problem"),
    [
        ("GET /echo", {"status": 200}, {"status": 404}, "was answered with the status 200, not 404"),
        (
            "GET /nothing",
            {"status": [400, 404]},
            {"status": [400, 410]},
            "was answered with the status 404, not 400 or 410",
        ),
        ("GET /nothing", {"status": 404}, {}, "was answered with the status 404, not 200"),
        (
            "GET /echo",
            {"type": "text/html"},
            {"type": "text/plain"},
            "was answered with 'text/html', not with 'text/pla",
        ),
        ("GET /form", {"contains": ["<form>"]}, {"contains": ["<form>", "<p>"]}, "was answered without '<p>'"),
        ("GET /form", {"lacks": ["<p>"]}, {"lacks": ["<p>", "<form>"]}, "was answered with '<form>' in it"),
        (
            "GET /echo",
            {"headers": {"Vary": False}},
            {"headers": {"Allow": False}},
            "was answered with the header 'Allow'",
        ),
        (
            "GET /echo",
            {"headers": {"Allow": True}},
            {"headers": {"Vary": True}},
            "was answered without the header 'Vary'",
        ),
        (
            "GET /echo",
            {"headers": {"Allow": "GET, HEAD"}},
            {"headers": {"Allow": "GET, POST"}},
            "was answered with the header 'Allow' as ['HEAD, GET, OPTIONS'], not as 'GET, POST'",
        ),
        (
            "GET /form",
            {"headers": {"Set-Cookie": "id=1; HttpOnly"}},
            {"headers": {"Set-Cookie": "other=2; HttpOnly"}},
            "was answered with the header 'Set-Cookie' as ",
        ),
        (
            "GET /form",
            {"headers": {"Set-Cookie": "id=; HttpOnly"}},
            {"headers": {"Set-Cookie": "other=; HttpOnly"}},
            "was answered with the header 'Set-Cookie' as ",
        ),
        (
            "GET /moved",
            {"status": 308, "headers": {"Location": "/moved/"}},
            {"status": 308, "headers": {"Location": "/moved"}},
            "was answered with the header 'Location' as ",
        ),
    ],
)
def test_an_expectation_is_met_or_told(
    request_: str, met: dict[str, Any], unmet: dict[str, Any], problem: str, origin: Client
) -> None:
    assert probes.ask(origin, probe(request_, expect=met)) == []
    told = probes.ask(origin, probe(request_, expect=unmet))
    assert len(told) == 1
    assert told[0].startswith(f"it works: {request_} {problem}")
    assert told[0].endswith(".")


def test_secure_cookies_of_the_page_with_the_token_go_along(origin: Client) -> None:
    asked = probe("POST /echo", token="/form", expect={"contains": ['"HTTP_COOKIE": "id=1; other=2"']})
    assert probes.ask(origin, asked) == []


def test_two_probes_share_no_cookie(origin: Client) -> None:
    assert probes.ask(origin, probe("GET /form")) == []
    assert probes.ask(origin, probe(expect={"lacks": ["HTTP_COOKIE"]})) == []


@pytest.mark.parametrize(
    ("content", "kind", "body"),
    [
        ({}, "application/x-www-form-urlencoded", "csrf_token=a%26b"),
        ({"form": {"a": ["1", "2"]}}, "application/x-www-form-urlencoded", "a=1&a=2&csrf_token=a%26b"),
        ({"json": {"a": None}}, "application/json", '{\\"a\\": null}'),
        ({"body": "text"}, "text/plain", '"body": "text"'),
    ],
    ids=["nothing", "form", "json", "body"],
)
def test_a_token_goes_along_in_a_form_or_in_a_header(
    content: dict[str, Any], kind: str, body: str, origin: Client
) -> None:
    expect = {"contains": [f'"CONTENT_TYPE": "{kind}"', body, f'"HTTP_REFERER": "http://{origin.domain}/form"']}
    if not {"json", "body"}.isdisjoint(content):
        expect["contains"].append('"HTTP_X_CSRFTOKEN": "a&b"')
    assert probes.ask(origin, probe("POST /echo", content=content, token="/form", expect=expect)) == []


def test_files_go_as_a_browser_sends_them(origin: Client) -> None:
    content = {"form": {"title": "x"}, "files": {"file": ['a"é.png', "content"]}}
    expect = {
        "contains": [
            '"CONTENT_TYPE": "multipart/form-data; boundary=',
            json.dumps('Content-Disposition: form-data; name="title"\r\n\r\nx\r\n')[1:-1],
            json.dumps(
                'name="file"; filename="a%22é.png"\r\nContent-Type: application/octet-stream\r\n\r\ncontent\r\n'
            )[1:-1],
        ]
    }
    assert probes.ask(origin, probe("POST /echo", content=content, expect=expect)) == []


def test_the_headers_of_a_proxy_go_along_with_every_request(origin: Client) -> None:
    expect = {"contains": ['"HTTP_X_FORWARDED_PROTO": "https"', f'"HTTP_REFERER": "https://{origin.domain}/form"']}
    asked = probe("POST /echo", token="/form", headers={"Accept": "text/html"}, expect=expect)
    assert probes.ask(origin, asked, {"X-Forwarded-Proto": "https"}) == []


def test_a_project_may_be_mounted_below_a_prefix(origin: Client) -> None:
    expect = {"contains": [f'"HTTP_REFERER": "http://{origin.domain}/mounted/form"']}
    assert probes.ask(origin.below("/mounted"), probe("POST /echo", token="/form", expect=expect)) == []
    moved = probe("GET /moved", expect={"status": 308, "headers": {"Location": "/moved/"}})
    assert probes.ask(origin.below("/mounted"), moved) == []


def test_a_url_need_not_be_escaped(origin: Client) -> None:
    expect = {"contains": ['"QUERY_STRING": "q=%C3%A9%20x%0A&p=%41"']}
    assert probes.ask(origin, probe("GET /echo?q=é x\n&p=%41", expect=expect)) == []


@pytest.mark.parametrize("url", ["/no-token", "/nothing"])
def test_a_page_without_a_token_is_told(url: str, origin: Client) -> None:
    told = probes.ask(origin, probe(token=url))
    assert told == [f"it works: GET {url} gave no csrf_token (status {404 if url == '/nothing' else 200})."]


def test_a_server_that_does_not_answer_is_told() -> None:
    assert probes.ask(Client(9), probe()) == ["it works: GET /echo was not answered (ConnectionRefusedError)."]


def test_a_body_that_is_refused_unread_has_an_answer(origin: Client) -> None:
    content = {"files": {"file": ["x.png", "x" * 20_000_000]}}
    assert probes.ask(origin, probe("POST /refuses", content=content, expect={"status": 413})) == []


def test_an_answer_that_is_lost_with_a_long_body_is_asked_for_again() -> None:
    with cutting(2) as way:
        long = probe("POST /", content={"body": "x" * 10_000_000}, expect={"status": 413})
        assert probes.ask(way, long) == []
    with cutting(1) as way:
        # Of a short one nothing is under way: an answer that is missing was never given.
        assert "was not answered" in probes.ask(way, probe("POST /", content={"body": "x"}))[0]
        assert probes.ask(way, probe("POST /", content={"body": "x"}, expect={"status": 413})) == []


@contextmanager
def cutting(times: int) -> Iterator[Client]:
    """Give a way to a server that cuts so many connections off, and refuses the body of the next one."""

    def answers() -> None:
        for left in reversed(range(times + 1)):
            connection, _ = listener.accept()
            with connection:
                connection.recv(1024)
                if left:
                    # A close that takes no time is a reset.
                    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    continue
                connection.sendall(b"HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                connection.shutdown(socket.SHUT_WR)
                while connection.recv(65536):
                    pass

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = Thread(target=answers)
        thread.start()
        yield Client(port=listener.getsockname()[1])
        thread.join()
