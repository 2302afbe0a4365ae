"""Traces: OpenTelemetry's spans from a request to the boards, for an installation that names a collector.

Without one nothing here imports OpenTelemetry, and a span is an object that does nothing. A trace ends at the event
log: a slice holds the events of many requests, so its span is linked to theirs instead of being the child of one.
"""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Literal, Protocol

from pydantic import Field
from pydantic_settings import BaseSettings

Kind = Literal["internal", "server", "producer", "consumer"]
Attribute = str | int | float | bool | Sequence[str]
NOTHING = nullcontext()


class TracingSettings(BaseSettings):
    """Where traces go; what else OpenTelemetry's SDK can be told (OTEL_TRACES_SAMPLER, …) it reads by itself."""

    otel_exporter_otlp_endpoint: str = Field(
        "", description="Base address of an OpenTelemetry collector, over OTLP/HTTP; empty traces nothing."
    )


class Recorder(Protocol):
    """What records spans; `shared.tracing.opentelemetry` is the one there is."""

    def span(
        self, name: str, kind: Kind, links: Sequence[str], parent: str, attributes: dict[str, Attribute]
    ) -> AbstractContextManager[None]:
        """A span, current while its block runs."""

    def tell(self, attributes: dict[str, Attribute], *, name: str | None, is_failure: bool) -> None:
        """Say more about the current span."""

    def carrier(self) -> str:
        """The current span as a `traceparent`; empty when it is not sampled."""

    def stop(self) -> None:
        """Send what waits, and record no more."""


_recorder: Recorder | None = None


def start_tracing(service: str, settings: TracingSettings) -> None:
    """Record the spans of this process, if the settings name a collector. To be called before a store is connected.

    Ends the process with a sentence when OpenTelemetry is not installed. A collector that is away costs the spans.
    """
    global _recorder  # noqa: PLW0603  # like the logs, spans are written from everywhere
    if not settings.otel_exporter_otlp_endpoint:
        return
    try:
        # Not at the top: whoever does not trace does not pay for the import, and may not have the packages.
        from shared.tracing.opentelemetry import OpenTelemetry  # noqa: PLC0415
    except ImportError as error:
        raise SystemExit(
            f"OTEL_EXPORTER_OTLP_ENDPOINT is set, and what sends traces is not installed ({error}): install the extra "
            "`tracing`, or leave the variable empty."
        ) from error
    _recorder = OpenTelemetry(service, settings.otel_exporter_otlp_endpoint)


def stop_tracing() -> None:
    """Send what waits, and record no more."""
    global _recorder  # noqa: PLW0603
    if _recorder is not None:
        _recorder.stop()
        _recorder = None


def is_tracing() -> bool:
    """Whether spans are recorded: what only a span tells need not be worked out otherwise."""
    return _recorder is not None


def span(
    name: str,
    attributes: Mapping[str, Attribute],
    kind: Kind = "internal",
    *,
    links: Sequence[str] = (),
    parent: str = "",
) -> AbstractContextManager[None]:
    """A span, current while its block runs; its attributes are `redian.<name>`.

    `links` are carriers of spans that it goes back to, `parent` the one that it is a part of, elsewhere.
    """
    return _recorder.span(name, kind, links, parent, _prefixed(attributes)) if _recorder else NOTHING


def tell(attributes: dict[str, Attribute], *, name: str | None = None, is_failure: bool = False) -> None:
    """Say more about the current span, by attributes with their full names."""
    if _recorder:
        _recorder.tell(attributes, name=name, is_failure=is_failure)


def carrier() -> str:
    """The current span as text that links another to it (a W3C `traceparent`); empty when it is not recorded."""
    return _recorder.carrier() if _recorder else ""


def _prefixed(attributes: Mapping[str, Attribute]) -> dict[str, Attribute]:
    return {f"redian.{name}": value for name, value in attributes.items()}
