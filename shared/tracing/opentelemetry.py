"""OpenTelemetry's side of the traces: its SDK, its exporter, and what it knows of Redis and SQL."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.instrumentation.redis import RedisInstrumentor
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Link, SpanKind, Status, StatusCode, get_current_span
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from shared.tracing import Attribute, Kind
from shared.tracing.statements import StatementSpans

KINDS: dict[Kind, SpanKind] = {
    "internal": SpanKind.INTERNAL,
    "server": SpanKind.SERVER,
    "producer": SpanKind.PRODUCER,
    "consumer": SpanKind.CONSUMER,
}
MOST_LINKS = 100
"""Links a span; the SDK keeps 128."""
PROPAGATOR = TraceContextTextMapPropagator()


class WithoutLoneCommands(BatchSpanProcessor):
    """Sends spans by the batch, but no command of a store that belongs to none: those are the ticks' and probes'."""

    def on_end(self, span: ReadableSpan) -> None:
        """Keep a span that has ended, or leave it out."""
        if span.parent is not None or span.kind is not SpanKind.CLIENT:
            super().on_end(span)


class OpenTelemetry:
    """Records the spans of a process and sends them to a collector, from a thread of its own.

    The thread is begun anew in a process that is forked, hence a worker may start it before its pool.
    """

    def __init__(self, service: str, endpoint: str) -> None:
        self._provider = TracerProvider(resource=Resource.create({"service.name": f"redian-{service}"}))
        exporter = OTLPSpanExporter(endpoint=f"{endpoint.rstrip('/')}/v1/traces")
        self._provider.add_span_processor(WithoutLoneCommands(exporter))
        self._tracer = self._provider.get_tracer("redian")
        # It tells commands without their values.
        self._commands = RedisInstrumentor()
        self._commands.instrument(tracer_provider=self._provider)
        self._statements = StatementSpans(self._tracer)

    @contextmanager
    def span(
        self, name: str, kind: Kind, links: Sequence[str], parent: str, attributes: dict[str, Attribute]
    ) -> Iterator[None]:
        """A span, current while its block runs."""
        with self._tracer.start_as_current_span(
            name,
            context=_context_of(parent) if parent else None,
            kind=KINDS[kind],
            attributes=attributes,
            links=[Link(get_current_span(_context_of(link)).get_span_context()) for link in links[:MOST_LINKS]],
        ):
            yield

    def tell(self, attributes: dict[str, Attribute], *, name: str | None, is_failure: bool) -> None:
        """Say more about the current span."""
        span = get_current_span()
        span.set_attributes(attributes)
        if name is not None:
            span.update_name(name)
        if is_failure:
            span.set_status(Status(StatusCode.ERROR))

    def carrier(self) -> str:
        """The current span as a `traceparent`; empty when it is not sampled."""
        if not get_current_span().get_span_context().trace_flags.sampled:
            return ""
        carrier: dict[str, str] = {}
        PROPAGATOR.inject(carrier)
        return carrier.get("traceparent", "")

    def stop(self) -> None:
        """Send what waits, and record no more."""
        self._commands.uninstrument()
        self._statements.stop()
        self._provider.shutdown()


def _context_of(carrier: str) -> Context:
    # A context of its own: what is current here is not its parent.
    return PROPAGATOR.extract({"traceparent": carrier}, context=Context())
