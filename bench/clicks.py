"""Clicks in over HTTP: one a request, as readers' pages send them, and batches, as servers do."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from http.client import HTTPConnection
from pathlib import Path
from statistics import median
from urllib.parse import urlsplit

from bench.cases import Case, Figure, Measure, Reading
from bench.servers import KEY, Server, migrate, running_app, running_redis, service_environment
from bench.traffic import batch, publish
from bench.wrk import CONNECTIONS, load
from shared.clock import system_clock
from shared.event_log import EventLog
from shared.store import Store, connect

ARTICLES = 1_000
SINGLE = "/v1/clicks"
BATCH = "/v1/clicks/batch"
LONE_CLICKS = 300
PACED_CONNECTIONS = 128
LOAD = 0.7


@dataclass(frozen=True)
class ClickBench:
    """The write side and its references, running."""

    service: Server
    constant: Server
    naive: Server
    unparsed: Server
    store: Store
    folder: Path

    def cases(self) -> list[Case]:
        """What is compared."""
        return [
            self._single("a constant answer, bare", partial(load, self.constant, SINGLE, "click", str(ARTICLES)), 0.18),
            self._single("Flask and Celery's send_task", self._load_naive, 5),
            *(self._batch(size) for size in (100, 1_000)),
        ]

    def figures(self) -> list[Figure]:
        """What a click waits: at seven tenths of the rate that was just reached, and alone."""
        rate = LOAD * load(self.service, SINGLE, "click", str(ARTICLES)).rate
        pause = str(round(PACED_CONNECTIONS / rate * 1_000, 1))
        paced = load(self.service, SINGLE, "click", str(ARTICLES), pause, connections=PACED_CONNECTIONS)
        alone = self._lone_click_ms() - self._lone_append_ms()
        return [
            Figure(f"a click at {paced.rate:,.0f} a second, p50", paced.p50_ms or 0, "ms"),
            Figure(f"a click at {paced.rate:,.0f} a second, p99", paced.p99_ms or 0, "ms", at_most=50),
            Figure("a lone click, beyond a lone XADD", alone, "ms", at_most=1),
        ]

    def _single(self, reference_name: str, reference: Measure, at_least: float) -> Case:
        measure = partial(load, self.service, SINGLE, "click", str(ARTICLES))
        return Case("clicks in, one a request", measure, reference_name, reference, at_least)

    def _load_naive(self) -> Reading:
        reading = load(self.naive, SINGLE, "click", str(ARTICLES))
        # Nobody works these tasks off.
        self.store.delete("celery")
        return reading

    def _batch(self, size: int) -> Case:
        body = self.folder / f"batch-{size}.ndjson"
        body.write_bytes(batch(size, ARTICLES))

        def clicks(server: Server) -> Reading:
            reading = load(server, BATCH, "batch", str(body), KEY)
            return replace(reading, rate=size * reading.rate, cpu_us=(reading.cpu_us or 0) / size)

        return Case(
            f"clicks in, batches of {size:,}",
            partial(clicks, self.service),
            "the body put into a stream unread",
            partial(clicks, self.unparsed),
            at_least=0.4,
            or_rate=400_000,
        )

    def _lone_click_ms(self) -> float:
        address = urlsplit(self.service.url)
        connection = HTTPConnection(address.hostname or "", address.port)
        connection.connect()

        def click(number: int) -> None:
            headers = {"Content-Type": "application/json", "X-Forwarded-For": f"10.1.{number // 250}.{number % 250}"}
            connection.request("POST", SINGLE, b'{"article_id":"a1"}', headers)
            assert connection.getresponse().read()

        return _median_ms(click)

    def _lone_append_ms(self) -> float:
        return _median_ms(lambda _: self.store.xadd("lone", {"e": "[]"}))


@contextmanager
def click_bench(folder: Path) -> Iterator[ClickBench]:
    """Everything that the cases need, as long as it runs."""
    with running_redis(folder) as redis_url:
        environment = service_environment("comments", redis_url, folder)
        migrate("comments_service", environment)
        store = connect(redis_url, timeout_seconds=5)
        publish(EventLog(store, system_clock, partitions=1), ARTICLES)
        redis = {"REDIS_URL": redis_url}
        with (
            running_app("comments_service:create_app", environment) as service,
            running_app("bench.references.constant:create_app") as constant,
            running_app("bench.references.task_per_click:create_app", redis) as naive,
            running_app("bench.references.unparsed:create_app", redis) as unparsed,
        ):
            # The first second of a process is its imports and caches.
            load(service, SINGLE, "click", str(ARTICLES), connections=CONNECTIONS)
            yield ClickBench(service, constant, naive, unparsed, store, folder)


def _median_ms(call: Callable[[int], object]) -> float:
    times = []
    for number in range(LONE_CLICKS):
        start = time.perf_counter()
        call(number)
        times.append(time.perf_counter() - start)
    return median(times) * 1_000
