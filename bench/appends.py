"""Appends: what one connection brings into the event log, beside what Redis takes by XADD without any check."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from bench.cases import Case
from bench.servers import running_redis
from bench.traffic import publish, zipf
from shared.clock import system_clock
from shared.event_log import EventLog
from shared.events import ArticleClicked, encode_event
from shared.offers import SentClicks
from shared.store import Store, connect

ARTICLES = 1_000
SECONDS = 2
GROUP = 100


@contextmanager
def append_cases(folder: Path) -> Iterator[list[Case]]:
    """The cases, as long as their Redis runs."""
    with running_redis(folder) as redis_url:
        store = connect(redis_url, timeout_seconds=5)
        log = EventLog(store, system_clock, partitions=1)
        publish(log, ARTICLES)
        events = [encode_event(ArticleClicked(each, system_clock())) for each in zipf(GROUP, ARTICLES)]
        offers = [SentClicks(each, event, 1) for each, event in zip(zipf(GROUP, ARTICLES), events, strict=True)]
        yield [
            Case(
                "events appended, one a call",
                partial(_rate, lambda: log.append(0, offers[:1]), 1),
                "XADD, one a call",
                partial(_rate, lambda: store.xadd("bench", {"e": events[0]}), 1),
            ),
            Case(
                f"events appended, {GROUP} a call",
                partial(_rate, lambda: log.append(0, offers), GROUP),
                f"XADD, {GROUP} in a pipeline",
                partial(_rate, lambda: _pipeline(store, events), GROUP),
            ),
        ]


def _pipeline(store: Store, events: list[str]) -> None:
    pipeline = store.pipeline(transaction=False)
    for event in events:
        pipeline.xadd("bench", {"e": event})
    pipeline.execute()


def _rate(call: Callable[[], object], events_per_call: int) -> float:
    calls = 0
    start = time.perf_counter()
    while (elapsed := time.perf_counter() - start) < SECONDS:
        call()
        calls += 1
    return calls * events_per_call / elapsed
