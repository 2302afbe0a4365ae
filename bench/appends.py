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
        offers = [
            SentClicks(article_id, encode_event(ArticleClicked(article_id, system_clock())), 1)
            for article_id in zipf(GROUP, ARTICLES)
        ]
        yield [_case(log, store, offers[:size]) for size in (1, GROUP)]


def _case(log: EventLog, store: Store, offers: list[SentClicks]) -> Case:
    entry = f"[{','.join(offer.events for offer in offers)}]"
    return Case(
        f"events appended, {len(offers)} a call",
        partial(_rate, lambda: log.append(0, offers), len(offers)),
        "XADD of the same entry",
        partial(_rate, lambda: store.xadd("bench", {"e": entry}), len(offers)),
    )


def _rate(call: Callable[[], object], events_per_call: int) -> float:
    calls = 0
    start = time.perf_counter()
    while (elapsed := time.perf_counter() - start) < SECONDS:
        call()
        calls += 1
    return calls * events_per_call / elapsed
