"""Several workers on one partition: the boards change once, whoever is faster and whenever a worker dies."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ranking_service.assembly import Stores, make_projection
from ranking_service.boards import Boards, Metric
from shared.store import Store
from tests.conftest import NOON_MS, FakeClock
from tests.integration.ranking.conftest import MakeNewsroom, MakeProjection
from tests.integration.ranking.interruptions import StoppedError, Write, on_writes, stop_after
from tests.integration.ranking.newsroom import Newsroom

ARTICLES = ("a", "b", "c", "d", "e")


def happen(newsroom: Newsroom) -> None:
    """A slice of several chunks: changes, counts in two slots, a removal and something unreadable."""
    for name in ARTICLES:
        newsroom.publish(name, "zz", "fj")
        newsroom.click(name, 3)
        newsroom.click(name, 2, hours_ago=23)
        newsroom.comment(name)
    newsroom.remove_comment("a")
    newsroom.withdraw("e")
    newsroom.append_bytes(0, b"[[1]]")


def assert_counted_once(newsroom: Newsroom) -> None:
    shown = ARTICLES[:-1]
    assert newsroom.scores("total") == dict.fromkeys(shown, 5)
    assert newsroom.scores("daily", "fj") == dict.fromkeys(shown, 5)
    assert newsroom.scores("total", "~withdrawn") == {"e": 5}
    assert newsroom.store.xlen("deadletter:{0}") == 1
    assert newsroom.differences() == []


def test_of_two_workers_with_the_same_version_one_wins(newsroom: Newsroom, make: MakeProjection) -> None:
    newsroom.projection.step(0)
    newsroom.projection.step(0)
    happen(newsroom)
    one, other, position = newsroom.projection, make(), newsroom.position()
    taken = one.log.read(0, position.cursor)
    assert taken is not None

    outcomes = [projection.slices.apply(0, position, projection.slices.fold(taken)) for projection in (one, other)]

    assert outcomes == [True, False]
    assert_counted_once(newsroom)


def test_workers_in_threads_count_once(make_newsroom: MakeNewsroom, make: MakeProjection, clock: FakeClock) -> None:
    newsroom = make_newsroom(standings=1, most_events=3)
    newsroom.project()
    happen(newsroom)
    clock.forward(hours=0.9)
    workers = [threading.Thread(target=make(standings=size, most_events=4).project, args=(0,)) for size in (1, 2, 3)]

    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    newsroom.project()

    assert newsroom.scores("total") == dict.fromkeys(ARTICLES[:-1], 5)
    assert newsroom.scores("daily") == dict.fromkeys(ARTICLES[:-1], 3)
    assert newsroom.differences() == []


def test_whoever_comes_after_a_dead_worker_goes_on_where_it_was(
    make_newsroom: MakeNewsroom, make: MakeProjection, store: Store
) -> None:
    """Killed before each write in turn; the next worker would choose chunks of another size."""
    for writes in range(12):
        store.flushall()
        newsroom = make_newsroom(standings=2)
        newsroom.project()
        happen(newsroom)
        stop_after(newsroom.projection, writes)
        try:
            newsroom.project()
        except StoppedError:
            # Something unreadable, five changes, then one article after the other.
            assert newsroom.position().done == (0, 1, 6, 7, 8, 9, 10)[writes]

        newsroom.projection = make(standings=3)
        newsroom.project()

        assert_counted_once(newsroom)
    assert newsroom.position().until == ""


class LateWriter:
    """A worker that reads, is held up before it writes, and writes at some later time what it had meant to."""

    def __init__(self, newsroom: Newsroom, make: Callable[[], Any]) -> None:
        self._newsroom = newsroom
        self._projection = make()
        self._held: list[Callable[[], bool]] = []
        on_writes(self._projection, self._hold_up)

    def _hold_up(self, write: Write) -> Write:
        def holding(*args: Any) -> bool:
            self._held.append(lambda: write(*args))
            raise StoppedError

        return holding

    def read(self) -> None:
        try:
            self._projection.step(0)
        except StoppedError:
            return

    def write(self) -> None:
        """Write everything that was held up; each but the first has been overtaken by then."""
        for write in self._held:
            write()
        self._held.clear()


@settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(turns=st.lists(st.sampled_from(["step", "read", "write", "hour", "happen"]), max_size=25))
def test_a_worker_that_writes_late_changes_nothing_twice(store: Store, boards: Boards, turns: list[str]) -> None:
    store.flushall()
    clock = FakeClock(NOON_MS)

    def make(standings: int = 2) -> Any:
        return make_projection(Stores(store, None, clock, 1), boards, standings=standings, most_events=7)

    newsroom = Newsroom(store, clock, make(), boards)
    late = LateWriter(newsroom, lambda: make(1))
    times = 0

    for turn in ("happen", *turns):
        match turn:
            case "step":
                newsroom.projection.step(0)
            case "read":
                late.read()
            case "write":
                late.write()
            case "hour":
                clock.forward(hours=1)
            case "happen":
                times += 1
                happen(newsroom)
    late.write()
    newsroom.project()

    assert newsroom.scores("total") == dict.fromkeys(ARTICLES[:-1], 5 * times)
    assert newsroom.scores("total", metric=Metric.COMMENTS) == dict.fromkeys("bcd", times)
    assert newsroom.store.xlen("deadletter:{0}") == times
    assert newsroom.differences() == []


def test_workers_that_begin_a_partition_at_once_begin_it_once(newsroom: Newsroom, make: MakeProjection) -> None:
    late = LateWriter(newsroom, make)
    late.read()
    happen(newsroom)
    newsroom.project()

    late.write()
    newsroom.project()

    assert_counted_once(newsroom)


def test_a_held_partition_waits(newsroom: Newsroom, store: Store) -> None:
    newsroom.project()
    happen(newsroom)
    store.set("hold:{0}", 1)

    newsroom.project()

    assert newsroom.scores("total") == {}
    store.delete("hold:{0}")
    newsroom.project()
    assert_counted_once(newsroom)


@pytest.mark.parametrize("budget", [0.0, 60.0])
def test_a_worker_reports_how_far_it_came(newsroom: Newsroom, store: Store, budget: float) -> None:
    happen(newsroom)

    newsroom.projection.project(0, budget_seconds=budget)

    assert store.hget("cursors:{0}", "ranking").decode() == newsroom.position().cursor
