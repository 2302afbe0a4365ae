"""A collector for tests: what OpenTelemetry sent to a receiver, read by its own protocol."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from typing import Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span as Sent

from shared.tracing import TracingSettings, start_tracing, stop_tracing
from tests.receiver import Receiver, receiving


@dataclass(frozen=True)
class Span:
    """A span as it was sent."""

    service: str
    sent: Sent

    @property
    def attributes(self) -> dict[str, Any]:
        return {each.key: _value(each.value) for each in self.sent.attributes}

    def is_child_of(self, other: "Span") -> bool:
        return bool(self.sent.trace_id == other.sent.trace_id and self.sent.parent_span_id == other.sent.span_id)

    def is_linked_to(self, other: "Span") -> bool:
        found = {(link.trace_id, link.span_id) for link in self.sent.links}
        return (other.sent.trace_id, other.sent.span_id) in found


@dataclass(frozen=True)
class Collector:
    """What came in so far."""

    receiver: Receiver

    def spans(self, name: str = "") -> list[Span]:
        """The spans of a name, or all."""
        requests = list(self.receiver.requests)
        assert {request.path for request in requests} <= {"/v1/traces"}
        return [span for request in requests for span in read_spans(request.body) if name in ("", span.sent.name)]

    def one(self, name: str) -> Span:
        (span,) = self.spans(name)
        return span


def read_spans(body: bytes) -> Iterator[Span]:
    """The spans of one request to a collector."""
    for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
        named = {each.key: _value(each.value) for each in resource.resource.attributes}
        for scope in resource.scope_spans:
            for each in scope.spans:
                yield Span(named["service.name"], each)


@contextmanager
def collecting() -> Iterator[Collector]:
    """A collector of whatever is told its address."""
    with receiving() as receiver:
        receiver.answer = _accept
        yield Collector(receiver)


@contextmanager
def tracing(collector: Collector) -> Iterator[None]:
    """This process traces; what waits has been sent when the block ends."""
    start_tracing("test", TracingSettings(otel_exporter_otlp_endpoint=collector.receiver.url))
    try:
        yield
    finally:
        stop_tracing()


def _accept(_: Receiver, handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.end_headers()


def _value(value: Any) -> Any:
    kind = value.WhichOneof("value")
    if kind == "array_value":
        return [_value(each) for each in value.array_value.values]
    return getattr(value, kind) if kind else None
