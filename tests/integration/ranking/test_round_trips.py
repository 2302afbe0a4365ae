"""Round trips: each caller gets the replies to its own commands, whatever became of those before."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from redis.exceptions import ResponseError

from ranking_service.round_trips import RoundTrips
from shared.store import Store

CALLERS = 6


def test_callers_at_the_same_time_get_their_own_replies(store: Store) -> None:
    for number in range(100):
        store.set(f"key-{number}", number)
    trips = RoundTrips(store)

    with ThreadPoolExecutor(CALLERS) as pool:
        replies = list(pool.map(lambda n: trips.run([("GET", f"key-{n}"), ("STRLEN", f"key-{n}")]), range(100)))

    assert replies == [[b"%d" % n, len(str(n))] for n in range(100)]


def test_scores_and_hashes_come_as_numbers_and_dicts(store: Store) -> None:
    store.zadd("board", {"a": 2, "b": 1.5})
    store.hset("hash", "field", "value")

    replies = RoundTrips(store).run([("ZREVRANGE", "board", 0, 9, "WITHSCORES"), ("HGETALL", "hash")])

    assert replies == [[[b"a", 2.0], [b"b", 1.5]], {b"field": b"value"}]


def test_nothing_to_ask_makes_no_trip(store: Store) -> None:
    before = store.info("stats")["total_connections_received"]

    assert RoundTrips(store).run([]) == []

    assert store.info("stats")["total_connections_received"] == before


def test_a_refused_command_leaves_the_next_trip_its_own_replies(store: Store) -> None:
    store.set("key", "text")
    trips = RoundTrips(store)

    with pytest.raises(ResponseError, match="WRONGTYPE"):
        trips.run([("HGET", "key", "field"), ("STRLEN", "key")])

    assert trips.run([("GET", "key")]) == [b"text"]


def test_a_connection_that_was_cut_is_made_again(store: Store) -> None:
    store.set("key", "text")
    trips = RoundTrips(store)
    trips.run([("GET", "key")])

    store.client_kill_filter(_type="normal", skipme=True)

    assert trips.run([("GET", "key")]) == [b"text"]
