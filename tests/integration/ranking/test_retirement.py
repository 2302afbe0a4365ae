"""Slots leave their windows when the hour ends, in chunks that may be interrupted anywhere."""

import pytest

from ranking_service import keys
from ranking_service.boards import Metric
from shared.clock import slot_of
from shared.store import Store
from tests.conftest import FakeClock
from tests.integration.ranking.conftest import MakeNewsroom, MakeProjection
from tests.integration.ranking.interruptions import StoppedError, stop_after
from tests.integration.ranking.newsroom import Newsroom

ARTICLES = ("a", "b", "c", "d", "e")


def publish_and_click(newsroom: Newsroom) -> None:
    for name in ARTICLES:
        newsroom.publish(name)
        newsroom.click(name, 2)
        newsroom.comment(name)
    newsroom.project()


def older(store: Store, metric: Metric = Metric.CLICKS) -> dict[str, int]:
    return {name.decode(): int(count) for name, count in store.hgetall(keys.older(0, metric)).items()}


def test_a_slot_leaves_its_window_when_the_hour_ends(newsroom: Newsroom, clock: FakeClock) -> None:
    newsroom.publish("a")
    newsroom.click("a", 1)
    newsroom.click("a", 10, hours_ago=23)
    newsroom.project()
    assert newsroom.scores("daily") == {"a": 11}

    clock.forward(minutes=39, seconds=59)
    newsroom.project()
    assert newsroom.scores("daily") == {"a": 11}

    clock.forward(seconds=1)
    assert newsroom.projection.is_due(0)
    newsroom.project()

    assert newsroom.scores("daily") == {"a": 1}
    assert newsroom.scores("three-day") == newsroom.scores("total") == {"a": 11}


@pytest.mark.parametrize("window", ["daily", "monthly"])
def test_an_interrupted_retirement_goes_on_where_it_was(
    make_newsroom: MakeNewsroom, make: MakeProjection, clock: FakeClock, store: Store, window: str
) -> None:
    """Killed before each write in turn; late clicks and comments arrive for the slot that is leaving."""
    age = {"daily": 23, "monthly": 719}[window]
    for writes in range(16):
        store.flushall()
        newsroom = make_newsroom(standings=4)
        newsroom.project()
        for name in ARTICLES:
            newsroom.publish(name)
            newsroom.click(name, 2, hours_ago=age)
            newsroom.comment(name, hours_ago=age)
            newsroom.click(name)
        newsroom.project()
        clock.forward(hours=1)
        stop_after(newsroom.projection, writes)
        try:
            newsroom.project()
        except StoppedError:
            pass
        else:
            assert writes > 7, "there was something to interrupt"

        for name in ("a", "c", "e"):
            newsroom.click(name, 4, hours_ago=age + 1)
            newsroom.comment(name, hours_ago=age + 1)
        newsroom.projection = make(standings=6)
        newsroom.project()

        assert newsroom.scores(window) == dict.fromkeys(ARTICLES, 1)
        assert newsroom.scores("total") == {"a": 7, "b": 3, "c": 7, "d": 3, "e": 7}
        assert newsroom.scores("total", metric=Metric.COMMENTS) == {"a": 2, "b": 1, "c": 2, "d": 1, "e": 2}
        assert newsroom.differences() == []


def test_late_events_before_and_behind_the_position_are_exact(
    make_newsroom: MakeNewsroom, make: MakeProjection, clock: FakeClock
) -> None:
    """The slice in hand is projected while its slot is half retired: no worker does so, but the rule must hold."""
    newsroom = make_newsroom(standings=4)
    publish_and_click(newsroom)
    clock.forward(hours=23)
    newsroom.project()
    clock.forward(hours=1)
    stop_after(newsroom.projection, writes=4)
    with pytest.raises(StoppedError):
        newsroom.project()
    assert newsroom.position().afters == {24: ("clicks", "d")}
    for name in ARTICLES:
        newsroom.click(name, 5, hours_ago=24)
    newsroom.projection = make(standings=4)
    position = newsroom.position()
    taken = newsroom.projection.log.read(0, position.cursor)
    assert taken is not None

    slices = newsroom.projection.slices
    assert slices.apply(0, position, slices.fold(taken))

    assert newsroom.scores("daily") == {"e": 7}
    assert newsroom.scores("three-day") == dict.fromkeys(ARTICLES, 7)
    assert newsroom.differences() == []
    newsroom.project()
    assert newsroom.scores("daily") == {}
    assert newsroom.differences() == []


def test_a_slots_ledger_goes_only_after_the_longest_window(newsroom: Newsroom, clock: FakeClock, store: Store) -> None:
    slot = slot_of(clock()) - 718
    newsroom.project()
    newsroom.publish("a")
    newsroom.click("a", 6, hours_ago=718)
    newsroom.comment("a", hours_ago=718)
    newsroom.click("a")
    newsroom.project()

    clock.forward(hours=1)
    newsroom.project()
    assert store.hgetall(keys.ledger(0, slot, "clicks")) == {b"a": b"6"}
    assert older(store) == {}

    clock.forward(hours=1)
    newsroom.project()
    assert not store.exists(*(keys.ledger(0, slot, column) for column in ("clicks", "comments", "hot")))
    assert store.zscore(keys.slots(0), slot) is None
    assert older(store) == {"a": 6}
    assert older(store, Metric.COMMENTS) == {"a": 1}
    assert newsroom.scores("monthly") == {"a": 1}
    assert newsroom.scores("total") == {"a": 7}


def test_older_and_the_ledger_together_are_the_total(newsroom: Newsroom, clock: FakeClock, store: Store) -> None:
    newsroom.project()
    publish_and_click(newsroom)
    for hours in (718, 719, 720, 800):
        newsroom.click("a", 3, hours_ago=hours)
    newsroom.project()
    for _ in range(3):
        clock.forward(hours=1)
        newsroom.project()

    ledgers = [store.hgetall(key) for key in store.scan_iter(match="ledger:*:clicks")]
    in_ledger = sum(int(counts.get(b"a", 0)) for counts in ledgers)

    assert older(store)["a"] == 12
    assert in_ledger == 2
    assert newsroom.scores("total")["a"] == 14


def test_a_late_event_older_than_every_window_counts_on_total_only(newsroom: Newsroom) -> None:
    newsroom.project()
    newsroom.publish("a")
    newsroom.click("a", 2, hours_ago=5_000)
    newsroom.project()

    assert newsroom.scores("total") == {"a": 2}
    assert all(newsroom.scores(name) == {} for name in ("daily", "three-day", "weekly", "monthly"))
    assert newsroom.scores("hot") == {"a": pytest.approx(2 * 2 ** (-5_000 / 24))}
    assert newsroom.differences() == []


def test_a_late_removal_of_an_old_comment_takes_it_off_total(newsroom: Newsroom, clock: FakeClock) -> None:
    newsroom.project()
    newsroom.publish("a")
    newsroom.comment("a", hours_ago=719)
    newsroom.project()
    clock.forward(hours=2)
    newsroom.project()

    newsroom.remove_comment("a", hours_ago=721)
    newsroom.project()

    assert newsroom.scores("total", metric=Metric.COMMENTS) == {}
    assert newsroom.differences() == []
