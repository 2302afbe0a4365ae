"""Freezes: the boards at each hour's end, for `?at=`, `change` and `peak_rank`."""

from typing import Any

import pytest
from sqlalchemy import Engine, func, select

from ranking_service.boards import Boards
from ranking_service.freezes import Freezes
from ranking_service.tables import freezes
from shared.clock import to_rfc3339
from shared.database import reading
from shared.store import Store
from tests.conftest import NOON_MS
from tests.integration.ranking.conftest import MakeService, Service

BOARD = "/rankings/all/total"


@pytest.fixture
def merged(service: Service, store: Store, boards: Boards) -> Freezes:
    return Freezes(service.engine, store, boards, 4)


def end_hour(service: Service, freezes_of_all: Freezes, hours: int = 1) -> None:
    """Go to the next hour, as workers and their chores do."""
    service.later(hours=hours, seconds=0)
    freezes_of_all.merge_due()


def at(hours_after_noon: float, minutes: float = 0) -> str:
    return f"{BOARD}?at={to_rfc3339(NOON_MS + round((hours_after_noon * 60 + minutes) * 60_000))}&limit=100"


def lines(answer: dict[str, Any], *fields: str) -> list[tuple[Any, ...]]:
    return [tuple(entry[name] for name in fields) for entry in answer["entries"]]


def test_the_top_100_of_all_partitions_is_kept_at_the_hours_end(service: Service, merged: Freezes) -> None:
    for n in range(130):
        service.newsroom.publish(f"a{n:03}")
        service.newsroom.click(f"a{n:03}", 1 + n // 2)
    service.newsroom.project()
    end_hour(service, merged)
    service.newsroom.click("a000", 1_000)
    service.later()

    found = service.get(at(1))

    by_rank = sorted(((1 + n // 2, f"a{n:03}") for n in range(130)), reverse=True)[:100]
    assert lines(found, "score", "article_id") == by_rank
    assert found["as_of"] == "2026-11-23T13:00:00.000Z"
    assert service.ids(BOARD)[0] == "a000"


def test_a_freeze_is_read_until_the_next_hours_end(service: Service, merged: Freezes) -> None:
    service.newsroom.publish("a")
    for _ in range(3):
        service.newsroom.click("a")
        service.newsroom.project()
        end_hour(service, merged)

    assert lines(service.get(at(1)), "score") == [(1,)]
    assert lines(service.get(at(1, 59)), "score") == [(1,)]
    assert lines(service.get(at(2)), "score") == [(2,)]
    assert lines(service.get(at(30)), "score") == [(3,)]


def test_before_the_first_freeze_there_is_none(service: Service, merged: Freezes) -> None:
    service.newsroom.publish("a")
    service.newsroom.click("a")
    service.newsroom.project()
    end_hour(service, merged)

    answer = service.client.get(f"/v1{at(0, 59)}")

    assert answer.json is not None
    assert (answer.status_code, answer.json["code"]) == (404, "freeze_unknown")


def test_a_frozen_window_and_a_frozen_decay_are_those_of_their_hour(service: Service, merged: Freezes) -> None:
    service.newsroom.publish("a")
    service.newsroom.click("a", 4, hours_ago=1 / 3)
    service.newsroom.project()
    end_hour(service, merged)
    end_hour(service, merged, hours=24)

    hot = service.get(at(1).replace("total", "hot"))
    daily = service.get(at(1).replace("total", "daily"))

    assert lines(hot, "score") == [(pytest.approx(4 * 2 ** (-1 / 24), rel=1e-5),)]
    assert lines(daily, "score") == [(4,)]
    assert daily["window"] == {"from": "2026-11-22T13:00:00.000Z", "to": "2026-11-23T13:00:00.000Z"}
    assert service.ids("/rankings/all/daily") == []


def test_change_counts_places_since_an_hour_ago(service: Service, merged: Freezes) -> None:
    """Null for who was not there then, and while no freeze is an hour old."""
    for name, times in {"a": 5, "b": 4, "c": 3}.items():
        service.newsroom.publish(name)
        service.newsroom.click(name, times)
    service.later()
    assert lines(service.get(BOARD), "change") == [(None,), (None,), (None,)]

    end_hour(service, merged)
    service.newsroom.click("c", 10)
    service.newsroom.publish("d")
    service.newsroom.click("d", 1)
    end_hour(service, merged)

    assert lines(service.get(BOARD), "article_id", "change") == [("c", 2), ("a", -1), ("b", -1), ("d", None)]
    end_hour(service, merged)
    assert lines(service.get(BOARD), "change") == [(0,), (0,), (0,), (0,)]
    assert lines(service.get(at(2)), "article_id", "change") == [("c", 2), ("a", -1), ("b", -1), ("d", None)]


def test_peak_rank_is_the_best_rank_ever(service: Service, merged: Freezes) -> None:
    service.newsroom.publish("a")
    service.newsroom.publish("b")
    service.newsroom.click("a", 2)
    service.newsroom.click("b", 1)
    service.later()
    assert lines(service.get(BOARD), "article_id", "peak_rank") == [("a", 1), ("b", 2)]

    end_hour(service, merged)
    service.newsroom.click("b", 5)
    service.later()
    assert lines(service.get(BOARD), "article_id", "peak_rank") == [("b", 1), ("a", 1)]
    assert service.newsroom.differences() == []


def test_hours_slept_through_are_frozen_with_what_was_appended_by_then(service: Service, merged: Freezes) -> None:
    newsroom = service.newsroom
    newsroom.publish("a")
    newsroom.click("a")
    service.clock.forward(hours=1)
    newsroom.click("a", 10)
    service.clock.forward(hours=2)
    newsroom.click("a", 100)

    newsroom.project()
    merged.merge_due()

    assert lines(service.get(BOARD), "score") == [(111,)]
    assert lines(service.get(at(3)), "score") == [(11,)]
    assert merged.newest_slot(10**6) == NOON_MS // 3_600_000 + 2


def test_every_hour_slept_through_is_frozen_once_freezes_have_begun(service: Service, merged: Freezes) -> None:
    newsroom = service.newsroom
    newsroom.publish("a")
    newsroom.click("a")
    newsroom.project()
    end_hour(service, merged)
    for _ in range(3):
        newsroom.click("a")
        service.clock.forward(hours=1)

    newsroom.project()
    merged.merge_due()

    assert [lines(service.get(at(hours)), "score") for hours in (1, 2, 3, 4)] == [[(1,)], [(2,)], [(3,)], [(4,)]]


def test_an_hour_waits_until_every_partition_has_ended_it(service: Service, merged: Freezes) -> None:
    service.newsroom.publish("a")
    service.newsroom.click("a")
    service.newsroom.project()
    merged.merge_due()
    service.clock.forward(hours=1)
    for partition in (0, 1, 2):
        service.newsroom.projection.project(partition)

    assert merged.merge_due() == 0
    service.newsroom.projection.project(3)
    assert merged.merge_due() == 1
    assert merged.merge_due() == 0


def test_freezes_are_kept_35_days(service: Service, merged: Freezes, store: Store) -> None:
    service.newsroom.publish("a")
    service.newsroom.click("a")
    service.newsroom.project()
    end_hour(service, merged)
    first = merged.newest_slot(10**6)
    assert first is not None

    for position in store.scan_iter(match="position:*"):
        store.hset(position, "hour", first + 35 * 24)
    service.clock.forward(hours=35 * 24 - 1)
    end_hour(service, merged)
    with reading(service.engine) as connection:
        assert connection.scalar(select(func.min(freezes.c.slot))) == first

    end_hour(service, merged)
    with reading(service.engine) as connection:
        assert connection.scalar(select(func.min(freezes.c.slot))) == first + 35 * 24


def test_a_freeze_outlives_redis(service: Service, merged: Freezes, store: Store) -> None:
    """SQL keeps what was frozen: neither the loss nor the merging after it takes it away."""
    service.newsroom.publish("a")
    service.newsroom.click("a", 3)
    service.newsroom.project()
    end_hour(service, merged)
    store.flushall()
    service.newsroom.publish("a")
    service.later()

    merged.merge_due()

    assert lines(service.get(at(1)), "article_id", "score") == [("a", 3)]


def test_best_ranks_and_the_ranks_of_an_hour_ago_outlive_redis(service: Service, merged: Freezes, store: Store) -> None:
    for name, times in {"a": 2, "b": 1}.items():
        service.newsroom.publish(name)
        service.newsroom.click(name, times)
    service.newsroom.project()
    end_hour(service, merged)
    end_hour(service, merged)

    store.flushall()
    for name, times in {"a": 1, "b": 2}.items():
        service.newsroom.publish(name)
        service.newsroom.click(name, times)
    service.later()
    merged.merge_due()

    service.later()
    found = lines(service.get(BOARD), "article_id", "peak_rank", "change")
    assert found == [("b", 1, 1), ("a", 1, -1)]


def test_freezes_merge_on_either_database(
    engine: Engine, make_service: MakeService, store: Store, boards: Boards
) -> None:
    service = make_service(engine=engine, partitions=2)
    merged = Freezes(engine, store, boards, 2)
    service.newsroom.publish("a", "zz")
    service.newsroom.click("a", 3)
    service.newsroom.project()

    end_hour(service, merged)
    store.delete("merged")
    end_hour(service, merged)

    assert lines(service.get(at(1)), "score") == [(3,)]
    assert lines(service.get(at(1).replace("/all/", "/zz/")), "score") == [(3,)]
