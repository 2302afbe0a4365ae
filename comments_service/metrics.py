"""Metrics that are asked of a store when Prometheus reads them."""

from collections.abc import Iterator

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from comments_service.outbox import Outbox
from shared.errors import RedianError


class OutboxCollector(Collector):
    """How many events wait in the outbox; nothing while the database is down, which is another metric's matter."""

    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox

    def collect(self) -> Iterator[Metric]:
        """One gauge."""
        try:
            waiting = self._outbox.waiting()
        except RedianError:
            return
        yield GaugeMetricFamily("redian_outbox_waiting", "Events that are not in the log yet.", value=waiting)
