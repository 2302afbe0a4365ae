"""A flight: calls that are under way together are answered one by one, and leave the connection clean."""

from pathlib import Path

import pytest
from redis.exceptions import ResponseError

from ranking_service.flight import Flight
from shared.store import Script, Store
from tests.integration.ranking.newsroom import Newsroom


@pytest.fixture
def flight(store: Store, tmp_path: Path) -> Flight:
    """A flight of calls that note their first argument and are let in unless it is `no`; `bad` is an error."""
    (tmp_path / "noting.lua").write_text(
        'if ARGV[1] == "bad" then return redis.error_reply("ERR bad") end\n'
        'redis.call("RPUSH", KEYS[1], ARGV[1])\nreturn ARGV[1] == "no" and 0 or 1'
    )
    return Flight(store, Script(store, tmp_path, "noting"))


def noted(store: Store) -> list[bytes]:
    found: list[bytes] = store.lrange("noted", 0, -1)
    return found


def test_calls_are_answered_in_the_order_in_which_they_were_sent(flight: Flight, store: Store) -> None:
    with flight:
        flight.send(["noted"], ["a"])
        assert flight.receive() is False, "the script was not loaded yet"
        for each in ("a", "no", "b"):
            flight.send(["noted"], [each])
        answers = [flight.receive() for _ in range(3)]

    assert answers == [True, False, True]
    assert noted(store) == [b"a", b"no", b"b"]
    assert 0 < flight.seconds < 1


def test_answers_that_nobody_took_are_not_the_next_commands(flight: Flight, store: Store) -> None:
    flight._script.load()

    with flight:
        for each in ("a", "b", "c"):
            flight.send(["noted"], [each])
        flight.receive()

    assert noted(store) == [b"a", b"b", b"c"]
    assert store.ping() is True


def test_what_a_script_raises_is_raised_and_the_connection_is_good_afterwards(flight: Flight, store: Store) -> None:
    flight._script.load()

    def fly() -> None:
        with flight:
            flight.send(["noted"], ["bad"])
            flight.send(["noted"], ["b"])
            flight.receive()

    with pytest.raises(ResponseError, match="bad"):
        fly()

    assert store.ping() is True


def test_a_projection_goes_on_when_redis_has_forgotten_its_scripts(newsroom: Newsroom, store: Store) -> None:
    newsroom.publish("a")
    newsroom.click("a")
    newsroom.project()
    store.script_flush()

    newsroom.click("a", 4)
    newsroom.project()

    assert newsroom.scores("total") == {"a": 5}
    assert newsroom.differences() == []
