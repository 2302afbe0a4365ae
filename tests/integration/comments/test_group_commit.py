"""Group commit: clicks of many threads go into the log together, each with its own outcome."""

from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from threading import Event as Signal
from typing import Any

import pytest

from comments_service.group_commit import MOST_COLUMNS, MOST_LINES, GroupCommit
from shared.appends import Idempotency, Outcome
from shared.errors import RedianError, unavailable
from shared.event_log import START, EventLog
from shared.events import ArticlePublished, encode_clicks
from shared.offers import Offer, Recorded, SentColumns, VisitorClick
from shared.store import Store
from tests.conftest import FakeClock
from tests.polling import until

THREADS = 16


class HeldLog(EventLog):
    """A log whose appends wait for a signal, and fail when they are told to."""

    may_go_on: Signal
    is_down = False
    groups: list[int]

    def append(self, partition: int, offers: Sequence[Offer], *rest: Any, **traces: Any) -> list[Outcome]:
        self.groups.append(len(offers))
        assert self.may_go_on.wait(10)
        if self.is_down:
            raise unavailable("log", "down")
        return super().append(partition, offers, *rest, **traces)

    def append_sent(self, partition: int, sent: SentColumns, *rest: Any, **traces: Any) -> bytes:
        self.groups.append(len(sent))
        assert self.may_go_on.wait(10)
        if self.is_down:
            raise unavailable("log", "down")
        return super().append_sent(partition, sent, *rest, **traces)


@pytest.fixture
def log(store: Store, clock: FakeClock) -> HeldLog:
    log = HeldLog(store, clock, partitions=1)
    log.may_go_on, log.groups = Signal(), []
    log.may_go_on.set()
    log.append(0, [Recorded(ArticlePublished("e", "a", clock(), 1, "t", "u", ["zz"], clock()))])
    log.groups.clear()
    log.may_go_on.clear()
    return log


@contextmanager
def waiting(log: HeldLog, clicks: Sequence[VisitorClick]) -> Iterator[list[Future[Outcome]]]:
    """Clicks, of which the first is being appended and the others wait."""
    commit = GroupCommit(log)
    with ThreadPoolExecutor(len(clicks)) as pool:
        try:
            futures = [pool.submit(commit.append, click.article_id, click) for click in clicks[:1]]
            until(lambda: log.groups == [1])
            futures += [pool.submit(commit.append, click.article_id, click) for click in clicks[1:]]
            until(lambda: len(commit._groups[0]._waiting) == len(clicks) - 1)
            yield futures
        finally:
            log.may_go_on.set()


def visits(clock: FakeClock, count: int) -> list[VisitorClick]:
    return [VisitorClick("a", f"visitor {n}", clock()) for n in range(count)]


def test_a_lone_click_is_appended_at_once(log: HeldLog, clock: FakeClock) -> None:
    log.may_go_on.set()

    assert GroupCommit(log).append("a", visits(clock, 1)[0]) is Outcome.APPENDED
    assert log.groups == [1]


def test_clicks_that_wait_go_in_together_as_one_entry(log: HeldLog, clock: FakeClock, store: Store) -> None:
    before = store.xlen("log:{0}")
    with waiting(log, visits(clock, THREADS)) as futures:
        log.may_go_on.set()
        outcomes = [future.result(10) for future in futures]

    assert outcomes == [Outcome.APPENDED] * THREADS
    assert log.groups == [1, THREADS - 1]
    assert store.xlen("log:{0}") - before == 2


def test_each_learns_its_own_outcome(log: HeldLog, clock: FakeClock) -> None:
    clicks = [
        VisitorClick("a", "one", clock()),
        VisitorClick("a", "one", clock()),
        VisitorClick("nobody", "one", clock()),
        VisitorClick("a", "two", clock()),
    ]
    with waiting(log, clicks) as futures:
        log.may_go_on.set()
        outcomes = [future.result(10) for future in futures]

    assert outcomes == [Outcome.APPENDED, Outcome.REPEATED, Outcome.UNKNOWN, Outcome.APPENDED]


def test_an_outage_is_told_to_all_that_wait_by_one_try(log: HeldLog, clock: FakeClock) -> None:
    with waiting(log, visits(clock, THREADS)) as futures:
        log.is_down = True
        log.may_go_on.set()
        errors = [future.exception(10) for future in futures]

    assert all(isinstance(error, RedianError) and error.code == "log_unavailable" for error in errors)
    assert log.groups == [1]
    log.is_down = False
    assert GroupCommit(log).append("a", visits(clock, 1)[0]) is Outcome.APPENDED


def test_the_queue_goes_on_after_an_outage(log: HeldLog, clock: FakeClock) -> None:
    commit = GroupCommit(log)
    log.may_go_on.set()
    log.is_down = True
    with pytest.raises(RedianError):
        commit.append("a", visits(clock, 1)[0])

    log.is_down = False

    assert commit.append("a", visits(clock, 1)[0]) is Outcome.APPENDED


def test_many_threads_lose_and_repeat_nothing(log: HeldLog, clock: FakeClock) -> None:
    log.may_go_on.set()
    commit = GroupCommit(log)

    with ThreadPoolExecutor(THREADS) as pool:
        outcomes = Counter(pool.map(lambda click: commit.append("a", click), visits(clock, 2_000)))

    taken = log.read(0, START)
    assert taken is not None
    assert outcomes == {Outcome.APPENDED: 2_000}
    assert len(taken.events) == 2_001
    assert sum(log.groups) == 2_000


def columns(clock: FakeClock, *articles: str) -> SentColumns:
    counts = dict.fromkeys(articles, 2)
    return SentColumns(list(counts), encode_clicks(counts, clock()), list(counts.values()))


@contextmanager
def waiting_batches(log: HeldLog, parts: Sequence[SentColumns]) -> Iterator[list[Future[bytes]]]:
    """Batches, of which the first is being appended and the others wait."""
    commit = GroupCommit(log)
    with ThreadPoolExecutor(len(parts)) as pool:
        try:
            futures = [pool.submit(commit.append_sent, 0, parts[0])]
            until(lambda: len(log.groups) == 1)
            for number, part in enumerate(parts[1:], start=1):
                futures.append(pool.submit(commit.append_sent, 0, part))
                until(partial(waits, commit, number))
            yield futures
        finally:
            log.may_go_on.set()


def waits(commit: GroupCommit, number: int) -> bool:
    return len(commit._columns[0]._waiting) == number


def test_short_batches_that_wait_go_in_together_and_each_learns_its_own_letters(
    log: HeldLog, clock: FakeClock, store: Store
) -> None:
    before = store.xlen("log:{0}")
    parts = [columns(clock, "a"), columns(clock, "a", "nobody"), columns(clock, "nobody"), columns(clock, "a")]

    with waiting_batches(log, parts) as futures:
        log.may_go_on.set()
        letters = [future.result(10) for future in futures]

    assert letters == [b"a", b"au", b"u", b"a"]
    assert log.groups == [1, 4]
    assert store.xlen("log:{0}") - before == 2
    assert int(store.get("appended:{0}")) == 1 + 3 * 2


def test_so_many_batches_share_an_append_and_no_more(log: HeldLog, clock: FakeClock) -> None:
    with waiting_batches(log, [columns(clock, "a")] * (MOST_COLUMNS + 3)) as futures:
        log.may_go_on.set()
        letters = [future.result(10) for future in futures]

    assert letters == [b"a"] * (MOST_COLUMNS + 3)
    assert log.groups == [1, MOST_COLUMNS, 2]


def test_long_batches_and_those_with_a_key_go_alone(log: HeldLog, clock: FakeClock) -> None:
    log.may_go_on.set()
    commit = GroupCommit(log)
    long = columns(clock, *(f"nobody-{number}" for number in range(MOST_LINES + 1)))

    assert commit.append_sent(0, long) == b"u" * (MOST_LINES + 1)
    assert commit.append_sent(0, columns(clock, "a"), Idempotency("key", "one")) == b"a"
    with pytest.raises(RedianError) as conflict:
        commit.append_sent(0, columns(clock, "a"), Idempotency("key", "another"))

    assert conflict.value.code == "idempotency_conflict"


def test_an_outage_is_told_to_all_batches_that_wait(log: HeldLog, clock: FakeClock) -> None:
    with waiting_batches(log, [columns(clock, "a")] * 4) as futures:
        log.is_down = True
        log.may_go_on.set()
        errors = [future.exception(10) for future in futures]

    assert all(isinstance(error, RedianError) and error.code == "log_unavailable" for error in errors)
    assert log.groups == [1]
