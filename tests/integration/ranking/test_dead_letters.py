"""What cannot be parsed goes to the dead-letter stream with its reason; everything beside it counts."""

import json
from collections import Counter
from typing import Any

import pytest

from ranking_service import keys
from ranking_service.dead_letters import BoardLetters
from ranking_service.lag import read_lags
from shared.errors import RedianError
from shared.event_log import START
from shared.events import decode_letter
from shared.store import Store
from tests.conftest import FakeClock
from tests.integration.ranking.conftest import MakeService, Service
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


def run(service: Service, *args: str, status: int = 0) -> Any:
    result = service.app.test_cli_runner().invoke(args=["deadletter", args[0], "--json", *args[1:]])
    assert result.exit_code == status, result.output
    return json.loads(result.output)


@pytest.fixture
def service(make_service: MakeService) -> Service:
    """One partition with an article, a click, and between them a click of a kind that nobody knows yet."""
    service = make_service(partitions=1)
    service.newsroom.publish("a")
    service.newsroom.append_bytes(0, b"[" + CLICK + b',["article.liked","a",1795436400000]]')
    service.newsroom.project()
    return service


def test_the_command_lists_what_could_not_be_parsed(service: Service) -> None:
    (letter,) = run(service, "list")

    assert letter["data"] == '["article.liked","a",1795436400000]'
    assert "article.liked" in letter["reason"]
    assert (letter["consumer"], letter["partition"]) == ("ranking", 0)
    table = service.app.test_cli_runner().invoke(args=["deadletter", "list"]).output
    assert letter["id"] in table


def test_what_is_still_unreadable_stays(service: Service, store: Store) -> None:
    (letter,) = run(service, "list")

    (outcome,) = run(service, "retry", letter["id"], status=1)

    assert outcome["outcome"] == "unreadable"
    assert "article.liked" in outcome["reason"]
    assert len(dead_letters(store)) == 1


def test_a_mended_letter_counts_once_however_often_it_is_retried(service: Service, store: Store) -> None:
    (letter,) = run(service, "list")
    mended = ("retry", letter["id"], "--as", '["article.clicked","a",1795436400000,3]')

    outcomes = [run(service, *mended, status=status)[0]["outcome"] for status in (0, 1, 1)]
    service.newsroom.project()

    assert outcomes == ["retried", "gone", "gone"]
    assert service.newsroom.scores("total") == {"a": 4}
    assert dead_letters(store) == []
    (lag,) = read_lags(store, service.newsroom.projection.log)
    assert lag.lag == 0


def test_a_retry_that_lost_its_race_appends_nothing(service: Service, store: Store) -> None:
    """Two operators, or one whose connection broke and whose client sent the call again."""
    letters = BoardLetters(store, service.newsroom.projection.log)
    (letter,) = letters.all()
    events = decode_letter(CLICK)

    assert [letters.retry(letter, events) for _ in range(2)] == [True, False]
    service.newsroom.project()

    assert service.newsroom.scores("total") == {"a": 2}


def test_a_full_redis_keeps_the_letter_of_a_retry(service: Service, store: Store) -> None:
    letters = BoardLetters(store, service.newsroom.projection.log)
    (letter,) = letters.all()
    store.config_set("maxmemory", 1)

    try:
        with pytest.raises(RedianError):
            letters.retry(letter, decode_letter(CLICK))
    finally:
        store.config_set("maxmemory", 0)

    assert [each.id for each in letters.all()] == [letter.id]
    service.newsroom.project()
    assert service.newsroom.scores("total") == {"a": 1}


def test_a_retried_letter_is_for_the_boards_alone(service: Service) -> None:
    """Another consumer, of a newer version, may have counted the event long ago."""
    log = service.newsroom.projection.log
    before = log.read(0, START, consumer="comments")
    (letter,) = run(service, "list")
    run(service, "retry", letter["id"], "--as", CLICK.decode())

    after, boards = (log.read(0, START, consumer=consumer) for consumer in ("comments", "ranking"))

    assert before is not None
    assert after is not None
    assert boards is not None
    assert (len(after.events), len(boards.events)) == (len(before.events), len(before.events) + 1)


def test_a_dropped_letter_is_gone(service: Service) -> None:
    (letter,) = run(service, "list")

    outcomes = [run(service, "drop", letter["id"], "--yes", status=status)[0]["outcome"] for status in (0, 1)]

    assert outcomes == ["dropped", "gone"]
    assert run(service, "list") == []


def test_hundreds_of_letters_are_retried_at_once(service: Service, store: Store) -> None:
    service.newsroom.append_bytes(0, b"[" + b",".join([b"1"] * 250) + b"]")
    store.xadd(
        keys.dead_letters(0), {"entry": "1-0", "data": CLICK, "reason": "an older version did not know this event"}
    )
    service.newsroom.project()

    outcomes = run(service, "retry", "--all", status=1)
    service.newsroom.project()

    assert Counter(each["outcome"] for each in outcomes) == {"unreadable": 251, "retried": 1}
    assert service.newsroom.scores("total") == {"a": 2}


@pytest.mark.parametrize("given", ["", "0:", "9:1-0", "0:1", "0:-", "x", "0:99999999999999999999999-0"])
def test_an_id_that_names_no_letter_is_told(service: Service, given: str) -> None:
    (outcome,) = run(service, "retry", "--", given, status=1)

    assert outcome["outcome"] == "gone"
