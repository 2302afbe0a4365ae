"""The lag: how many events of each partition are not yet on the boards, and since when."""

from collections.abc import Iterator
from dataclasses import dataclass

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from ranking_service import keys
from ranking_service.position import read_position
from shared.clock import to_rfc3339
from shared.event_log import EventLog
from shared.pulse import Backlog
from shared.store import OUTAGES, Store


@dataclass(frozen=True)
class PartitionLag:
    """How far one partition is."""

    partition: int
    lag: int
    """Events not yet projected."""
    projected: int
    newest: str | None
    """The time of the newest event on the boards."""
    dead_letters: int


def read_lags(store: Store, log: EventLog) -> list[PartitionLag]:
    """The lag of every partition."""
    lags = []
    for partition in range(log.partitions):
        position = read_position(store, partition)
        lags.append(
            PartitionLag(
                partition=partition,
                lag=log.lag(partition, position.cursor, position.projected),
                projected=position.projected,
                newest=to_rfc3339(position.newest) if position.newest else None,
                dead_letters=store.xlen(keys.dead_letters(partition)),
            )
        )
    return lags


def read_backlogs(store: Store, log: EventLog) -> dict[str, Backlog]:
    """What waits for the projection, by partition: any change of a partition raises its version."""
    backlogs = {}
    for partition in range(log.partitions):
        position = read_position(store, partition)
        waiting = log.lag(partition, position.cursor, position.projected)
        backlogs[f"partition {partition}"] = Backlog(waiting, str(position.version))
    return backlogs


class LagCollector(Collector):
    """The lag as metrics, read when they are scraped; without Redis there are none."""

    def __init__(self, store: Store, log: EventLog) -> None:
        self._store = store
        self._log = log

    def collect(self) -> Iterator[Metric]:
        """One gauge a partition each."""
        try:
            lags = read_lags(self._store, self._log)
        except OUTAGES:
            return
        for name, text, value in (
            ("redian_projection_lag_events", "Events not yet on the boards.", lambda each: each.lag),
            ("redian_projection_events", "Events ever projected.", lambda each: each.projected),
            ("redian_dead_letters", "Events that could not be parsed.", lambda each: each.dead_letters),
        ):
            gauge = GaugeMetricFamily(name, text, labels=["partition"])
            for each in lags:
                gauge.add_metric([str(each.partition)], value(each))  # type: ignore[no-untyped-call]  # the library's
            yield gauge
