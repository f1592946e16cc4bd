import errno
import io
import json
import logging
import re
import sys
from collections.abc import Callable
from http.client import HTTPConnection
from threading import Thread
from typing import NoReturn

import pytest
from flask import Flask, request
from flask.testing import FlaskClient
from werkzeug.serving import make_server

Capture = pytest.CaptureFixture[str]


def test_a_request_is_one_line_with_its_id(
    client: FlaskClient, capsys: Capture
) -> None:
    response = client.get("/none?password=1", headers={"X-Request-ID": "proxy-1.a_B"})

    assert response.headers.getlist("X-Request-ID") == ["proxy-1.a_B"]
    (line,) = capsys.readouterr().err.splitlines()
    assert re.search(r" INFO \[proxy-1\.a_B\] \S+ GET /none 404 in [\d.]+ ms$", line)


def test_the_path_is_written_as_people_read_it(
    client: FlaskClient, capsys: Capture
) -> None:
    client.get("/café", environ_overrides={"SCRIPT_NAME": "/prefix"})

    assert " GET /prefix/café 404 " in capsys.readouterr().err


def test_a_request_that_gets_no_response_is_a_line_too(
    app: Flask, capsys: Capture
) -> None:
    @app.get("/crash")
    def crash() -> NoReturn:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):  # as in debug mode, tests see the exception
        app.test_client().get("/crash")

    assert " GET /crash 500 " in capsys.readouterr().err


@pytest.mark.parametrize("name", ["", "a b", "é", 'a"b', "a" * 65, None])
def test_an_id_that_is_not_safe_is_replaced(
    client: FlaskClient, name: str | None
) -> None:
    response = client.get("/", headers={"X-Request-ID": name} if name else {})

    assert re.fullmatch("[0-9a-f]{16}", response.headers["X-Request-ID"])


def test_every_line_of_a_request_has_its_id(app: Flask, capsys: Capture) -> None:
    @app.get("/work")
    def work() -> str:
        app.logger.warning("from the app")
        logging.getLogger("somebody.else").error("from a library")
        return ""

    app.test_client().get("/work", headers={"X-Request-ID": "one"})

    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 3
    assert all("[one]" in line for line in lines)


def test_debug_lines_are_shown_when_they_are_asked_for(
    start: Callable[..., Flask], capsys: Capture
) -> None:
    start(LOG_LEVEL="debug").logger.debug("hidden until now")
    start(LOG_LEVEL="warning").logger.info("never shown")

    log = capsys.readouterr().err
    assert "hidden until now" in log
    assert "never shown" not in log


def test_production_writes_one_json_object_per_line(
    start: Callable[..., Flask], capsys: Capture
) -> None:
    app = start()

    @app.get("/crash")
    def crash() -> NoReturn:
        raise ZeroDivisionError

    app.test_client().get("/crash", headers={"X-Request-ID": "one"})

    error, line = map(json.loads, capsys.readouterr().err.splitlines())
    assert error["level"] == "ERROR"
    assert "Traceback" in error["exception"]
    assert error["request_id"] == line["request_id"] == "one"
    assert (line["method"], line["path"], line["status"]) == ("GET", "/crash", 500)


@pytest.mark.parametrize("environment", ["development", "production"])
def test_nobody_can_forge_a_line(
    start: Callable[..., Flask], capsys: Capture, environment: str
) -> None:
    app = start(APP_ENV=environment)
    forged = "\n12:00:00 INFO [-] app: forged \r\x1b[31m\x85\u2028é"

    @app.get("/crash")
    def crash() -> NoReturn:
        app.logger.warning("saw %s", request.args["text"])
        raise ValueError(request.args["text"])

    client = app.test_client()
    client.get("/crash", query_string={"text": forged})
    client.get(f"/{forged}")

    log = capsys.readouterr().err
    assert log.count("forged") >= 3
    assert not re.search("^12:00:00 INFO", log, re.MULTILINE)
    assert not re.search("[\r\x1b\x85\u2028]", log)


def test_a_log_that_cannot_be_written_costs_no_answer(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    class FullDisk(io.StringIO):
        def write(self, text: str) -> NoReturn:
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(sys, "stderr", FullDisk())

    assert client.get("/").status_code == 200


def test_the_development_server_adds_no_line_of_its_own(
    app: Flask, capsys: Capture
) -> None:
    server = make_server("127.0.0.1", 0, app)
    thread = Thread(target=server.handle_request)
    thread.start()
    connection = HTTPConnection("127.0.0.1", server.server_port)
    connection.request("GET", "/healthz")
    connection.getresponse().read()
    thread.join()
    connection.close()
    server.server_close()

    (line,) = capsys.readouterr().err.splitlines()
    assert "GET /healthz 200" in line
