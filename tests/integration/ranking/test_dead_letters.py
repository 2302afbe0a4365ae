"""What cannot be parsed goes to the dead-letter stream with its reason; everything beside it counts."""

import pytest

from ranking_service import keys
from ranking_service.lag import read_lags
from shared.store import Store
from tests.conftest import FakeClock
from tests.integration.ranking.newsroom import Newsroom

CLICK = b'["article.clicked","a",1795436400000]'

UNREADABLE = [
    b"",
    b"not JSON",
    b"{}",
    b"[1]",
    b'[["article.liked","a",1795436400000]]',
    b'[["article.clicked","a/b",1795436400000]]',
    b'[["article.clicked","a",-1]]',
    b'[["article.clicked","a",1795436400000,0]]',
    b'[["article.clicked","a\xff",1795436400000]]',
    b'[["article.published","1","a",1,1,"\\ud800","u",["zz"],1]]',
    b"[" * 50_000,
]


def dead_letters(store: Store) -> list[dict[bytes, bytes]]:
    return [fields for _, fields in store.xrange(keys.dead_letters(0))]


@pytest.mark.parametrize("body", UNREADABLE, ids=lambda body: repr(body[:40]))
def test_an_unreadable_entry_is_buried_with_its_reason(newsroom: Newsroom, store: Store, body: bytes) -> None:
    newsroom.publish("a")
    newsroom.append_bytes(0, body)
    newsroom.click("a")

    newsroom.project()

    (letter,) = dead_letters(store)
    assert letter[b"reason"]
    assert letter[b"entry"]
    assert newsroom.scores("total") == {"a": 1}
    (lag,) = read_lags(store, newsroom.projection.log)
    assert (lag.lag, lag.dead_letters) == (0, 1)


def test_one_bad_event_does_not_take_its_neighbours_along(newsroom: Newsroom, store: Store) -> None:
    newsroom.publish("a")
    newsroom.append_bytes(0, b"[" + CLICK + b',["article.clicked","a"],' + CLICK + b"]")

    newsroom.project()

    (letter,) = dead_letters(store)
    assert letter[b"data"] == b'["article.clicked","a"]'
    assert newsroom.scores("total") == {"a": 2}


def test_an_entry_without_events_moves_the_cursor(newsroom: Newsroom, store: Store) -> None:
    store.xadd("log:{0}", {"other": "field"}, id=f"{newsroom.clock()}-*")
    newsroom.append_bytes(0, b"[]")

    newsroom.project()

    (lag,) = read_lags(store, newsroom.projection.log)
    assert (lag.lag, lag.dead_letters) == (0, 1)


def test_more_poison_than_a_chunk_holds_is_buried_whole(newsroom: Newsroom, store: Store) -> None:
    newsroom.append_bytes(0, b"[" + b",".join([b"1"] * 450) + b"]")

    newsroom.project()

    assert store.xlen(keys.dead_letters(0)) == 450


def test_an_event_centuries_ahead_does_not_stop_the_projection(newsroom: Newsroom, clock: FakeClock) -> None:
    newsroom.publish("a")
    newsroom.publish("b")
    newsroom.click("a", hours_ago=-24 * 365 * 300)
    newsroom.click("b")

    newsroom.project()
    clock.forward(hours=1)
    newsroom.project()

    assert newsroom.scores("total") == {"a": 1, "b": 1}
    assert newsroom.scores("hot")["b"] == pytest.approx(2 ** (-1 / 24))
    assert newsroom.differences() == []
