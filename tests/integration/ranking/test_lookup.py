"""The lookup: what is known of articles is asked for once, and again as soon as it may have changed."""

from typing import Any

import pytest
from redis.exceptions import ConnectionError as RedisDown

from ranking_service import keys
from ranking_service.boards import Boards
from ranking_service.freezes import Freezes
from ranking_service.overlay import Kind, Mark, Overlays
from ranking_service.round_trips import RoundTrips
from shared.errors import RedianError
from shared.store import Store
from tests.integration.ranking.conftest import MakeService, Service

TOTAL, DAILY = "/rankings/zz/total", "/rankings/zz/daily"


@pytest.fixture
def trips(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The number of commands of each round trip."""
    seen: list[int] = []
    run = RoundTrips.run

    def counting(self: RoundTrips, commands: Any) -> list[Any]:
        if commands:
            seen.append(len(commands))
        return run(self, commands)

    monkeypatch.setattr(RoundTrips, "run", counting)
    return seen


@pytest.fixture(params=[1, 4])
def two_articles(request: pytest.FixtureRequest, make_service: MakeService) -> Service:
    """A service with two articles in one channel."""
    service = make_service(partitions=request.param)
    for name in ("a", "b"):
        service.newsroom.publish(name, title=f"标题 {name}")
        service.newsroom.click(name, 2 if name == "a" else 1)
    service.newsroom.project()
    return service


def titles(service: Service, path: str = TOTAL) -> list[str]:
    return [entry["title"] for entry in service.get(path)["entries"]]


def test_what_was_read_before_costs_one_trip(two_articles: Service, trips: list[int], store: Store) -> None:
    store.set(keys.MERGED, 1)

    service = two_articles
    first = service.get(TOTAL)
    asked = len(trips)
    service.clock.forward(seconds=1.1)
    second = service.get(TOTAL)

    # The board, its overlay, what is known of its articles; then the board.
    assert (asked, len(trips)) == (3, 4)
    assert first["entries"] == second["entries"]


def test_an_overlay_that_another_process_changed_is_seen_at_once(two_articles: Service, store: Store) -> None:
    service = two_articles
    elsewhere = Overlays(service.engine, store, service.clock)
    seen = [titles(service)]

    for change in (elsewhere.put, elsewhere.remove):
        change(Mark("zz", "total", Kind.HIDDEN, "a"), "an editor")
        service.clock.forward(seconds=1.1)
        seen.append(titles(service))

    assert seen == [["标题 a", "标题 b"], ["标题 b"], ["标题 a", "标题 b"]]


def test_an_overlay_is_seen_though_its_copy_was_not_ended(
    two_articles: Service, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = two_articles
    assert titles(service) == ["标题 a", "标题 b"]
    set_as_ever = store.set

    def lost(key: str, value: str) -> Any:
        if value:
            raise RedisDown("gone")
        return set_as_ever(key, value)

    monkeypatch.setattr(store, "set", lost)
    with pytest.raises(RedianError, match="overlay is kept"):
        Overlays(service.engine, store, service.clock).put(Mark("zz", "total", Kind.HIDDEN, "a"), "an editor")
    service.clock.forward(seconds=1.1)

    assert titles(service) == ["标题 b"]


def test_a_changed_article_is_shown_as_it_is_now(two_articles: Service) -> None:
    service = two_articles
    assert titles(service) == ["标题 a", "标题 b"]

    service.newsroom.publish("a", title="新的标题")
    service.later()

    assert titles(service) == titles(service, DAILY) == ["新的标题", "标题 b"]


def test_a_withdrawn_article_is_gone_and_comes_back_as_it_was_put_again(two_articles: Service) -> None:
    service = two_articles
    assert titles(service) == ["标题 a", "标题 b"]

    service.newsroom.withdraw("a")
    service.later()
    without = titles(service)
    service.newsroom.publish("a", title="又来了")
    service.later()

    assert without == ["标题 b"]
    assert titles(service) == ["又来了", "标题 b"]


def test_a_pinned_article_that_was_unknown_is_shown_once_it_is_put(two_articles: Service, store: Store) -> None:
    service = two_articles
    store.hset(keys.overlay("zz", "total"), "pin later", 1)
    assert titles(service) == ["标题 a", "标题 b"]

    service.newsroom.publish("later", "fj", title="后来的")
    service.later()

    assert titles(service) == ["后来的", "标题 a", "标题 b"]


def test_best_ranks_are_those_of_the_last_hours_end(two_articles: Service, store: Store, boards: Boards) -> None:
    service = two_articles
    freezes = Freezes(service.engine, store, boards, service.newsroom.partitions)

    def ranks() -> list[tuple[str, int]]:
        return [(entry["article_id"], entry["peak_rank"]) for entry in service.get(TOTAL)["entries"]]

    def end_hour() -> None:
        service.later(hours=1, seconds=0)
        freezes.merge_due()
        service.clock.forward(seconds=1.1)

    end_hour()
    assert ranks() == [("a", 1), ("b", 2)]
    service.newsroom.click("b", 5)
    service.later()
    assert ranks() == [("b", 1), ("a", 1)]
    end_hour()
    service.newsroom.click("a", 9)
    service.later()

    assert ranks() == [("a", 1), ("b", 1)]


def test_what_was_known_of_a_lost_redis_is_forgotten(two_articles: Service, store: Store) -> None:
    service = two_articles
    assert titles(service) == ["标题 a", "标题 b"]

    store.flushall()
    service.newsroom.revisions.clear()
    for name in ("a", "b"):
        service.newsroom.publish(name, title=f"另一个 {name}")
        service.newsroom.click(name, 2 if name == "a" else 1)
    service.later()

    assert titles(service) == ["另一个 a", "另一个 b"]
