"""What the checks of routes ask for, and how they tell of several that fail."""

import json
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from scaffold.proof.checks import routes
from scaffold.proof.deployment import Booted, Deployment
from scaffold.proof.unmet import NotProved, Unmet
from tests.proof.site import MARKED, site


def rule_of(rule: str) -> dict[str, Any]:
    """Return a rule as the probing views tell it."""
    app = Flask("app", static_folder=None)
    app.add_url_rule(rule, "view")
    found = next(app.url_map.iter_rules())
    return {"rule": rule, "arguments": {name: type(one).__name__ for name, one in found._converters.items()}}


@pytest.mark.parametrize(
    ("rule", "url"),
    [
        ("/", "/"),
        ("/post/<int:post_id>", "/post/1"),
        ("/<float:size>/<path:rest>", "/1.5/a/b"),
        ("/<uuid:one>", "/00000000-0000-4000-8000-000000000000"),
        ("/<any(red, green):colour>/", "/red/"),
        ('/<any("a b", c):word>', "/a%20b"),
        ("/<name>.html", "/x.html"),
        ("/straße/<string(length=2):code>", "/stra%C3%9Fe/x"),
    ],
)
def test_a_rule_has_a_url(rule: str, url: str) -> None:
    assert routes.url_of(rule_of(rule)) == url


def test_a_converter_that_nobody_knows_takes_a_word() -> None:
    assert routes.url_of({"rule": "/<thing:one>", "arguments": {"one": "ThingConverter"}}) == "/x"


def booted(client: Any) -> Booted:
    return Booted(Deployment(Path(), Path(), None, None, client), None, None)


def rules(*paths: str) -> str:
    plain = {"methods": ["GET"], "arguments": {}, "subdomain": "", "websocket": False, "automatic": True}
    return json.dumps({"rules": [{**plain, "rule": path, "endpoint": path} for path in paths]})


def test_a_failure_names_the_first_rules_and_how_many_more() -> None:
    paths = [f"/{number}" for number in range(7)]
    with site((200, MARKED, rules(*paths)), (500, {}, "")) as client, pytest.raises(Unmet) as failure:
        routes.every_route_answers(booted(client))

    assert failure.value.got.startswith("GET /0 ('/0') gave 500; GET /1 ('/1') gave 500; ")
    assert failure.value.got.endswith("GET /4 ('/4') gave 500; and 2 more")
    assert failure.value.request == "GET /0"


def test_every_status_below_500_will_do() -> None:
    with site((200, MARKED, rules("/a", "/b", "/c")), (403, {}, ""), (404, {}, ""), (302, {}, "")) as client:
        routes.every_route_answers(booted(client))


def test_an_app_without_routes_proves_nothing() -> None:
    with site((200, MARKED, rules())) as client, pytest.raises(NotProved, match="no route that answers GET"):
        routes.every_route_answers(booted(client))


def test_what_is_for_another_host_is_not_asked_for() -> None:
    told = rules("/a", "/b").replace('"subdomain": ""', '"subdomain": "api"', 1)
    with site((200, MARKED, told)) as client:
        found = routes.with_method(booted(client), "GET")

    assert [rule["rule"] for rule in found] == ["/b"]


def logged(folder: Path, text: str) -> Any:
    """Return what stands for the status of a request, and writes to the server's log."""

    def status(*_: object) -> int:
        with (folder / "server.log").open("a") as log:
            log.write(text)
        return 500

    return status


def test_a_page_that_wants_tables_is_no_defect_of_the_app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(routes, "_status", logged(tmp_path, "Traceback\nOperationalError: no such table: post\n"))
    with site((200, MARKED, rules("/a", "/b"))) as client:
        deployment = Deployment(tmp_path, tmp_path, None, None, client)
        with pytest.raises(NotProved) as missing:
            routes.every_route_answers(Booted(deployment, None, None))

    assert "GET /a ('/a') gave 500, 'OperationalError: no such table: post'; GET /b" in missing.value.why


def test_another_defect_is_told_beside_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "server.log").write_text("no such table: of before\n")
    monkeypatch.setattr(routes, "_status", logged(tmp_path, "KeyError: 'x'\n"))
    with site((200, MARKED, rules("/a"))) as client:
        deployment = Deployment(tmp_path, tmp_path, None, None, client)
        with pytest.raises(Unmet, match="GET /a"):
            routes.every_route_answers(Booted(deployment, None, None))


DEBUG_OFF = (200, MARKED, json.dumps({"debug": False}))


def test_a_login_that_leads_back_is_no_debugger() -> None:
    back = "<a href='/login?next=/?__debugger__=yes&cmd=resource&f=debugger.js'>Login</a>"
    with site(DEBUG_OFF, (404, {}, ""), (302, {"Location": "/login"}, back), (404, {}, ""), (302, {}, back)) as client:
        routes.no_debugger_is_reachable(booted(client))


@pytest.mark.parametrize("text", ["var EVALEX = true", "<title>Werkzeug Debugger</title>", "function openShell"])
def test_a_debugger_is_known_by_its_script(text: str) -> None:
    with site(DEBUG_OFF, (404, {}, ""), (200, {}, text)) as client, pytest.raises(Unmet, match="no debugger"):
        routes.no_debugger_is_reachable(booted(client))
