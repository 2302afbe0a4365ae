"""Traces: the image holds what sends them, and the containers reach a collector on their networks."""

from base64 import b64decode
from collections.abc import Iterator

import pytest

from tests.compose.stack import IMAGE, Stack, docker, eventually
from tests.integration.tracing.collector import Span, read_spans

pytestmark = pytest.mark.timeout(300)

TRACED = ("comments", "ranking-worker")
# Prints the body of each request on a line.
COLLECTOR = """
from base64 import b64encode
from http.server import BaseHTTPRequestHandler, HTTPServer

class Collector(BaseHTTPRequestHandler):
    def do_POST(self):
        print(b64encode(self.rfile.read(int(self.headers["Content-Length"]))).decode(), flush=True)
        self.send_response(200)
        self.end_headers()

HTTPServer(("", 4318), Collector).serve_forever()
"""


@pytest.fixture
def collector(stack: Stack) -> Iterator[str]:
    """A container on the networks of services and workers; they send their traces to it."""
    project = stack.environ["COMPOSE_PROJECT_NAME"]
    network = ["--network", f"{project}_edge", "--network-alias", "collector"]
    container = docker("run", "-d", *network, "--entrypoint=python", IMAGE, "-uc", COLLECTOR).strip()
    docker("network", "connect", "--alias", "collector", f"{project}_log", container)
    try:
        stack.compose("up", "-d", "--no-deps", *TRACED, OTEL_EXPORTER_OTLP_ENDPOINT="http://collector:4318")
        stack.until_healthy()
        yield container
    finally:
        docker("rm", "-f", container)
        stack.compose("up", "-d", "--no-deps", *TRACED)
        stack.until_healthy()


def spans(container: str, name: str) -> list[Span]:
    """What a collector was sent under a name."""
    bodies = docker("logs", container).split()
    return [span for body in bodies for span in read_spans(b64decode(body)) if span.sent.name == name]


def test_a_click_is_traced_from_the_gateways_request_to_the_boards(stack: Stack, collector: str) -> None:
    stack.publish("traced-1", channel="traced")
    chosen = {"traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}

    answer = stack.http.post("/v1/clicks", json={"article_id": "traced-1"}, headers=chosen)

    eventually(lambda: spans(collector, "POST /v1/clicks"), lambda: "no span of the request")
    (request,) = spans(collector, "POST /v1/clicks")
    assert request.attributes["redian.request_id"] == answer.headers["X-Request-Id"]
    assert request.service == "redian-comments"
    assert request.sent.trace_id.hex() != "0af7651916cd43dd8448eb211c80319c"
    (append,) = (span for span in spans(collector, "append") if span.is_child_of(request))
    eventually(
        lambda: any(span.is_linked_to(append) for span in spans(collector, "project a slice")),
        lambda: "no slice that holds the click",
    )
