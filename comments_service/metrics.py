"""Metrics that are asked of a store when Prometheus reads them; nothing while the store is down."""

from collections.abc import Iterator
from typing import Protocol

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from comments_service.dead_letters import CommentLetters
from comments_service.outbox import Outbox
from shared.clock import Clock
from shared.errors import RedianError


class OutboxCollector(Collector):
    """How many events wait in the outbox, and since when."""

    def __init__(self, outbox: Outbox, clock: Clock) -> None:
        self._outbox = outbox
        self._clock = clock

    def collect(self) -> Iterator[Metric]:
        """Two gauges."""
        try:
            waiting, oldest = self._outbox.waiting(), self._outbox.oldest()
        except RedianError:
            return
        yield GaugeMetricFamily("redian_outbox_waiting", "Events that are not in the log yet.", value=waiting)
        seconds = max(0, self._clock() - oldest[1]) / 1_000 if oldest else 0.0
        yield GaugeMetricFamily("redian_outbox_oldest_seconds", "Age of the oldest of them.", value=seconds)


class NotificationRows(Protocol):
    """The rows of one kind of notification."""

    def counts(self) -> dict[str, int]:
        """How many of the kept rows stand where."""

    def oldest_waiting(self) -> int | None:
        """Since when the oldest one waits."""


class NotificationCollector(Collector):
    """What became of the notifications of the last thirty days, and how long the oldest has been waiting."""

    def __init__(self, name: str, rows: NotificationRows, clock: Clock) -> None:
        self._name = name
        self._rows = rows
        self._clock = clock

    def collect(self) -> Iterator[Metric]:
        """Two gauges."""
        try:
            counts, oldest = self._rows.counts(), self._rows.oldest_waiting()
        except RedianError:
            return
        kept = GaugeMetricFamily(
            f"redian_{self._name}", f"Rows of {self._name} kept for thirty days, by state.", labels=["status"]
        )
        for status, count in counts.items():
            kept.add_metric([status], count)
        yield kept
        seconds = 0.0 if oldest is None else max(0, self._clock() - oldest) / 1_000
        yield GaugeMetricFamily(f"redian_{self._name}_oldest_seconds", "Age of the oldest that waits.", value=seconds)


class LetterCollector(Collector):
    """How many dead letters wait for an operator."""

    def __init__(self, letters: CommentLetters) -> None:
        self._letters = letters

    def collect(self) -> Iterator[Metric]:
        """One gauge."""
        try:
            counts = self._letters.counts()
        except RedianError:
            return
        labels = ["consumer", "partition"]
        gauge = GaugeMetricFamily("redian_dead_letters", "Events that could not be parsed.", labels=labels)
        for (consumer, partition), count in counts.items():
            gauge.add_metric([consumer, str(partition)], count)
        yield gauge
