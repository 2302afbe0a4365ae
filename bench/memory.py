"""Redis bytes for what there is most of: articles on boards, slot entries, visitors' marks, clicks in the log."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from bench.cases import Figure
from bench.servers import running_redis
from bench.traffic import publish
from ranking_service.assembly import Stores, make_projection
from ranking_service.boards import load_boards
from ranking_service.projection import Projection
from shared.clock import HOUR_MS, MINUTE_MS, system_clock
from shared.event_log import EventLog
from shared.events import encode_click
from shared.offers import Offer, SentClicks, VisitorClick
from shared.store import Store, connect

ARTICLES = 100_000
READ_HOURLY = 10_000
HOURS = 720
MARKS = 100_000
CLICKS = 200_000
A_CALL = 1_000
ROOM = 4 * 2**30


def memory_figures(folder: Path) -> list[Figure]:
    """A portal of 100,000 articles, 10,000 of them read every hour for 30 days, built for real."""
    with running_redis(folder, "--appendonly", "no") as url:
        store = connect(url, timeout_seconds=60)
        log = EventLog(store, system_clock, partitions=1)
        projection = make_projection(Stores(store, None, system_clock, 1), load_boards())
        figures = []
        empty = _used(store)
        publish(log, ARTICLES)
        _drain(projection)
        begin = system_clock() - (HOURS - 1) * HOUR_MS
        _click_hour(log, range(ARTICLES), begin)
        _drain(projection)
        all_once = _used(store)
        figures.append(Figure("an article: its record and eighteen boards", (all_once - empty) / ARTICLES, "bytes"))
        for hour in range(1, HOURS):
            first = hour * 97 * READ_HOURLY % ARTICLES
            _click_hour(log, ((first + n * 7) % ARTICLES for n in range(READ_HOURLY)), begin + hour * HOUR_MS)
            if hour % 20 == 0 or hour == HOURS - 1:
                _drain(projection)
        full = _used(store)
        figures.append(
            Figure("a slot entry: clicks and heat", (full - all_once) / ((HOURS - 1) * READ_HOURLY), "bytes")
        )
        before = _used(store)
        now = system_clock()
        _append(log, [VisitorClick(f"a{n % 1000}", f"{n:032x}", now) for n in range(MARKS)])
        figures.append(Figure("a visitor's mark with its click in the log", (_used(store) - before) / MARKS, "bytes"))
        before = _used(store)
        _append(log, [SentClicks(f"a{n % 5000}", encode_click(f"a{n % 5000}", now - n), 1) for n in range(CLICKS)])
        figures.append(Figure("a click in the log, sent by the hundred", (_used(store) - before) / CLICKS, "bytes"))
        name = f"a portal of {ARTICLES:,} articles, {READ_HOURLY:,} of them read every hour for 30 days"
        return [Figure(name, full / 2**20, "MiB", at_most=ROOM / 2**20), *figures]


def _click_hour(log: EventLog, articles: Iterable[int], at_ms: int) -> None:
    names = [f"a{n}" for n in articles]
    _append(log, [SentClicks(name, encode_click(name, at_ms + MINUTE_MS), 1) for name in names])


def _append(log: EventLog, offers: Sequence[Offer]) -> None:
    for first in range(0, len(offers), A_CALL):
        log.append(0, offers[first : first + A_CALL])


def _drain(projection: Projection) -> None:
    projection.project(0, budget_seconds=600)
    projection.log.trim(0, keep_ms=0)


def _used(store: Store) -> int:
    return int(store.info("memory")["used_memory_dataset"])
