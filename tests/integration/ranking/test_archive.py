"""The archive: what SQL remembers of the ledger gives a lost Redis its boards back, on SQLite and PostgreSQL."""

from collections.abc import Callable

import pytest
from sqlalchemy import Engine, func, select

from ranking_service import keys
from ranking_service.assembly import Stores, make_archive
from ranking_service.boards import Metric
from ranking_service.tables import ledger_archive
from shared.database import reading
from shared.store import Store
from tests.conftest import FakeClock
from tests.integration.ranking.conftest import MakeNewsroom, MakeProjection
from tests.integration.ranking.interruptions import StoppedError, stop_after
from tests.integration.ranking.newsroom import Newsroom

BOARDS = [("total", Metric.CLICKS), ("daily", Metric.CLICKS), ("monthly", Metric.COMMENTS), ("hot", Metric.MIXED)]


@pytest.fixture
def archive_all(engine: Engine, store: Store, clock: FakeClock) -> Callable[[Newsroom], list[bool]]:
    """Archive every partition of a newsroom."""

    def archive(newsroom: Newsroom) -> list[bool]:
        of = make_archive(Stores(store, engine, clock, newsroom.partitions), newsroom.boards)
        assert of is not None
        return [of.write(p, newsroom.position(p)) for p in range(newsroom.partitions)]

    return archive


ArchiveAll = Callable[[Newsroom], list[bool]]


def live_through_a_month(newsroom: Newsroom, clock: FakeClock) -> None:
    """Counts in the ledger and in `older`, a withdrawn article, comments removed."""
    newsroom.project()
    for n in range(12):
        name = f"a{n}"
        newsroom.publish(name, "zz", *(["fj"] if n % 2 else []))
        newsroom.click(name, n + 1)
        newsroom.click(name, 2 * n + 1, hours_ago=719)
        newsroom.click(name, 1, hours_ago=2_000)
        newsroom.comment(name, hours_ago=n)
    newsroom.remove_comment("a3", hours_ago=3)
    newsroom.withdraw("a5")
    newsroom.project()
    clock.forward(hours=2)
    newsroom.project()


def shown(newsroom: Newsroom) -> dict[tuple[str, str, str], dict[str, float]]:
    return {
        (channel, board, metric): newsroom.scores(board, channel, metric)
        for channel in ("all", "zz", "fj", keys.WITHDRAWN)
        for board, metric in BOARDS
    }


def assert_same_boards(
    found: dict[tuple[str, str, str], dict[str, float]], expected: dict[tuple[str, str, str], dict[str, float]]
) -> None:
    for name, scores in expected.items():
        assert found[name] == pytest.approx(scores, rel=1e-6), name


@pytest.mark.parametrize(("before", "after"), [(1, 1), (1, 3), (3, 2)])
def test_a_lost_redis_is_filled_from_the_archive(
    make_newsroom: MakeNewsroom,
    engine: Engine,
    clock: FakeClock,
    store: Store,
    archive_all: ArchiveAll,
    before: int,
    after: int,
) -> None:
    newsroom = make_newsroom(partitions=before, engine=engine)
    live_through_a_month(newsroom, clock)
    assert archive_all(newsroom) == [True] * before
    expected = shown(newsroom)
    store.flushall()

    newsroom = make_newsroom(partitions=after, engine=engine)
    newsroom.project()

    assert_same_boards(shown(newsroom), expected)
    assert newsroom.differences() == []
    assert list(store.scan_iter(match="*:aside-*")) == []
    assert all(store.ttl(key) == -1 for key in store.scan_iter(match="ledger:*"))


def test_only_what_changed_is_archived_again(
    make_newsroom: MakeNewsroom, engine: Engine, clock: FakeClock, store: Store, archive_all: ArchiveAll
) -> None:
    newsroom = make_newsroom(engine=engine)
    live_through_a_month(newsroom, clock)
    archive_all(newsroom)
    assert store.scard(keys.dirty(0)) == 0

    newsroom.click("a1", 5)
    newsroom.remove_comment("a2", hours_ago=4)
    newsroom.publish("a5", "fj")
    newsroom.project()
    assert 0 < store.scard(keys.dirty(0)) < 5
    archive_all(newsroom)
    expected = shown(newsroom)
    store.flushall()
    newsroom.project()

    assert_same_boards(shown(newsroom), expected)


def test_counts_archived_in_other_partitions_are_replaced(
    make_newsroom: MakeNewsroom, engine: Engine, clock: FakeClock, store: Store, archive_all: ArchiveAll
) -> None:
    """Restored into fewer partitions, changed, archived and lost again: no row of the old partitions comes back."""
    newsroom = make_newsroom(partitions=4, engine=engine)
    live_through_a_month(newsroom, clock)
    archive_all(newsroom)
    store.flushall()
    newsroom = make_newsroom(partitions=1, engine=engine)
    newsroom.project()
    for n in range(12):
        newsroom.click(f"a{n}", 100, hours_ago=2)
        newsroom.comment(f"a{n}", hours_ago=3)
    newsroom.project()
    archive_all(newsroom)
    expected = shown(newsroom)
    with reading(engine) as connection:
        assert connection.scalars(select(ledger_archive.c.partition).distinct()).all() == [0]
    store.flushall()

    newsroom = make_newsroom(partitions=3, engine=engine)
    newsroom.project()

    assert_same_boards(shown(newsroom), expected)
    assert newsroom.differences() == []


def test_slots_that_left_while_redis_was_away_leave_the_restored_ledger(
    make_newsroom: MakeNewsroom, engine: Engine, clock: FakeClock, store: Store, archive_all: ArchiveAll
) -> None:
    newsroom = make_newsroom(engine=engine)
    newsroom.project()
    newsroom.publish("a")
    newsroom.click("a", 4, hours_ago=710)
    newsroom.click("a", 1)
    newsroom.project()
    archive_all(newsroom)
    store.flushall()
    clock.forward(hours=48)

    newsroom.project()

    assert newsroom.scores("monthly") == {"a": 1}
    assert newsroom.scores("total") == {"a": 5}
    assert store.zcard(keys.slots(0)) == 1
    assert store.hgetall(keys.older(0, Metric.CLICKS)) == {b"a": b"4"}
    assert newsroom.differences() == []


def test_a_partition_that_moved_on_is_not_archived(
    make_newsroom: MakeNewsroom, engine: Engine, store: Store, clock: FakeClock
) -> None:
    newsroom = make_newsroom(engine=engine)
    newsroom.publish("a")
    newsroom.click("a")
    newsroom.project()
    archive = make_archive(Stores(store, engine, clock, 1), newsroom.boards)
    assert archive is not None
    stale = newsroom.position()
    newsroom.click("a")
    newsroom.project()

    assert not archive.write(0, stale)

    with reading(engine) as connection:
        assert connection.scalar(select(func.count()).select_from(ledger_archive)) == 0
    assert store.scard(keys.dirty(0)) > 0


def test_a_restore_that_was_overtaken_changes_nothing(
    make_newsroom: MakeNewsroom,
    make: MakeProjection,
    sqlite_engine: Engine,
    store: Store,
    clock: FakeClock,
) -> None:
    """Two workers find an empty Redis; the slower one writes when the other has already projected and archived."""
    newsroom = make_newsroom(engine=sqlite_engine)
    newsroom.publish("a")
    newsroom.click("a", 5)
    newsroom.project()
    archive = make_archive(Stores(store, sqlite_engine, clock, 1), newsroom.boards)
    assert archive is not None
    assert archive.write(0, newsroom.position())
    store.flushall()
    slower = make(engine=sqlite_engine)
    stop_after(slower, writes=0)
    with pytest.raises(StoppedError):
        slower.step(0)

    newsroom.project()
    newsroom.click("a", 2)
    newsroom.project()
    assert not make(engine=sqlite_engine).beginning.begin(0)
    newsroom.project()

    assert newsroom.scores("total") == {"a": 7}
    assert newsroom.differences() == []
    assert all(0 < store.pttl(key) <= 3_600_000 for key in store.scan_iter(match="*:aside-*"))
