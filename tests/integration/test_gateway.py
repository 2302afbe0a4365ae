"""The embedded gateway before stand-ins of the services: where each path goes, and what an outage is."""

import json
import os
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest

from services.embedded.environment import ROOT
from services.embedded.ports import LOOPBACK, free_port
from services.embedded.readiness import answers
from services.embedded.servers import find_caddy
from shared.clock import system_clock


class Upstream(ThreadingHTTPServer):
    """Answers every request with its own name and what it was told of the reader."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.goes_on = threading.Event()
        super().__init__((LOOPBACK, 0), Teller)
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()


class Teller(BaseHTTPRequestHandler):
    """One request to an upstream."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        assert isinstance(self.server, Upstream)
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path.endswith("/slow"):
            assert self.server.goes_on.wait(10)
        told = {
            "service": self.server.name,
            "forwarded_for": self.headers["X-Forwarded-For"],
            "traceparent": self.headers["traceparent"],
            "came_at": self.headers["X-Request-Start"],
        }
        body = json.dumps(told).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET  # noqa: N815  # http.server finds the method by this name

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the parent's name for it
        """Nothing: a test's output is its claims."""


@pytest.fixture(scope="module")
def upstreams() -> Iterator[dict[str, Upstream]]:
    upstreams = {name: Upstream(name) for name in ("comments", "ranking", "live", "portal")}
    yield upstreams
    for upstream in upstreams.values():
        upstream.shutdown()
        upstream.server_close()


def serve(folder: Path, ports: dict[str, int], **variables: str) -> Iterator[httpx.Client]:
    """A Caddy with the embedded configuration, and a client of it."""
    port = free_port()
    settings = {
        "GATEWAY_PORT": str(port),
        **{f"{name.upper()}_PORT": str(number) for name, number in ports.items()},
        "DATA_DIR": str(folder),
        "XDG_DATA_HOME": str(folder),
        "XDG_CONFIG_HOME": str(folder),
        **variables,
    }
    command = [str(find_caddy()), "run", "--config", "services/gateway/Caddyfile", "--adapter", "caddyfile"]
    with subprocess.Popen(command, cwd=ROOT, env={**os.environ, **settings}, stderr=subprocess.DEVNULL) as caddy:
        try:
            wait_for(f"http://{LOOPBACK}:{port}/healthz")
            with httpx.Client(base_url=f"http://{LOOPBACK}:{port}") as client:
                yield client
        finally:
            caddy.terminate()


def wait_for(address: str) -> None:
    deadline = time.monotonic() + 10
    while not answers(address):
        assert time.monotonic() < deadline, "the gateway did not start in time"
        time.sleep(0.05)  # the poll's step


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory, upstreams: dict[str, Upstream]) -> Iterator[httpx.Client]:
    ports = {name: upstream.server_port for name, upstream in upstreams.items()}
    yield from serve(tmp_path_factory.mktemp("caddy"), ports)


@pytest.fixture(scope="module")
def lonely_gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A gateway whose services are away."""
    yield from serve(
        tmp_path_factory.mktemp("caddy"), {name: free_port() for name in ("comments", "ranking", "live", "portal")}
    )


@pytest.mark.parametrize(
    ("path", "service"),
    [
        ("/v1/rankings", "ranking"),
        ("/v1/rankings/zz", "ranking"),
        ("/v1/rankings/zz/click.atom", "ranking"),
        ("/v1/channels", "ranking"),
        ("/v1/boards/health", "ranking"),
        ("/v1/rankings/zz/daily/overlay", "ranking"),
        ("/v1/articles/a-1/stats", "ranking"),
        ("/v1/articles/a-1", "comments"),
        ("/v1/articles/a-1/comments.atom", "comments"),
        ("/v1/channels/zz/comments.atom", "comments"),
        ("/v1/clicks", "comments"),
        ("/v1/clicks/batch", "comments"),
        ("/admin", "comments"),
        ("/admin/queue", "comments"),
        ("/v1/articles/a-1/comments", "comments"),
        ("/v1/articles/a-1/comments/live", "live"),
        ("/", "portal"),
        ("/articles/zz-20261123-001", "portal"),
        ("/embed/hot-news.js", "portal"),
    ],
)
def test_each_path_goes_to_its_service(gateway: httpx.Client, path: str, service: str) -> None:
    assert gateway.get(path).json()["service"] == service


def test_a_reader_cannot_forge_the_address_that_the_services_are_told(gateway: httpx.Client) -> None:
    answer = gateway.get("/v1/articles/a-1", headers={"X-Forwarded-For": "203.0.113.9"})

    assert answer.json()["forwarded_for"] == LOOPBACK


def test_a_body_over_the_limit_is_a_problem(gateway: httpx.Client) -> None:
    answer = gateway.post("/v1/clicks/batch", content=b"x" * (6 * 1024 * 1024))

    assert answer.status_code == 413
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "body_too_large"


def test_what_is_left_of_a_body_over_the_limit_is_not_taken_for_a_request(gateway: httpx.Client) -> None:
    for _ in range(10):
        assert gateway.post("/v1/clicks/batch", content=b"x" * (6 * 1024 * 1024)).status_code == 413

        assert gateway.get("/v1/rankings/zz").status_code == 200


def test_a_body_of_the_services_limit_passes(gateway: httpx.Client) -> None:
    assert gateway.post("/v1/clicks/batch", content=b"x" * (4 * 1024 * 1024)).status_code == 200


@pytest.mark.parametrize(
    "path", ["/v1/rankings/zz", "/v1/articles/a-1", "/v1/articles/a-1/comments/live", "/readyz", "/"]
)
def test_a_service_that_is_away_is_a_503_that_says_when_to_come_back(lonely_gateway: httpx.Client, path: str) -> None:
    answer = lonely_gateway.get(path)

    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "1"
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "upstream_unavailable"


def test_a_client_does_not_choose_what_is_traced(gateway: httpx.Client) -> None:
    chosen = {"traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}

    assert gateway.get("/v1/clicks", headers=chosen).json()["traceparent"] is None


def test_a_service_learns_when_a_request_came_from_the_gateway_alone(gateway: httpx.Client) -> None:
    before = system_clock()

    told = gateway.get("/v1/rankings/zz", headers={"X-Request-Start": "1"}).json()

    assert before <= int(told["came_at"]) <= system_clock()


RESERVED = [
    *({"Authorization": "Bearer a-key"}, {"Cookie": "a=b; __Host-redian_desk=a-session"}),
    {"Authorization": "Bearer a-key", "Cookie": "redian_desk=a-session"},
]
"""What editors and the portal's servers bring."""
READERS: list[dict[str, str]] = [{"Cookie": "redian_reader=a-reader"}, {"Authorization": "Basic a"}]


def hold_slowly(gateway: httpx.Client) -> None:
    """Ask for what takes long until it is not itself the request too many."""
    while gateway.get("/v1/rankings/slow").status_code != 200:
        pass


def test_what_a_service_cannot_take_as_well_is_refused_at_the_gateway(
    tmp_path: Path, upstreams: dict[str, Upstream]
) -> None:
    """One request may be with a service here; the others are told at once when to come back."""
    ports = {name: upstream.server_port for name, upstream in upstreams.items()}
    ranking = upstreams["ranking"]
    with contextmanager(serve)(tmp_path, ports, MOST_IN_FLIGHT="1") as gateway:
        slow = threading.Thread(target=hold_slowly, args=(gateway,))
        slow.start()
        deadline = time.monotonic() + 10
        while (refused := gateway.get("/v1/rankings/zz")).status_code == 200:
            assert time.monotonic() < deadline
        other = gateway.get("/v1/articles/a-1")
        reserved = [gateway.get("/v1/rankings/zz", headers=each) for each in RESERVED]
        readers = [gateway.get("/v1/rankings/zz", headers=each) for each in READERS]
        ranking.goes_on.set()
        slow.join()

        assert (refused.status_code, refused.json()["code"]) == (503, "overloaded")
        assert refused.headers["Content-Type"] == "application/problem+json"
        assert refused.headers["Retry-After"] == "1"
        assert other.json()["service"] == "comments"
        assert [each.status_code for each in reserved] == [200] * len(RESERVED)
        assert [each.status_code for each in readers] == [503] * len(READERS)
        assert gateway.get("/v1/rankings/zz").status_code == 200
