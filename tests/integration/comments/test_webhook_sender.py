"""The sender: it goes where it was checked to go, follows nothing, and ends in time."""

import socket
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from comments_service.webhooks import sender as module
from comments_service.webhooks.sender import Sender, SendError
from tests.receiver import Receiver, receiving


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as started:
        yield started


def test_it_posts_and_tells_the_status(receiver: Receiver) -> None:
    receiver.statuses = [202]

    status = Sender(allow_private=True).post(receiver.url + "/hook?a=b", "好".encode(), {"X-Test": "1"})

    (request,) = receiver.requests
    assert (status, request.path, request.body) == (202, "/hook?a=b", "好".encode())
    assert request.headers["X-Test"] == "1"
    assert request.headers["Host"] == receiver.url.removeprefix("http://")


def test_a_redirect_is_an_answer_that_nobody_follows(receiver: Receiver) -> None:
    receiver.statuses = [302]

    assert Sender(allow_private=True).post(receiver.url, b"{}", {}) == 302
    assert len(receiver.requests) == 1


def test_a_name_is_resolved_once_and_the_connection_goes_to_what_was_checked(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DNS rebinding: the name answers a public address first, this machine afterwards."""
    answers, connected = ["93.184.215.14", "127.0.0.1"], []

    def rebinding(_: str, port: int, **__: Any) -> list[tuple[Any, ...]]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (answers.pop(0), port))]

    def connect(address: tuple[str, int], **_: Any) -> socket.socket:
        connected.append(address[0])
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "create_connection", connect)

    with pytest.raises(SendError, match="refused"):
        Sender(allow_private=False, resolver=rebinding).post("https://rebinding.example/", b"{}", {})
    with pytest.raises(SendError, match="not public"):
        Sender(allow_private=False, resolver=rebinding).post("https://rebinding.example/", b"{}", {})
    assert connected == ["93.184.215.14"]
    assert not receiver.requests


def test_this_machine_is_refused_before_anything_is_sent(receiver: Receiver) -> None:
    with pytest.raises(SendError, match="https"):
        Sender(allow_private=False).post(receiver.url, b"{}", {})
    with pytest.raises(SendError, match="not public"):
        Sender(allow_private=False).post(receiver.url.replace("http://", "https://"), b"{}", {})

    assert not receiver.requests


def test_a_receiver_without_tls_is_no_answer(receiver: Receiver) -> None:
    with pytest.raises(SendError, match="TLS"):
        Sender(allow_private=True).post(receiver.url.replace("http://", "https://"), b"{}", {})


def test_nobody_there_is_no_answer() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

    with pytest.raises(SendError, match="refused"):
        Sender(allow_private=True).post(f"http://127.0.0.1:{port}/", b"{}", {})


def test_an_answer_that_comes_a_drop_at_a_time_is_cut_off(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "TOTAL_SECONDS", 0.5)

    def drip(_: Receiver, handler: BaseHTTPRequestHandler) -> None:
        for _number in range(200):
            handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Drop: "[:1])
            handler.wfile.flush()
            time.sleep(0.05)  # the attack itself

    receiver.answer = drip
    began = time.monotonic()

    with pytest.raises(SendError):
        Sender(allow_private=True).post(receiver.url, b"{}", {})
    assert time.monotonic() - began < 5


def test_an_endless_answer_is_read_to_a_bound(receiver: Receiver) -> None:
    written = 0

    def flood(_: Receiver, handler: BaseHTTPRequestHandler) -> None:
        nonlocal written
        handler.send_response(200)
        handler.end_headers()
        for _number in range(100_000):
            written += handler.wfile.write(b"x" * 65_536)

    receiver.answer = flood

    assert Sender(allow_private=True).post(receiver.url, b"{}", {}) == 200
    assert written < 64 * 1024 * 1024


@pytest.mark.parametrize("host", ["a" * 64 + ".example", "xn--.example", "a..b", "."])
def test_a_host_that_is_no_name_is_an_error_of_the_attempt(host: str) -> None:
    with pytest.raises(SendError):
        Sender(allow_private=False).post(f"https://{host}/", b"{}", {})
