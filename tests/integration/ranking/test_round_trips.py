"""Round trips: reads that come together go to Redis together, and each gets its own replies."""

import time
from concurrent.futures import ThreadPoolExecutor
from threading import Event as Signal
from typing import Any

import pytest
from redis.exceptions import ConnectionError as RedisDown
from redis.exceptions import ResponseError

from ranking_service.round_trips import RoundTrips
from shared.store import Store

READS = 6


class HeldTrips(RoundTrips):
    """Trips that wait for a signal."""

    def __init__(self, store: Store) -> None:
        super().__init__(store)
        self.may_go_on = Signal()
        self.sizes: list[int] = []

    def _send(self, reads: list[Any]) -> list[list[Any]]:
        self.sizes.append(len(reads))
        assert self.may_go_on.wait(10)
        return super()._send(reads)


def until_waiting(trips: HeldTrips, count: int) -> None:
    deadline = time.monotonic() + 10
    while len(trips._groups._waiting) < count or not trips.sizes:
        assert time.monotonic() < deadline
        time.sleep(0.005)  # the poll's step, up to the deadline


def test_reads_that_come_together_share_a_trip_and_each_gets_its_replies(store: Store) -> None:
    for number in range(READS):
        store.set(f"key-{number}", number)
    store.hset("hash", "field", "shared")
    trips = HeldTrips(store)

    with ThreadPoolExecutor(READS) as pool:
        futures = [pool.submit(trips.run, [("GET", "key-0"), ("HGET", "hash", "field")])]
        until_waiting(trips, 0)
        futures += [pool.submit(trips.run, [("GET", f"key-{n}"), ("HGET", "hash", "field")]) for n in range(1, READS)]
        until_waiting(trips, READS - 1)
        trips.may_go_on.set()

    assert [future.result() for future in futures] == [[b"%d" % n, b"shared"] for n in range(READS)]
    assert trips.sizes == [1, READS - 1]


def test_an_outage_is_told_to_all_that_wait(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def is_down(*_: Any) -> None:
        raise RedisDown("gone")

    monkeypatch.setattr("ranking_service.wire.Wire._once", is_down)
    trips = RoundTrips(store)

    with ThreadPoolExecutor(READS) as pool:
        futures = [pool.submit(trips.run, [("GET", "key")]) for _ in range(READS)]

    assert all(isinstance(future.exception(), RedisDown) for future in futures)


def test_a_read_of_nothing_makes_no_trip(store: Store) -> None:
    trips = HeldTrips(store)

    assert trips.run([]) == []
    assert trips.sizes == []


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
