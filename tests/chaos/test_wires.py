"""Wires do what the faults believe of them, or no fault would show anything."""

import socket
import threading
from collections.abc import Iterator
from contextlib import closing, suppress

import pytest

from services.embedded.ports import LOOPBACK
from tests.chaos.wires import Condition, Wire, Wiring

NAME = "somebody-echo"


@pytest.fixture
def echo() -> Iterator[int]:
    """A server that sends everything back."""
    with socket.create_server((LOOPBACK, 0)) as server:
        threading.Thread(target=serve, args=(server,), daemon=True).start()
        yield server.getsockname()[1]
        server.shutdown(socket.SHUT_RDWR)


def serve(server: socket.socket) -> None:
    while True:
        try:
            connection, _ = server.accept()
        except OSError:
            return
        threading.Thread(target=send_back, args=(connection,), daemon=True).start()


def send_back(connection: socket.socket) -> None:
    # A wire that is cut resets what it passed on.
    with connection, suppress(ConnectionError):
        while data := connection.recv(1024):
            connection.sendall(data)


@pytest.fixture
def wiring(echo: int) -> Iterator[Wiring]:
    with closing(Wiring([Wire(NAME, lambda: (LOOPBACK, echo))])) as wiring:
        yield wiring


def call(wiring: Wiring, timeout_seconds: float = 5) -> bytes:
    """What comes back of a word; raises OSError."""
    with socket.create_connection((LOOPBACK, wiring.port(NAME)), timeout=timeout_seconds) as connection:
        connection.settimeout(timeout_seconds)
        connection.sendall(b"word")
        return connection.recv(1024)


def test_an_open_wire_passes_everything(wiring: Wiring) -> None:
    assert call(wiring) == b"word"


def test_a_cut_wire_passes_nothing_and_says_so_at_once(wiring: Wiring) -> None:
    with socket.create_connection((LOOPBACK, wiring.port(NAME)), timeout=5) as standing:
        standing.sendall(b"word")
        assert standing.recv(1024) == b"word"

        with wiring.broken([NAME], Condition.CUT):
            with pytest.raises(ConnectionError):
                raise_if_empty(standing.recv(1024))
            with pytest.raises(ConnectionError):
                raise_if_empty(call(wiring))

    assert call(wiring) == b"word"


def test_a_silent_wire_lets_its_callers_wait(wiring: Wiring) -> None:
    with wiring.broken([NAME], Condition.SILENT), pytest.raises(TimeoutError):
        call(wiring, timeout_seconds=0.2)

    assert call(wiring) == b"word"


def test_a_slow_wire_passes_everything_later(wiring: Wiring) -> None:
    with wiring.broken([NAME], Condition.OPEN, delay_seconds=0.15):
        with pytest.raises(TimeoutError):
            call(wiring, timeout_seconds=0.2)
        assert call(wiring, timeout_seconds=5) == b"word"


def raise_if_empty(data: bytes) -> None:
    """An end of the connection, which may come as a reset or as nothing."""
    if not data:
        raise ConnectionError
