"""The lag: how many events of each partition are not yet on the boards, and since when."""

from collections.abc import Iterator
from dataclasses import dataclass

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from redis import RedisCluster

from ranking_service import keys
from ranking_service.position import read_position
from ranking_service.projection import CONSUMER
from shared.clock import Clock, to_rfc3339
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
    waiting_since: int | None
    """When the oldest event that is not on the boards was appended, in milliseconds; None when there is none."""


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
                waiting_since=log.waiting_since(partition, position.cursor),
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


def read_memory(store: Store) -> dict[str, tuple[int, int]]:
    """Used and greatest memory in bytes, by node: one node called `redis`, or those of a cluster."""
    if isinstance(store, RedisCluster):
        found = store.info("memory", target_nodes=RedisCluster.PRIMARIES)
        nodes = found if all(isinstance(each, dict) for each in found.values()) else {"cluster": found}
    else:
        nodes = {"redis": store.info("memory")}
    return {name: (each["used_memory"], each["maxmemory"]) for name, each in nodes.items()}


class LagCollector(Collector):
    """The lag as metrics, read when they are scraped; without Redis there are none."""

    def __init__(self, store: Store, log: EventLog, clock: Clock) -> None:
        self._store = store
        self._log = log
        self._clock = clock

    def collect(self) -> Iterator[Metric]:
        """One gauge a partition each, and the memory of Redis."""
        try:
            lags, memory = read_lags(self._store, self._log), read_memory(self._store)
        except OUTAGES:
            return
        yield from self._of_partitions(lags)
        for name, text, index in (
            ("redian_redis_memory_bytes", "Memory that Redis uses, by node.", 0),
            ("redian_redis_memory_limit_bytes", "Memory that Redis may use, by node; 0 without a limit.", 1),
        ):
            family = GaugeMetricFamily(name, text, labels=["node"])
            for node, figures in memory.items():
                family.add_metric([node], figures[index])
            yield family

    def _of_partitions(self, lags: list[PartitionLag]) -> Iterator[Metric]:
        now = self._clock()
        for name, text, value in (
            ("redian_projection_lag_events", "Events not yet on the boards.", lambda each: each.lag),
            (
                "redian_projection_oldest_seconds",
                "Age of the oldest event that is not on the boards.",
                lambda each: 0 if each.waiting_since is None else max(0, now - each.waiting_since) / 1_000,
            ),
            ("redian_projection_events", "Events ever projected.", lambda each: each.projected),
        ):
            gauge = GaugeMetricFamily(name, text, labels=["partition"])
            for each in lags:
                gauge.add_metric([str(each.partition)], value(each))  # type: ignore[no-untyped-call]  # the library's
            yield gauge
        labels = ["consumer", "partition"]
        letters = GaugeMetricFamily("redian_dead_letters", "Events that could not be parsed.", labels=labels)
        for each in lags:
            letters.add_metric([CONSUMER, str(each.partition)], each.dead_letters)
        yield letters
