"""What a tick makes the worker do beside projecting."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Engine

from ranking_service.archive import Archive
from ranking_service.assembly import Stores, make_archive
from ranking_service.boards import Boards
from ranking_service.chores import Chores
from ranking_service.freezes import Freezes
from ranking_service.hold import is_held
from ranking_service.overlay import Kind, Mark, Overlays
from ranking_service.position import read_position
from shared.errors import RedianError, unavailable
from shared.store import Store
from tests.conftest import FakeClock
from tests.integration.ranking.conftest import MakeNewsroom
from tests.integration.ranking.newsroom import Newsroom


@pytest.fixture
def four(make_newsroom: MakeNewsroom, sqlite_engine: Engine) -> Newsroom:
    newsroom = make_newsroom(partitions=4, engine=sqlite_engine)
    newsroom.project()
    return newsroom


@pytest.fixture
def chores(four: Newsroom, sqlite_engine: Engine, store: Store, clock: FakeClock, boards: Boards) -> Chores:
    archive = make_archive(Stores(store, sqlite_engine, clock, 4), boards)
    assert archive is not None
    return Chores(
        store=store,
        log=four.projection.log,
        projection=four.projection,
        archive=archive,
        freezes=Freezes(sqlite_engine, store, boards, 4),
        overlays=Overlays(sqlite_engine, store, clock),
    )


def nudged(chores: Chores) -> list[int]:
    partitions: list[int] = []
    chores.do(partitions.append)
    return partitions


def publish_somewhere(newsroom: Newsroom) -> int:
    """An article on its way; answers its partition."""
    newsroom.publish("a")
    newsroom.click("a")
    return newsroom.projection.log.partition_of("a")


def test_a_tick_nudges_a_lagging_partition_once(four: Newsroom, chores: Chores, store: Store) -> None:
    partition = publish_somewhere(four)

    assert nudged(chores) == [partition]
    assert nudged(chores) == []
    assert 0 < store.pttl(f"nudged:{{{partition}}}") <= 5_000

    four.project()
    publish_somewhere(four)
    assert nudged(chores) == [partition]


def test_a_quiet_partition_is_not_nudged(chores: Chores) -> None:
    assert nudged(chores) == []


def test_a_tick_nudges_every_partition_when_the_hour_ends(four: Newsroom, chores: Chores, clock: FakeClock) -> None:
    clock.forward(hours=1)

    assert nudged(chores) == [0, 1, 2, 3]
    four.project()
    assert nudged(chores) == []


def test_a_partition_is_archived_once_an_hour(
    four: Newsroom, chores: Chores, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[int] = []
    write = Archive.write

    def counting(archive: Archive, partition: int, *args: Any) -> bool:
        written.append(partition)
        return write(archive, partition, *args)

    monkeypatch.setattr(Archive, "write", counting)
    for _ in range(3):
        nudged(chores)
    assert written == [0, 1, 2, 3]

    clock.forward(hours=1)
    assert nudged(chores) == [0, 1, 2, 3]
    assert written == [0, 1, 2, 3]
    four.project()
    nudged(chores)
    assert written == [0, 1, 2, 3] * 2


def test_a_partition_that_is_never_without_events_is_archived_too(
    four: Newsroom, chores: Chores, store: Store, clock: FakeClock
) -> None:
    partition = publish_somewhere(four)
    clock.forward(hours=1)
    four.project()
    publish_somewhere(four)
    assert chores.projection.is_due(partition)

    nudged(chores)

    position = read_position(store, partition)
    assert position.archived == position.hour
    assert not is_held(store, partition)


def test_an_outage_of_sql_keeps_no_nudge_back(four: Newsroom, chores: Chores, monkeypatch: pytest.MonkeyPatch) -> None:
    def down(*_: object) -> bool:
        raise unavailable("database", "down")

    monkeypatch.setattr(Archive, "write", down)
    partition = publish_somewhere(four)
    found: list[int] = []

    with pytest.raises(RedianError):
        chores.do(found.append)

    assert found == [partition]


def test_the_log_is_trimmed_an_hour_behind_the_slowest_cursor(
    four: Newsroom, chores: Chores, clock: FakeClock, store: Store
) -> None:
    partition = publish_somewhere(four)
    log = f"log:{{{partition}}}"
    for _ in range(300):
        four.click("a")
    four.project()
    first = store.xrange(log, count=1)[0][0]
    store.hset(f"cursors:{{{partition}}}", "webhooks", first)
    clock.forward(hours=3)
    four.click("a")
    four.project()

    nudged(chores)
    assert store.xrange(log, count=1)[0][0] == first

    store.hdel(f"cursors:{{{partition}}}", "webhooks")
    clock.forward(hours=1)
    four.project()
    nudged(chores)
    assert store.xlen(log) < 302
    assert store.xrevrange(log, count=1)[0][0].decode() == four.position(partition).cursor
    assert four.scores("total") == {"a": 302}


def test_a_tick_after_a_loss_of_redis_brings_the_overlay_back(four: Newsroom, chores: Chores, store: Store) -> None:
    chores.overlays.put(Mark("zz", "total", Kind.HIDDEN, "a"), "editor")
    store.flushall()
    four.project()
    assert not store.exists("overlay:zz:total")

    nudged(chores)

    assert store.hgetall("overlay:zz:total") == {b"hidden a": b"0"}


def test_a_board_added_to_the_file_makes_every_partition_due(chores: Chores) -> None:
    changed = replace(chores, projection=replace(chores.projection, signature="other boards"))

    assert nudged(changed) == [0, 1, 2, 3]
