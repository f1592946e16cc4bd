"""The client that hides nothing: what it sent last, and what it makes of an answer."""

import socket
import time
from threading import Thread

import pytest

from scaffold.proof.unmet import Unmet
from scaffold.proof.wire import Client, Sent, Wire
from tests.proof.site import site

JSON = '{"name": "Ada"}'
REFUSED = b"HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\n\r\n"


def test_the_last_request_is_known() -> None:
    with site((200, {}, "hello")) as client:
        assert client.last == ""
        client.below("/mnt").ask("/a?b=c", {"X-More": "1"})
        assert client.last == "GET /mnt/a?b=c HTTP/1.1\nHost: shop.example.test\nX-More: 1"
        client.send(client.head("/raw", "Connection: close"))
        assert client.last == "GET /raw HTTP/1.1\nHost: shop.example.test\nConnection: close"


def test_other_addresses_of_a_deployment_share_it() -> None:
    client = Client(1)
    assert client.at(2).below("/mnt").sent is client.sent
    assert Client(1).sent is not client.sent
    assert Client(1) == client


def test_a_body_and_a_long_line_are_not_shown() -> None:
    sent = Sent()
    sent.keep(b"POST / HTTP/1.1\r\nX-Long: " + b"x" * 9999 + b"\r\n\r\nbody")
    first, second = sent.head.split("\n")
    assert first == "POST / HTTP/1.1"
    assert len(second) == 201
    assert second.endswith("x…")


def test_an_answer_tells_what_it_is() -> None:
    with site((200, {"X-One": "1"}, JSON), (500, {}, "<h1>No</h1>"), (200, {}, "[1]")) as client:
        answer = client.ask("/")
        assert (str(answer), answer.json()) == (f"200 {JSON}", {"name": "Ada"})
        assert (answer.header("x-one"), answer.header("X-Two")) == ("1", "")
        for shown in ("500 <h1>No</h1>", r"200 \[1\]"):
            with pytest.raises(Unmet, match=shown):
                client.ask("/").json()


def test_a_connection_that_was_closed_is_not_made_again() -> None:
    with site((200, {"Connection": "close"}, "")) as client, client.open() as connection:
        client.again(connection, "/")
        with pytest.raises(ConnectionError):
            client.again(connection, "/")


def test_an_answer_is_heard_while_there_is_no_room_to_send() -> None:
    client, server = socket.socketpair()

    def serve() -> None:
        server.recv(1000)
        time.sleep(0.2)  # meanwhile the client fills all the room that there is
        server.sendall(REFUSED)

    begin = time.monotonic()
    with client, server:
        thread = Thread(target=serve)
        thread.start()
        wire = Wire(client, Sent())
        wire.send(b"POST / HTTP/1.1\r\n\r\n", b"x" * 5_000_000)
        assert wire.answer().status == 413
        thread.join()
    assert time.monotonic() - begin < 5
