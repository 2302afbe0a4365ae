"""Articles that are published, withdrawn and put into other channels: their scores move, their counts stay."""

import pytest

from ranking_service import keys
from ranking_service.boards import Metric
from shared.events import ArticlePublished, ArticleWithdrawn
from shared.store import Store
from tests.integration.ranking.newsroom import Newsroom

BOARDS = ("total", "daily", "monthly", "hot")


def live_articles(store: Store) -> dict[str, int]:
    return {name.decode(): int(count) for name, count in store.hgetall(keys.channels(0)).items() if int(count)}


def published(newsroom: Newsroom, article_id: str, revision: int, *channels: str) -> ArticlePublished:
    now = newsroom.clock()
    return ArticlePublished("event", article_id, now, revision, f"title {revision}", "u", list(channels), now)


def test_a_withdrawn_article_leaves_every_board_at_once(newsroom: Newsroom, store: Store) -> None:
    newsroom.publish("a", "zz", "fj")
    newsroom.publish("b", "zz")
    newsroom.click("a", 5)
    newsroom.comment("a")
    newsroom.click("b", 2)
    newsroom.project()

    newsroom.withdraw("a")
    newsroom.project()

    shown = {name for name in newsroom.everything() if keys.WITHDRAWN not in name}
    assert all("a" not in newsroom.everything()[name] for name in shown)
    assert newsroom.scores("total", "zz") == {"b": 2}
    assert live_articles(store) == {"all": 1, "zz": 1}


def test_a_republished_article_has_its_counts_back_with_those_that_came_meanwhile(newsroom: Newsroom) -> None:
    newsroom.publish("a", "zz")
    newsroom.click("a", 5, hours_ago=30)
    newsroom.click("a", 1)
    newsroom.comment("a")
    newsroom.project()
    newsroom.withdraw("a")
    newsroom.project()
    newsroom.click("a", 7)
    newsroom.project()

    newsroom.publish("a", "fj")
    newsroom.project()

    for channel in ("all", "fj"):
        assert newsroom.scores("total", channel) == {"a": 13}
        assert newsroom.scores("daily", channel) == {"a": 8}
        assert newsroom.scores("total", channel, Metric.COMMENTS) == {"a": 1}
        assert newsroom.scores("hot", channel) == {"a": pytest.approx(5 * 2 ** (-30 / 24) + 8 + 10)}
    assert newsroom.scores("total", "zz") == newsroom.scores("total", keys.WITHDRAWN) == {}
    assert newsroom.differences() == []


def test_a_changed_channel_moves_its_counts(newsroom: Newsroom, store: Store) -> None:
    newsroom.publish("a", "zz", "xm")
    newsroom.click("a", 4)
    newsroom.project()

    newsroom.publish("a", "xm", "fj")
    newsroom.project()

    assert [newsroom.scores(name, "zz") for name in BOARDS] == [{}, {}, {}, {}]
    for channel in ("all", "xm", "fj"):
        assert [newsroom.scores(name, channel) for name in BOARDS] == [{"a": 4}] * 4
    assert live_articles(store) == {"all": 1, "xm": 1, "fj": 1}
    assert newsroom.differences() == []


def test_a_stale_revision_is_ignored_in_whatever_slice_it_comes(newsroom: Newsroom, store: Store) -> None:
    newsroom.append(published(newsroom, "a", 3, "zz"), published(newsroom, "a", 2, "fj"))
    newsroom.click("a")
    newsroom.project()

    newsroom.append(published(newsroom, "a", 1, "xm"), ArticleWithdrawn("event", "a", newsroom.clock(), 2))
    newsroom.project()

    assert newsroom.scores("total", "zz") == {"a": 1}
    assert live_articles(store) == {"all": 1, "zz": 1}
    assert b"title 3" in store.hget(keys.articles(0), "a")


def test_events_before_the_publication_count_after_it(newsroom: Newsroom) -> None:
    newsroom.click("a", 3)
    newsroom.comment("a")
    newsroom.project()
    assert newsroom.scores("total") == {}

    newsroom.publish("a", "zz")
    newsroom.project()

    assert newsroom.scores("total", "zz") == {"a": 3}
    assert newsroom.scores("daily", "zz", Metric.COMMENTS) == {"a": 1}
    assert newsroom.differences() == []


def test_withdrawn_and_published_again_in_one_slice_counts_as_never_gone(newsroom: Newsroom, store: Store) -> None:
    newsroom.publish("a", "zz")
    newsroom.click("a")
    newsroom.project()

    newsroom.withdraw("a")
    newsroom.click("a")
    newsroom.publish("a", "zz")
    newsroom.project()

    assert newsroom.scores("total", "zz") == {"a": 2}
    assert live_articles(store) == {"all": 1, "zz": 1}


def test_a_comment_removed_before_its_publication_arrives_counts_nothing(newsroom: Newsroom) -> None:
    newsroom.publish("a")
    newsroom.remove_comment("a")
    newsroom.project()

    newsroom.comment("a")
    newsroom.project()

    assert all(newsroom.scores(name, metric=Metric.COMMENTS) == {} for name in BOARDS)
    assert newsroom.differences() == []


def test_records_that_were_read_ahead_of_a_change_are_not_used(newsroom: Newsroom) -> None:
    newsroom.publish("a", "zz")
    newsroom.click("a")
    newsroom.project()
    newsroom.publish("a", "zz", "fj")
    newsroom.click("a")
    log, slices, before = newsroom.projection.log, newsroom.projection.slices, newsroom.position()
    change = log.read(0, before.cursor, most_events=1)
    assert change
    click = log.read(0, change.until)
    assert click

    ahead = slices.read_ahead(0, slices.fold(click))
    assert slices.apply(0, before, slices.fold(change))
    assert slices.apply(0, newsroom.position(), ahead)

    assert ahead.known
    assert newsroom.scores("total", "fj") == {"a": 2}
    assert newsroom.differences() == []
