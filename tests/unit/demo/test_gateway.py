"""The demo waits for a service that is starting, and takes a refusal for an answer."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from services.demo.gateway import Gateway
from services.embedded.ports import LOOPBACK, free_port


class Service(ThreadingHTTPServer):
    """Answers with the statuses given to it, one a request."""

    def __init__(self, *statuses: int) -> None:
        self.statuses = list(statuses)
        self.keys: list[str | None] = []
        super().__init__((LOOPBACK, 0), Answer)
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()


class Answer(BaseHTTPRequestHandler):
    """One request to the service."""

    def do_PUT(self) -> None:
        assert isinstance(self.server, Service)
        self.server.keys.append(self.headers["Authorization"])
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(self.server.statuses.pop(0))
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the parent's name for it
        """Nothing: a test's output is its claims."""


@pytest.fixture
def service() -> Iterator[Service]:
    service = Service(503, 503, 201, 403)
    yield service
    service.shutdown()
    service.server_close()


def test_a_call_is_repeated_until_the_service_is_there(service: Service) -> None:
    pauses: list[float] = []
    gateway = Gateway(f"http://{LOOPBACK}:{service.server_port}", "key", pauses.append)

    assert gateway.call("PUT", "/v1/articles/a-1", {}).status == 201

    assert pauses == [1, 1]
    assert service.keys == ["Bearer key"] * 3


def test_a_refusal_is_an_answer(service: Service) -> None:
    service.statuses = [403]
    gateway = Gateway(f"http://{LOOPBACK}:{service.server_port}", "key")

    assert gateway.call("PUT", "/v1/articles/a-1", {}).status == 403


def test_a_port_that_nobody_listens_on_is_a_service_that_is_starting() -> None:
    class StillNobodyError(Exception):
        pass

    def pause(_seconds: float) -> None:
        raise StillNobodyError

    with pytest.raises(StillNobodyError):
        Gateway(f"http://{LOOPBACK}:{free_port()}", "key", pause).call("PUT", "/", {})
