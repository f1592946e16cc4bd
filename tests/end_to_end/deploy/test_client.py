"""The client of the proof: what it does with servers that are in no hurry to be polite."""

import socket
import time
from threading import Thread

from tests.end_to_end.deploy.client import Wire

ANSWER = b"HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\n\r\n"


def test_an_answer_is_heard_while_there_is_no_room_to_send() -> None:
    client, server = socket.socketpair()

    def serve() -> None:
        server.recv(1000)
        time.sleep(0.2)  # meanwhile the client fills all the room that there is
        server.sendall(ANSWER)

    begin = time.monotonic()
    with client, server:
        thread = Thread(target=serve)
        thread.start()
        wire = Wire(client)
        wire.send(b"POST / HTTP/1.1\r\n\r\n", b"x" * 5_000_000)
        assert wire.answer().status == 413
        thread.join()
    assert time.monotonic() - begin < 5
